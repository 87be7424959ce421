"""When something was done on a phone whose clock and connection nobody can trust."""

from datetime import datetime, timedelta, timezone

LONGEST_DELAY = timedelta(days=7)
LONGEST_VISIT = timedelta(hours=36)


def moment_of(made, sent, now):
    """The server's time of what was done at ``made`` and sent at ``sent``.

    Both are milliseconds by the phone's clock, so that a clock that is wrong by hours
    does no harm: only how long the action waited in the phone counts.

    >>> now = datetime(2026, 11, 23, 12, 0)
    >>> moment_of(1_000_000, 1_000_000 + 90 * 60 * 1000, now)
    datetime.datetime(2026, 11, 23, 10, 30)

    :param now: naive UTC, as the ORM has it
    """
    try:
        delay = timedelta(milliseconds=float(sent) - float(made))
    except (TypeError, ValueError, OverflowError):
        return now
    if delay < timedelta(0):
        return now  # the phone's clock was set meanwhile
    return (now - min(delay, LONGEST_DELAY)).replace(microsecond=0)


def read_moment(milliseconds):
    """A moment as JavaScript has it, as naive UTC; ``None`` when it is none."""
    try:
        moment = datetime.fromtimestamp(float(milliseconds) / 1000, timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=None, microsecond=0)


def to_milliseconds(moment):
    """Naive UTC as JavaScript has it; ``None`` for nothing.

    >>> to_milliseconds(datetime(1970, 1, 1, 0, 0, 1))
    1000
    """
    return (
        int(moment.replace(tzinfo=timezone.utc).timestamp() * 1000) if moment else None
    )


def is_sensible_visit(start, end, now):
    """Whether somebody can have worked from ``start`` to ``end``."""
    return (
        start < end <= now + timedelta(minutes=1)
        and end - start <= LONGEST_VISIT
        and now - start <= LONGEST_DELAY
    )
