"""The exact times of one route: travel, waiting, work and breaks.

Every plan that leaves the planner went through :func:`schedule`, whoever ordered it.
The other functions are the arithmetic of times that the search does by the million.
"""

DEPARTURES = 64  # tried at most until the route is short enough


class Timetable:
    """When what happens in a route.

    :param start, end: of the way out and of the way back
    :param visits: ``(arrival, start)`` by node of the sequence
    :param breaks: start of each break
    :param late: cost of being late
    """

    __slots__ = ("start", "end", "visits", "breaks", "late")


def schedule(model, shift, sequence):
    """The :class:`Timetable` of a sequence of nodes in a shift; ``None``: impossible.

    Everything happens as early as it can, but leaving, as late as that allows. With a
    longest duration, leaving is put off until the route is short enough: since the end
    never comes earlier by leaving later, the first guess to fit is the earliest.
    """
    longest = model.shift_max[shift]
    start = model.shift_start[shift]
    for _try in range(DEPARTURES):
        label = _go(model, shift, sequence, start)
        if label is None:
            return None
        table = _trace(model, shift, sequence, label)
        if longest is None or table.end - table.start <= longest:
            return table
        start = max(start + 1, table.end - longest)
    return None


def merge(duration, earliest, latest, travel, seconds, since, until):
    """One segment ``(duration, earliest, latest start)`` after another one."""
    shift = duration + travel
    wait = since - shift - latest
    if wait > 0:
        return shift + seconds + wait, latest, latest
    since -= shift
    until -= shift
    return (
        shift + seconds,
        since if since > earliest else earliest,
        until if until < latest else latest,
    )


def rest_early(now, breaks):
    """Earliest instants by breaks taken, when the next ones may be taken here."""
    for number, (since, latest, seconds) in enumerate(breaks):
        when = now[number]
        if when <= latest:
            when = (when if when > since else since) + seconds
            if when < now[number + 1]:
                now[number + 1] = when


def rest_late(latest, breaks):
    """Latest instants by breaks taken, when the next ones may be taken here."""
    for number in range(len(breaks) - 1, -1, -1):
        since, until, seconds = breaks[number]
        when = min(until, latest[number + 1] - seconds)
        if when >= since and when > latest[number]:
            latest[number] = when


def _go(model, shift, sequence, start):
    """The last of the cheapest labels ``(time, late, before, event)`` on the way.

    By number of breaks taken there are labels of which none is both later and later
    for the customers than another.
    """
    breaks = model.shift_breaks[shift]
    labels = [[(start, 0.0, None, None)]] + [[] for _rest in breaks]
    _take_breaks(labels, breaks)
    place = model.shift_from[shift]
    for node in sequence:
        there = model.node_place[node]
        travel = model.seconds[place][there]
        place = there
        labels = [[_move(label, travel) for label in group] for group in labels]
        _take_breaks(labels, breaks)
        labels = [_serve(model, node, group) for group in labels]
        if not any(labels):
            return None
        _take_breaks(labels, breaks)
    travel = model.seconds[place][model.shift_to[shift]]
    labels = [[_move(label, travel) for label in group] for group in labels]
    _take_breaks(labels, breaks)
    end = model.shift_end[shift]
    done = [label for label in labels[-1] if label[0] <= end]
    return min(done, key=lambda label: (label[1], label[0])) if done else None


def _move(label, travel):
    arrival = label[0] + travel
    return arrival, label[1], label, ("arrive", arrival)


def _serve(model, node, group):
    since, until = model.node_from[node], model.node_to[node]
    due, rate = model.node_due[node], model.node_late[node]
    seconds = model.node_seconds[node]
    served = []
    for label in group:
        start = max(label[0], since)
        if start <= until:
            late = label[1] + max(0, start - due) * rate
            served.append((start + seconds, late, label, ("start", start)))
    return served


def _take_breaks(labels, breaks):
    """From each label also the one with the next break taken here and now."""
    for number, (since, latest, seconds) in enumerate(breaks):
        for label in labels[number]:
            start = max(label[0], since)
            if start <= latest:
                taken = (start + seconds, label[1], label, ("break", start))
                labels[number + 1].append(taken)
        labels[number + 1] = _get_best(labels[number + 1])


def _get_best(group):
    if len(group) < 2:
        return group
    best, late = [], float("inf")
    for label in sorted(group, key=lambda label: label[:2]):
        if label[1] < late:
            best.append(label)
            late = label[1]
    return best


def _trace(model, shift, sequence, label):
    table = Timetable()
    table.late = label[1]
    events = []
    while label[2] is not None:
        events.append(label[3])
        label = label[2]
    events.reverse()
    table.breaks = [when for what, when in events if what == "break"]
    arrivals = [when for what, when in events if what == "arrive"]
    starts = [when for what, when in events if what == "start"]
    table.start, table.end = label[0], arrivals.pop()
    if sequence:  # leaving as late as the first thing there allows
        first = [what for what, _when in events].index("arrive")
        arrivals[0] = events[first + 1][1]
        place = model.node_place[sequence[0]]
        table.start = arrivals[0] - model.seconds[model.shift_from[shift]][place]
    table.visits = list(zip(arrivals, starts, strict=True))
    return table
