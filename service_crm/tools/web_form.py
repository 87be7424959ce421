"""What a stranger may post by the public form: sizes, kinds, counts. No ORM."""

import ipaddress
import math

MAX_PHOTOS = 8
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_TOTAL_BYTES = 40 * 1024 * 1024
LENGTHS = {
    "need": 4000,
    "name": 200,
    "phone": 50,
    "email": 254,
    "place": 500,
    "day": 10,
    "part": 20,
    "token": 64,
    "service": 9,
}
MAX_ANSWERS = 50
ANSWER_LENGTH = 64
# Part of a day → local hours. The labels are the page's.
DAY_PARTS = {"any": (8, 20), "morning": (8, 12), "noon": (12, 16), "evening": (16, 20)}

IMAGE_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"GIF87a", "image/gif", ".gif"),
    (b"GIF89a", "image/gif", ".gif"),
)
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heif", b"mif1", b"msf1", b"avif")


def sniff_image(content):
    """``(mimetype, extension)`` of a photo by its first bytes, or None."""
    for signature, mimetype, extension in IMAGE_SIGNATURES:
        if content.startswith(signature):
            return mimetype, extension
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", ".webp"
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        return "image/heic", ".heic"
    return None


def clean_fields(form):
    """The known fields of a post, as text without control characters, cut to length."""
    cleaned = {}
    for name, length in LENGTHS.items():
        value = form.get(name)
        value = value if isinstance(value, str) else ""
        value = value.replace("\r\n", "\n").replace("\r", "\n")
        value = "".join(c for c in value if c.isprintable() or c == "\n")
        if name != "need":
            value = " ".join(value.split())
        cleaned[name] = value.strip()[:length]
    if cleaned["service"]:
        cleaned["answers"] = clean_answers(form)
    return cleaned


def clean_answers(form):
    """Answers to the questions of a service: ``{id of the question: text}``."""
    answers = {}
    for name, value in form.items():
        kind, _sep, number = name.partition("answer_")
        if kind or not (number.isascii() and number.isdecimal()):
            continue
        if isinstance(value, str) and value.strip() and len(answers) < MAX_ANSWERS:
            text = "".join(c for c in value if c.isprintable())
            answers[str(int(number))] = text.strip()[:ANSWER_LENGTH]
    return answers


def read_number(text):
    """A number as people write it, ``1 200,5``; None when it is none."""
    text = "".join(text.split()).replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        return None
    # "nan", "inf" and "1_000" are numbers for Python only
    return number if math.isfinite(number) and "_" not in text else None


def check_photos(photos):
    """What is wrong with the photos, or None.

    :param photos: list of ``(name, bytes)``
    :return: ``(kind, name)``, kind one of ``count``, ``size``, ``total``, ``type``
    """
    if len(photos) > MAX_PHOTOS:
        return "count", ""
    for name, content in photos:
        if len(content) > MAX_PHOTO_BYTES:
            return "size", name
        if not sniff_image(content):
            return "type", name
    if sum(len(content) for _name, content in photos) > MAX_TOTAL_BYTES:
        return "total", ""
    return None


def photo_names(photos):
    """``(name, bytes)`` under names that say what they are."""
    named = []
    for number, (name, content) in enumerate(photos, 1):
        base = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
        base = "".join(c for c in base if c.isprintable()).strip()[:80]
        _mimetype, extension = sniff_image(content)
        named.append((f"{base or f'photo-{number}'}{extension}", content))
    return named


def network_of(address):
    """One household or office: the address, of IPv6 its /64 network."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
