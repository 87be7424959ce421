"""Areas by postal codes, in plain Python."""

import re
from dataclasses import dataclass

SEPARATORS = re.compile(r"[,;\n]+")
NOISE = re.compile(r"[\s\-–—.]+")
RANGE = re.compile(r"^(\d+)\s*[-–—]\s*(\d+)$")


@dataclass(frozen=True)
class Codes:
    """Postal codes whose beginnings lie from ``first`` to ``last``."""

    first: str
    last: str

    @property
    def width(self):
        """How many beginnings these are: the fewer, the more exactly they fit."""
        return int(self.last) - int(self.first) + 1 if self.first != self.last else 1

    def match(self, code):
        """Whether a code, as :func:`clean_code` gives it, is one of these."""
        start = code[: len(self.first)]
        return len(start) == len(self.first) and self.first <= start <= self.last


def clean_code(text):
    """A postal code in capitals, without blanks and hyphens."""
    return NOISE.sub("", (text or "").upper())


def parse_codes(text):
    """The codes of a rule such as ``101, 115000-115999, SW1``.

    Two numbers of equal length are a range, also of beginnings: ``101-125``. Other
    hyphens belong to the code (``00-950``).

    :return: list of :class:`Codes`
    :raise ValueError: with the piece that makes no sense
    """
    found = []
    for piece in filter(None, map(str.strip, SEPARATORS.split(text or ""))):
        ends = RANGE.match(piece)
        if ends and len(ends[1]) == len(ends[2]):
            if ends[1] > ends[2]:
                raise ValueError(piece)
            found.append(Codes(*ends.groups()))
            continue
        code = clean_code(piece)
        if not code.isalnum():
            raise ValueError(piece)
        found.append(Codes(code, code))
    return found


def find_area(code, areas):
    """The area whose codes fit most exactly; of equal ones the first.

    :param code: a postal code as people write it
    :param areas: ``[(key, [Codes])]`` in order of preference
    :return: the key, or ``None``
    """
    code = clean_code(code)
    fits = [
        ((len(codes.first), -codes.width), key)
        for key, rules in areas
        for codes in rules
        if code and codes.match(code)
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None
