"""Days of a service company, made up, and how they are planned without a planner.

A town and its surroundings: performers start and end at home, half of the jobs lie in a
few quarters, each asks for one of five skills, most of the customers were promised a
window. Jobs are in the order in which they came in.
"""

import random

from service_tools.planning import (
    Break,
    Job,
    Performer,
    Problem,
    Shift,
    Window,
    get_matrices,
)

MINUTE, HOUR = 60, 3600
SKILLS = ("boiler", "lift", "network", "doors", "pumps")
LEFT_OUT = 240.0  # minutes of travel that leaving a job out is worth
TOWN = (55.75, 37.62)  # latitude, longitude
DEGREE = 111_000.0  # metres of one degree of latitude


def make_day(seed, jobs=100, performers=20, lunch=False):
    """A day as a :class:`Problem`; the same seed is the same day."""
    rand = random.Random(seed)
    quarters = [_get_point(rand, TOWN, 9000) for _quarter in range(5)]
    places = [_get_point(rand, TOWN, 10_000) for _who in range(performers)]
    people, shifts = [], []
    for who in range(performers):
        skills = rand.sample(SKILLS, rand.choice([2, 2, 3]))
        people.append(Performer(who, skills=dict.fromkeys(skills, 1)))
        start = rand.choice([8, 8, 8, 9]) * HOUR
        breaks = [Break(12 * HOUR, 14 * HOUR, 30 * MINUTE)] if lunch else []
        shifts.append(Shift(who, who, start, start + 9 * HOUR, who, who, breaks))
    todo = []
    for key in range(jobs):
        quarter = rand.choice(quarters) if rand.random() < 0.5 else None
        spread = 1500 if quarter else 10_000
        places.append(_get_point(rand, quarter or TOWN, spread))
        todo.append(
            Job(
                key,
                seconds=rand.choice([30, 30, 45, 60, 60, 90, 120]) * MINUTE,
                place=len(places) - 1,
                windows=_get_windows(rand),
                skills={rand.choice(SKILLS): 1},
                skip_cost=LEFT_OUT,
            )
        )
    return Problem(todo, people, shifts, places)


def _get_point(rand, centre, metres):
    """Around the centre, at a standard deviation of so many metres."""
    north, east = rand.gauss(0, metres), rand.gauss(0, metres)
    return centre[0] + north / DEGREE, centre[1] + east / DEGREE / 0.563


def _get_windows(rand):
    """Two hours, half a day or the whole day."""
    hours = rand.choice([2, 2, 2, 4, 4, 9])
    start = 8 + rand.randint(0, 9 - hours) if hours == 2 else 8 + rand.choice([0, 4])
    if hours == 9:
        start = 8
    return [Window(start * HOUR, (start + hours) * HOUR)]


def plan_in_order(problem):
    """Cost of giving each job, as it comes in, to whom it costs least then.

    Each goes into the gap of the day of a skilled performer where it adds the least
    travel and lateness, in minutes; those who were promised a visit stay promised. A
    job that would add more than :data:`LEFT_OUT` is left out for it.
    """
    seconds, _metres = get_matrices(problem.places, problem.travel)
    skills = {who.key: set(who.skills) for who in problem.performers}
    routes = {shift.key: [] for shift in problem.shifts}
    costs = dict.fromkeys(routes, 0.0)
    left_out = 0.0
    for job in problem.jobs:
        best = (LEFT_OUT, None, None)
        for shift in problem.shifts:
            if not set(job.skills) <= skills[shift.performer]:
                continue
            route = routes[shift.key]
            for gap in range(len(route) + 1):
                longer = [*route[:gap], job, *route[gap:]]
                cost = get_route_cost(shift, longer, seconds)
                if cost is not None and cost - costs[shift.key] < best[0]:
                    best = (cost - costs[shift.key], shift.key, longer)
        added, key, longer = best
        if key is None:
            left_out += LEFT_OUT
        else:
            routes[key] = longer
            costs[key] += added
    return sum(costs.values()) + left_out


def get_route_cost(shift, jobs, seconds):
    """Minutes of travel and lateness, ``None`` when it does not fit the shift."""
    now, place, travel, late = shift.start, shift.start_place, 0, 0
    for job in jobs:
        leg = seconds[place][job.place]
        now, travel, place = now + leg, travel + leg, job.place
        now = max(now, job.windows[0].start)
        late += max(0, now - job.windows[0].end)
        now += job.seconds
    leg = seconds[place][shift.end_place]
    return (travel + leg + late) / MINUTE if now + leg <= shift.end else None
