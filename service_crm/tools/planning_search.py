"""The default search: insertion, then ruin and recreate under simulated annealing.

Each step takes some visits out of a few neighbouring routes and puts them back one
after another where they cost least, sometimes blind to a route (slack induction by
string removals, Christiaens & Vanden Berghe 2020). Beside strings it also takes out
whole routes, and what stands in the way of a job that is left out. A worse plan is
accepted now and then, ever more seldom (Kirkpatrick et al. 1983).
"""

import math
import random
from bisect import bisect
from itertools import accumulate

from .planning_fixed import keep_fixed
from .planning_route import Router

RATE = 800_000  # steps of work (Router.work) a second that an ordinary machine does
SHARE = 0.66  # of the seconds that the steps are meant to take
STEPS = 32  # iterations between two looks at the clock
NEAR = 150  # neighbours of a job that are known
STRING = 10  # longest string of visits taken out of one route
MEAN = 10  # visits taken out in one step, on average
BLIND = 0.02  # how often a route is not looked at
WARM, TEPID, COLD = 1.5, 0.05, 0.007  # temperatures, in mean costs of a leg


class Answer:
    """The best plan: a :class:`State` by shift, and the jobs in none of them."""

    def __init__(self, states, absent, router, iterations, is_cut):
        self.states = states
        self.absent = absent
        self.router = router
        self.iterations = iterations
        self.is_cut = is_cut


def search(model, run, sequences=None):
    """The :class:`Answer` to a problem.

    :param model: a :class:`~.planning_model.Model`
    :param sequences: nodes by shift to begin with; what breaks a rule is taken out
    """
    return _Search(model, run, sequences).run()


class _Search:
    def __init__(self, model, run, sequences):
        self.model = model
        self.control = run
        self.from_scratch = sequences is None
        run.begin()
        self.random = random.Random(run.seed)
        fixed = keep_fixed(model)
        self.router = Router(model)
        self.count = len(model.jobs)
        self.states = list(self.router.empty)
        self.shift_of = [-1] * self.count
        self.absent = []  # jobs that have a way to be done, but are not planned
        self.hopeless = []
        self.fixed = {job for job in range(self.count) if model.jobs[job].fixed}
        self.free = [job for job in range(self.count) if job not in self.fixed]
        self.near = self._get_neighbours()
        self.orders = self._get_orders()
        self.shares = list(accumulate(weight for weight, _key in self.orders))
        self._begin(sequences, fixed)

    # -- the first plan ----------------------------------------------------------
    def _begin(self, sequences, fixed):
        model = self.model
        rest = []
        for shift, sequence in enumerate(fixed):
            state = self.states[shift] = self.router.get(shift, sequence)
            for node in state.sequence:
                self.shift_of[model.node_job[node]] = shift
        self.hopeless += [job for job in self.fixed if self.shift_of[job] < 0]
        if sequences:
            for shift, sequence in enumerate(sequences):
                self._keep(shift, sequence)
        for job in self.free:
            if not model.options[job]:
                self.hopeless.append(job)
            elif self.shift_of[job] < 0:
                rest.append(job)
        rest.sort(key=self._get_rank)
        for job in rest:
            if not self._insert(job):
                self.absent.append(job)

    def _get_rank(self, job):
        """Order of the first insertion: present visits, dear ones, tight ones."""
        model = self.model
        room = sum(
            model.node_to[node] - model.node_from[node]
            for node in model.job_nodes[job]
            if not model.node_kept[node]
        )
        is_new = model.jobs[job].present is None
        return is_new, -model.skip_cost[job], len(model.options[job]) * room, job

    def _keep(self, shift, sequence):
        """Put a whole sequence in a shift, but what breaks a rule there."""
        node_job, router = self.model.node_job, self.router
        kept = set(self.states[shift].sequence)  # the fixed ones
        wanted = [
            node
            for node in sequence
            if node in kept
            or (self.shift_of[node_job[node]] < 0 and node_job[node] not in self.fixed)
        ]
        if not kept <= set(wanted):
            return
        for node in wanted:
            if shift not in router.ways[node_job[node]]:
                continue
            longer = [other for other in wanted if other in kept or other == node]
            state = router.get(shift, tuple(longer))
            if state is not None:
                self.states[shift] = state
                self.shift_of[node_job[node]] = shift
                kept.add(node)

    def _insert(self, job):
        best = None
        for shift, _ways in self.model.options[job]:
            found = self.router.find(self.states[shift], job)
            if found is not None and (best is None or found[0] < best[0]):
                best = *found, shift
        if best is None or best[0] >= self.model.skip_cost[job]:
            return False
        _cost, node, gap, shift = best
        sequence = self.states[shift].sequence
        longer = self.router.get(shift, (*sequence[:gap], node, *sequence[gap:]))
        if longer is None:
            return False
        self.states[shift] = longer
        self.shift_of[job] = shift
        return True

    def _get_neighbours(self):
        """The free jobs by nearness of each one: the way, and the wait, between."""
        model = self.model
        places = [model.node_place[nodes[0]] for nodes in model.job_nodes]
        return [
            sorted(
                self.free,
                key=lambda other, row=model.costs[places[job]]: (
                    row[places[other]],
                    other,
                ),
            )[: NEAR + 1]
            for job in range(self.count)
        ]

    def _get_orders(self):
        """``(weight, key by job)``: orders in which jobs are put back."""
        model = self.model
        first = [nodes[0] for nodes in model.job_nodes]
        begin = [
            min(model.node_from[node] for node in nodes) for nodes in model.job_nodes
        ]
        end = [max(model.node_due[node] for node in nodes) for nodes in model.job_nodes]
        way = [
            min(
                (
                    model.costs[model.shift_from[shift]][model.node_place[node]]
                    for shift, _ways in model.options[job]
                ),
                default=0.0,
            )
            for job, node in enumerate(first)
        ]
        choice = [len(options) for options in model.options]
        orders = [
            (4, None),
            (2, [-cost for cost in way]),
            (1, way),
            (2, [until - since for since, until in zip(begin, end, strict=True)]),
            (2, begin),
            (1, [-until for until in end]),
            (2, choice),
            (1, [-model.node_seconds[node] for node in first]),
        ]
        if len(set(model.skip_cost)) > 1:
            orders.append((3, [-cost for cost in model.skip_cost]))
        if any(model.node_demand):
            orders.append((2, [-model.node_demand[node] for node in first]))
        return orders

    # -- the search --------------------------------------------------------------
    def run(self):
        control = self.control
        self.cost = self._get_cost()
        self.best = (self.cost, list(self.states), list(self.absent))
        iteration = 0
        movable = [job for job in self.free if self.model.options[job]]
        if movable:
            scale = self._get_scale()
            temperature = warm = scale * (WARM if self.from_scratch else TEPID)
            while True:
                if not iteration % STEPS or iteration == control.iterations:
                    share = self._get_share(iteration)
                    if share >= 1 or control.is_over(share, self._get_best):
                        break
                    pace = control.get_pace(share)
                    temperature = warm * (scale * COLD / warm) ** pace
                self._step(movable, temperature)
                iteration += 1
        _cost, states, absent = self.best
        return Answer(
            states, absent + self.hopeless, self.router, iteration, control.is_cut
        )

    def _get_share(self, iteration):
        """The share of the steps that is done."""
        if self.control.iterations is not None:
            return iteration / (self.control.iterations or 1)
        control = self.control
        return self.router.work / (RATE * SHARE * control.left * control.seconds or 1)

    def _get_best(self):
        cost, states, _absent = self.best
        hopeless = sum(self.model.skip_cost[job] for job in self.hopeless)
        return cost + hopeless, sum(len(state.sequence) for state in states)

    def _get_cost(self):
        lost = sum(self.model.skip_cost[job] for job in self.absent)
        return sum(state.cost for state in self.states) + lost

    def _get_scale(self):
        """Mean cost of a leg in the first plan, the unit of temperatures."""
        legs = sum(len(state.gaps) for state in self.states if state.sequence)
        ways = sum(gap[4] for s in self.states if s.sequence for gap in s.gaps)
        return ways / legs if legs and ways else 1.0

    def _step(self, movable, temperature):
        chosen = self._choose(movable)
        states, router = list(self.states), self.router
        node_job = self.model.node_job
        changed = {}
        for job in chosen:
            shift = self.shift_of[job]
            if shift >= 0:
                changed.setdefault(shift, set()).add(job)
        removed = []
        cost = self.cost
        for shift, jobs in changed.items():
            old = states[shift]
            cost -= old.cost
            kept = tuple(node for node in old.sequence if node_job[node] not in jobs)
            state = router.get(shift, kept)
            while state is None:  # a shorter way that takes longer: odd matrices
                jobs.add(node_job[kept[-1]])
                kept = kept[:-1]
                state = router.get(shift, kept)
            states[shift] = state
            cost += state.cost
            removed.extend(sorted(jobs))
        skip_cost = self.model.skip_cost
        cost -= sum(skip_cost[job] for job in self.absent)
        todo = self._sort(removed + self.absent)
        placed, absent = self._put_back(states, todo)
        for gain in placed.values():
            cost += gain[0]
        cost += sum(skip_cost[job] for job in absent)
        chance = self.random.random()
        if cost < self.cost - temperature * math.log(chance or 1e-300):
            self.states, self.cost, self.absent = states, cost, absent
            for job in removed:
                self.shift_of[job] = -1
            for job, (_gain, shift) in placed.items():
                self.shift_of[job] = shift
            if cost < self.best[0] - 1e-7:
                self.cost = cost = self._get_cost()
                self.best = (cost, list(states), list(absent))

    def _put_back(self, states, todo):
        """Insert the jobs one after another: ``({job: (cost, shift)}, left out)``."""
        router, options = self.router, self.model.options
        skip_cost, find, get = self.model.skip_cost, router.find, router.get
        rand = self.random.random
        placed, absent = {}, []
        for job in todo:
            best = None
            lowest = skip_cost[job]
            for shift, _ways in options[job]:
                state = states[shift]
                if rand() < BLIND:
                    continue
                found = state.memo.get(job, False)
                if found is False:
                    found = find(state, job)
                if found is not None and found[0] < lowest:
                    lowest = found[0]
                    best = shift, found
            longer = None
            if best is not None:
                shift, (gain, node, gap) = best
                sequence = states[shift].sequence
                longer = get(shift, (*sequence[:gap], node, *sequence[gap:]))
            if longer is None:
                absent.append(job)
            else:
                placed[job] = longer.cost - states[shift].cost, shift
                states[shift] = longer
        router.work += 8 + len(todo)
        return placed, absent

    def _sort(self, jobs):
        pick = self.random.random() * self.shares[-1]
        keys = self.orders[bisect(self.shares, pick)][1]
        jobs = list(jobs)
        self.random.shuffle(jobs)
        if keys is not None:
            jobs.sort(key=keys.__getitem__)
        return jobs

    # -- what to take out ----------------------------------------------------------
    def _choose(self, movable):
        """The jobs to be taken out of their routes."""
        rand = self.random.random
        if self.absent and rand() < 0.3:
            seed = self.absent[int(rand() * len(self.absent))]
        else:
            seed = movable[int(rand() * len(movable))]
        if rand() < 0.03:
            return self._choose_route(seed)
        return self._choose_strings(seed)

    def _choose_route(self, seed):
        """A whole route, so that the others may share it or another shift take it."""
        shift = self.shift_of[seed]
        if shift < 0:
            return self._choose_strings(seed)
        node_job = self.model.node_job
        jobs = [node_job[node] for node in self.states[shift].sequence]
        return [job for job in jobs if job not in self.fixed]

    def _choose_strings(self, seed):
        rand = self.random.random
        node_job, shift_of, fixed = self.model.node_job, self.shift_of, self.fixed
        used = [state for state in self.states if state.sequence]
        planned = sum(len(state.sequence) for state in used)
        if not planned:
            return []
        longest = min(STRING, planned / len(used))
        strings = 4 * MEAN / (1 + longest) - 1
        strings = int(1 + rand() * max(strings, 1.0))
        touched, chosen = set(), []
        for job in self.near[seed]:
            shift = shift_of[job]
            if shift < 0 or shift in touched:
                continue
            touched.add(shift)
            route = [node_job[node] for node in self.states[shift].sequence]
            length = int(1 + rand() * min(len(route), longest))
            place = route.index(job)
            gap = 0
            if rand() < 0.5 and 1 < length < len(route):
                gap = 1
                while length + gap < len(route) and rand() > 0.5:
                    gap += 1
            whole = length + gap
            first = max(0, place - whole + 1)
            last = min(place, len(route) - whole)
            first += int(rand() * (last - first + 1))
            string = route[first : first + whole]
            if gap:
                skip = 1 + int(rand() * (length - 1)) if length > 1 else 0
                string = string[:skip] + string[skip + gap :]
            chosen += [job for job in string if job not in fixed]
            if len(touched) >= strings:
                break
        return chosen
