"""A mail rebuilt so that no parser stumbles over it: plain headers, no content."""

from email.header import Header
from email.utils import formataddr

from .mail_parse import MAX_RECIPIENTS

KEPT_RECIPIENTS = 50


def message_id_of(mail):
    """The mail's own id, or one that the same content gets again."""
    return mail.message_id or f"<{mail.fingerprint}@fingerprint.invalid>"


def clean_headers(mail, aliases=()):
    """Raw bytes of a mail with the headers of ``mail`` in their plainest form.

    :param aliases: addresses of ours that must stay among the recipients; of the
        others only some are kept
    """
    lines = [
        ("Message-Id", message_id_of(mail)),
        ("From", _people([(mail.sender_name, mail.sender_email)])),
        ("To", _people(_first(mail.to, aliases))),
        ("Cc", _people(_first(mail.cc, aliases))),
        ("Delivered-To", _people(_first(mail.delivered_to, aliases))),
        ("Subject", _encoded(mail.subject)),
        ("Date", _encoded(mail.date)),
        ("In-Reply-To", mail.in_reply_to),
        ("References", " ".join(mail.references)),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines if value)
    return (
        head + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    ).encode("ascii", "replace")


def _first(people, aliases):
    ours = [p for p in people[:MAX_RECIPIENTS] if p[1].lower() in aliases]
    others = [p for p in people if p[1].lower() not in aliases]
    return ours + others[:KEPT_RECIPIENTS]


def _encoded(text):
    return Header(text, "utf-8").encode(linesep="\r\n") if text else ""


def _people(people):
    found = []
    for name, address in people:
        if not address.isascii():
            continue
        name = "".join(c for c in name if c.isprintable() and c not in '"\\')
        found.append(formataddr((name, address)))
    return ",\r\n ".join(found)
