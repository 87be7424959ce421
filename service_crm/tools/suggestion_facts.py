"""What a search for free times knows, in plain Python."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1)


@dataclass
class Person:
    """A performer as the hard rules see him.

    :param teams, areas: ids; none: all of them
    :param members: ids of those who go along
    :param people: how many go, ``None`` when nobody knows
    :param skills: ``{skill id: (last day or None, level)}``, of all who go
    """

    id: int
    name: str
    tz: str
    capacity: int = 1
    teams: frozenset = frozenset()
    areas: frozenset = frozenset()
    members: tuple = ()
    people: int | None = 1
    skills: dict = field(default_factory=dict)
    home: tuple | None = None
    end: tuple | None = None


@dataclass
class Facts:
    """One search: the job, the people, what they do already, what counts.

    :param job: :class:`~.suggestions.Job`
    :param people: ``{performer id: Person}``
    :param performers: ``{performer id: Performer}`` of those no rule excludes
    :param skills: ``{required skill id: level}``
    :param helpers: ids of those who go along whoever is sent
    :param wished: ``(from, to)`` the customer wished, or ``None``
    :param personal: id of the customer's personal performer, or ``None``
    :param known: ``{performer id: last visit to this customer}``
    :param told: ``(performer id, start)`` of a plan somebody knows of, or ``None``
    :param missing: what is not in stock, in words, and nobody knows when it comes
    """

    job: object
    people: dict
    performers: dict = field(default_factory=dict)
    skills: dict = field(default_factory=dict)
    helpers: tuple = ()
    wished: tuple | None = None
    personal: int | None = None
    known: dict = field(default_factory=dict)
    told: tuple | None = None
    missing: tuple = ()


def to_seconds(moment):
    """Whole seconds since 1970 of a naive UTC or an aware moment."""
    if moment.tzinfo:
        return int(moment.timestamp())
    return int((moment - EPOCH).total_seconds())


def to_moment(seconds):
    """The naive UTC moment of seconds since 1970."""
    return EPOCH + timedelta(seconds=seconds)


def list_days(since, until, tz):
    """Days of a time zone around a time, as seconds: ``((midnight, next), …)``."""
    zone = ZoneInfo(tz or "UTC")
    day = to_moment(since).replace(tzinfo=UTC).astimezone(zone).date()
    last = to_moment(until).replace(tzinfo=UTC).astimezone(zone).date()
    marks = []
    while day <= last + DAY:
        midnight = datetime.combine(day, time.min, zone)
        marks.append(to_seconds(midnight.astimezone(UTC)))
        day += DAY
    return tuple(zip(marks, marks[1:], strict=False))


def find_day(seconds, tz):
    """The day on the clocks of a time zone."""
    zone = ZoneInfo(tz or "UTC")
    return to_moment(seconds).replace(tzinfo=UTC).astimezone(zone).date()


def end_of_day(day, tz):
    """The midnight after a day of a time zone, as seconds."""
    midnight = datetime.combine(day + DAY, time.min, ZoneInfo(tz or "UTC"))
    return to_seconds(midnight.astimezone(UTC))


def intersect(one, other):
    """Times that lie in both of two lists of ``(start, end)``; ``None`` is always."""
    if one is None or other is None:
        return other if one is None else one
    return tuple(
        sorted(
            (max(start, since), min(end, until))
            for start, end in one
            for since, until in other
            if max(start, since) < min(end, until)
        )
    )
