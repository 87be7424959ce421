"""What a phone sent, as far as it can be kept: plain values of a decent length."""

LONGEST_TEXT = 10_000
LONGEST_LIST = 200
MOST_VALUES = 50
LARGEST = 10**15
FILES = ("data",)


def clean_text(text, length=LONGEST_TEXT):
    """A text without control characters, cut to length.

    >>> clean_text(" a\\x00b\\n ")
    'ab'
    """
    kept = (char for char in text if char.isprintable() or char == "\n")
    return "".join(kept).strip()[:length]


def keep_plain(values):
    """Texts, numbers and lists of numbers of a dictionary; files are kept elsewhere.

    >>> keep_plain({"text": "a", "data": "…", "ids": [1, "x"], "more": {}})
    {'text': 'a', 'ids': [1]}
    """
    kept = {}
    for name, value in list(values.items())[:MOST_VALUES]:
        if name in FILES:
            continue
        if isinstance(value, str):
            kept[clean_text(name, 50)] = clean_text(value)
        elif is_number(value):
            kept[clean_text(name, 50)] = value
        elif isinstance(value, list):
            numbers = [number for number in value if is_number(number)]
            kept[clean_text(name, 50)] = numbers[:LONGEST_LIST]
    return kept


def is_number(value):
    """Whether it is a number of a decent size.

    >>> [is_number(value) for value in (1, 0.5, 10**400, float("nan"), "1")]
    [True, True, False, False, False]
    """
    return isinstance(value, int | float) and -LARGEST < value < LARGEST
