"""A raw mail as plain values, whatever state it is in. Never raises, always ends soon.

The standard parser of today raises on unknown charsets and on many broken headers; the
lenient one (``compat32``) does not, and the rest is decoded here by hand.
"""

import email
import email.policy
import hashlib
import re
from dataclasses import dataclass, field
from email.utils import getaddresses

from .mail_text import (
    clean_text,
    decode_base64,
    decode_header,
    decode_text,
    html_to_text,
)

MAX_HEADER = 20_000  # characters of one header that are looked at
MAX_HEADERS_SIZE = 1_000_000  # bytes of all headers that the parser is given
MAX_RECIPIENTS = 200
MAX_REFERENCES = 32
MAX_PARTS = 500
MAX_DEPTH = 30
MAX_TEXT = 100_000  # characters of a text that stand in a message
MAX_HTML = 150_000  # cleaning HTML for display takes more than its length
MAX_TAGS = 6_000

ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]+@[^\s<>@,;:\"()\[\]\\]+")
RAW_NAME = re.compile(r'name="?([^";]+)', re.IGNORECASE)
MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
}


@dataclass
class MailFile:
    """A file of a mail; ``cid`` when the HTML shows it by this content id."""

    name: str
    content: bytes
    content_type: str
    cid: str = ""


@dataclass
class ParsedMail:
    """What a raw mail says. All text is clean and of bounded length."""

    headers: dict = field(default_factory=dict)
    content_type: str = "text/plain"
    report_type: str = ""
    part_types: set = field(default_factory=set)
    message_id: str = ""
    subject: str = ""
    sender_name: str = ""
    sender_email: str = ""
    to: list = field(default_factory=list)
    cc: list = field(default_factory=list)
    delivered_to: list = field(default_factory=list)
    in_reply_to: str = ""
    references: list = field(default_factory=list)
    date: str = ""
    text: str = ""
    html: str = ""
    files: list = field(default_factory=list)
    fingerprint: str = ""

    def header(self, name):
        """First header of this name, decoded; empty when there is none."""
        return self.headers.get(name.lower(), [""])[0]

    @property
    def recipients(self):
        """Addresses the mail was delivered or sent to, lower case, each once."""
        found = [a for _name, a in (*self.delivered_to, *self.to, *self.cc)]
        return list(dict.fromkeys(address.lower() for address in found))

    @property
    def plain(self):
        """The text people read: the text part, or that of the HTML."""
        return self.text if self.text.strip() else html_to_text(self.html, MAX_TEXT)


def parse_mail(raw):
    """The :class:`ParsedMail` of raw bytes."""
    raw = _normalise_lines(raw)
    message = _parse_message(raw)
    mail = ParsedMail(headers=_headers(message))
    _read_envelope(mail)
    mail.content_type = _content_type(message)
    mail.report_type = str(message.get_param("report-type") or "").lower()
    try:
        _read_parts(mail, message)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        # structure beyond repair: the person still sees the mail as a file
        mail.files.append(MailFile("message.eml", raw, "message/rfc822"))
    _bound_body(mail)
    mail.fingerprint = fingerprint(mail)
    return mail


def parse_envelope(raw):
    """The :class:`ParsedMail` of the headers alone: cheap, for finding the way."""
    head = _normalise_lines(raw[:MAX_HEADERS_SIZE]).partition(b"\n\n")[0]
    mail = ParsedMail(headers=_headers(_parse_message(head + b"\n\n")))
    _read_envelope(mail)
    return mail


def fingerprint(mail):
    """The same content gives the same text, whichever way and how often it came."""
    digest = hashlib.sha256()
    for value in (
        mail.sender_email.lower(),
        ",".join(sorted(a.lower() for _n, a in mail.to)),
        mail.subject,
        mail.header("date"),
        " ".join(mail.text.split()),
        " ".join(mail.html.split()),
    ):
        digest.update(value.encode("utf-8", "replace") + b"\0")
    for file in mail.files:
        digest.update(file.name.encode("utf-8", "replace") + b"\0")
        digest.update(hashlib.sha256(file.content).digest())
    return digest.hexdigest()


def _normalise_lines(raw):
    """Bytes with line ends the parser knows: some broken relays send CR only."""
    if b"\n" not in raw[:MAX_HEADERS_SIZE]:
        raw = raw.replace(b"\r", b"\n")
    elif b"\r\n" in raw:
        raw = raw.replace(b"\r\n", b"\n")
    return raw.lstrip(b"\n \t\0")


def _parse_message(raw):
    """The lenient message; of one nested beyond reason only head and raw body."""
    policy = email.policy.compat32
    head, _gap, body = raw.partition(b"\n\n")
    if len(head) > MAX_HEADERS_SIZE:
        raw = head[:MAX_HEADERS_SIZE].rpartition(b"\n")[0] + b"\n\n" + body
    try:
        if raw.lower().count(b"boundary=") > MAX_PARTS:
            raise RecursionError
        return email.message_from_bytes(raw, policy=policy)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        message = email.message_from_bytes(
            raw.partition(b"\n\n")[0] + b"\n\n", policy=policy
        )
        del message["Content-Type"]
        del message["Content-Transfer-Encoding"]
        message["Content-Type"] = 'application/octet-stream; name="message.eml"'
        message.set_payload(raw.decode("ascii", "surrogateescape"))
        return message


def _headers(message):
    headers = {}
    for name, value in message.raw_items():
        values = headers.setdefault(name.lower(), [])
        if len(values) < 50:
            values.append(decode_header(str(value)[:MAX_HEADER]))
    return headers


def _read_envelope(mail):
    mail.subject = mail.header("subject")[:500]
    mail.message_id = (MESSAGE_ID.findall(mail.header("message-id")) or [""])[0]
    mail.date = mail.header("date")[:100]
    for name in ("from", "sender", "reply-to", "return-path"):
        people = _addresses(mail, name)
        if people:
            mail.sender_name, mail.sender_email = people[0]
            break
    else:
        mail.sender_name = mail.header("from")[:200]
    mail.to = _addresses(mail, "to", "resent-to")
    mail.cc = _addresses(mail, "cc", "resent-cc")
    mail.delivered_to = _addresses(mail, "delivered-to", "x-original-to", "envelope-to")
    mail.in_reply_to = (MESSAGE_ID.findall(mail.header("in-reply-to")) or [""])[0]
    mail.references = MESSAGE_ID.findall(mail.header("references"))[-MAX_REFERENCES:]


def _addresses(mail, *names):
    """``(name, address)`` pairs of all headers of these names, usable ones only."""
    found = []
    for name in names:
        for value in mail.headers.get(name, ()):
            try:
                pairs = getaddresses([value])
            except (ValueError, IndexError, AttributeError, TypeError):
                pairs = []
            pairs = [(n, a) for n, a in pairs if ADDRESS.fullmatch(a)]
            found += pairs or [("", a) for a in ADDRESS.findall(value)]
    return [(n.strip(" '\"")[:200], a[:254]) for n, a in found[:MAX_RECIPIENTS]]


def _content_type(part):
    return clean_text(part.get_content_type())[:100]


def _read_parts(mail, message):
    """Sort the parts into text, HTML and files, without recursion."""
    pile, count = [(message, 0, "")], 0
    texts, htmls = [], []
    while pile and count < MAX_PARTS:
        part, depth, parent = pile.pop()
        count += 1
        kind = _content_type(part)
        mail.part_types.add(kind)
        payload = part.get_payload()
        if isinstance(payload, list) and kind.startswith("multipart/"):
            if depth < MAX_DEPTH:
                pile += [(child, depth + 1, kind) for child in reversed(payload)]
            else:
                mail.files.append(_mail_file(part, mail, kind))
            continue
        name = _file_name(part)
        inline = not name and not _is_attachment(part)
        if kind == "text/plain" and inline:
            # in an alternative the text says what the HTML says
            texts.append((_part_text(part), parent))
        elif kind == "text/html" and inline:
            htmls.append((_part_text(part), parent))
        elif kind.startswith("multipart/") and not isinstance(payload, list):
            # promised parts and sent none: what there is, is the text
            texts.append((_part_text(part), parent))
        elif kind == "message/delivery-status":
            texts.append((_status_text(payload), parent))
        else:
            mail.files.append(_mail_file(part, mail, kind))
    mail.text = "\n\n".join(t for t, _p in texts if t.strip())
    mail.html = _join_html(texts, htmls)


def _join_html(texts, htmls):
    """The HTML to show: all HTML parts, or nothing where texts stand beside them."""
    plain = [t for t, p in texts if p != "multipart/alternative" and t.strip()]
    if not htmls or (plain and all(p != "multipart/alternative" for _h, p in htmls)):
        return htmls[0][0] if htmls and not plain else ""
    return "\n".join(h for h, _p in htmls)


def _is_attachment(part):
    value = str(part.get("content-disposition") or "")
    return value.strip().lower().startswith("attachment")


def _part_bytes(part):
    """Decoded content of a leaf; of a broken encoding as much as can be had."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"\n".join(child.as_bytes() for child in payload)
    encoding = str(part.get("content-transfer-encoding") or "").strip().lower()
    if encoding == "base64":
        return decode_base64(payload.encode("ascii", "surrogateescape"))
    return part.get_payload(decode=True) or b""


def _part_text(part):
    charset = part.get_param("charset")
    if isinstance(charset, tuple):  # RFC 2231
        charset = charset[2]
    return decode_text(_part_bytes(part), str(charset or ""))


def _status_text(payload):
    """What a delivery report says, as text."""
    parts = payload if isinstance(payload, list) else []
    return clean_text("\n".join(str(part) for part in parts))[:MAX_TEXT]


def _file_name(part):
    """File name however it was written: RFC 2231, encoded words, raw 8-bit."""
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError, TypeError, AttributeError):
        name = str(part.get_param("name") or "")
    if "\ufffd" in name:  # raw 8-bit, which the parser gives up on
        for header, value in part.raw_items():
            found = RAW_NAME.search(str(value))
            if header.lower().startswith("content-") and found:
                name = found[1]
                break
    return decode_header(str(name)).replace("/", "_").replace("\\", "_")[:200].strip()


def _mail_file(part, mail, kind):
    name = _file_name(part)
    if kind == "message/rfc822":
        inner = part.get_payload()
        inner = inner[0] if isinstance(inner, list) and inner else None
        content = _part_bytes(part) if inner is None else _as_bytes(inner)
        if not name and inner is not None:
            subject = decode_header(str(inner.get("subject") or ""))[:100]
            name = (subject.replace("/", "_").replace("\\", "_") or "message") + ".eml"
    elif isinstance(part.get_payload(), list):
        content = _as_bytes(part)
    else:
        content = _part_bytes(part)
    if not name:
        name = f"file-{len(mail.files) + 1}{EXTENSIONS.get(kind, '')}"
    cid = clean_text(str(part.get("content-id") or "")).strip(" <>")[:200]
    return MailFile(name, content, kind, cid)


def _as_bytes(message):
    try:
        return message.as_bytes()
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return str(message.get_payload()).encode("utf-8", "replace")


def _bound_body(mail):
    """Bodies too long to show become files, whole; their beginning stays as text."""
    if len(mail.html) > MAX_HTML or mail.html.count("<") > MAX_TAGS:
        html = mail.html
        mail.files.append(
            MailFile("message.html", html.encode("utf-8", "replace"), "text/html")
        )
        mail.html = ""
        if not mail.text.strip():
            mail.text = html_to_text(html, MAX_TEXT)
    if len(mail.text) > MAX_TEXT:
        mail.files.append(
            MailFile("message.txt", mail.text.encode("utf-8", "replace"), "text/plain")
        )
        mail.text = mail.text[:MAX_TEXT]
