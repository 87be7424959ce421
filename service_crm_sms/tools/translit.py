"""Cyrillic in Latin letters, and signs of the GSM alphabet in the place of look-alikes.
Plain Python, no database."""

import re
import unicodedata

from .segments import GSM_ALPHABET

_LETTERS = {
    # Russian, as in bank and postal messages
    "а": "a",
    "б": "b",
    "в": "v",
    "г": "g",
    "д": "d",
    "е": "e",
    "ё": "e",
    "ж": "zh",
    "з": "z",
    "и": "i",
    "й": "y",
    "к": "k",
    "л": "l",
    "м": "m",
    "н": "n",
    "о": "o",
    "п": "p",
    "р": "r",
    "с": "s",
    "т": "t",
    "у": "u",
    "ф": "f",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sch",
    "ъ": "",
    "ы": "y",
    "ь": "",
    "э": "e",
    "ю": "yu",
    "я": "ya",
    # Ukrainian and Belarusian
    "і": "i",
    "ї": "yi",
    "є": "ye",
    "ґ": "g",
    "ў": "u",
    # Kazakh
    "ә": "a",
    "ғ": "g",
    "қ": "q",
    "ң": "n",
    "ө": "o",
    "ұ": "u",
    "ү": "u",
    "һ": "h",
}
_SIGNS = {
    "№": "No.",
    "₽": "rub.",
    "₴": "UAH",
    "₸": "KZT",
    "°": "",
    "×": "x",
    "•": "-",
    "→": "->",
    "′": "'",
    "″": '"',
    "\t": " ",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    "œ": "oe",
    "Œ": "OE",
}
_LINK = re.compile(r"https?://\S+")


def transliterate(text):
    """The text in signs of the GSM alphabet, as far as there are any for it.

    Links stay as they are; signs that have no Latin form (emoji, other scripts) stay,
    too: :func:`drop_foreign` takes them out.

    >>> transliterate("Мастер Щукин: №5")
    'Master Schukin: No.5'
    >>> transliterate("ЩИ, Щи")
    'SCHI, Schi'
    """
    done, result = 0, []
    for link in _LINK.finditer(text):
        result += [_write(text[done : link.start()]), link.group()]
        done = link.end()
    return "".join([*result, _write(text[done:])])


def swap(text):
    """The text with signs of one's own language kept, others of the same look.

    Accents that the GSM alphabet has not, typographic signs, signs of currencies:
    what a message in Latin letters loses nothing by.
    """
    return "".join(
        sign if sign in GSM_ALPHABET else _SIGNS.get(sign, _strip_accents(sign))
        for sign in text
    )


def drop_foreign(text):
    """The text without the signs that turn a message in Latin letters into UCS-2."""
    kept = "".join(sign for sign in text if sign in GSM_ALPHABET)
    return re.sub(r" {2,}", " ", kept).strip()


def _write(text):
    result = []
    for index, sign in enumerate(text):
        latin = _LETTERS.get(sign.lower())
        if sign in GSM_ALPHABET:
            result.append(sign)
        elif latin is None:
            result.append(swap(sign))
        elif not sign.isupper():
            result.append(latin)
        elif text[index + 1 : index + 2].isupper() or text[index - 1 : index].isupper():
            result.append(latin.upper())
        else:
            result.append(latin.capitalize())
    return "".join(result)


def _strip_accents(sign):
    if sign.isalpha() and "CYRILLIC" in unicodedata.name(sign, ""):
        return sign
    plain = unicodedata.normalize("NFKD", sign)
    plain = "".join(part for part in plain if not unicodedata.combining(part))
    return plain if plain and GSM_ALPHABET.issuperset(plain) else sign
