"""Who is it? Plain functions behind the search for customers.

No database and no ORM here: texts in, keys and choices out.
"""

import re
import unicodedata

# What an operator types for a phone: digits with the usual signs around them.
_PHONE = re.compile(r"^[+0-9()\-./\s\u00a0\u2010-\u2015]+$")
_MAIL = re.compile(r"^[^\s@]+@[^\s@]*$")
_WORD = re.compile(r"[0-9a-z]+")
_SPLIT = re.compile(r"[\W_]+")
_CYRILLIC = dict(
    zip(
        map(ord, "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў"),
        (
            "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e yu "
            "ya i i e g u"
        )
        .replace("_", "\0")
        .split(),
        strict=True,
    )
)

MIN_NAME_LENGTH = 3
MIN_PHONE_DIGITS = 5


def search_key(text):
    """Plain small Latin letters and digits for a text of any script.

    >>> search_key("Анна Петрова, ООО «Альфа»")
    'anna petrova ooo alfa'

    Case, accents, script and signs no longer matter, nor does the locale of the
    database, whose trigrams know only the letters of that locale.
    """
    text = (text or "").casefold().translate(_CYRILLIC).replace("\0", "")
    plain = []
    for char in unicodedata.normalize("NFKD", text):
        if char.isascii():
            plain.append(char)
        elif char.isalnum():
            # A script without a table of its own stays findable letter by letter.
            plain.append(f"x{ord(char):x}")
        elif not unicodedata.combining(char):
            plain.append(" ")
    return " ".join(_WORD.findall("".join(plain)))


def search_words(text):
    """The words of a typed name that are long enough to be searched by.

    Empty when not even one has three letters.
    """
    letters = max((len(word) for word in _SPLIT.split(text or "")), default=0)
    return search_key(text).split() if letters >= MIN_NAME_LENGTH else []


def looks_like_phone(text):
    """Whether the text can only be meant as a phone number."""
    text = (text or "").strip()
    return bool(_PHONE.match(text)) and (
        sum(char.isdigit() for char in text) >= MIN_PHONE_DIGITS
    )


def has_letters(text):
    """Whether there is anything to look for a name by."""
    return any(char.isalpha() for char in text or "")


def looks_like_mail(text):
    """Whether the text can only be meant as a mail address."""
    return bool(_MAIL.match((text or "").strip()))


def rank_name(key, words):
    """Sort rank of a found name: the smaller, the nearer to what was typed.

    Names that begin with the first typed word come first, then those with a word
    that does, then shorter ones.
    """
    first = words[0]
    if key.startswith(first):
        place = 0
    elif f" {first}" in key:
        place = 1
    else:
        place = 2
    return (place, len(key), key)


def choose_candidates(found, entity_of, is_company):
    """Narrow what the search found for one sender or caller.

    :param found: ``{partner id: set of keys it was found by}``, a key being
        ``"mail"`` or ``"phone"``
    :param entity_of: ``{partner id: id of its company, or its own}``
    :param is_company: ids that are companies
    :return: list of ids: empty = unknown, one = known, more = to be chosen

    Who is found by mail *and* phone beats who is found by one of them; a person
    beats the person's own company, which often shares its number.
    """
    if not found:
        return []
    most = max(len(keys) for keys in found.values())
    best = [pid for pid in sorted(found) if len(found[pid]) == most]
    if most == 1 and len({key for keys in found.values() for key in keys}) > 1:
        best = sorted(found)  # mail says one, phone says another
    persons = {entity_of[pid] for pid in best if pid not in is_company}
    return [pid for pid in best if pid not in is_company or pid not in persons]
