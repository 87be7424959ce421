"""When a performer will arrive: the day as it really goes, in plain Python.

All times are datetimes of one kind (naive UTC), ways are in seconds. Nothing is known
but what the performer pressed: set off, began, done. Nobody's position is followed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

STEP = timedelta(minutes=5)
EARLY = timedelta(minutes=15)
ON_THE_WAY = timedelta(minutes=20)
EACH_STOP = timedelta(minutes=15)
WIDEST = timedelta(hours=3)


@dataclass(frozen=True)
class Stop:
    """One visit of the day.

    :param start, end: as planned
    :param departed: when the performer set off for it
    :param begun, ended: when the work really began and ended
    :param way: seconds from the place before
    """

    key: object
    start: datetime
    end: datetime
    departed: datetime | None = None
    begun: datetime | None = None
    ended: datetime | None = None
    way: int = 0


@dataclass(frozen=True)
class Arrival:
    """When somebody arrives.

    :param expected: the likeliest moment
    :param since, until: the window to tell, on full five minutes
    :param delay: how much later than planned, never negative
    """

    expected: datetime
    since: datetime
    until: datetime
    delay: timedelta


def predict(stops, now, width):
    """Arrivals of one performer's day.

    :param stops: :class:`Stop` of the day in the order of their planned start
    :param now: the present moment
    :param width: the usual width of a window
    :return: ``{key: Arrival}`` of those at which no work has begun
    """
    arrivals = {}
    free = None  # when the performer can set off for the next stop
    ahead = 0  # stops before it that are still to be done
    for stop in stops:
        duration = stop.end - stop.start
        if stop.ended:
            free = stop.ended
            continue
        if stop.begun:
            free = max(now, stop.begun + duration)
            ahead += 1
            continue
        way = timedelta(seconds=stop.way)
        if stop.departed:
            # Who sets off long before the time waits near the place.
            expected = max(now, stop.departed + way, stop.start - EARLY)
        else:
            # Who still has work elsewhere sets off after it, else at once.
            earliest = max(free, now) + way if free else now + way
            expected = max(stop.start, earliest)
        spread = ON_THE_WAY if stop.departed else width + ahead * EACH_STOP
        since = round_down(expected)
        arrivals[stop.key] = Arrival(
            expected,
            since,
            since + min(spread, max(width, WIDEST)),
            max(timedelta(0), expected - stop.start),
        )
        free = expected + duration
        ahead += 1
    return arrivals


def round_down(moment):
    """The full five minutes before a moment."""
    return moment - timedelta(
        minutes=moment.minute % (STEP.seconds // 60),
        seconds=moment.second,
        microseconds=moment.microsecond,
    )
