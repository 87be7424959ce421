"""From what is known of some days to a proposal: crews first, then single people.

Plain Python data in, plain Python data out. Instants are seconds since 1970 (UTC),
places are indices of ``Facts.places``. People who go together cannot be planned at the
same time as those who go alone: what a crew does takes the time of its members. So the
performers are planned in rounds, each knowing what the rounds before it decided.
"""

from dataclasses import replace

from . import plan_together, planning
from .plan_facts import (
    MOST_LANES,
    UNKNOWN,
    Outcome,
    Visit,
    get_way,
    put_in_lane,
    round_down,
    round_up,
)


def make_rounds(persons):
    """Performers who share nobody, crews first: ``[[Person]]``."""
    rounds = []
    for person in persons:
        if len(person.people) == 1:
            continue
        for found in rounds:
            if not any(person.people & other.people for other in found):
                found.append(person)
                break
        else:
            rounds.append([person])
    single = [person for person in persons if len(person.people) == 1]
    return [*rounds, single] if single else rounds


def solve(facts, seconds, solver="default", progress=None, should_stop=None):
    """The proposal for all the rounds.

    Jobs for several people that no crew took, and those longer than anybody works
    without a break, are put in by :mod:`.plan_together`: before the single people are
    planned, and once more around what came of that.

    :param progress: called with the share done, 0 to 1
    :param should_stop: true ends it; what was found is given
    """
    outcome = Outcome()
    visits = dict(facts.visits)
    rounds = make_rounds(list(facts.persons.values()))
    parts = [_pick_jobs(facts, persons) for persons in rounds]
    total = sum(map(len, parts)) or 1
    done = 0

    def watch():
        if progress:
            progress(min(1.0, done))
        return should_stop and should_stop()

    for persons, keys in zip(rounds, parts, strict=True):
        if _is_alone(persons):
            special = _pick_special(facts, outcome)
            plan_together.place(facts, outcome, visits, special, watch)
        keys = [key for key in keys if key not in outcome.planned]
        if not keys:
            continue
        share = len(keys) / total
        options = {
            "solver": solver,
            "progress": progress and _shift(progress, done, share),
            "should_stop": should_stop,
        }
        _plan_round(facts, persons, keys, outcome, visits, seconds * share, options)
        done += share
    special = _pick_special(facts, outcome, again=True)
    plan_together.place(facts, outcome, visits, special, watch)
    if should_stop and should_stop():
        outcome.is_stopped = True
    for key in facts.jobs:
        if key not in outcome.planned:
            outcome.left.setdefault(key, ("no_performer", ()))
    return outcome


def _plan_round(facts, persons, keys, outcome, visits, seconds, options):
    """Plan the jobs of some performers, and note what came of it.

    What is planned already and finds no place stays: tried again around it.
    """
    for part in (0.8, 0.2):
        problem = make_problem(facts, persons, keys, visits)
        plan = planning.solve(problem, seconds=seconds * part, **options)
        lost = _find_lost(facts, plan, keys)
        if not lost:
            break
        keys = [key for key in keys if key not in lost]
        for key in lost:
            present = facts.jobs[key].present
            outcome.planned[key] = (present.performer, present.start, 0)
    _take(outcome, facts, plan, visits, keys)


def _find_lost(facts, plan, keys):
    """Planned jobs of a round that would be left out although they can stay."""
    left = {unplanned.job for unplanned in plan.unplanned}
    return [
        key
        for key in keys
        if key in left
        and facts.jobs[key].present is not None
        and key not in facts.homeless
    ]


def _shift(progress, done, share):
    return lambda told: progress(min(1.0, done + share * told.share))


def _is_alone(persons):
    return all(len(person.people) == 1 for person in persons)


def _pick_jobs(facts, persons):
    """Jobs of a round: crews get what takes several people, and what they have."""
    ids = {person.id for person in persons}
    alone = _is_alone(persons)
    keys = []
    for key, job in facts.jobs.items():
        if key in facts.helpers:
            continue
        if job.present is not None:
            if job.present.performer in ids:
                keys.append(key)
        elif alone or facts.sizes[key] > 1:
            keys.append(key)
    return keys


def _pick_special(facts, outcome, again=False):
    """Jobs that are put in one by one, of those without a place.

    :param again: after all rounds: also those too long for some, not for everybody
    """
    is_too_long = plan_together.is_longer_than_some
    if not again:
        is_too_long = plan_together.is_longer_than_all
    return [
        key
        for key, job in facts.jobs.items()
        if key not in outcome.planned
        and (job.present is None or key in facts.homeless)
        and (plan_together.is_for_several(facts, key) or is_too_long(facts, key))
    ]


def _take(outcome, facts, plan, visits, keys):
    """Note what a round decided; the next ones find that time taken."""
    wanted = set(keys)
    outcome.notes = tuple(dict.fromkeys((*outcome.notes, *plan.notes)))
    for route in plan.routes:
        for visit in route.visits:
            if visit.job not in wanted:
                continue
            outcome.planned[visit.job] = (
                route.performer,
                visit.start,
                visit.late_seconds,
            )
            outcome.left.pop(visit.job, None)
            visits[visit.job] = Visit(
                visit.job,
                visit.start,
                visit.end,
                facts.persons[route.performer].people,
                facts.jobs[visit.job].place,
            )
    for left in plan.unplanned:
        if left.job not in wanted:
            continue
        if left.job not in outcome.left or left.reason != "no_performer":
            outcome.left[left.job] = (left.reason, left.detail)
        visits.pop(left.job, None)


def make_problem(facts, persons, keys, visits):
    """One round as a :class:`planning.Problem`; other visits stay where they are."""
    ids = {person.id for person in persons}
    open_jobs = set(keys)
    jobs = [facts.jobs[key] for key in keys]
    shifts = []
    for person in persons:
        taken = sorted(
            (
                visit
                for key, visit in visits.items()
                if key not in open_jobs and visit.people & person.people
            ),
            key=lambda visit: (visit.start, str(visit.key)),
        )
        shifts += _make_shifts(facts, person, taken)
        jobs += [
            planning.Job(
                ("taken", visit.key, person.id),
                visit.end - visit.start,
                place=visit.place,
                present=planning.Present(person.id, visit.start),
                fixed=True,
            )
            for visit in taken
            if any(
                shift.performer == person.id
                and visit.start < shift.end
                and shift.start < visit.end
                for shift in shifts
            )
        ]
    shifted = {shift.performer for shift in shifts}
    return planning.Problem(
        jobs=[_fit(facts, job, ids, shifted) for job in jobs],
        performers=[
            planning.Performer(
                person.id,
                skills={key: level for key, (_end, level) in person.skills.items()},
                until={key: end for key, (end, _l) in person.skills.items() if end},
            )
            for person in persons
        ],
        shifts=shifts,
        places=facts.places,
        seconds=[[round_up(way) for way in row] for row in facts.seconds],
        metres=facts.metres,
        weights=facts.weights,
        travel=UNKNOWN,
    )


def _fit(facts, job, ids, shifted):
    """The job as the performers of a round see it."""
    present = job.present
    if not job.fixed and present and present.performer not in shifted:
        present = None  # he does not work that day any more
    few = set()
    if facts.sizes.get(job.key, 1) > 1:
        counts = {key: facts.persons[key].count for key in ids}
        few = {key for key, n in counts.items() if n and n < facts.sizes[job.key]}
    return replace(
        job,
        excluded=frozenset((job.excluded & ids) | few),
        performer_costs={
            key: cost for key, cost in job.performer_costs.items() if key in ids
        },
        present=present,
    )


def _make_shifts(facts, person, taken):
    """The days of a performer, several beside each other when he takes several jobs."""
    shifts = []
    for day, pieces in person.days:
        lanes = [[] for _lane in range(min(person.capacity, MOST_LANES))]
        for visit in taken:
            if pieces and visit.start < pieces[-1][1] and pieces[0][0] < visit.end:
                put_in_lane(lanes, visit)
        shifts += [
            shift
            for number, lane in enumerate(lanes)
            if pieces
            for shift in [_make_shift(facts, person, (day, number), pieces, lane)]
            if shift
        ]
    return shifts


def _make_shift(facts, person, key, pieces, taken):
    start, end = round_up(pieces[0][0]), round_down(pieces[-1][1])
    if not any(visit.start < facts.now for visit in taken):
        start = max(start, round_up(facts.now))
    if start >= end:
        return None
    rests = [
        (until, since)
        for (_start, until), (since, _end) in zip(pieces, pieces[1:], strict=False)
    ]
    for visit in taken:
        rests = [
            part
            for since, until in rests
            for part in (
                (since, min(until, visit.start)),
                (max(since, visit.end), until),
            )
            if part[0] < part[1]
        ]
    start_place, end_place = person.start, person.end
    if taken and start_place is not None:
        first = min(taken, key=lambda visit: visit.start)
        way = get_way(facts, start_place, first.place)
        if first.start - round_up(way) < start:
            start_place = None  # he goes there before the day begins, as was told
    if taken and end_place is not None:
        last = max(taken, key=lambda visit: visit.end)
        if last.end + round_up(get_way(facts, last.place, end_place)) > end:
            end_place = None
    return planning.Shift(
        (person.id, *key),
        person.id,
        start,
        end,
        start_place=start_place,
        end_place=end_place,
        breaks=[
            planning.Break(max(since, start), min(until, end), length)
            for since, until in rests
            for length in [min(until, end) - max(since, start)]
            if length > 0
        ],
    )


def get_visits_after(facts, outcome):
    """Where everything is when the proposal is applied: ``{key: Visit}``."""
    visits = {key: v for key, v in facts.visits.items() if key not in facts.jobs}
    for key, (performer, start, _late) in outcome.planned.items():
        job = facts.jobs[key]
        visits[key] = Visit(
            key,
            start,
            start + job.seconds,
            facts.persons[performer].people | set(outcome.helpers.get(key, ())),
            job.place,
        )
    return visits


def count_day(facts, person, day, visits):
    """What a day of a performer is made of, ways between known places only.

    :param day: ``(start, end)``
    :return: ``(visits, seconds of work, seconds and metres on the road)``
    """
    mine = sorted(
        (
            visit
            for visit in visits.values()
            if person.id in visit.people and day[0] <= visit.start < day[1]
        ),
        key=lambda visit: visit.start,
    )
    if not mine:
        return 0, 0, 0, 0
    stops = [person.start, *(visit.place for visit in mine), person.end]
    stops = [stop for stop in stops if stop is not None]
    ways = list(zip(stops, stops[1:], strict=False))
    return (
        len(mine),
        sum(visit.end - visit.start for visit in mine),
        sum(facts.seconds[origin][target] for origin, target in ways),
        sum(facts.metres[origin][target] for origin, target in ways),
    )
