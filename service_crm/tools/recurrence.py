"""Visits that come again and again, in plain Python: days, holidays, clock times.

A rule gives days; a day is moved off a holiday; a day and a time on the clock of the
place make a moment. The clock time stays over a change of the clocks.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from dateutil import rrule

UTC = timezone.utc
DAY = timedelta(days=1)
FREQUENCIES = {
    "day": rrule.DAILY,
    "week": rrule.WEEKLY,
    "month": rrule.MONTHLY,
    "year": rrule.YEARLY,
}
# About how long one interval lasts: to tell which visit stands for which.
DAYS_OF = {"day": 1, "week": 7, "month": 30, "year": 365}
# How far a day is moved at most before it is given up.
SEARCH_DAYS = 31


@dataclass(frozen=True)
class Rule:
    """How often something comes.

    :param first: the first day; months and years take the day of the month from it
    :param frequency: ``day``, ``week``, ``month`` or ``year``
    :param weekdays: weeks only: numbers of the days, Monday is 0; empty: as ``first``
    :param by_weekday: months and years: as "the third Tuesday" instead of "the 17th"
    :param last: last day; :param count: so many times at most
    """

    first: date
    frequency: str = "month"
    interval: int = 1
    weekdays: tuple = ()
    by_weekday: bool = False
    last: date | None = None
    count: int | None = None


def find_days(rule, since, until):
    """The days of a rule from ``since`` to ``until``, both included, in order.

    A month without that day (the 31st) has it on its last day.
    """
    if rule.last:
        until = min(until, rule.last)
    if until < max(since, rule.first):
        return []
    found = rrule.rrule(
        FREQUENCIES[rule.frequency],
        dtstart=datetime.combine(rule.first, time.min),
        interval=rule.interval,
        count=rule.count or None,
        **_get_details(rule),
    )
    moments = found.between(
        datetime.combine(since, time.min), datetime.combine(until, time.min), inc=True
    )
    return [moment.date() for moment in moments]


def _get_details(rule):
    """What makes the days within a week, month or year, for ``rrule``."""
    first = rule.first
    if rule.frequency == "week":
        return {"byweekday": sorted(rule.weekdays) or [first.weekday()]}
    if rule.frequency not in ("month", "year"):
        return {}
    details = {"bymonth": first.month} if rule.frequency == "year" else {}
    if rule.by_weekday:
        number = get_week_number(first)
        return {**details, "byweekday": rrule.weekday(first.weekday(), number)}
    # Of the days there are in the month the last one that is not later.
    wanted = range(28, first.day + 1) if first.day > 28 else [first.day]
    return {**details, "bymonthday": list(wanted), "bysetpos": -1}


def get_week_number(day):
    """The third Tuesday is 3; the fifth one of a month is its last one: -1."""
    number = (day.day - 1) // 7 + 1
    return -1 if number == 5 else number


def move_day(day, is_off, way):
    """The day on which it takes place, or ``None`` when it is left out.

    :param is_off: function, whether nobody works on a day
    :param way: ``anyway``, ``skip``, ``next`` or ``previous`` working day
    """
    if way == "anyway" or not is_off(day):
        return day
    if way == "skip":
        return None
    step = DAY if way == "next" else -DAY
    for _number in range(SEARCH_DAYS):
        day += step
        if not is_off(day):
            return day
    return None


def place_days(days, is_off, way):
    """``[(day of the rule, day it takes place)]``; two never fall on one day.

    Those that need not move come first: a moved one does not push them away.
    """
    stay = {day for day in days if not is_off(day) or way == "anyway"}
    placed, taken = [], set(stay)
    for day in days:
        target = day if day in stay else move_day(day, is_off, way)
        if target and (day in stay or target not in taken):
            taken.add(target)
            placed.append((day, target))
    return placed


def drop_covered(days, kept, rule):
    """Days of a changed rule without those for which an agreed visit stands already.

    Each kept one stands for the nearest day, at most half an interval away.

    :param days: days of the rule; :param kept: days of the visits that stay
    """
    left = list(days)
    reach = DAYS_OF[rule.frequency] * rule.interval / (len(rule.weekdays) or 1) / 2
    for day in sorted(kept):
        nearest = min(left, key=lambda other: abs(other - day), default=None)
        if nearest is not None and abs((nearest - day).days) <= reach:
            left.remove(nearest)
    return left


def at_clock(day, hour, tz):
    """The moment, naive UTC, when the clocks of the place show that hour.

    An hour that the clocks skip comes when it would have come without the change.

    :param hour: as a number, 9.5 is half past nine; :param tz: a ``tzinfo``
    """
    local = datetime.combine(day, time.min) + timedelta(minutes=round(hour * 60))
    return local.replace(tzinfo=tz).astimezone(UTC).replace(tzinfo=None)
