"""Texts as SMPP lines take them: the GSM alphabet and UCS-2, in parts."""

from ..segments import GSM, GSM_EXTENDED, count

GSM_TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}


def make_parts(message):
    """``(parts, data_coding)`` of a text; no sign is torn between two parts."""
    size = count(message.text)
    if size.encoding == GSM:
        encode, coding, room = encode_gsm, 0, 153
    else:
        encode, coding, room = encode_ucs2, 8, 134
    if size.segments <= 1:
        return [encode(message.text)], coding
    texts, used = [b""], 0
    for sign in message.text:
        code = encode(sign)
        if used + len(code) > room:
            texts.append(b"")
            used = 0
        texts[-1] += code
        used += len(code)
    reference = int(message.id[-2:] or "0", 16)
    return [
        bytes([5, 0, 3, reference, len(texts), number]) + text
        for number, text in enumerate(texts, 1)
    ], coding


def encode_gsm(text):
    """The GSM alphabet, one byte a septet, as lines take it."""
    return b"".join(
        bytes([0x1B, GSM_EXTENSION[sign]])
        if sign in GSM_EXTENDED
        else bytes([GSM_TABLE.index(sign)])
        for sign in text
    )


def encode_ucs2(text):
    return text.encode("utf-16-be")


def decode(body, coding):
    """A text of a customer."""
    if coding == 8:
        return body.decode("utf-16-be", "replace")
    if coding in (1, 3):
        return body.decode("ascii" if coding == 1 else "latin-1", "replace")
    signs = {code: sign for sign, code in GSM_EXTENSION.items()}
    text, codes = "", iter(body)
    for code in codes:
        if code == 0x1B:
            text += signs.get(next(codes, 0), " ")
        else:
            text += GSM_TABLE[code] if code < 128 else "?"
    return text
