"""When a message may go out. Plain Python, no database.

Moments are UTC without zone, as Odoo keeps them; hours of the day are those of the
recipient.
"""

from calendar import isleap
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def to_local(moment, tz):
    """The moment as the clock of a zone shows it."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tz))


def to_utc(day, hour, tz):
    """The moment at which the clock of a zone shows this hour of a day.

    An hour that the change to summer time leaves out is taken as the one after it.
    """
    minutes = round(hour * 60)
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    aware = wall.replace(tzinfo=ZoneInfo(tz)).astimezone(UTC)
    return aware.replace(tzinfo=None)


def is_quiet(moment, tz, start, end):
    """Whether the moment lies in the quiet hours, which may go over midnight.

    :param start: hour of the day as a number; equal to ``end``: there are none
    """
    if start == end:
        return False
    local = to_local(moment, tz)
    hour = local.hour + local.minute / 60 + local.second / 3600
    if start < end:
        return start <= hour < end
    return hour >= start or hour < end


def after_quiet(moment, tz, start, end):
    """The moment itself, or the end of the quiet hours it lies in."""
    if not is_quiet(moment, tz, start, end):
        return moment
    day = to_local(moment, tz).date()
    morning = to_utc(day, end, tz)
    return morning if morning > moment else to_utc(day + timedelta(days=1), end, tz)


def anniversary(day, year):
    """The day in another year; 29 February is kept on the 28th in common years."""
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return day.replace(year=year)


def anniversaries(days):
    """``(month, day)`` of what falls on these days, also 29 February."""
    found = {(day.month, day.day) for day in days}
    if any((d.month, d.day) == (2, 28) and not isleap(d.year) for d in days):
        found.add((2, 29))
    return sorted(found)
