"""Routes that never change, each with what is needed to insert a job fast.

A :class:`Router` makes each route (a shift and a sequence of nodes) once and keeps it,
with the best way it found to insert each job: a search that takes jobs out and puts
them back meets the same routes over and over, and then nothing is computed again.

What is kept for each gap of a route: when the performer is ready to leave the visit
before, when they must be at the one after at the latest (the forward slack of
Savelsbergh 1992), both by number of breaks taken, and, when the shift has a longest
duration, the segments before and after it as (duration, earliest, latest start), which
merge in constant time (Vidal et al. 2013).
"""

from .planning_gaps import find_plain, find_short, find_with_breaks, find_with_one_break
from .planning_model import NEVER
from .planning_schedule import merge, rest_early, rest_late, schedule

POOL = 120_000  # routes kept at most


class State:
    """A route: cost, load, and what its gaps allow."""

    __slots__ = ("shift", "sequence", "cost", "gaps", "memo", "load", "busy", "late")


class Router:
    """Makes routes and finds the best way to insert a job into one.

    ``work`` counts what was done, in steps that take about the same time each.
    """

    def __init__(self, model):
        self.model = model
        self.work = 0
        self.pool = {}
        self.extras = [{} for _shift in model.shifts]  # costs of nodes, but zeros
        for options in model.options:
            for shift, ways in options:
                self.extras[shift].update(way for way in ways if way[1])
        self.empty = [self._make_empty(shift) for shift in range(len(model.shifts))]
        self.finders = [self._get_finder(shift) for shift in range(len(model.shifts))]
        self.ways = [dict(options) for options in model.options]
        self.exact = [
            model.has_late or bool(breaks and longest is not None)
            for breaks, longest in zip(model.shift_breaks, model.shift_max, strict=True)
        ]

    def _get_finder(self, shift):
        breaks = self.model.shift_breaks[shift]
        if breaks:
            return find_with_one_break if len(breaks) == 1 else find_with_breaks
        return find_plain if self.model.shift_max[shift] is None else find_short

    def _make_empty(self, shift):
        state = self._make(shift, ())
        if state is None:  # not even home in time: no job fits there either
            state = State()
            state.shift, state.sequence, state.gaps = shift, (), []
            state.load = state.busy = 0
            state.late, state.memo = 0.0, {}
        state.cost = 0.0
        return state

    # -- routes ------------------------------------------------------------------
    def get(self, shift, sequence):
        """The :class:`State` of a sequence of nodes, ``None`` when it is impossible."""
        if not sequence:
            return self.empty[shift]
        key = (shift, sequence)
        if key in self.pool:
            return self.pool[key]
        if len(self.pool) > POOL:
            self.pool.clear()
        state = self.pool[key] = self._make(shift, sequence)
        return state

    def _make(self, shift, sequence):
        model = self.model
        breaks, longest = model.shift_breaks[shift], model.shift_max[shift]
        self.work += (4 + 3 * len(sequence)) * (3 if breaks else 1)
        node_place, node_seconds = model.node_place, model.node_seconds
        here = model.shift_from[shift]
        places, times, edges = [here], [], []
        load = busy = 0
        for node in sequence:
            there = node_place[node]
            places.append(there)
            times.append(model.seconds[here][there])
            edges.append(model.costs[here][there])
            busy += node_seconds[node]
            load += model.node_demand[node]
            here = there
        there = model.shift_to[shift]
        places.append(there)
        times.append(model.seconds[here][there])
        edges.append(model.costs[here][there])
        if load > model.shift_capacity[shift]:
            return None
        state = State()
        state.late = 0.0
        extra = ()
        if breaks:
            before, after, known = self._get_slack_with_breaks(shift, sequence, times)
        else:
            before, after, known = self._get_slack(shift, sequence, times)
            if longest is not None and (known or model.has_late):
                first, last, duration = self._get_segments(shift, sequence, times)
                known = known and duration <= longest
                extra = (first, last)
        if not known or (breaks and longest is not None):
            table = None
            if model.has_late or longest is not None:
                table = schedule(model, shift, sequence)
            if table is None:
                return None
            state.late = table.late
        state.shift, state.sequence, state.load = shift, sequence, load
        state.busy = sum(times) + busy
        state.cost = sum(edges) + state.late + model.shift_cost[shift]
        if model.fairness:
            state.cost += self._get_fairness(shift, state.busy)
        extras = self.extras[shift]
        if extras:
            state.cost += sum([extras.get(node, 0.0) for node in sequence])
        state.gaps = list(
            zip(before, places, places[1:], after, edges, *extra, strict=False)
        )
        state.memo = {}
        return state

    def _get_fairness(self, shift, busy):
        model = self.model
        length = model.shift_end[shift] - model.shift_start[shift]
        return model.fairness * busy * busy / (60 * length) if length else 0.0

    def _get_slack(self, shift, sequence, times):
        """``(ready to leave, latest arrival)`` by gap, and whether all are in time.

        Nothing is put before somebody late unless the lateness is counted anew.
        """
        model = self.model
        node_from, node_due = model.node_from, model.node_due
        node_seconds = model.node_seconds
        now = model.shift_start[shift]
        before, known = [now], True
        for node, travel in zip(sequence, times, strict=False):
            now += travel
            if now < node_from[node]:
                now = node_from[node]
            if now > node_due[node]:
                known = False
            now += node_seconds[node]
            before.append(now)
        latest = model.shift_end[shift]
        known = known and now + times[-1] <= latest
        if not (known or model.has_late):
            return before, before, False
        after = [latest]
        for place in range(len(sequence) - 1, -1, -1):
            node = sequence[place]
            latest -= times[place + 1] + node_seconds[node]
            if latest > node_due[node]:
                latest = node_due[node]
            after.append(latest)
        after.reverse()
        return before, after, known

    def _get_segments(self, shift, sequence, times):
        """Segments ``(duration, earliest, latest)`` before and after each gap.

        Also the least duration of the whole.
        """
        model = self.model
        home = (0, model.shift_start[shift], model.shift_end[shift])
        segments = [
            (model.node_seconds[node], model.node_from[node], model.node_due[node])
            for node in sequence
        ]
        first, whole = [home], home
        for travel, segment in zip(times, segments, strict=False):
            whole = merge(*whole, travel, *segment)
            first.append(whole)
        last, rest = [home], home
        for travel, segment in zip(times[:0:-1], segments[::-1], strict=True):
            rest = merge(*segment, travel, *rest)
            last.append(rest)
        last.reverse()
        return first, last, merge(*whole, times[-1], *home)[0]

    def _get_slack_with_breaks(self, shift, sequence, times):
        """As :meth:`_get_slack`, each a list by number of breaks taken."""
        model = self.model
        breaks = model.shift_breaks[shift]
        now = [model.shift_start[shift]] + [NEVER] * len(breaks)
        rest_early(now, breaks)
        before = [now]
        for node, travel in zip(sequence, times, strict=False):
            now = [when + travel for when in now]
            rest_early(now, breaks)
            since, until = model.node_from[node], model.node_due[node]
            seconds = model.node_seconds[node]
            now = [max(when, since) for when in now]
            now = [when + seconds if when <= until else NEVER for when in now]
            rest_early(now, breaks)
            before.append(now)
        latest = [-NEVER] * len(breaks) + [model.shift_end[shift]]
        rest_late(latest, breaks)
        after = [latest]
        for place in range(len(sequence) - 1, -1, -1):
            node = sequence[place]
            latest = [when - times[place + 1] for when in latest]
            rest_late(latest, breaks)
            since, until = model.node_from[node], model.node_due[node]
            seconds = model.node_seconds[node]
            latest = [min(when - seconds, until) for when in latest]
            latest = [when if when >= since else -NEVER for when in latest]
            rest_late(latest, breaks)
            after.append(latest)
        after.reverse()
        home = [when + times[-1] for when in now]
        rest_early(home, breaks)
        return before, after, home[-1] <= model.shift_end[shift]

    # -- inserting ---------------------------------------------------------------
    def find(self, state, job):
        """``(cost, node, gap)`` of the cheapest way to insert a job, or ``None``.

        The job must have options in the shift. The answer is kept in ``state.memo``.
        """
        model, shift = self.model, state.shift
        room = model.shift_capacity[shift] - state.load
        finder = self.finders[shift]
        best = None
        for node, extra in self.ways[job][shift]:
            if model.node_demand[node] > room:
                continue
            self.work += 2 + len(state.gaps)
            found = None
            if model.node_from[node] <= model.node_due[node]:
                found = finder(model, state, node)
            if self.exact[shift]:
                found = self._find_exactly(state, node, found)
            elif found is not None:
                found = found[0] + self._get_base(state, node, found[1]), found[1]
            if found is not None and (best is None or found[0] + extra < best[0]):
                best = found[0] + extra, node, found[1]
        state.memo[job] = best
        return best

    def _get_base(self, state, node, gap):
        """Cost of an insertion beside the way: using the shift, an even load."""
        model, shift = self.model, state.shift
        base = 0.0 if state.sequence else model.shift_cost[shift]
        if model.fairness:
            _before, p, q, *_rest = state.gaps[gap]
            there = model.node_place[node]
            seconds = model.seconds
            busy = state.busy + model.node_seconds[node] - seconds[p][q]
            busy += seconds[p][there] + seconds[there][q]
            base += self._get_fairness(shift, busy)
            base -= self._get_fairness(shift, state.busy)
        return base

    def _find_exactly(self, state, node, found):
        """As the finders, for routes where what they tell is not the whole.

        :param found: what the finder told: true when nobody is late, but where a
            longest duration and breaks meet
        """
        model, shift = self.model, state.shift
        sure = not (model.shift_breaks[shift] and model.shift_max[shift] is not None)
        hard = model.node_due[node] == model.node_to[node] and all(
            model.node_due[other] == model.node_to[other] for other in state.sequence
        )
        best, where = NEVER, -1
        if found is not None and sure:
            best, where = found[0] + self._get_base(state, node, found[1]), found[1]
        if hard and (sure or found is None):
            return (best, where) if where >= 0 else None
        own = self.model.get_node_cost(node, shift)
        for least, gap in sorted(self._get_bounds(state, node)):
            if least >= best:
                break
            sequence = state.sequence
            longer = self.get(shift, (*sequence[:gap], node, *sequence[gap:]))
            if longer is not None and longer.cost - own - state.cost < best:
                best, where = longer.cost - own - state.cost, gap
        return (best, where) if where >= 0 else None

    def _get_bounds(self, state, node):
        """``(cost at least, gap)`` of the gaps where the node may fit.

        The way and the load are what they are, lateness is that without breaks: making
        a route and counting it exactly takes many times as long.
        """
        model, shift = self.model, state.shift
        node_place, node_seconds = model.node_place, model.node_seconds
        node_from, node_due = model.node_from, model.node_due
        node_to, node_late = model.node_to, model.node_late
        place = node_place[node]
        costs, cost_to = model.costs[place], model.costs_to[place]
        end, home = model.shift_end[shift], model.shift_to[shift]
        ready, here = model.shift_start[shift], model.shift_from[shift]
        before = 0.0  # cost of lateness up to here
        for gap in range(len(state.gaps)):
            now, there, late = ready, here, before
            for visit in (node, *state.sequence[gap:]):
                now += model.seconds[there][node_place[visit]]
                there = node_place[visit]
                if now < node_from[visit]:
                    now = node_from[visit]
                if now > node_due[visit]:
                    if now > node_to[visit]:
                        break
                    late += (now - node_due[visit]) * node_late[visit]
                now += node_seconds[visit]
            else:
                if now + model.seconds[there][home] <= end:
                    _before, p, q, _after, edge, *_rest = state.gaps[gap]
                    cost = cost_to[p] + costs[q] - edge + max(0.0, late - state.late)
                    yield cost + self._get_base(state, node, gap), gap
            if gap == len(state.sequence):
                return
            visit = state.sequence[gap]
            ready = max(
                ready + model.seconds[here][node_place[visit]], node_from[visit]
            )
            if ready > node_due[visit]:
                before += (ready - node_due[visit]) * node_late[visit]
            ready += node_seconds[visit]
            here = node_place[visit]
