"""Days with crews, helpers, lunch and absences: what is proposed can be done.

Checked from the facts and the proposal alone, by rules told here anew.
"""

import random
from collections import Counter
from datetime import date

import pytest
from service_tools import plan_rounds, planning
from service_tools.plan_facts import Facts, Person, Visit, get_way

HOUR = 3600
SKILLS = ("lift", "boiler")


def make_facts(seed):
    """Two days of a small company, made up; the same seed is the same company."""
    dice = random.Random(seed)
    places = list(range(6))
    seconds = [[abs(a - b) * 600 for b in places] for a in places]
    persons = {}
    for key in range(1, dice.randint(4, 8)):
        persons[key] = make_person(dice, key)
    if len(persons) > 3:
        members = [persons[key] for key in (1, 2)]
        persons[90] = Person(
            90,
            frozenset((90, 1, 2)),
            tuple(
                (day, meet(*(dict(who.days)[day] for who in members)))
                for day, _pieces in members[0].days
            ),
            away=members[0].away + members[1].away,
            count=2,
            skills=members[0].skills | members[1].skills,
        )
    visits = {}
    for key in range(dice.randint(0, 5)):
        who = dice.choice([k for k in persons if k < 90])
        start = (dice.choice((0, 24)) + dice.choice((10, 13, 15))) * HOUR
        visit = Visit(f"old {key}", start, start + HOUR, frozenset((who,)), 0)
        if not any(
            v.people & visit.people and v.start < visit.end and visit.start < v.end
            for v in visits.values()
        ):
            visits[visit.key] = visit
    jobs, sizes, helpers = {}, {}, {}
    for key in range(dice.randint(3, 14)):
        first = dice.choice((0, 0, 10, 32)) * HOUR
        skills = (
            {dice.choice(SKILLS): dice.randint(1, 3)} if dice.random() < 0.3 else {}
        )
        jobs[key] = planning.Job(
            key,
            dice.choice((0.5, 1, 2, 3, 5, 6)) * HOUR // 300 * 300,
            place=dice.choice((*places, None)),
            windows=[planning.Window(first, first + dice.choice((2, 10, 48)) * HOUR)],
            skills=skills,
            excluded=frozenset(dice.sample(sorted(persons), dice.choice((0, 0, 1)))),
            priority=dice.choice((0, 0, 2)),
            late_cost=dice.choice((None, None, 1.0)),
        )
        sizes[key] = dice.choice((1, 1, 1, 2, 2, 3))
        if dice.random() < 0.2:
            helpers[key] = (dice.choice([k for k in persons if k < 90]),)
    return Facts(
        jobs=jobs,
        sizes=sizes,
        persons=persons,
        visits=visits,
        places=places,
        seconds=seconds,
        metres=seconds,
        weights=planning.Weights(),
        now=0,
        helpers=helpers,
    )


def make_person(dice, key):
    days, away = [], []
    for number in range(2):
        midnight = number * 24 * HOUR
        pieces = [(8, 12), (13, 17)] if dice.random() < 0.7 else [(9, 18)]
        pieces = [(midnight + a * HOUR, midnight + b * HOUR) for a, b in pieces]
        if dice.random() < 0.2:
            gone = midnight + 11 * HOUR, midnight + 14 * HOUR
            away.append(gone)
            pieces = [
                part
                for a, b in pieces
                for part in ((a, min(b, gone[0])), (max(a, gone[1]), b))
                if part[0] < part[1]
            ]
        days.append((date(2030, 1, 7 + number), pieces))
    return Person(
        key,
        frozenset((key,)),
        tuple(days),
        away=tuple(away),
        skills={s: (None, dice.randint(1, 3)) for s in SKILLS if dice.random() < 0.6},
        start=dice.choice((None, 0)),
        end=dice.choice((None, 0)),
    )


def meet(one, other):
    return [
        (max(a, c), min(b, d))
        for a, b in one
        for c, d in other
        if max(a, c) < min(b, d)
    ]


def find_faults(facts, outcome):
    """Everything that is wrong with a proposal, as sentences."""
    told = Counter([*outcome.planned, *outcome.left])
    if set(told) != set(facts.jobs) or set(told.values()) - {1}:
        yield f"{told}: missing, doubled or unknown"
    visits = plan_rounds.get_visits_after(facts, outcome)
    for key, (lead, start, late) in outcome.planned.items():
        job, helpers = facts.jobs[key], outcome.helpers.get(key, ())
        people = [facts.persons[who] for who in (lead, *helpers)]
        end = start + job.seconds
        [window] = job.windows
        if lead in job.excluded:
            yield f"{key}: {lead} is excluded"
        if not set(facts.helpers.get(key, ())) <= set(helpers):
            yield f"{key}: without a helper who was chosen"
        if len(visits[key].people - {90}) < facts.sizes[key]:
            yield f"{key}: too few go"
        for skill, level in job.skills.items():
            if not any(who.skills.get(skill, (None, 0))[1] >= level for who in people):
                yield f"{key}: nobody has {skill}"
        if start < window.start or late != max(0, start - window.end):
            yield f"{key}: out of its window"
        if late and job.late_cost is None:
            yield f"{key}: late"
        for person in people:
            if not is_at_work(person, start, end):
                yield f"{key}: {person.id} is not at work"
    for who in {one for visit in visits.values() for one in visit.people}:
        mine = sorted(
            (visit for visit in visits.values() if who in visit.people),
            key=lambda visit: visit.start,
        )
        for one, other in zip(mine, mine[1:], strict=False):
            if other.start < one.end:
                yield f"{who}: {one} and {other}"
            new = {one.key, other.key} & set(outcome.planned)
            if new and other.start - one.end < get_way(facts, one.place, other.place):
                yield f"{who}: no time to get from {one} to {other}"


def is_at_work(person, start, end):
    pieces = [piece for _day, found in person.days for piece in found]
    if any(a <= start and end <= b for a, b in pieces):
        return True
    return (
        all(b - a < end - start for a, b in pieces)
        and any(a <= start < b for a, b in pieces)
        and any(a < end <= b for a, b in pieces)
        and start // 86400 == end // 86400
        and not any(a < end and start < b for a, b in person.away)
    )


@pytest.mark.parametrize(
    "seeds", [range(part * 40, part * 40 + 40) for part in range(4)]
)
def test_what_is_proposed_can_be_done(seeds):
    together = across = 0
    for seed in seeds:
        facts = make_facts(seed)
        outcome = plan_rounds.solve(facts, 0.02)
        assert list(find_faults(facts, outcome)) == [], f"seed {seed}"
        together += sum(map(bool, outcome.helpers.values()))
        across += sum(facts.jobs[key].seconds > 4 * HOUR for key in outcome.planned)
    assert together > 40
    assert across > 20


def test_the_same_facts_give_the_same_people():
    facts = make_facts(11)
    facts.jobs.update({k: job for k, job in facts.jobs.items() if facts.sizes[k] > 1})
    one, other = (plan_rounds.solve(facts, 5) for _number in range(2))
    assert (one.planned, one.helpers) == (other.planned, other.helpers)
