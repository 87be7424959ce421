"""Formulas cut into tokens; everything that is no part of a formula is refused here."""

import re
from dataclasses import dataclass
from decimal import Decimal

from .units import UNITS, find_unit

MAX_TEXT = 2000
MAX_TOKENS = 800
MAX_NAME = 100
MAX_STRING = 200
MAX_DIGITS = 15

LETTERS = "A-Za-zÀ-ÖØ-öø-ÿĀ-žА-яЁёІіЇїЄєҐґЎў"
WORD = rf"[{LETTERS}][{LETTERS}0-9_]*"
SPACE = re.compile(r"[ \t\r\n\u00a0\u202f]+")
NAME = re.compile(rf"{WORD}(?:\.{WORD})*")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
UNIT = re.compile(rf"[ \u00a0]*(%|[{LETTERS}]+[23²³]?(?:/[{LETTERS}]+[23²³]?)*)")
POWERS = {"²": 2, "³": 3}
OPERATORS = {
    "<>": "!=",
    "!=": "!=",
    "≠": "!=",
    "==": "=",
    "=": "=",
    "<=": "<=",
    "≤": "<=",
    ">=": ">=",
    "≥": ">=",
    "<": "<",
    ">": ">",
    "+": "+",
    "-": "-",
    "−": "-",
    "–": "-",
    "**": "^",
    "^": "^",
    "*": "*",
    "×": "*",
    "·": "*",
    "/": "/",
    "÷": "/",
    "(": "(",
    ")": ")",
    ",": ",",
    ";": ",",
    ":": ":",
}
QUOTES = {'"': '"', "'": "'", "«": "»", "“": "”"}
KEYWORDS = {
    "and": "and",
    "or": "or",
    "not": "not",
    "in": "in",
    "true": "true",
    "false": "false",
    "yes": "true",
    "no": "false",
    "и": "and",
    "или": "or",
    "не": "not",
    "да": "true",
    "нет": "false",
}


class ExpressionError(ValueError):
    """What is wrong with a formula: a code, the place, and what belongs to it.

    The texts are made where the language of the reader is known.

    :param code: ``unit_add``, ``unknown_name`` …
    :param position: index of the character, ``None`` when it is the whole formula
    :param details: what the text names
    """

    def __init__(self, code, position=None, **details):
        super().__init__(code, position)
        self.code = code
        self.position = position
        self.details = details

    def __str__(self):
        place = "" if self.position is None else f" at {self.position + 1}"
        return f"{self.code}{place} {self.details or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a formula.

    :param kind: ``number``, ``text``, ``name``, ``power``, ``end``, or the operator or
        keyword itself
    """

    kind: str
    value: object
    at: int
    unit: object = None


def is_name(text):
    """Whether a word can be a name in formulas."""
    return bool(
        text
        and len(text) <= MAX_NAME
        and "." not in text
        and NAME.fullmatch(text)
        and text.lower() not in KEYWORDS
    )


def tokenize(text):
    """The tokens of a formula, closed by one of kind ``end``."""
    if len(text) > MAX_TEXT:
        raise ExpressionError("too_long", maximum=MAX_TEXT)
    tokens = []
    at = 0
    while at < len(text):
        if space := SPACE.match(text, at):
            at = space.end()
            continue
        token, at = _read(text, at)
        tokens.append(token)
        if len(tokens) > MAX_TOKENS:
            raise ExpressionError("too_many", at, maximum=MAX_TOKENS)
    if not tokens:
        raise ExpressionError("empty")
    return [*tokens, Token("end", None, len(text))]


def _read(text, at):
    """The token that begins at a place, and where it ends."""
    if match := NUMBER.match(text, at):
        return _read_number(text, match)
    if match := NAME.match(text, at):
        return _read_name(match)
    char = text[at]
    if char in QUOTES:
        return _read_string(text, at)
    if char in POWERS:
        return Token("power", POWERS[char], at), at + 1
    for length in (2, 1):
        operator = OPERATORS.get(text[at : at + length])
        if operator and at + length <= len(text):
            return Token(operator, operator, at), at + length
    raise ExpressionError("bad_character", at, character=char)


def _read_number(text, match):
    """A number with its unit; a decimal comma is refused, it could be two values."""
    at, end = match.span()
    number = match.group()
    if len(number) > MAX_DIGITS + 1:
        raise ExpressionError("too_big", at)
    follow = text[end : end + 2]
    if follow[:1] == "," and follow[1:].isdigit():
        tail = NUMBER.match(text, end + 1).group()
        raise ExpressionError("decimal_comma", end, left=number, right=tail)
    if follow[:1] == "." or (follow[:1] == "_"):
        raise ExpressionError("bad_character", end, character=follow[0])
    value = Decimal(number)
    unit_match = UNIT.match(text, end)
    if not unit_match:
        return Token("number", value, at), end
    symbol = unit_match.group(1)
    if symbol.lower() in KEYWORDS:
        return Token("number", value, at), end
    unit = find_unit(symbol)
    if unit is None and "/" in symbol and symbol.split("/")[0] in UNITS:
        symbol = symbol.split("/")[0]  # 5 m/length: divided by a name
        unit = UNITS[symbol]
    if unit is None:
        raise ExpressionError("unknown_unit", unit_match.start(1), unit=symbol)
    end = unit_match.start(1) + len(symbol)
    if NAME.match(text, end) or text[end : end + 1] in ("_", "²", "³", "."):
        raise ExpressionError("unknown_unit", unit_match.start(1), unit=symbol)
    return Token("number", value, at, unit), end


def _read_name(match):
    name = match.group()
    if len(name) > MAX_NAME:
        raise ExpressionError("name_too_long", match.start(), maximum=MAX_NAME)
    keyword = KEYWORDS.get(name.lower())
    if keyword:
        return Token(keyword, name, match.start()), match.end()
    return Token("name", name, match.start()), match.end()


def _read_string(text, at):
    closing = QUOTES[text[at]]
    end = text.find(closing, at + 1)
    if end < 0:
        raise ExpressionError("open_string", at)
    value = text[at + 1 : end]
    if len(value) > MAX_STRING:
        raise ExpressionError("string_too_long", at, maximum=MAX_STRING)
    if '"' in value or not value.isprintable():
        raise ExpressionError("bad_string", at)
    return Token("text", value, at), end + 1
