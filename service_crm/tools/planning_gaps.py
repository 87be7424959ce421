"""The cheapest gap of a route to put a visit in: what the search does most.

Each function is told a :class:`~.planning_model.Model`, a ``State`` of the router
and a node, and gives ``(added cost of the way, gap)``, or ``None`` when the visit fits
nowhere or somebody would be late. They only look at what the route knows of its gaps.
"""

from .planning_model import NEVER
from .planning_schedule import merge, rest_early


def find_plain(model, state, node):
    """The cheapest gap of a shift without breaks or longest duration."""
    place = model.node_place[node]
    since, until = model.node_from[node], model.node_due[node]
    seconds = model.node_seconds[node]
    to, away = model.seconds_to[place], model.seconds[place]
    cost_to, cost_away = model.costs_to[place], model.costs[place]
    best, where = NEVER, -1
    for gap, (before, p, q, after, edge) in enumerate(state.gaps):
        if before > until:
            break
        now = before + to[p]
        if now > until:
            continue
        if now < since:
            now = since
        if now + seconds + away[q] > after:
            continue
        cost = cost_to[p] + cost_away[q] - edge
        if cost < best:
            best, where = cost, gap
    return (best, where) if where >= 0 else None


def find_short(model, state, node):
    """The cheapest gap of a shift with a longest duration."""
    place = model.node_place[node]
    since, until = model.node_from[node], model.node_due[node]
    seconds = model.node_seconds[node]
    to, away = model.seconds_to[place], model.seconds[place]
    cost_to, cost_away = model.costs_to[place], model.costs[place]
    longest = model.shift_max[state.shift]
    best, where = NEVER, -1
    for gap, (before, p, q, after, edge, first, last) in enumerate(state.gaps):
        if before > until:
            break
        now = before + to[p]
        if now > until:
            continue
        if now < since:
            now = since
        if now + seconds + away[q] > after:
            continue
        cost = cost_to[p] + cost_away[q] - edge
        if cost < best:
            left = merge(*first, to[p], seconds, since, until)
            if merge(*left, away[q], *last)[0] <= longest:
                best, where = cost, gap
    return (best, where) if where >= 0 else None


def find_with_breaks(model, state, node):
    """The cheapest gap of a shift with breaks, whatever its longest duration."""
    place = model.node_place[node]
    since, until = model.node_from[node], model.node_due[node]
    seconds = model.node_seconds[node]
    to, away = model.seconds_to[place], model.seconds[place]
    cost_to, cost_away = model.costs_to[place], model.costs[place]
    breaks = model.shift_breaks[state.shift]
    best, where = NEVER, -1
    for gap, (before, p, q, after, edge) in enumerate(state.gaps):
        if before[0] > until:
            break
        cost = cost_to[p] + cost_away[q] - edge
        if cost >= best:
            continue
        travel = to[p]
        now = [when + travel for when in before]
        rest_early(now, breaks)
        now = [
            (when if when > since else since) + seconds if when <= until else NEVER
            for when in now
        ]
        rest_early(now, breaks)
        travel = away[q]
        for when, latest in zip(now, after, strict=True):
            if when + travel <= latest:
                best, where = cost, gap
                break
    return (best, where) if where >= 0 else None


def find_with_one_break(model, state, node):
    """As :func:`find_with_breaks`, faster, for a shift with one."""
    place = model.node_place[node]
    since, until = model.node_from[node], model.node_due[node]
    seconds = model.node_seconds[node]
    to, away = model.seconds_to[place], model.seconds[place]
    cost_to, cost_away = model.costs_to[place], model.costs[place]
    ((first, latest, rest),) = model.shift_breaks[state.shift]
    best, where = NEVER, -1
    for gap, ((now, rested), p, q, (after, after_rest), edge) in enumerate(state.gaps):
        if now > until:
            break
        cost = cost_to[p] + cost_away[q] - edge
        if cost >= best:
            continue
        travel = to[p]
        now += travel
        rested += travel
        if now <= latest:
            taken = (now if now > first else first) + rest
            if taken < rested:
                rested = taken
        travel = seconds + away[q]
        if rested <= until:
            if (rested if rested > since else since) + travel <= after_rest:
                best, where = cost, gap
                continue
        if now > until:
            continue
        now = now if now > since else since
        if now + travel <= after:
            best, where = cost, gap
            continue
        now += seconds
        if now <= latest:
            taken = (now if now > first else first) + rest
            if taken + away[q] <= after_rest:
                best, where = cost, gap
    return (best, where) if where >= 0 else None
