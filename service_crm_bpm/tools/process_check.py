"""What is wrong with the graph of a process: plain Python, no database.

:func:`find_problems` looks at stages and ways only; what a stage needs of the world
(fields, users, rights) is looked at by the models.
"""

from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

MAX_MARKINGS = 5_000  # states of a run looked at
MAX_TOKENS = 3  # tokens on one place; more come only of loops that split
MAX_SUBSETS = 5  # ways of an inclusive split of which all combinations are tried


class Stage(NamedTuple):
    """A stage; ``waits``: for a person, a time or an event."""

    id: int
    kind: str
    waits: bool = False
    ends: bool = False


class Way(NamedTuple):
    """A way; ``outcome``: only taken with this outcome of the stage."""

    id: int
    source: int
    target: int
    outcome: str = ""


class Problem(NamedTuple):
    """What is wrong: a code, the stages concerned, and other stages to be named."""

    code: str
    stages: tuple = ()
    others: tuple = ()


def find_problems(stages, ways):
    """Everything that is wrong with the graph.

    :param stages: list of :class:`Stage`
    :param ways: list of :class:`Way`
    :return: list of :class:`Problem`
    """
    return _Graph(stages, ways).find_problems()


class _Graph:
    def __init__(self, stages, ways):
        self.stages = {stage.id: stage for stage in stages}
        self.outgoing = defaultdict(list)
        self.incoming = defaultdict(list)
        for way in ways:
            self.outgoing[way.source].append(way)
            self.incoming[way.target].append(way)
        self.starts = [stage.id for stage in stages if stage.kind == "start"]
        self.ends = [stage.id for stage in stages if stage.ends]

    def find_problems(self):
        problems = []
        if not self.starts:
            problems.append(Problem("no_start"))
        elif len(self.starts) > 1:
            problems.append(Problem("many_starts", tuple(self.starts)))
        if not self.ends:
            problems.append(Problem("no_end"))
        problems += self._find_dead_ends()
        problems += self._find_unreachable()
        problems += self._find_loops()
        if len(self.starts) == 1:
            problems += self._find_locks()
        return problems

    def _find_dead_ends(self):
        """Stages without a way out, and ends with one."""
        for stage in self.stages.values():
            ways = self.outgoing[stage.id]
            if stage.ends and ways:
                yield Problem("end_goes_on", (stage.id,))
            if not stage.ends and not ways:
                yield Problem("no_way_out", (stage.id,))

    def _find_unreachable(self):
        """Stages no run comes to, and stages no run comes out of."""
        reached = self._spread(self.starts, self.outgoing, "target")
        if self.starts:
            for stage_id in self.stages:
                if stage_id not in reached:
                    yield Problem("unreachable", (stage_id,))
        if self.ends:
            leaving = self._spread(self.ends, self.incoming, "source")
            for stage_id in reached or self.stages:
                if stage_id not in leaving and self.outgoing[stage_id]:
                    yield Problem("no_end_reachable", (stage_id,))

    def _spread(self, start_ids, ways, side):
        found, waiting = dict.fromkeys(start_ids), list(start_ids)
        while waiting:
            for way in ways[waiting.pop()]:
                other = getattr(way, side)
                if other not in found:
                    found[other] = None
                    waiting.append(other)
        return found

    def _find_loops(self):
        """Loops in which nothing waits: they would never stop."""
        busy = {stage.id for stage in self.stages.values() if not stage.waits}
        done = set()
        for stage_id in self.stages:
            if stage_id in busy and stage_id not in done:
                loop = self._find_loop(stage_id, busy)
                done.update(loop)
                if loop:
                    yield Problem("loop", tuple(loop))

    def _find_loop(self, first, busy):
        """The shortest way from a stage back to itself through busy stages."""
        origins, waiting = {}, [first]
        for stage_id in waiting:
            for way in self.outgoing[stage_id]:
                if way.target == first:
                    loop = [stage_id]
                    while loop[-1] != first:
                        loop.append(origins[loop[-1]])
                    return loop[::-1]
                if way.target in busy and way.target not in origins:
                    origins[way.target] = stage_id
                    waiting.append(way.target)
        return []

    # Joins that wait for what never comes: runs are played through, each choice once.
    # A marking says how many tokens stand where: on a stage about to be left, or at a
    # join, by the way they came. Choices of one stage do not change those of another,
    # so that only one token is moved at a time; the order is of no consequence.

    def _find_locks(self):
        marking = self._put({}, ("at", self.starts[0]))
        seen, waiting, locked = {_freeze(marking)}, [marking], {}
        while waiting and len(seen) < MAX_MARKINGS:
            marking = waiting.pop()
            following = self._step(marking)
            if following is None:
                for place in marking:
                    locked.setdefault(place[1], set()).add(place)
                continue
            for other in following:
                frozen = _freeze(other)
                if frozen not in seen and max(other.values(), default=0) <= MAX_TOKENS:
                    seen.add(frozen)
                    waiting.append(other)
        for stage_id in self.stages:
            if stage_id in locked:
                missing = {
                    way.source
                    for way in self.incoming[stage_id]
                    if ("join", stage_id, way.id) not in locked[stage_id]
                }
                yield Problem("lock", (stage_id,), tuple(sorted(missing)))

    def _step(self, marking):
        """The markings that follow; ``None``: tokens wait for ever."""
        for place in sorted(marking, key=str):
            if place[0] == "at":
                return self._leave(marking, place)
        for place in sorted(marking, key=str):
            if place[0] == "join":
                needed = [("join", place[1], w.id) for w in self.incoming[place[1]]]
                if all(other in marking for other in needed):
                    for other in needed:
                        marking = self._take(marking, other)
                    return [self._put(marking, ("at", place[1]))]
        for place in sorted(marking, key=str):
            if place[0] == "any" and not self._may_come(marking, place):
                marking = {key: n for key, n in marking.items() if key != place}
                return [self._put(marking, ("at", place[1]))]
        return None if marking else []

    def _may_come(self, marking, place):
        """Whether another token may still come to an inclusive join."""
        coming = self._spread([place[1]], self.incoming, "source")
        return any(other[1] in coming for other in marking if other != place)

    def _leave(self, marking, place):
        stage = self.stages[place[1]]
        if stage.kind == "terminate":
            return []
        marking = self._take(marking, place)
        choices = self._get_choices(stage)
        if stage.ends or not choices:
            return [marking]
        following = []
        for ways in choices:
            after = marking
            for way in ways:
                after = self._put(after, self._get_place(way))
            following.append(after)
        return following

    def _get_choices(self, stage):
        """Which ways a token may take: lists of ways taken together."""
        ways = self.outgoing[stage.id]
        plain = [way for way in ways if not way.outcome]
        choices = [[way] for way in ways if way.outcome]
        if stage.kind == "split":
            return choices + [plain] * bool(plain)
        if stage.kind != "inclusive_split":
            return choices + [[way] for way in plain]
        sizes = range(1, len(plain) + 1)
        if len(plain) > MAX_SUBSETS:
            sizes = (1, len(plain) - 1, len(plain))
        return choices + [list(c) for n in sizes for c in combinations(plain, n)]

    def _get_place(self, way):
        kind = self.stages[way.target].kind
        if kind == "join":
            return ("join", way.target, way.id)
        if kind == "inclusive_join":
            return ("any", way.target)
        return ("at", way.target)

    def _put(self, marking, place):
        return {**marking, place: marking.get(place, 0) + 1}

    def _take(self, marking, place):
        left = marking[place] - 1
        rest = {key: number for key, number in marking.items() if key != place}
        return {**rest, place: left} if left else rest


def _freeze(marking):
    return frozenset(marking.items())
