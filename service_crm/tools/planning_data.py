"""A planning problem and its answer as plain data; :mod:`.planning` tells the units."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from .planning_travel import Travel

REASONS = {
    "no_performer": "nobody has the skills or is allowed",
    "no_window": "those who may do it cannot be there in any of its windows",
    "full": "those who could do it have no room left",
    "cost": "leaving it out costs less than the way there",
    "fixed_conflict": "the fixed visit does not fit the shift or the other fixed ones",
}

NOTES = {
    "solver_unknown": "there is no solver of this name; the default one planned",
    "solver_missing": "the solver's library is not installed; the default one planned",
    "solver_failed": "the solver gave no plan; the default one planned",
}


@dataclass(frozen=True, slots=True)
class Window:
    """When a job may begin: ``start <= begin <= end`` (to end in time, say it so)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Break:
    """A pause of ``seconds``, taken whole between ``start`` and ``end``."""

    start: int
    end: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Present:
    """Where a job stands in the plan people know.

    :param performer: key of the performer
    :param start: instant it begins
    :param performer_cost: cost of giving it to somebody else
    :param time_cost: cost of beginning at another time (the customer is called again)
    :param tolerance: seconds by which the beginning may differ at no cost
    """

    performer: Hashable
    start: int
    performer_cost: float = 30.0
    time_cost: float = 30.0
    tolerance: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A visit to be planned.

    :param seconds: how long the work takes
    :param place: index in ``Problem.places``, ``None`` when it is not known
    :param windows: when it may begin; none: at any time
    :param skills: ``{skill: lowest level}``
    :param performers: keys of the only ones who may do it, ``None`` for all
    :param excluded: keys of performers who may not
    :param performer_costs: ``{performer: cost}`` added when that one does it; negative
        for a preferred one
    :param demand: what it takes of a shift's capacity
    :param skip_cost: cost of leaving it out; ``None``: only when there is no way
    :param priority: 0 is ordinary; when not all can be done, higher ones come first
    :param late_cost: cost per minute it begins after the end of its last window;
        ``None``: it never does
    :param present: where it stands now, if it does
    :param fixed: it stays there, whatever the skills and windows say
    """

    key: Hashable
    seconds: int
    place: int | None = None
    windows: Sequence[Window] = ()
    skills: Mapping[Hashable, int] = field(default_factory=dict)
    performers: frozenset | None = None
    excluded: frozenset = frozenset()
    performer_costs: Mapping[Hashable, float] = field(default_factory=dict)
    demand: int = 0
    skip_cost: float | None = None
    priority: int = 0
    late_cost: float | None = None
    present: Present | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Performer:
    """Who does jobs.

    :param skills: ``{skill: level}``
    :param until: ``{skill: instant}`` from which the skill is no longer valid
    """

    key: Hashable
    skills: Mapping[Hashable, int] = field(default_factory=dict)
    until: Mapping[Hashable, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shift:
    """One day of one performer.

    :param start, end: instants; travel, work and breaks lie between them
    :param start_place, end_place: indices in ``Problem.places``; ``None``: the day
        begins at the first job, ends at the last one
    :param breaks: in order and apart; a shift without visits needs none
    :param max_seconds: longest time from leaving to coming back
    :param capacity: highest sum of ``Job.demand``
    :param cost: of using the shift at all
    """

    key: Hashable
    performer: Hashable
    start: int
    end: int
    start_place: int | None = None
    end_place: int | None = None
    breaks: Sequence[Break] = ()
    max_seconds: int | None = None
    capacity: int | None = None
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What the planner minimises, beside the costs said on jobs and shifts.

    :param travel: per minute of travel
    :param distance: per kilometre
    :param fairness: an even load: ``fairness × load² × minutes of the shift``, where
        the load is the share of the shift that is travel and work
    """

    travel: float = 1.0
    distance: float = 0.0
    fairness: float = 0.0


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be planned.

    :param places: ``(latitude, longitude)`` in degrees, or ``None`` where not known
    :param seconds, metres: square matrices ``[from][to]`` over the places; they win
        over ``travel``, which fills in what is not given
    :param travel: how times and distances follow from coordinates
    """

    jobs: Sequence[Job]
    performers: Sequence[Performer]
    shifts: Sequence[Shift]
    places: Sequence[tuple[float, float] | None] = ()
    seconds: Sequence[Sequence[int]] | None = None
    metres: Sequence[Sequence[int]] | None = None
    weights: Weights = Weights()
    travel: Travel = Travel()


@dataclass(frozen=True, slots=True)
class Visit:
    """A job in a route.

    :param arrival, start, end: instants; between arrival and start is waiting or a
        break
    :param travel_seconds, travel_metres: from the place before
    :param late_seconds: by which it begins after the end of its last window
    :param is_new: it stood nowhere before
    :param is_moved: another performer than at present
    :param is_shifted: another time than at present, beyond the tolerance
    """

    job: Hashable
    arrival: int
    start: int
    end: int
    travel_seconds: int
    travel_metres: int
    late_seconds: int = 0
    is_new: bool = True
    is_moved: bool = False
    is_shifted: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """A shift with visits.

    :param start, end: instants of leaving the start place and coming to the end place
    :param breaks: ``(start, end)`` of each of the shift's breaks
    :param travel_seconds, travel_metres: of the whole day, with the way back
    :param work_seconds: of its visits
    """

    shift: Hashable
    performer: Hashable
    start: int
    end: int
    visits: tuple[Visit, ...]
    breaks: tuple[tuple[int, int], ...]
    travel_seconds: int
    travel_metres: int
    work_seconds: int


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A job that is left out.

    :param reason: a key of :data:`REASONS`
    :param detail: for ``no_performer`` the skills that nobody allowed has, else the
        keys of the performers who may do it
    """

    job: Hashable
    reason: str
    detail: tuple = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search is, as told to ``progress``.

    :param share: 0 to 1, of the seconds or of the iterations, whichever ends it
    :param cost: of the best plan so far
    :param planned: number of jobs in it
    """

    share: float
    cost: float
    planned: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer.

    :param routes: shifts with visits, in the order of ``Problem.shifts``
    :param unplanned: in the order of ``Problem.jobs``
    :param cost: the whole
    :param costs: its parts: travel, late, left_out, change, performer, shift, fairness
    :param iterations: steps of the search that were done
    :param is_cut: time or ``should_stop`` ended the search before its iterations did:
        another run may find another plan
    :param solver: who made it, "default" or the name that was asked for
    :param notes: what was asked for and could not be: codes of :data:`NOTES`
    """

    routes: tuple[Route, ...]
    unplanned: tuple[Unplanned, ...]
    cost: float
    costs: Mapping[str, float]
    travel_seconds: int
    travel_metres: int
    iterations: int = 0
    is_cut: bool = False
    solver: str = "default"
    notes: tuple[str, ...] = ()
