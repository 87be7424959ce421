"""When something is due: moments are naive UTC, as the database keeps them."""

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from pytz import UTC

STEP = 200  # working days looked for at a time: a calendar looks some years ahead


class NoWorkingTime(Exception):
    """The calendar has no working hours in the years to come."""


def shift(start, amount, unit, zone):
    """A moment so much later by the clock on the wall.

    Thirty days later is the same hour thirty days later, also when the clocks were
    changed meanwhile; minutes and hours pass as they do.

    :param datetime start: naive UTC
    :param str unit: minutes, hours, days, weeks, months or years
    :param zone: time zone whose days are counted
    """
    if unit in ("minutes", "hours"):
        return start + timedelta(**{unit: amount})
    local = UTC.localize(start).astimezone(zone).replace(tzinfo=None)
    later = local + relativedelta(**{unit: amount})
    return _to_utc(later, zone)


def shift_working(start, amount, unit, calendar, zone):
    """A moment so much working time later.

    Minutes and hours count while somebody works; days are working days, the hour of the
    day stays; weeks, months and years end at the next working moment.

    :param calendar: has ``plan_hours`` and ``plan_days`` of ``resource.calendar``
    :raise NoWorkingTime: when nobody ever works
    """
    if unit in ("minutes", "hours"):
        hours = amount / 60 if unit == "minutes" else amount
        return _plan_hours(calendar, hours, start)
    if unit == "days":
        return _shift_days(start, amount, calendar, zone)
    return _plan_hours(calendar, 0, shift(start, amount, unit, zone))


def _shift_days(start, days, calendar, zone):
    begin = _plan_hours(calendar, 0, start)
    local = UTC.localize(begin).astimezone(zone)
    moment, left = local, days
    while left > 0:
        step = min(left, STEP)
        # the day of the beginning is the first one the calendar counts
        reached = calendar.plan_days(step + 1, moment, compute_leaves=True)
        if not reached:
            raise NoWorkingTime
        day = reached.astimezone(zone).date()
        moment = zone.localize(datetime.combine(day, datetime.min.time()))
        left -= step
    wanted = datetime.combine(moment.date(), local.time())
    return _plan_hours(calendar, 0, _to_utc(wanted, zone))


def _plan_hours(calendar, hours, start):
    reached = calendar.plan_hours(hours, UTC.localize(start), compute_leaves=True)
    if not reached:
        raise NoWorkingTime
    return reached.astimezone(UTC).replace(tzinfo=None)


def _to_utc(local, zone):
    return zone.localize(local).astimezone(UTC).replace(tzinfo=None)
