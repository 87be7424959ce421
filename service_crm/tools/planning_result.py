"""From the routes that were found to the plan that is shown: times, costs, reasons."""

from .planning_data import Plan, Route, Unplanned, Visit
from .planning_model import get_gaps
from .planning_schedule import schedule


def make_plan(problem, model, answer):
    """The :class:`Plan` of an :class:`Answer`."""
    costs = dict.fromkeys(
        ("travel", "late", "left_out", "change", "performer", "shift", "fairness"), 0.0
    )
    routes = []
    for shift, state in enumerate(answer.states):
        if not state.sequence:
            continue
        state = _keep_times(model, answer.router, state)
        table = schedule(model, shift, state.sequence)
        routes.append(_make_route(model, shift, state.sequence, table))
        _add_costs(model, state, costs)
    absent = sorted(answer.absent)
    costs["left_out"] = float(sum(model.skip_cost[job] for job in absent))
    return Plan(
        routes=tuple(routes),
        unplanned=tuple(_explain(model, answer, job) for job in absent),
        cost=sum(costs.values()),
        costs=costs,
        travel_seconds=sum(route.travel_seconds for route in routes),
        travel_metres=sum(route.travel_metres for route in routes),
        iterations=answer.iterations,
        is_cut=answer.is_cut,
    )


def _keep_times(model, router, state):
    """The route with visits that begin when they do at present told to be so."""
    table = schedule(model, state.shift, state.sequence)
    sequence = list(state.sequence)
    for place, (_arrival, start) in enumerate(table.visits):
        node = sequence[place]
        for other, _cost in router.ways[model.node_job[node]][state.shift]:
            is_better = model.node_kept[other] and not model.node_kept[node]
            if is_better and model.node_from[other] <= start <= model.node_to[other]:
                sequence[place] = other
                break
    return router.get(state.shift, tuple(sequence)) or state


def _make_route(model, shift, sequence, table):
    visits = []
    place = model.shift_from[shift]
    performer = model.shifts[shift].performer
    seconds = metres = 0
    for node, (arrival, start) in zip(sequence, table.visits, strict=True):
        job = model.jobs[model.node_job[node]]
        there = model.node_place[node]
        present = job.present
        visits.append(
            Visit(
                job=job.key,
                arrival=arrival,
                start=start,
                end=start + job.seconds,
                travel_seconds=model.seconds[place][there],
                travel_metres=model.metres[place][there],
                late_seconds=max(0, start - model.node_due[node]),
                is_new=present is None,
                is_moved=present is not None and present.performer != performer,
                is_shifted=present is not None and not model.node_kept[node],
            )
        )
        place = there
    seconds = model.seconds[place][model.shift_to[shift]]
    metres = model.metres[place][model.shift_to[shift]]
    rests = [
        (when, when + rest)
        for when, (_since, _latest, rest), is_block in zip(
            table.breaks,
            model.shift_breaks[shift],
            model.shift_blocks[shift],
            strict=True,
        )
        if not is_block
    ]
    return Route(
        shift=model.shifts[shift].key,
        performer=performer,
        start=table.start,
        end=table.end,
        visits=tuple(visits),
        breaks=tuple(rests),
        travel_seconds=seconds + sum(visit.travel_seconds for visit in visits),
        travel_metres=metres + sum(visit.travel_metres for visit in visits),
        work_seconds=sum(visit.end - visit.start for visit in visits),
    )


def _add_costs(model, state, costs):
    shift = state.shift
    parts = {
        "travel": sum(gap[4] for gap in state.gaps),
        "late": state.late,
        "change": sum(model.get_change_cost(node, shift) for node in state.sequence),
        "performer": sum(
            model.get_performer_cost(node, shift) for node in state.sequence
        ),
        "shift": model.shift_cost[shift],
    }
    parts["fairness"] = state.cost - sum(parts.values()) if model.fairness else 0.0
    for name, cost in parts.items():
        costs[name] += cost


def _explain(model, answer, number):
    """Why a job is left out."""
    job = model.jobs[number]
    able = model.able[number]
    if job.fixed:
        return Unplanned(job.key, "fixed_conflict", (job.present.performer,))
    if not able:
        gaps = [
            set(get_gaps(job, who, shift))
            for who in model.performers.values()
            if _is_asked(job, who)
            for shift in _get_shifts(model, who)
        ]
        if all(gaps):
            missing = set.intersection(*gaps) if gaps else set(job.skills)
            told = tuple(skill for skill in job.skills if skill in missing)
            return Unplanned(job.key, "no_performer", told)
    people = tuple(dict.fromkeys(model.shifts[shift].performer for shift in able))
    find, router = answer.router.find, answer.router
    shifts = [shift for shift, _ways in model.options[number]]
    if any(find(answer.states[shift], number) for shift in shifts):
        return Unplanned(job.key, "cost", people)
    if any(find(router.empty[shift], number) for shift in shifts):
        return Unplanned(job.key, "full", people)
    return Unplanned(job.key, "no_window", people)


def _is_asked(job, performer):
    is_allowed = job.performers is None or performer.key in job.performers
    return is_allowed and performer.key not in job.excluded


def _get_shifts(model, performer):
    """Those of the performer; who has none is told as one without time."""
    shifts = [shift for shift in model.shifts if shift.performer == performer.key]
    return shifts or [_NoShift]


class _NoShift:
    """Of a performer who is not there: every skill is still valid."""

    end = float("-inf")
