"""An optional solver library behind the same function as the default search.

PyVRP (MIT licence, https://pyvrp.org; Wouda, Lan & Kool 2024) is the one of the three
that were compared: see the figures at the end of ``tests/bench/README.md``.

It cannot be told of breaks, lateness at a cost and an even load. So it plans a simpler
problem: breaks only make the day shorter, nobody is late who need not be, and loads
are what they are. What it answers is only an order of visits: the default search counts
it anew by all the rules, takes out what breaks one, plans that again, and goes on for
the rest of the time.
"""

from .planning_model import NEVER

SHARE = 0.6  # of the seconds that are the library's
PART = 0.3  # the same where it knows only part of the rules
RATE = 220_000  # iterations a second of an ordinary machine, times 200 and the jobs
UNIT = 1000  # whole numbers of the library in a cost of one
FORBIDDEN = 1 << 42  # distance to a job that the shift cannot do
STEPS = 64  # iterations between two looks at the clock


class SolverMissing(Exception):
    """The library is not installed."""


def solve_with_pyvrp(model, run):
    """Sequences of nodes by shift number, as PyVRP puts them in order.

    :param model: a :class:`~.planning_model.Model`
    :param run: a :class:`~.planning_run.Run`
    :raise SolverMissing: PyVRP is not installed
    """
    try:
        import numpy
        import pyvrp
    except ImportError as error:
        raise SolverMissing from error
    told = _Told(model, pyvrp, numpy)
    if not told.nodes:
        return [()] * len(model.shifts)
    is_part = any(model.shift_breaks) or model.has_late or model.fairness
    share = PART if is_part else SHARE
    run.left = 1 - share
    stop = _Stop(run, share, len(told.groups), len(model.jobs))
    params = pyvrp.SolveParams()
    result = pyvrp.solve(
        told.data, stop, seed=run.seed, collect_stats=False, params=params
    )
    return told.get_sequences(result.best)


class _Stop:
    """When the library's share of the time is over; tells the progress meanwhile."""

    def __init__(self, run, share, count, jobs):
        self.run = run
        self.share = share
        self.count = 0
        self.jobs = jobs
        self.most = run.iterations
        if self.most is None:
            self.most = int(RATE * share * run.seconds / (200 + count))

    def __call__(self, cost):
        self.count += 1
        if self.count > self.most:
            return True
        if self.count % STEPS:
            return False
        run = self.run
        share = self.count / self.most * self.share
        planned = (cost / UNIT, self.jobs)
        if run.get_gone() >= self.share:
            run.is_cut = True
            return True
        return run.is_over(share, lambda: planned)


class _Told:
    """The problem as the library reads it."""

    def __init__(self, model, pyvrp, numpy):
        self.model = model
        self.base = min(model.shift_start, default=0)
        costs = {}  # node → cost by shift
        for options in model.options:
            for shift, ways in options:
                for node, cost in ways:
                    costs.setdefault(node, {})[shift] = cost
        self.nodes = sorted(costs)
        self.ends = sorted({*model.shift_from, *model.shift_to})
        self.groups = {}
        for client, node in enumerate(self.nodes):
            self.groups.setdefault(model.node_job[node], []).append(client)
        if not self.nodes:
            return
        self.reached = {
            node: min(self._get_arrival(node, shift) for shift in by_shift)
            for node, by_shift in costs.items()
        }
        lowest = {}
        for node, by_shift in costs.items():
            job = model.node_job[node]
            lowest[job] = min(lowest.get(job, 0.0), *by_shift.values())
        places = [model.node_place[node] for node in self.nodes] + self.ends
        index = numpy.ix_(places, places)
        legs = numpy.array(model.costs)[index] * UNIT
        times = numpy.array(model.seconds, dtype=numpy.int64)[index]
        legs = legs.round().astype(numpy.int64)
        profiles, matrices = {}, []
        types = {}
        for shift in range(len(model.shifts)):
            extra = tuple(
                round((costs[node][shift] - lowest[model.node_job[node]]) * UNIT)
                if shift in costs[node]
                else FORBIDDEN
                for node in self.nodes
            )
            if extra not in profiles:
                profiles[extra] = len(matrices)
                matrix = legs.copy()
                matrix[:, : len(extra)] += numpy.array(extra, dtype=numpy.int64)
                numpy.fill_diagonal(matrix, 0)
                matrices.append(matrix)
            key = (profiles[extra], *self._get_type(shift))
            types.setdefault(key, []).append(shift)
        numpy.fill_diagonal(times, 0)
        self.types = list(types.values())
        self.data = pyvrp.ProblemData(
            locations=[pyvrp.Location(0, 0) for _place in places],
            clients=[
                self._make_client(pyvrp, client, lowest)
                for client in range(len(self.nodes))
            ],
            depots=[
                pyvrp.Depot(len(self.nodes) + number)
                for number in range(len(self.ends))
            ],
            vehicle_types=[
                self._make_type(pyvrp, key, shifts) for key, shifts in types.items()
            ],
            distance_matrices=matrices,
            duration_matrices=[times] * len(matrices),
            groups=[
                pyvrp.ClientGroup(clients, required=False)
                for clients in self.groups.values()
                if len(clients) > 1
            ],
        )

    def _get_arrival(self, node, shift):
        """When the shift could be there, were it the first thing to do."""
        model = self.model
        way = model.seconds[model.shift_from[shift]][model.node_place[node]]
        return max(model.shift_start[shift] + way, model.node_from[node])

    def _get_type(self, shift):
        """What makes two shifts the same to the library, but who may do what."""
        model = self.model
        length = model.shift_end[shift] - model.shift_start[shift]
        longest = model.shift_max[shift]
        if longest is None:
            longest = length
        rests = sum(seconds for _since, _until, seconds in model.shift_breaks[shift])
        return (
            model.shift_start[shift] - self.base,
            model.shift_end[shift] - self.base,
            max(0, longest - rests),
            min(model.shift_capacity[shift], 1 << 40),
            self.ends.index(model.shift_from[shift]),
            self.ends.index(model.shift_to[shift]),
            round(model.shift_cost[shift] * UNIT),
        )

    @staticmethod
    def _make_type(pyvrp, key, shifts):
        profile, start, end, longest, capacity, since, to, cost = key
        return pyvrp.VehicleType(
            num_available=len(shifts),
            capacity=[capacity],
            start_depot=since,
            end_depot=to,
            fixed_cost=cost,
            tw_early=start,
            tw_late=end,
            shift_duration=longest,
            profile=profile,
        )

    def _make_client(self, pyvrp, client, lowest):
        model, node = self.model, self.nodes[client]
        job = model.node_job[node]
        group = None
        if len(self.groups[job]) > 1:
            shared = [n for n, clients in self.groups.items() if len(clients) > 1]
            group = shared.index(job)
        until = model.node_to[node]
        if self.reached[node] <= model.node_due[node]:
            until = model.node_due[node]
        until -= self.base
        return pyvrp.Client(
            client,
            delivery=[model.node_demand[node]],
            service_duration=model.node_seconds[node],
            tw_early=max(0, model.node_from[node] - self.base),
            tw_late=max(0, min(until, NEVER >> 4)),
            prize=max(0, round((model.skip_cost[job] - lowest[job]) * UNIT)),
            required=False,
            group=group,
        )

    def get_sequences(self, solution):
        """Nodes by shift number."""
        sequences = [()] * len(self.model.shifts)
        free = [list(reversed(shifts)) for shifts in self.types]
        for route in solution.routes():
            shift = free[route.vehicle_type()].pop()
            sequences[shift] = tuple(
                self.nodes[step.idx] for step in route.schedule() if step.is_client()
            )
        return sequences
