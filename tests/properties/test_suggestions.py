"""Free times of a performer: what is found is what trying every minute finds."""

from hypothesis import assume, given
from hypothesis import strategies as st
from service_tools.suggestion_rank import choose, measure_travel, measure_urgency, rank
from service_tools.suggestions import (
    Job,
    Performer,
    Slot,
    Visit,
    find_hindrances,
    find_slots,
)

MINUTE, HOUR = 60, 3600
DAY = 24 * HOUR
DAYS = tuple((number * DAY, (number + 1) * DAY) for number in range(3))
WORK = tuple(
    (number * DAY + start * HOUR, number * DAY + end * HOUR)
    for number in range(3)
    for start, end in ((8, 12), (13, 17))
)
NIGHT = ((20 * HOUR, DAY), (DAY, 28 * HOUR), (DAY + 20 * HOUR, 2 * DAY))


def way(origin, target):
    """A straight road: a minute for each kilometre, twenty where nobody knows."""
    if origin is None or target is None:
        return 20 * MINUTE, 10_000
    return abs(origin - target) * MINUTE, abs(origin - target) * 1000


minutes = st.integers(0, 2 * 24 * 12).map(lambda number: number * 5 * MINUTE)
places = st.one_of(st.none(), st.integers(0, 40))
visits = st.lists(
    st.builds(
        lambda start, length, place: Visit(start, start + length, place, start),
        minutes,
        st.integers(1, 24).map(lambda number: number * 10 * MINUTE),
        places,
    ),
    max_size=5,
).map(tuple)
leaves = st.lists(
    st.tuples(minutes, st.integers(1, 8)).map(lambda t: (t[0], t[0] + t[1] * HOUR)),
    max_size=2,
).map(tuple)
performers = st.builds(
    Performer,
    key=st.just("p"),
    days=st.just(DAYS),
    work=st.sampled_from([WORK, NIGHT, None]),
    leaves=leaves,
    visits=visits,
    home=places,
    end=places,
    until=st.one_of(st.none(), minutes),
)
jobs = st.builds(
    Job,
    duration=st.sampled_from([10, 45, 60, 150, 300, 540]).map(lambda m: m * MINUTE),
    since=minutes,
    until=st.just(2 * DAY),
    place=places,
    earliest=st.one_of(st.none(), minutes),
    latest=st.one_of(st.none(), minutes),
)


def join(work):
    blocks = []
    for start, end in work:
        if blocks and blocks[-1][1] == start:
            start = blocks.pop()[0]
        blocks.append((start, end))
    return blocks


def is_possible(job, performer, start):
    """The rules once more, asked of one moment."""
    end = start + job.duration
    until = job.until if performer.until is None else min(job.until, performer.until)
    if start < job.since or end > until:
        return False
    if job.earliest is not None and start < job.earliest:
        return False
    if job.latest is not None and start > job.latest:
        return False
    midnight = start // DAY * DAY
    begun = None
    if performer.work is not None:
        blocks = join(performer.work)
        if any(e - s >= job.duration for s, e in blocks):
            fits = any(s <= start and end <= e for s, e in blocks)
        else:
            fits = any(s <= start < e for s, e in blocks) and any(
                s < end <= e for s, e in blocks
            )
        if not fits:
            return False
        first = min(s for s, e in blocks if e > midnight)
        begun = first if first >= midnight else None
    taken = [(v.start, v.end, v) for v in performer.visits]
    taken += [(s, e, None) for s, e in performer.leaves]
    if any(s < end and start < e for s, e, _visit in taken):
        return False
    for s, _e, visit in taken:
        if visit and s >= end and end + way(job.place, visit.place)[0] > s:
            # only the next one is gone to from here
            nearest = min(item[0] for item in taken if item[0] >= end)
            if s == nearest:
                return False
    before = [item for item in taken if item[1] <= start]
    ready = max((item[1] for item in before), default=None)
    last = [item for item in before if item[1] == ready]
    visit = last[-1][2] if last else None
    if visit and ready > midnight:
        return ready + way(visit.place, job.place)[0] <= start
    if performer.home is None:
        return True
    leaves_home = max(x for x in (ready, begun, -DAY) if x is not None)
    return leaves_home + way(performer.home, job.place)[0] <= start


def one_at_a_time(performer):
    """Whether no two things of the performer touch: what is next is then clear."""
    taken = sorted(
        [(v.start, v.end) for v in performer.visits] + list(performer.leaves)
    )
    return all(
        first[1] < second[0] for first, second in zip(taken, taken[1:], strict=False)
    )


@given(jobs, performers)
def test_every_slot_is_possible(job, performer):
    assume(one_at_a_time(performer))
    for spread in (None, 30 * MINUTE):
        for slot in find_slots(job, performer, way, spread):
            assert is_possible(job, performer, slot.start), slot
            assert slot.end - slot.start == job.duration


@given(jobs, performers)
def test_the_first_possible_minute_is_found(job, performer):
    assume(one_at_a_time(performer))
    possible = [
        start
        for start in range(0, 2 * DAY, MINUTE)
        if is_possible(job, performer, start)
    ]
    found = find_slots(job, performer, way)
    assert bool(found) == bool(possible)
    quarters = [start for start in possible if start % (15 * MINUTE) == 0]
    if quarters:
        assert found[0].start <= quarters[0]


@given(jobs, performers, st.integers(2, 3))
def test_several_at_once_never_more_than_can_be(job, performer, capacity):
    crew = Performer(
        "crew", DAYS, WORK, performer.leaves, performer.visits, capacity=capacity
    )
    for slot in find_slots(job, crew, way):
        moments = {slot.start, *(v.start for v in crew.visits)}
        for moment in moments:
            if slot.start <= moment < slot.end:
                running = sum(v.start <= moment < v.end for v in crew.visits)
                assert running < capacity
        assert not any(s < slot.end and slot.start < e for s, e in crew.leaves)


@given(jobs, performers)
def test_what_hinders_is_named(job, performer):
    if find_slots(job, performer, way):
        return
    kinds = find_hindrances(job, performer, way)
    free = Performer("p", DAYS, home=performer.home)
    assert bool(kinds) <= bool(find_slots(job, free, way) or performer.work is None)
    if "absent" in kinds:
        assert performer.leaves
    if "booked" in kinds:
        assert performer.visits


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 90)), max_size=12),
    st.integers(0, 8),
)
def test_ranking_keeps_all_and_prefers_less(pairs, weight):
    slots = [
        Slot(performer, number * HOUR, number * HOUR + HOUR, detour=minutes * MINUTE)
        for number, (performer, minutes) in enumerate(pairs)
    ]
    job = Job(HOUR, 0, DAY)
    measures = {
        "travel": measure_travel,
        "urgency": lambda slot: measure_urgency(slot, job),
        "unused": lambda slot: 1 / 0,
    }
    ranked = rank(slots, measures, {"travel": weight, "urgency": 1, "unused": 0})
    assert sorted(item.slot.start for item in ranked) == [s.start for s in slots]
    assert all(0 <= item.score <= 100 for item in ranked)
    scores = [item.score for item in ranked]
    assert scores == sorted(scores, reverse=True)
    chosen = choose(ranked, 5)
    places = [ranked.index(item) for item in chosen]
    assert places == sorted(places)
    assert places[:1] == [0][: len(slots)]
    counts = [item.slot.performer for item in chosen]
    others = len({slot.performer for slot in slots})
    assert len(chosen) <= 5
    if others > 1:
        assert max(map(counts.count, counts)) <= 3
    else:
        assert len(chosen) == min(5, len(slots))
