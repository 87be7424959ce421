"""Text out of mails of unknown make: charsets, encoded words, HTML, quotations.

Nothing here raises on bad input: a mail that was badly made is still somebody's
request.
"""

import base64
import binascii
import codecs
import quopri
import re
from contextlib import suppress

from lxml import etree

# What people's programs write, and what Python calls it.
CHARSET_ALIASES = {
    "windows1251": "cp1251",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "cp-1251": "cp1251",
    "x-cp1251": "cp1251",
    "ansi-1251": "cp1251",
    "koi8": "koi8_r",
    "koi8r": "koi8_r",
    "x-koi8-r": "koi8_r",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-mac-cyrillic": "mac_cyrillic",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "x-gbk": "gb18030",
    "gb2312": "gb18030",
}
# Declared without thought by programs that do not know better.
DEFAULT_CHARSETS = {"ascii", "iso8859-1", "cp1252", ""}
CYRILLIC_CHARSETS = ("cp1251", "koi8_r", "iso8859-5", "cp866")

ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
ENCODED_GAP = re.compile(r"(\?=)\s+(=\?[^?\s]{1,40}\?[bBqQ]\?)")
# All control characters but tab and line end, and lone surrogates: PostgreSQL refuses
# NUL, XML the others.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
BLOCK_TAGS = frozenset(
    "address blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tr "
    "ul".split()
)
SILENT_TAGS = frozenset("head style script title template".split())
QUOTE_HEAD = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|исходное сообщение|пересылаемое сообщение|"
    r"forwarded message|конец пересылаемого сообщения)\b.*"
    r"|_{20,}"
    r"|(?:on|am|le|el)\s.{5,200}\s(?:wrote|schrieb|a écrit|escribió)\s?:"
    r"|.{0,120}\d{1,2}[:.]\d{2}.{0,120}(?:написал|пишет|писал)[аи]?\(?а?\)?\s*:"
    r"|.{0,160}<[^<>\s]+@[^<>\s]+>\s*(?:написал|пишет|писал)?\(?а?\)?\s*:)\s*$",
    re.IGNORECASE,
)


def codec_name(charset):
    """Python's name of a declared charset; ``""`` if none is, None if unknown."""
    name = (charset or "").strip().strip("\"'").lower()
    if not name:
        return ""
    try:
        return codecs.lookup(CHARSET_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None


def _cyrillic_score(text):
    """How much a text looks like Cyrillic people write: small letters, no odd signs."""
    score = 0
    for char in text:
        if "а" <= char <= "я" or char == "ё":
            score += 3
        elif "А" <= char <= "Я" or char == "Ё":
            score += 1
        elif char > "\x7f" and char not in "«»—–№’“”…\xa0і":
            score -= 4
    # a small letter before a capital one is the mark of a wrong table
    return score - 6 * len(re.findall("[а-яё][А-ЯЁ]", text))


def guess_charset(data):
    """The likeliest charset of 8-bit bytes that are not UTF-8, by their look."""
    sample = data[:8192]
    high = sum(byte > 0x7F for byte in sample)
    letters = sum(65 <= byte <= 90 or 97 <= byte <= 122 for byte in sample)
    best, best_score = "cp1252", 0
    for charset in CYRILLIC_CHARSETS:
        score = _cyrillic_score(sample.decode(charset, "replace"))
        if score > best_score:
            best, best_score = charset, score
    # a Western text has few of them, a Cyrillic one hardly anything else
    return best if high > letters / 2 else "cp1252"


def decode_text(data, charset=None):
    """Text of bytes: as declared when that works, else by the look of them."""
    if isinstance(data, str):
        return clean_text(data)
    name = codec_name(charset)
    candidates = ["utf-8"] if name in ("", None, "ascii") else [name]
    if name in DEFAULT_CHARSETS and guess_charset(data) in CYRILLIC_CHARSETS:
        candidates = ["utf-8"]
    elif name not in ("", None, "ascii"):
        candidates.append("utf-8")
    for candidate in candidates:
        try:
            decoded = data.decode(candidate)
        except (UnicodeError, ValueError, LookupError):
            continue  # LookupError: base64, zip … are codecs too, but of no text
        return clean_text(decoded)
    return clean_text(data.decode(guess_charset(data), "replace"))


def clean_text(text):
    """The text without what databases and XML refuse; one kind of line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return UNPRINTABLE.sub("", text)


def decode_base64(data):
    """Bytes of base64 as it came: strange signs left out, a broken end cut off."""
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    data = data[: len(data) - (len(data) % 4 == 1)]
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return b""


def decode_header(value):
    """A header as people read it, whatever stands in it: raw 8-bit, encoded words."""
    if not value:
        return ""
    value = str(value)
    raw = value.encode("ascii", "surrogateescape") if _escaped(value) else None
    if raw is not None:
        value = decode_text(raw)
    value = ENCODED_GAP.sub(r"\1\2", value)
    parts, position, pending, pending_charset = [], 0, b"", None
    for match in ENCODED_WORD.finditer(value):
        between = value[position : match.start()]
        charset, kind, content = match.groups()
        charset = charset.partition("*")[0].lower()
        if pending and (between or charset != pending_charset):
            parts.append(decode_text(pending, pending_charset))
            pending = b""
        parts.append(between)
        content = content.encode("ascii", "replace")
        if kind in "bB":
            pending += decode_base64(content)
        else:
            pending += quopri.decodestring(content.replace(b"_", b" "))
        pending_charset, position = charset, match.end()
    if pending:
        parts.append(decode_text(pending, pending_charset))
    parts.append(value[position:])
    return re.sub(r"\s+", " ", clean_text("".join(parts))).strip()


def _escaped(value):
    """Whether raw bytes hide in the text, and nothing else outside of ASCII."""
    try:
        value.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return any(char > "\x7f" for char in value)


def html_to_text(html, limit=100_000):
    """Readable text of HTML of any size: blocks on their own lines, no markup."""
    target = _TextTarget(limit)
    feeder = etree.HTMLParser(
        recover=True, huge_tree=True, no_network=True, target=target
    )
    # what was read until the parser gave up is kept
    with suppress(etree.LxmlError, ValueError):
        for start in range(0, len(html), 65536):
            feeder.feed(html[start : start + 65536])
            if target.full:
                break
        feeder.close()
    text = "".join(target.chunks)
    if not text.strip():  # nested deeper than the parser goes
        text = re.sub(r"<[^<>]*>", " ", html[: limit * 20])
    text = re.sub(r"[ \t\xa0]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return clean_text(re.sub(r"\n{3,}", "\n\n", text)).strip()[:limit]


class _TextTarget:
    """Collects the visible text while the parser reads; holds no tree."""

    def __init__(self, limit):
        self.chunks, self.size, self.limit, self.silent = [], 0, limit, 0

    @property
    def full(self):
        return self.size > self.limit

    def _add(self, text):
        self.chunks.append(text)
        self.size += len(text)

    def start(self, tag, attributes):
        if tag in SILENT_TAGS:
            self.silent += 1
        elif tag in BLOCK_TAGS:
            self._add("\n")

    def end(self, tag):
        if tag in SILENT_TAGS:
            self.silent = max(0, self.silent - 1)
        elif tag in BLOCK_TAGS and tag != "br":
            self._add("\n")

    def data(self, data):
        if not self.silent and not self.full:
            self._add(re.sub(r"\s+", " ", data))

    def close(self):
        return None


def strip_quoted(text):
    """What the sender wrote now: without the quoted mail below and the signature.

    When nothing else is left (a bare forward), the whole text is the message.
    """
    kept = []
    for line in text.splitlines():
        if line.rstrip() == "--" or QUOTE_HEAD.match(line):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    own = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return own or text.strip()


def shorten(text, limit):
    """At most ``limit`` characters, cut at a line or word, with a sign of the cut."""
    if len(text) <= limit:
        return text
    cut = text[:limit]
    end = max(cut.rfind("\n"), cut.rfind(" "))
    return cut[: end if end > limit // 2 else limit].rstrip() + " …"
