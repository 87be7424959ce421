"""An appointment as calendars read it (RFC 5545). Plain Python, no database."""

from datetime import UTC, datetime

_ESCAPES = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""}


def write_invitation(
    uid,
    start,
    end,
    summary,
    *,
    place="",
    note="",
    url="",
    organizer="",
    attendee="",
    cancelled=False,
    now=None,
):
    """The text of an invitation, or of its withdrawal.

    A later text with the same ``uid`` takes the place of an earlier one.

    :param start: UTC without zone; so is ``end``
    :param organizer: e-mail address of who invites; so is ``attendee``
    """
    now = now or datetime.now(UTC).replace(tzinfo=None)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Service CRM//Messages//EN",
        f"METHOD:{'CANCEL' if cancelled else 'REQUEST'}",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"SEQUENCE:{int(now.replace(tzinfo=UTC).timestamp())}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(start)}",
        f"DTEND:{_moment(end)}",
        f"SUMMARY:{_escape(summary)}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
    ]
    for name, value in (("LOCATION", place), ("DESCRIPTION", note)):
        if value:
            lines.append(f"{name}:{_escape(value)}")
    if url:
        lines.append(f"URL:{url}")
    if organizer:
        lines.append(f"ORGANIZER:mailto:{organizer}")
    if attendee:
        lines.append(f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:{attendee}")
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _moment(moment):
    return moment.strftime("%Y%m%dT%H%M%SZ")


def _escape(text):
    return "".join(_ESCAPES.get(sign, sign) for sign in text.strip())


def _fold(line):
    """Lines of at most 75 bytes; a sign is never cut in two."""
    parts, part, size = [], "", 0
    for sign in line:
        length = len(sign.encode())
        if size + length > 75:
            parts.append(part)
            part, size = " ", 1
        part += sign
        size += length
    return "\r\n".join([*parts, part])
