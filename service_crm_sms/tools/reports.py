"""What reports of a gateway change in a message's row. No database."""

from .gateways.base import DELIVERED, FAILED, SENT, UNKNOWN

WORDS = 500  # of the gateway, kept with the message


def clean(text):
    """Words of a stranger as PostgreSQL takes them."""
    text = (text or "").replace("\x00", "").encode("utf-8", "replace").decode()
    return text[:WORDS]


def get_changes(row, reports, next_states, now):
    """The new values of one row after reports, which come late, twice, out of order.

    :param row: dict with ``state``, ``date_sent``, ``remote_id``
    :param reports: :class:`~.gateways.base.Report` of this message
    :param next_states: which state may follow which
    :return: dict of changed values; ``state`` only when it changes
    """
    state, changes = row["state"], {}
    for report in reports:
        if report.remote_id and not (changes.get("remote_id") or row["remote_id"]):
            changes["remote_id"] = clean(report.remote_id)
        if report.segments:
            changes["segments"] = report.segments
        if report.price is not None:
            changes["price"] = (report.price, report.currency)
        if report.state not in next_states[state]:
            continue
        if state == FAILED and report.state == SENT:
            continue  # the older of the two came later
        state = changes["state"] = report.state
        at = report.at or now
        if state in (SENT, DELIVERED) and not row["date_sent"]:
            changes.setdefault("date_sent", at)
        if state == DELIVERED:
            changes["date_delivered"] = at
        if state in (DELIVERED, FAILED):
            changes["date_query"] = None  # nothing is left to ask
        is_bad = state not in (SENT, DELIVERED)
        default = "interrupted" if state == UNKNOWN else "unknown"
        changes["reason"] = (report.reason or default) if is_bad else None
        changes["error"] = clean(report.error) or None
    return changes
