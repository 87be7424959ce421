"""The dispatch board in plain Python: days, load, risk, and where no job fits.

All times are milliseconds since 1970, UTC, as a browser counts them; intervals are
half-open. A day is a day of the reader's calendar: 23 or 25 hours when clocks change.
"""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

HOUR = 3_600_000
DAY = 24 * HOUR
SOON_UNPLANNED = DAY  # nobody goes yet, and it is due within a day
SOON_PLANNED = HOUR  # somebody goes, but an hour later would be too late
GRACE = HOUR // 4  # a performer who should have begun is late after that

WAITING = frozenset({"draft", "offered", "assigned", "on_the_way"})


def to_moment(milliseconds):
    """Naive UTC time of a browser's time; nothing stays nothing."""
    if milliseconds in (None, False):
        return None
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).replace(
        tzinfo=None
    )


def to_milliseconds(moment):
    """A browser's time of a naive UTC or an aware time; ``False`` for none."""
    if not moment:
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return round(moment.timestamp() * 1000)


def get_days(start, stop, tz):
    """The calendar days of a zone that a time touches: ``[(start, end)]``.

    :param tz: name of the time zone
    """
    zone = ZoneInfo(tz)
    first = datetime.fromtimestamp(start / 1000, zone).date()
    last = datetime.fromtimestamp((stop - 1) / 1000, zone).date()
    edges = [
        to_milliseconds(
            datetime.combine(first + timedelta(days=number), time.min, zone)
        )
        for number in range((last - first).days + 2)
    ]
    return list(zip(edges, edges[1:], strict=False))


def clip(intervals, start, stop):
    """The parts of intervals that lie in ``[start, stop)``."""
    return [
        [max(since, start), min(until, stop)]
        for since, until in intervals
        if since < stop and until > start
    ]


def join(intervals):
    """Intervals in order, overlapping and adjoining ones as one."""
    joined = []
    for since, until in sorted(intervals):
        if joined and since <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], until)
        else:
            joined.append([since, until])
    return joined


def without(intervals, removed):
    """What is left of intervals when others are taken out of them."""
    left = join(intervals)
    for gone_from, gone_until in removed:
        left = [
            part
            for since, until in left
            for part in (
                [since, min(until, gone_from)],
                [max(since, gone_until), until],
            )
            if part[0] < part[1]
        ]
    return left


def sum_by_day(intervals, days):
    """How much of each day the intervals take."""
    return [
        sum(
            min(until, day_end) - max(since, day_start)
            for since, until in intervals
            if since < day_end and until > day_start
        )
        for day_start, day_end in days
    ]


def get_load(busy, available, capacity):
    """Percent of each day that is taken; work on a day off is a full day.

    :param busy, available: milliseconds per day
    """
    return [
        round(100 * taken / (free * capacity)) if free else 100 * bool(taken)
        for taken, free in zip(busy, available, strict=True)
    ]


def get_full(bookings, capacity):
    """When a performer takes no further job: ``[[from, to]]``.

    :param bookings: ``[(start, end)]`` of what is planned
    """
    events = sorted(
        event
        for start, end in bookings
        if start < end
        for event in ((start, 1), (end, -1))
    )
    full, running, since = [], 0, None
    for moment, change in events:
        running += change
        if running >= capacity and since is None:
            since = moment
        elif running < capacity and since is not None:
            full.append([since, moment])
            since = None
    return join(interval for interval in full if interval[0] < interval[1])


def get_risk(state, start, due, now):
    """``late``, ``soon`` or ``none``: whether the work begins when it has to.

    :param start: when somebody is planned to begin, or ``False``
    :param due: until when the work has to begin, or ``False``
    """
    if state not in WAITING:
        return "none"
    if due and max(start or now, now) > due or start and start + GRACE < now:
        return "late"
    if due and (due - start <= SOON_PLANNED if start else due - now <= SOON_UNPLANNED):
        return "soon"
    return "none"
