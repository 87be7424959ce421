"""Planning rules of visits in plain Python: capacity, working hours, absence.

Times are datetimes of one kind (all naive UTC or all aware); intervals are half-open,
``[start, end)``: a visit may begin the moment the one before it ends. Elapsed time is
counted between instants, so a change of the clocks is nobody's special case here.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

UTC = timezone.utc
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Booking:
    """The time one work order takes of its performer."""

    key: object
    start: datetime
    end: datetime


def occupied(planned, actual=(None, None), finished=False):
    """The time a visit really takes: ``(start, end)``, or ``None`` when it has none.

    :param planned: ``(start, end)`` as planned, either may be empty
    :param actual: ``(start, end)`` as it came about
    :param finished: the visit is over: what was not used of the plan is free again

    A visit under way began when it began and lasts as long as was planned, or until
    the planned end when that is later.
    """
    start, end = planned
    actual_start, actual_end = actual
    if finished and actual_start and actual_end:
        return (actual_start, actual_end) if actual_start < actual_end else None
    if not (start and end and start < end):
        return None
    if actual_start:
        return actual_start, max(end, actual_start + (end - start))
    return start, end


def find_overloads(bookings, checked, capacity):
    """Those of ``checked`` during which more than ``capacity`` bookings run at once.

    :param bookings: all :class:`Booking` of one performer, the checked ones among them
    :param checked: keys of the bookings somebody wants to make
    :param capacity: how many may run at the same instant
    :return: ``{checked key: [other keys at the first overloaded instant]}``
    """
    events = sorted(
        (
            event
            for booking in bookings
            if booking.start < booking.end
            for event in ((booking.start, 1, booking), (booking.end, 0, booking))
        ),
        key=lambda event: event[:2],  # at one instant ends (0) go before starts (1)
    )
    running = {}
    overloads = {}
    for _time, is_start, booking in events:
        if not is_start:
            running.pop(booking.key, None)
            continue
        running[booking.key] = booking
        if len(running) <= capacity:
            continue
        for key in running:
            if key in checked and key not in overloads:
                overloads[key] = [other for other in running if other != key]
    return overloads


def find_absence(start, end, absences):
    """The first of ``absences`` ``(start, end, what)`` that touches the visit."""
    return next(
        (
            absence
            for absence in sorted(absences, key=lambda item: item[0])
            if absence[0] < end and start < absence[1]
        ),
        None,
    )


def is_within_hours(start, end, work):
    """Whether a visit begins and ends inside working hours ``(start, end)``.

    What lies between may be a lunch break or, for a job of several days, a night.
    """
    begins = any(since <= start < until for since, until in work)
    ends = any(since < end <= until for since, until in work)
    return begins and ends


def work_intervals(week, since, until, tz):
    """Working hours of some days on the clocks of a time zone, as aware UTC times.

    :param week: ``[(weekday, week type, hour from, hour to)]``, Monday is 0, hours as
        numbers; the week type, 0 or 1, is ``None`` when every week is the same
    :param since, until: naive UTC; whole days around them are given
    :return: ``[(start, end)]``, in order
    """
    first = since.replace(tzinfo=UTC).astimezone(tz).date() - DAY
    last = until.replace(tzinfo=UTC).astimezone(tz).date() + DAY
    intervals = []
    for number in range((last - first).days + 1):
        day = first + number * DAY
        week_type = (day.toordinal() - 1) // 7 % 2
        intervals += [
            (_at_hour(day, hour_from, tz), _at_hour(day, hour_to, tz))
            for weekday, kind, hour_from, hour_to in week
            if weekday == day.weekday() and kind in (None, week_type)
        ]
    return sorted(intervals)


def _at_hour(day, hour, tz):
    """The moment the clocks of the time zone show that hour of the day."""
    local = datetime.combine(day, time.min) + timedelta(minutes=round(hour * 60))
    return local.replace(tzinfo=tz).astimezone(UTC)


def hours_of_day(day, work, tz):
    """Working hours of one local day as ``[(time, time)]``, adjoining ones joined."""
    hours = []
    for since, until in sorted(work):
        since, until = since.astimezone(tz), until.astimezone(tz)
        if since.date() != day:
            continue
        ends = until.time() if until.date() == day else time.max
        if hours and since.time() <= hours[-1][1]:
            hours[-1] = (hours[-1][0], max(hours[-1][1], ends))
        else:
            hours.append((since.time(), ends))
    return hours


def best_holding(holdings, day):
    """Whoever holds a skill best on that day: valid, then high in level, then long.

    :param holdings: ``[(last day of validity or None, level) or None]``
    """

    def rank(holding):
        last, level = holding
        valid = last is None or last >= day
        return valid, level if valid else 0, last is None, last or day

    return max(filter(None, holdings), key=rank)


def find_skill_gaps(required, held, day):
    """Required skills that are not held on that day.

    :param required: skills (any hashable)
    :param held: ``{skill: last day of validity, or None}``
    :return: ``(missing, expired)``: a list of skills and one of ``(skill, last day)``
    """
    missing = [skill for skill in required if skill not in held]
    expired = [
        (skill, held[skill])
        for skill in required
        if skill in held and held[skill] and held[skill] < day
    ]
    return missing, expired


def find_low_levels(required, held):
    """Required skills that are held, but not at the level the job takes.

    :param required: ``{skill: level}``
    :param held: ``{skill: level}``
    :return: ``[(skill, level held, level required)]``
    """
    return [
        (skill, held[skill], level)
        for skill, level in required.items()
        if skill in held and held[skill] < level
    ]


def is_within_window(start, earliest, latest):
    """Whether an arrival lies in the window agreed, either end of which may be open."""
    return not (earliest and start < earliest or latest and start > latest)
