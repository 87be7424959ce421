"""Fixed visits: they are in the plan before anything else.

People sometimes promise what cannot be: two visits at once, a way too short, a visit
outside of the shift. The first of them that fit are kept; the others are reported, and
their time stays free of everything else.
"""

from .planning_schedule import schedule


def keep_fixed(model):
    """Sequences of the fixed nodes by shift number, the time of the others blocked.

    :param model: a :class:`~.planning_model.Model`; its breaks get the blocked times
    """
    sequences = [()] * len(model.shifts)
    conflicts = []
    jobs = [number for number, job in enumerate(model.jobs) if job.fixed]
    for number in sorted(jobs, key=lambda number: model.jobs[number].present.start):
        if not _keep(model, sequences, number):
            conflicts.append(number)
    for number in conflicts:
        _block(model, sequences, model.jobs[number])
    return sequences


def _keep(model, sequences, number):
    for shift, ways in model.options[number]:
        longer = (*sequences[shift], ways[0][0])
        demand = sum(model.node_demand[node] for node in longer)
        if demand <= model.shift_capacity[shift] and schedule(model, shift, longer):
            sequences[shift] = longer
            return True
    return False


def _block(model, sequences, job):
    """Nothing is planned while the visit runs that could not be kept."""
    start, end = job.present.start, job.present.start + job.seconds
    for shift, what in enumerate(model.shifts):
        if what.performer != job.present.performer:
            continue
        pieces = [(max(start, what.start), min(end, what.end))]
        for node in sequences[shift]:
            since = model.node_from[node]
            pieces = _cut(pieces, since, since + model.node_seconds[node])
        for rest, is_block in zip(
            model.shift_breaks[shift], model.shift_blocks[shift], strict=True
        ):
            if is_block:
                pieces = _cut(pieces, rest[0], rest[0] + rest[2])
        for since, until in pieces:
            if since < until:
                _add_block(model, shift, sequences[shift], since, until - since)


def _cut(pieces, since, until):
    """The pieces without what lies between two instants."""
    left = [(start, min(end, since)) for start, end in pieces]
    right = [(max(start, until), end) for start, end in pieces]
    return [(start, end) for start, end in left + right if start < end]


def _add_block(model, shift, sequence, start, seconds):
    """Among the breaks, which are taken in order: before or after those near it."""
    breaks, blocks = model.shift_breaks[shift], model.shift_blocks[shift]
    place = sum(1 for since, _latest, _seconds in breaks if since <= start)
    for gap in sorted(range(len(breaks) + 1), key=lambda gap: abs(gap - place)):
        model.shift_breaks[shift] = breaks[:gap] + [(start, start, seconds)]
        model.shift_breaks[shift] += breaks[gap:]
        if schedule(model, shift, sequence):
            model.shift_blocks[shift] = blocks[:gap] + [True] + blocks[gap:]
            return
    model.shift_breaks[shift] = breaks
