"""Who could do a job when: free times of performers.

Plain Python data in, plain Python data out. Times are whole seconds since 1970 (UTC),
places are whatever the function of ways understands, ``None`` is a place nobody knows.
"""

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property

MINUTE = 60
STEPS = (15 * MINUTE, 5 * MINUTE, MINUTE)  # visits begin at a round time if they can
FOREVER = float("inf")
AWAY = object()  # the place of an absence
USUAL_DAY = 8 * 3600  # of who works at any time


@dataclass(frozen=True)
class Visit:
    """Time of a performer that is taken."""

    start: int
    end: int
    place: object = None
    key: object = None


@dataclass(frozen=True)
class Job:
    """What is to be done.

    :param duration: seconds on site
    :param since, until: when it may begin, and must be over
    :param earliest, latest: the arrival agreed with the customer, either may be open
    :param deadline: when the work should have begun at the latest, or ``None``
    :param preferred: moments at which it would best begin: wished for, or told already
    """

    duration: int
    since: int
    until: int
    place: object = None
    earliest: int | None = None
    latest: int | None = None
    deadline: int | None = None
    preferred: tuple = ()

    @property
    def first(self):
        """The earliest arrival that makes sense."""
        return max(self.since, self.earliest or self.since)

    @property
    def last(self):
        """The latest arrival that makes sense."""
        last = self.until - self.duration
        return last if self.latest is None else min(last, self.latest)


@dataclass(frozen=True, eq=False)
class Performer:
    """Who could do it.

    :param days: his calendar days, ``(midnight, next midnight)``, in order
    :param work: working hours ``(start, end)`` in order; ``None``: at any time
    :param leaves: absences ``(start, end)``
    :param visits: :class:`Visit` he has already, in any order
    :param capacity: how many jobs he does at once
    :param home: where his day begins and ends; ``None``: nobody knows
    :param until: from when on he may not do it any more, or ``None``
    """

    key: object
    days: tuple
    work: tuple | None = None
    leaves: tuple = ()
    visits: tuple = ()
    capacity: int = 1
    home: object = None
    end: object = None
    until: int | None = None

    @cached_property
    def blocks(self):
        """Working hours with those joined that follow without a break."""
        if self.work is None:
            return ((self.days[0][0], self.days[-1][1]),)
        blocks = []
        for start, end in sorted(self.work):
            if blocks and start <= blocks[-1][1]:
                blocks[-1] = (blocks[-1][0], max(end, blocks[-1][1]))
            elif start < end:
                blocks.append((start, end))
        return tuple(blocks)

    @cached_property
    def gaps(self):
        """Free times between visits and absences: ``(from, until, before, after)``.

        The last two are the :class:`Visit` on either side; an absence, and times at
        which as many jobs run as he can do, are visits at no place, of no key.
        """
        taken = self.visits if self.capacity == 1 else _find_full(self)
        taken = [*taken, *(Visit(*leave, place=AWAY) for leave in self.leaves)]
        gaps = []
        free, before = -FOREVER, None
        for visit in sorted(taken, key=lambda item: (item.start, item.end)):
            if visit.start > free:
                gaps.append((free, visit.start, before, visit))
            if visit.end > free:
                free, before = visit.end, visit
        return [*gaps, (free, FOREVER, before, None)]

    @cached_property
    def loads(self):
        """Per day ``(seconds of work, seconds of them taken)``, leaves left out."""
        return [self._get_load(*day) for day in self.days]

    @cached_property
    def busy(self):
        """Seconds of work of all days, and seconds of them taken."""
        return tuple(map(sum, zip(*self.loads, strict=True)))

    def _get_load(self, start, end):
        times = [(visit.start, visit.end) for visit in self.visits]
        if self.work is None:
            return USUAL_DAY * self.capacity, _cover(times, start, end)
        work = taken = 0
        for since, until in self.blocks:
            since, until = max(since, start), min(until, end)
            if since < until:
                work += until - since - _cover_once(self.leaves, since, until)
                taken += _cover(times, since, until)
        return work * self.capacity, taken


@dataclass(frozen=True)
class Slot:
    """A time at which a performer could come.

    :param before, after: ways to the job and on from it, ``(seconds, metres)``;
        ``None`` where nobody knows the place
    :param detour: seconds on the way more than without this job
    :param previous, following: his visits before and after it on that day, if any
    :param load: part of his working time of the day that is taken then, 0 to 1
    :param busy: part of his working time of all these days that is taken then
    """

    performer: object
    start: int
    end: int
    before: tuple | None = None
    after: tuple | None = None
    detour: int = 0
    previous: Visit | None = None
    following: Visit | None = None
    load: float = 0.0
    busy: float = 0.0


def find_slots(job, performer, get_way, spread=None):
    """The first possible time of each gap between a performer's visits, and those of
    the preferred times that are possible.

    :param get_way: function of two places: ``(seconds, metres)``
    :param spread: seconds; then also later times of a gap, so far apart
    :return: list of :class:`Slot` by start
    """
    if performer.until is not None:
        job = replace(job, until=min(job.until, performer.until))
    if job.first > job.last:
        return []
    gaps = performer.gaps
    ends = [until for _free, until, _before, _after in gaps]
    slots = []
    for number, shift, low, high in _iter_starts(job, performer):
        index = bisect_left(ends, low + job.duration)
        while index < len(gaps) and gaps[index][0] <= high:
            times = _fit(job, performer, get_way, number, shift, gaps[index])
            begin, last = max(low, times[0]), min(high, times[1])
            slots += [
                _make_slot(job, performer, number, start, times[2:])
                for start in _list_starts(job, begin, last, spread)
            ]
            index += 1
    return sorted(slots, key=lambda slot: slot.start)


def find_hindrances(job, performer, get_way):
    """Why a performer has no slot: kinds, the first that is enough to explain it.

    ``expired``, ``absent``, ``booked``, ``hours``; empty: the time asked for is too
    short for anybody.
    """
    trials = (
        (("expired",), {"until": None}),
        (("absent",), {"leaves": ()}),
        (("booked",), {"visits": ()}),
        (("absent", "booked"), {"leaves": (), "visits": ()}),
        (("hours",), {"work": None}),
        (("hours", "absent"), {"work": None, "leaves": ()}),
        (("hours", "booked"), {"work": None, "visits": ()}),
    )
    for kinds, relaxed in trials:
        if find_slots(job, replace(performer, **relaxed), get_way):
            return kinds
    return ()


def _iter_starts(job, performer):
    """When he may begin by his hours: ``(number of the day, shift, from, to)``.

    ``shift`` is when the hours of that day begin, ``None`` when they run over midnight.
    """
    blocks = performer.blocks
    length = job.duration
    ranges = [(start, end - length) for start, end in blocks if end - start >= length]
    if not ranges:  # over a lunch break, or over several days
        ranges = [
            (max(start, later - length + 1), min(end - 1, last - length))
            for index, (start, end) in enumerate(blocks)
            for later, last in blocks[index + 1 :]
        ]
    first, last = job.first, job.last
    shifts = {}
    for low, high in ranges:
        low, high = max(low, first), min(high, last)
        if low > high:
            continue
        for number, (midnight, next_midnight) in enumerate(performer.days):
            if low < next_midnight and high >= midnight:
                if number not in shifts:
                    shifts[number] = _find_shift(performer, midnight, next_midnight)
                yield (
                    number,
                    shifts[number],
                    max(low, midnight),
                    min(high, next_midnight - 1),
                )


def _find_shift(performer, midnight, next_midnight):
    """When the first hours of the day begin, unless they began the day before."""
    if performer.work is None:
        return None
    begun = [start for start, end in performer.blocks if end > midnight]
    first = begun[0] if begun else midnight
    return first if midnight <= first < next_midnight else None


def _fit(job, performer, get_way, number, shift, gap):
    """What a gap allows: earliest and latest start, and the ways as a slot tells them.

    :return: ``(earliest, latest, before, after, detour, previous, following)``
    """
    free, until, previous, following = gap
    midnight, next_midnight = performer.days[number]
    if previous and (previous.place is AWAY or previous.end <= midnight):
        previous = None
    next_stop = following if following and following.place is not AWAY else None
    if performer.capacity > 1:
        previous = next_stop = None
    if previous:
        origin, before = previous.place, get_way(previous.place, job.place)
        arrival = free + before[0]
    else:
        origin = performer.home
        before = None if origin is None else get_way(origin, job.place)
        leaves = free if shift is None else max(free, shift)
        arrival = leaves + before[0] if before else leaves
    latest = until - job.duration
    after = None
    if next_stop:
        after = get_way(job.place, next_stop.place)
        latest -= after[0]
        if next_stop.start >= next_midnight:
            next_stop, after = None, None
    target = next_stop.place if next_stop else performer.end or performer.home
    if next_stop is None and target is not None:
        after = get_way(job.place, target)
    detour = (before[0] if before else 0) + (after[0] if after else 0)
    if before and after and (previous or next_stop):
        detour -= get_way(origin, target)[0]
    return arrival, latest, before, after, max(0, detour), previous, next_stop


def _make_slot(job, performer, number, start, ways):
    total, taken = performer.loads[number]
    all_total, all_taken = performer.busy
    return Slot(
        performer.key,
        start,
        start + job.duration,
        *ways,
        load=(taken + job.duration) / total if total > 0 else 1.0,
        busy=(all_taken + job.duration) / all_total if all_total > 0 else 1.0,
    )


def _list_starts(job, low, high, spread):
    """The first round time from ``low`` to ``high``, preferred ones, later ones."""
    start = _round_up(low, high)
    if start is None:
        return ()
    starts = {start, *(moment for moment in job.preferred if low <= moment <= high)}
    if spread is not None:
        starts.update(range(start, high + 1, spread))
    return sorted(starts)


def _round_up(low, high):
    """The first round time from ``low`` to ``high``, or ``None``."""
    if low > high or low == -FOREVER:
        return None
    for step in STEPS:
        start = -(-low // step) * step
        if start <= high:
            return int(start)
    return None


def _find_full(performer):
    """Times at which as many jobs run as he can do, as visits at no place."""
    events = sorted(
        event
        for visit in performer.visits
        if visit.start < visit.end
        for event in ((visit.start, 1), (visit.end, -1))
    )
    full, running, since = [], 0, None
    for time, change in events:
        running += change
        if since is None and running >= performer.capacity:
            since = time
        elif since is not None and running < performer.capacity:
            if time > since:
                full.append(Visit(since, time, place=AWAY))
            since = None
    return full


def _cover(intervals, start, end):
    """Seconds of all intervals between two moments; where two run, both count."""
    return sum(
        max(0, min(until, end) - max(since, start)) for since, until in intervals
    )


def _cover_once(intervals, start, end):
    """Seconds between two moments during which one of the intervals runs."""
    covered, reached = 0, start
    for since, until in sorted(intervals):
        since, until = max(since, reached), min(until, end)
        if since < until:
            covered += until - since
            reached = until
    return covered
