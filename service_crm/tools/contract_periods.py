"""Periods of contracts: calendar months, quarters and years, whole or in part."""

from datetime import date, timedelta
from decimal import Decimal

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def get_period(day, unit):
    """First and last day of the calendar month, quarter or year of a day.

    >>> get_period(date(2026, 5, 17), "quarter")
    (datetime.date(2026, 4, 1), datetime.date(2026, 6, 30))
    """
    months = MONTHS[unit]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months) - timedelta(days=1)


def add_months(day, months):
    """The same day so many months later, the last of the month where it has none.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def get_next_part(begin, end, done_until, unit):
    """The next part of a contract to be invoiced: what it covers of one period.

    :param begin: first day of the contract
    :param end: last day, or ``None``
    :param done_until: last day invoiced so far, or ``None``
    :return: ``(first day, last day)``, or ``None`` when all is invoiced

    >>> get_next_part(date(2026, 1, 20), None, None, "month")
    (datetime.date(2026, 1, 20), datetime.date(2026, 1, 31))
    """
    first = done_until + timedelta(days=1) if done_until else begin
    if not first or (end and first > end):
        return None
    last = get_period(first, unit)[1]
    return first, min(last, end) if end else last


def get_share(first, last, unit, pauses=()):
    """Part of a period that is paid for: its days without pauses by all its days.

    :param pauses: ``(first day, last day or None)`` of each pause
    :return: ``(days, days of the whole period)``

    >>> get_share(date(2026, 1, 20), date(2026, 1, 31), "month")
    (12, 31)
    """
    whole_first, whole_last = get_period(first, unit)
    paused = set()
    for begin, end in pauses:
        day = max(begin, first)
        while day <= min(end or last, last):
            paused.add(day)
            day += timedelta(days=1)
    days = (last - first).days + 1 - len(paused)
    return days, (whole_last - whole_first).days + 1


def prorate(price, days, whole):
    """The price of so many days of a period, not rounded.

    >>> prorate(310, 12, 31)
    Decimal('120')
    """
    price = Decimal(str(price))
    return price if days == whole else price * days / whole
