"""Whether a plan keeps every rule of its problem, told from these two alone.

Nothing of the planner's own arithmetic is used: what it says is counted anew.
"""

from service_tools.planning import get_matrices


def find_faults(problem, plan):
    """Everything that is wrong with the plan, as a list of sentences."""
    faults = []
    jobs = {job.key: job for job in problem.jobs}
    shifts = {shift.key: shift for shift in problem.shifts}
    done = [visit.job for route in plan.routes for visit in route.visits]
    told = done + [left.job for left in plan.unplanned]
    if sorted(map(str, told)) != sorted(map(str, jobs)):
        faults.append("a job is missing, doubled or unknown")
        return faults
    keys = [route.shift for route in plan.routes]
    if len(set(keys)) != len(keys) or not set(keys) <= set(shifts):
        faults.append("a shift is doubled or unknown")
        return faults
    travel = _Travel(problem)
    for route in plan.routes:
        shift = shifts[route.shift]
        visits = [(jobs[visit.job], visit) for visit in route.visits]
        for check in (_check_way, _check_breaks, _check_limits):
            found = check(route, shift, visits, travel)
            faults += [f"{route.shift}: {fault}" for fault in found]
        for job, visit in visits:
            found = _check_visit(problem, shift, job, visit)
            faults += [f"{route.shift}, {job.key}: {fault}" for fault in found]
    faults += _check_unplanned(problem, plan, jobs)
    faults += _check_costs(problem, plan, jobs, shifts, travel)
    return faults


class _Travel:
    """Seconds and metres between places; ``None`` is nowhere or unknown."""

    def __init__(self, problem):
        made = get_matrices(problem.places, problem.travel)
        self.seconds = problem.seconds or made[0]
        self.metres = problem.metres or made[1]
        self.unknown = (problem.travel.unknown_seconds, problem.travel.unknown_metres)

    def get_legs(self, shift, visits):
        """``(seconds, metres)`` to each visit and back home."""
        stops = [job.place for job, _visit in visits]
        legs = []
        for number in range(len(stops) + 1):
            is_out, is_back = number == 0, number == len(stops)
            if (is_out and shift.start_place is None) or (
                is_back and shift.end_place is None
            ):
                legs.append((0, 0))
                continue
            source = shift.start_place if is_out else stops[number - 1]
            target = shift.end_place if is_back else stops[number]
            if source is None or target is None:
                legs.append(self.unknown)
            else:
                seconds = self.seconds[source][target]
                legs.append((seconds, self.metres[source][target]))
        return legs


def _get_spans(route, legs):
    """``(start, end, what)`` of all travel and work, in order."""
    spans = []
    for visit, (seconds, _metres) in zip(route.visits, legs, strict=False):
        spans.append((visit.arrival - seconds, visit.arrival, "travel"))
        spans.append((visit.start, visit.end, "work"))
    spans.append((route.end - legs[-1][0], route.end, "travel"))
    return spans


def _check_way(route, shift, visits, travel):
    if not visits:
        yield "a route without visits"
        return
    legs = travel.get_legs(shift, visits)
    spans = _get_spans(route, legs)
    if spans[0][0] != route.start:
        yield "leaves at another time than it says"
    for (_start, end, _what), (start, until, what) in zip(
        spans, spans[1:], strict=False
    ):
        if start < end or until < start:
            yield f"{what} at {start} begins before {end}"
    if spans[0][0] < shift.start or spans[-1][1] > shift.end:
        yield "out of the shift"
    if [(v.travel_seconds, v.travel_metres) for v in route.visits] != legs[:-1]:
        yield "travel of a visit is wrong"
    sums = tuple(map(sum, zip(*legs, strict=True)))
    if (route.travel_seconds, route.travel_metres) != sums:
        yield "travel of the route is wrong"
    if route.work_seconds != sum(job.seconds for job, _visit in visits):
        yield "work of the route is wrong"


def _check_breaks(route, shift, visits, travel):
    if len(route.breaks) != len(shift.breaks):
        yield "a break is missing or more than asked"
        return
    rests = sorted(shift.breaks, key=lambda rest: rest.start)
    for (start, end), rest in zip(route.breaks, rests, strict=True):
        if end - start != rest.seconds:
            yield "a break of another length"
        if start < max(rest.start, shift.start) or end > min(rest.end, shift.end):
            yield "a break out of its time"
    spans = [*_get_spans(route, travel.get_legs(shift, visits)), *_number(route.breaks)]
    spans = sorted(span for span in spans if span[0] < span[1])
    for one, other in zip(spans, spans[1:], strict=False):
        if other[0] < one[1]:
            yield f"{one} overlaps {other}"


def _number(breaks):
    return [(start, end, f"break {n}") for n, (start, end) in enumerate(breaks)]


def _check_limits(route, shift, visits, travel):
    if shift.max_seconds is not None and route.end - route.start > shift.max_seconds:
        yield "longer than the shift may be"
    if shift.capacity is not None:
        if sum(job.demand for job, _visit in visits) > shift.capacity:
            yield "beyond the capacity"
    if route.performer != shift.performer:
        yield "another performer than the shift's"


def _check_visit(problem, shift, job, visit):
    present = job.present
    if visit.end - visit.start != job.seconds or visit.start < visit.arrival:
        yield "the times of the visit are wrong"
    if visit.is_new != (present is None):
        yield "new or not, wrongly"
    if present is not None:
        if visit.is_moved != (present.performer != shift.performer):
            yield "moved or not, wrongly"
        is_shifted = abs(visit.start - present.start) > present.tolerance
        if visit.is_shifted != is_shifted:
            yield "at another time or not, wrongly"
    if job.fixed:
        if (shift.performer, visit.start) != (present.performer, present.start):
            yield "a fixed visit was moved"
        return
    yield from _check_performer(problem, shift, job)
    if not job.windows:
        return
    is_inside = any(w.start <= visit.start <= w.end for w in job.windows)
    late = max(0, visit.start - max(window.end for window in job.windows))
    if visit.late_seconds != late:
        yield "late by another time than it says"
    if not is_inside and not (late and job.late_cost is not None):
        yield "begins outside of its windows"


def _check_performer(problem, shift, job):
    who = next(who for who in problem.performers if who.key == shift.performer)
    if job.performers is not None and who.key not in job.performers:
        yield "a performer who is not allowed"
    if who.key in job.excluded:
        yield "a performer who is excluded"
    for skill, level in job.skills.items():
        if skill not in who.skills or who.skills[skill] < level:
            yield f"without the skill {skill}"
        if skill in who.until and who.until[skill] < shift.end:
            yield f"with the skill {skill} expired"


def _check_unplanned(problem, plan, jobs):
    people = {who.key: who for who in problem.performers}
    for left in plan.unplanned:
        job = jobs[left.job]
        able = {
            shift.performer
            for shift in problem.shifts
            if not list(_check_performer(problem, shift, job))
        }
        if left.reason == "no_performer":
            if able:
                yield f"{job.key}: {able} may do it"
        elif left.reason == "cost":
            if job.skip_cost is None:
                yield f"{job.key}: left out to save, but it is no optional job"
        elif left.reason not in ("no_window", "full", "fixed_conflict"):
            yield f"{job.key}: an unknown reason"
        if left.reason in ("no_window", "full", "cost"):
            if set(left.detail) != able or not set(left.detail) <= set(people):
                yield f"{job.key}: others may do it than are told"
        if (left.reason == "fixed_conflict") != job.fixed:
            yield f"{job.key}: fixed, or not"


def _check_costs(problem, plan, jobs, shifts, travel):
    weights = problem.weights
    costs = dict.fromkeys(
        ("travel", "late", "left_out", "change", "performer", "shift", "fairness"), 0.0
    )
    seconds = metres = 0
    for route in plan.routes:
        shift = shifts[route.shift]
        visits = [(jobs[visit.job], visit) for visit in route.visits]
        legs = travel.get_legs(shift, visits)
        way, far = map(sum, zip(*legs, strict=True))
        seconds, metres = seconds + way, metres + far
        costs["travel"] += weights.travel * way / 60 + weights.distance * far / 1000
        costs["shift"] += shift.cost
        if shift.end > shift.start:
            length = shift.end - shift.start
            load = (way + sum(job.seconds for job, _visit in visits)) / length
            costs["fairness"] += weights.fairness * load * load * length / 60
        for job, visit in visits:
            costs["late"] += (job.late_cost or 0) * visit.late_seconds / 60
            costs["performer"] += job.performer_costs.get(route.performer, 0)
            if job.present and visit.is_moved:
                costs["change"] += job.present.performer_cost
            if job.present and visit.is_shifted:
                costs["change"] += job.present.time_cost
    for left in plan.unplanned:
        job = jobs[left.job]
        cost = 100_000 if job.skip_cost is None else job.skip_cost
        costs["left_out"] += cost * (1 + job.priority)
    if (plan.travel_seconds, plan.travel_metres) != (seconds, metres):
        yield "travel of the plan is wrong"
    for name, cost in costs.items():
        if abs(plan.costs[name] - cost) > 1e-6 * max(1, abs(cost)):
            yield f"cost {name} is {plan.costs[name]}, should be {cost}"
    if abs(sum(costs.values()) - plan.cost) > 1e-6 * max(1, abs(plan.cost)):
        yield "the cost is not the sum of its parts"
