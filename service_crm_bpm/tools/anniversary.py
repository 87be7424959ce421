"""Days on which a date comes round again. Plain Python."""

from datetime import datetime, timedelta


def is_anniversary(value, day, repeat):
    """Whether a date or moment comes round on a day.

    :param repeat: week, month or year

    >>> from datetime import date
    >>> is_anniversary(date(2024, 2, 29), date(2027, 2, 28), "year")
    True
    >>> is_anniversary(date(2026, 1, 31), date(2026, 2, 28), "month")
    True
    """
    if isinstance(value, datetime):
        value = value.date()
    found = {
        "day_of_week": value.isoweekday() % 7,
        "day_of_month": value.day,
        "month_number": value.month,
    }
    return any(
        all(found[part] == number for part, number in parts)
        for parts in get_anniversary_parts(day, repeat)
    )


def get_anniversary_parts(day, repeat):
    """What dates that come round on a day have in common.

    :return: alternatives, each ``[(part of the date, number), …]``; the days a shorter
        month does not have come round on its last one

    >>> from datetime import date
    >>> get_anniversary_parts(date(2027, 3, 5), "year")
    [[('month_number', 3), ('day_of_month', 5)]]
    """
    if repeat == "week":
        return [[("day_of_week", day.isoweekday() % 7)]]
    days = [day.day]
    if (day + timedelta(days=1)).day == 1:
        days += range(day.day + 1, 32)
    if repeat == "month":
        return [[("day_of_month", number)] for number in days]
    return [[("month_number", day.month), ("day_of_month", number)] for number in days]
