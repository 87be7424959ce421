"""Plans keep every rule, whatever the problem; told by an independent verifier."""

import random

from plan_verifier import find_faults
from service_tools.planning import (
    Break,
    Job,
    Performer,
    Present,
    Problem,
    Shift,
    Weights,
    Window,
    solve,
)

HOUR = 3600
DAY = 24 * HOUR
SKILLS = ("lift", "gas", "network")


def make_windows(rand, days):
    found = []
    for day in rand.sample(range(days), rand.randint(0, min(2, days))):
        start = day * DAY + rand.randrange(7 * HOUR, 18 * HOUR, 60)
        found.append(Window(start, start + rand.randrange(0, 5 * HOUR, 60)))
    return found


def make_present(rand, days, people):
    return Present(
        rand.choice(people),
        rand.randrange(days) * DAY + rand.randrange(8 * HOUR, 17 * HOUR, 60),
        performer_cost=rand.choice([0.0, 20.0]),
        time_cost=rand.choice([0.0, 30.0]),
        tolerance=rand.choice([0, 900]),
    )


def make_some(rand, items):
    return rand.sample(items, rand.randint(0, len(items)))


def make_job(rand, key, places, days, people):
    present = make_present(rand, days, people) if rand.random() < 0.3 else None
    allowed = frozenset(make_some(rand, people)) if rand.random() < 0.2 else None
    excluded = make_some(rand, people) if rand.random() < 0.2 else ()
    return Job(
        key,
        seconds=rand.randrange(0, 3 * HOUR, 60),
        place=rand.choice([None, *range(places)]),
        windows=make_windows(rand, days),
        skills={skill: rand.randint(1, 3) for skill in rand.choices([*SKILLS, *"  "])}
        if rand.random() < 0.5
        else {},
        performers=allowed,
        excluded=frozenset(excluded),
        performer_costs={
            who: rand.choice([-15.0, 40.0]) for who in make_some(rand, people)
        },
        demand=rand.randint(0, 3),
        skip_cost=rand.choice([None, None, 0.0, 30.0, 240.0]),
        priority=rand.choice([0, 0, 1, 2]),
        late_cost=rand.choice([None, None, None, 0.5, 2.0]),
        present=present,
        fixed=present is not None and rand.random() < 0.5,
    )


def make_shift(rand, key, who, day, places):
    start = day * DAY + rand.randrange(7 * HOUR, 10 * HOUR, 60)
    end = start + rand.randrange(2 * HOUR, 10 * HOUR, 60)
    breaks = []
    if rand.random() < 0.5:
        breaks.append(Break(start + HOUR, start + 2 * HOUR, rand.randrange(HOUR)))
        if rand.random() < 0.5:
            late = rand.randrange(0, 6 * HOUR, 60)
            breaks.append(Break(start + 5400 + late, start + 3 * HOUR + late, 1800))
    return Shift(
        key,
        who,
        start,
        end,
        start_place=rand.choice([None, *range(places)]),
        end_place=rand.choice([None, *range(places)]),
        breaks=breaks,
        max_seconds=rand.choice([None, rand.randrange(HOUR, 8 * HOUR)]),
        capacity=rand.choice([None, rand.randint(0, 12)]),
        cost=rand.choice([0.0, 25.0]),
    )


def make_place(rand):
    return rand.choice([None, *[(55 + rand.random() / 2, rand.random() / 2)] * 9])


def make_performer(rand, key):
    return Performer(
        key,
        {skill: rand.randint(1, 3) for skill in make_some(rand, SKILLS)},
        {skill: rand.randrange(3 * DAY) for skill in make_some(rand, SKILLS)}
        if rand.random() < 0.2
        else {},
    )


def make_problem(seed):
    """A small problem with any of the features in it, often an impossible one."""
    rand = random.Random(seed)
    places, days = rand.randint(1, 6), rand.randint(1, 3)
    people = [f"p{number}" for number in range(rand.randint(1, 4))]
    matrix = None
    if rand.random() < 0.3:  # anything: there and back differ, detours are shorter
        size = range(places)
        matrix = [[rand.randrange(HOUR) for _to in size] for _from in size]
    return Problem(
        jobs=[
            make_job(rand, number, places, days, people)
            for number in range(rand.randint(0, 14))
        ],
        performers=[make_performer(rand, who) for who in people],
        shifts=[
            make_shift(rand, f"{who}-{day}", who, day, places)
            for who in people
            for day in range(days)
            if rand.random() < 0.8
        ],
        places=[make_place(rand) for _place in range(places)],
        seconds=matrix,
        weights=Weights(
            travel=rand.choice([1.0, 0.5]),
            distance=rand.choice([0.0, 1.0]),
            fairness=rand.choice([0.0, 1.0]),
        ),
    )


def test_no_plan_breaks_a_rule():
    planned = 0
    for seed in range(1500):
        problem = make_problem(seed)
        plan = solve(problem, seconds=20, seed=seed, iterations=100)
        assert find_faults(problem, plan) == [], f"problem {seed}"
        planned += sum(len(route.visits) for route in plan.routes)
    assert planned > 2000


def test_the_same_seed_gives_the_same_plan():
    for seed in range(40):
        problem = make_problem(seed)
        plan = solve(problem, seconds=20, seed=5, iterations=60)
        assert plan == solve(problem, seconds=20, seed=5, iterations=60)


def test_nothing_to_plan():
    plan = solve(Problem(jobs=[], performers=[], shifts=[]), seconds=1)
    assert (plan.routes, plan.unplanned, plan.cost) == ((), (), 0)
