"""How many short messages a text takes. Plain Python, no database.

Alphabets and sizes: 3GPP TS 23.038 (signs) and TS 23.040 (parts of a long message). A
message has 140 octets: 160 septets of the GSM alphabet, or 70 units of UCS-2. Rules
that lock the whole message:

- one sign outside of the GSM alphabet turns all of it into UCS-2;
- longer than one message, each part gives up 6 octets for its number;
- a sign of the extension table (two septets) or of two UCS-2 units is never torn: it
  goes to the next part as a whole, and the room it did not find is lost.

The national tables of TS 23.038 (Turkish, Portuguese, …) stay out: no gateway sends
by them, so that those letters are paid as UCS-2.
"""

from typing import NamedTuple

GSM = "GSM-7"
UCS2 = "UCS-2"

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape, then the sign
GSM_ALPHABET = GSM_BASIC | GSM_EXTENDED

# Units of a message alone, and of a part of a longer one.
_SIZES = {GSM: (160, 153), UCS2: (70, 67)}


class Segments(NamedTuple):
    """The size of a text as short message."""

    encoding: str  # GSM-7 or UCS-2
    units: int  # septets or 16-bit units the text takes
    segments: int  # parts it is sent in; each is paid
    per_segment: int  # units in one part of a message of this length
    remaining: int  # units that are free in the last part


def count(text):
    """The size of a text as short message.

    >>> count("Мастер приедет в 10:00")
    Segments(encoding='UCS-2', units=22, segments=1, per_segment=70, remaining=48)
    >>> count("€" * 80).segments, count("€" * 81).segments
    (1, 2)

    :return: :class:`Segments`; a text without signs takes no part
    """
    encoding = GSM if GSM_ALPHABET.issuperset(text) else UCS2
    widths = [_get_width(sign, encoding) for sign in text]
    units = sum(widths)
    alone, of_many = _SIZES[encoding]
    if units <= alone:
        return Segments(encoding, units, min(units, 1), alone, alone - units)
    segments, used = 1, 0
    for width in widths:
        if used + width > of_many:
            segments, used = segments + 1, 0
        used += width
    return Segments(encoding, units, segments, of_many, of_many - used)


def find_foreign(text):
    """The signs that turn a message into UCS-2, each once, as they come."""
    return list(dict.fromkeys(sign for sign in text if sign not in GSM_ALPHABET))


def _get_width(sign, encoding):
    if encoding == GSM:
        return 2 if sign in GSM_EXTENDED else 1
    return 2 if ord(sign) > 0xFFFF else 1
