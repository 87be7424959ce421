"""A planning problem as lists of numbers, ready to be searched.

A job becomes one *node* for each way to do it: each of its windows, and the time it has
at present. A node has one interval in which it begins, so that a route is a sequence of
nodes; two nodes of a job are never in a plan together. Places get two more: one that is
nowhere (a day that begins at its first job travels nothing there) and one that nobody
knows.
"""

from .planning_travel import get_matrices

NEVER = 1 << 60  # later than any instant
MUST_COST = 100_000.0  # of leaving out a job that is not optional


class Model:
    """The problem compiled: every attribute is a list by job, node or shift number.

    :raise ValueError: the problem contradicts itself
    """

    def __init__(self, problem):
        self.jobs = list(problem.jobs)
        self.shifts = list(problem.shifts)
        self.performers = {who.key: who for who in problem.performers}
        _check_keys(problem)
        self._add_places(problem)
        self._add_shifts(problem)
        self._add_nodes()
        self._add_options()

    # -- places ------------------------------------------------------------------
    def _add_places(self, problem):
        count = len(problem.places)
        seconds, metres = problem.seconds, problem.metres
        if seconds is None or metres is None:
            made = get_matrices(problem.places, problem.travel)
            seconds, metres = seconds or made[0], metres or made[1]
        self.place_count = _check_matrix(seconds, metres, count)
        self.nowhere, self.unknown = self.place_count, self.place_count + 1
        travel = problem.travel
        self.seconds = _extend(seconds, travel.unknown_seconds)
        self.metres = _extend(metres, travel.unknown_metres)
        minute = problem.weights.travel / 60
        metre = problem.weights.distance / 1000
        self.costs = [
            [minute * time + metre * far for time, far in zip(times, fars, strict=True)]
            for times, fars in zip(self.seconds, self.metres, strict=True)
        ]
        self.seconds_to = [list(column) for column in zip(*self.seconds, strict=True)]
        self.costs_to = [list(column) for column in zip(*self.costs, strict=True)]

    def _get_place(self, place, other):
        if place is None:
            return other
        if not 0 <= place < self.place_count:
            raise ValueError(f"there is no place {place}")
        return place

    # -- shifts ------------------------------------------------------------------
    def _add_shifts(self, problem):
        self.fairness = problem.weights.fairness
        self.shift_start, self.shift_end = [], []
        self.shift_from, self.shift_to = [], []
        self.shift_breaks = []  # (earliest start, latest start, seconds), in order
        self.shift_blocks = []  # which of them are no breaks, but blocked time
        self.shift_max, self.shift_capacity, self.shift_cost = [], [], []
        for shift in self.shifts:
            if shift.end < shift.start:
                raise ValueError(f"shift {shift.key!r} ends before it starts")
            if shift.performer not in self.performers:
                raise ValueError(f"shift {shift.key!r} is of an unknown performer")
            self.shift_start.append(shift.start)
            self.shift_end.append(shift.end)
            self.shift_from.append(self._get_place(shift.start_place, self.nowhere))
            self.shift_to.append(self._get_place(shift.end_place, self.nowhere))
            self.shift_breaks.append(_get_breaks(shift))
            self.shift_blocks.append([False] * len(shift.breaks))
            longest = shift.max_seconds
            limited = longest is not None and longest < shift.end - shift.start
            self.shift_max.append(longest if limited else None)
            full = shift.capacity
            self.shift_capacity.append(NEVER if full is None else full)
            self.shift_cost.append(shift.cost)

    # -- jobs --------------------------------------------------------------------
    def _add_nodes(self):
        self.node_job, self.node_place = [], []
        self.node_from, self.node_to, self.node_due = [], [], []
        self.node_late = []  # cost per second after the due instant
        self.node_seconds, self.node_demand = [], []
        self.node_kept = []  # is at the time it has at present
        self.job_nodes = []
        self.skip_cost = []
        self.has_late = False
        for number, job in enumerate(self.jobs):
            if job.seconds < 0 or job.priority < 0 or job.demand < 0:
                raise ValueError(f"job {job.key!r}: a number is below zero")
            cost = MUST_COST if job.skip_cost is None else job.skip_cost
            self.skip_cost.append(cost * (1 + job.priority))
            nodes = []
            for since, until, due, is_kept in _get_ways(job):
                nodes.append(len(self.node_job))
                self.node_job.append(number)
                self.node_place.append(self._get_place(job.place, self.unknown))
                self.node_from.append(since)
                self.node_to.append(until)
                self.node_due.append(due)
                self.node_late.append((job.late_cost or 0.0) / 60)
                self.node_seconds.append(job.seconds)
                self.node_demand.append(job.demand)
                self.node_kept.append(is_kept)
                self.has_late |= until > due
            self.job_nodes.append(nodes)

    def _add_options(self):
        """``options[job]``: ``(shift, ((node, cost), …))`` where it could be done."""
        self.options = []
        self.able = []  # shifts whose performer may do the job, whatever the time
        for number, job in enumerate(self.jobs):
            able = [
                shift
                for shift, what in enumerate(self.shifts)
                if may_do(job, self.performers[what.performer], what)
            ]
            options = []
            for shift in able:
                ways = tuple(
                    (node, self.get_node_cost(node, shift))
                    for node in self.job_nodes[number]
                    if self._fits_alone(node, shift)
                )
                if ways:
                    options.append((shift, ways))
            self.able.append(able)
            self.options.append(options)

    def _fits_alone(self, node, shift):
        """Whether the node could be the only one of the shift, but for breaks."""
        place = self.node_place[node]
        start = self.shift_start[shift] + self.seconds[self.shift_from[shift]][place]
        start = max(start, self.node_from[node])
        end = start + self.node_seconds[node]
        end += self.seconds[place][self.shift_to[shift]]
        return (
            start <= self.node_to[node]
            and end <= self.shift_end[shift]
            and self.node_demand[node] <= self.shift_capacity[shift]
        )

    def get_node_cost(self, node, shift):
        """Cost of doing it so, in that shift, beside travel and lateness."""
        return self.get_performer_cost(node, shift) + self.get_change_cost(node, shift)

    def get_performer_cost(self, node, shift):
        """Cost of this performer for the job, negative for a preferred one."""
        job = self.jobs[self.node_job[node]]
        return job.performer_costs.get(self.shifts[shift].performer, 0.0)

    def get_change_cost(self, node, shift):
        """Cost of another performer or time than the job has at present."""
        present = self.jobs[self.node_job[node]].present
        if present is None:
            return 0.0
        cost = 0.0 if self.node_kept[node] else present.time_cost
        if present.performer != self.shifts[shift].performer:
            cost += present.performer_cost
        return cost


def may_do(job, performer, shift):
    """Whether the performer may do the job in the shift, whatever the time."""
    if job.fixed:
        return performer.key == job.present.performer
    if job.performers is not None and performer.key not in job.performers:
        return False
    return performer.key not in job.excluded and not get_gaps(job, performer, shift)


def get_gaps(job, performer, shift):
    """The skills of the job that the performer has not, or no longer."""
    return [
        skill
        for skill, level in job.skills.items()
        if performer.skills.get(skill, 0) < level
        or skill not in performer.skills
        or performer.until.get(skill, NEVER) < shift.end
    ]


def _get_ways(job):
    """``(from, to, due, is kept)``: the intervals in which the job may begin."""
    present = job.present
    if job.fixed:
        if present is None:
            raise ValueError(f"job {job.key!r} is fixed, but nowhere")
        return [(present.start, present.start, present.start, True)]
    windows = [(-NEVER, NEVER, NEVER)]
    if job.windows:
        windows = [(window.start, window.end, window.end) for window in job.windows]
        if any(since > until for since, until, _due in windows):
            raise ValueError(f"job {job.key!r}: a window ends before it starts")
        windows.sort()
        if job.late_cost is not None:
            since, until, _due = max(windows, key=lambda window: window[1])
            windows[windows.index((since, until, until))] = (since, NEVER, until)
    ways = [(*window, False) for window in windows]
    if present is not None:
        since, until = present.start - present.tolerance, present.start
        until += present.tolerance
        kept = [
            (max(a, since), min(b, until), min(due, until), True)
            for a, b, due in windows
        ]
        ways = [way for way in kept if way[0] <= way[1]] + ways
    return ways


def _get_breaks(shift):
    breaks, before = [], None
    for rest in sorted(shift.breaks, key=lambda rest: rest.start):
        latest = rest.end - rest.seconds
        if latest < rest.start or rest.seconds < 0:
            raise ValueError(f"shift {shift.key!r}: a break is longer than its time")
        if before is not None and rest.end < before.end:
            raise ValueError(f"shift {shift.key!r}: breaks are not in order")
        before = rest
        breaks.append((rest.start, latest, rest.seconds))
    return breaks


def _check_keys(problem):
    for name in ("jobs", "performers", "shifts"):
        keys = [item.key for item in getattr(problem, name)]
        if len(set(keys)) != len(keys):
            raise ValueError(f"two {name} have the same key")


def _check_matrix(seconds, metres, count):
    size = max(len(seconds), count)
    for matrix in (seconds, metres):
        if len(matrix) != size or any(len(row) != size for row in matrix):
            raise ValueError("the matrices are not square over the places")
        if any(value < 0 for row in matrix for value in row):
            raise ValueError("a matrix has a value below zero")
    return size


def _extend(matrix, unknown):
    """The matrix with the place that is nowhere and the one that nobody knows."""
    rows = [[*row, 0, unknown] for row in matrix]
    size = len(rows)
    rows.append([0] * (size + 2))
    rows.append([*[unknown] * size, 0, unknown])
    return rows
