"""What is known of some days, and what is proposed for them, in plain Python.

Instants are seconds since 1970 (UTC), places are indices of ``Facts.places``.
"""

from dataclasses import dataclass, field

from . import planning, travel

UNKNOWN = planning.Travel(
    unknown_seconds=travel.UNKNOWN[0], unknown_metres=travel.UNKNOWN[1]
)
GRID = 300  # visits begin at a round time: ways and work are counted in such steps
MOST_LANES = 5


@dataclass(frozen=True)
class Visit:
    """Time that is taken, of everybody who goes."""

    key: object
    start: int
    end: int
    people: frozenset
    place: int | None = None


@dataclass(frozen=True)
class Person:
    """A performer in these days.

    :param people: ids of those whose time a visit takes: himself, members of the crew
    :param days: ``[(day, [(start, end)])]``, when he can work
    :param away: ``((start, end),)``, absences: what lies between working hours
        otherwise is a break
    :param count: how many people go, ``None`` when nobody knows
    :param skills: ``{skill: (end of the last day or None, level)}``
    """

    id: int
    people: frozenset
    days: tuple
    away: tuple = ()
    count: int | None = 1
    capacity: int = 1
    skills: dict = field(default_factory=dict)
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Facts:
    """Everything a proposal is made of.

    :param jobs: ``{order id: planning.Job}``, with ``present`` those that may move
    :param sizes: ``{order id: how many people the job takes}``
    :param visits: ``{key: Visit}``: all that is planned, also what may move
    :param seconds, metres: ``[from][to]`` of the places
    :param homeless: keys of planned jobs whose performer is away: they cannot stay
    :param helpers: ``{order id: ids of who goes along}`` of jobs that have helpers
    :param others: ``{id: Person}`` of those helpers who are sent nowhere else
    """

    jobs: dict
    sizes: dict
    persons: dict
    visits: dict
    places: list
    seconds: list
    metres: list
    weights: planning.Weights
    now: int
    homeless: frozenset = frozenset()
    helpers: dict = field(default_factory=dict)
    others: dict = field(default_factory=dict)

    def get_person(self, key):
        return self.persons.get(key) or self.others[key]


@dataclass
class Outcome:
    """The proposal.

    :param planned: ``{order id: (performer id, start, seconds late)}``
    :param helpers: ``{order id: ids of who goes along}``
    :param left: ``{order id: (reason, details)}``; a reason is one of
        ``planning.REASONS``, or ``not_together``: not free at one time
    """

    planned: dict = field(default_factory=dict)
    helpers: dict = field(default_factory=dict)
    left: dict = field(default_factory=dict)
    notes: tuple = ()
    is_stopped: bool = False


def round_up(seconds):
    return -(-seconds // GRID) * GRID


def round_down(seconds):
    return seconds // GRID * GRID


def get_way(facts, origin, target):
    """Seconds on the road between two places, ``None`` is one that nobody knows."""
    if origin is None or target is None:
        return UNKNOWN.unknown_seconds
    return facts.seconds[origin][target]


def put_in_lane(lanes, visit):
    """Where there is room; what is too much for all takes the first one."""
    for lane in lanes:
        if not lane or lane[-1].end <= visit.start:
            lane.append(visit)
            return
    lanes[0].append(visit)
