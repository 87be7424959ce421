"""A process as the engine runs it; plain Python, read once per version."""

from collections import defaultdict
from typing import Any, NamedTuple


class FlowStage(NamedTuple):
    """A stage: what the engine needs on each step."""

    id: int
    key: str
    name: str
    kind: str
    splits: bool
    joins: bool
    ends: bool
    passes: bool = False
    plain: bool = False
    person: bool = False
    demands: bool = False
    closing_group: int = 0

    @property
    def by_hand(self):
        """Whether one person does it, who may be chosen by hand."""
        return self.person and self.kind != "approval"


class FlowTransition(NamedTuple):
    """A way out of a stage; ``domain`` and ``condition`` are compiled or ``None``."""

    id: int
    source: int
    target: int
    name: str
    outcome: str
    domain: Any
    condition: Any
    is_default: bool


class Choice(NamedTuple):
    """How a stage was left: by a chosen transition, or with an outcome."""

    transition_id: int = 0
    outcome: str = ""


class StageWait(NamedTuple):
    """What a stage waits for; ``expression`` and ``domain`` may be ``None``."""

    pause_mode: str
    amount: int
    unit: str
    working: bool
    path: str
    expression: Any
    event_kind: str
    domain: Any
    field_name: str
    signal: str
    timeout: tuple  # () or amount, unit, whether in working time


class Flow:
    """The graph of one version of a process."""

    def __init__(
        self,
        process_id,
        model,
        stages,
        transitions,
        variables=None,
        calendar_id=False,
    ):
        self.process_id = process_id
        self.model = model
        self.calendar_id = calendar_id
        self.variables = variables or {}
        self.stages = {stage.id: stage for stage in stages}
        self.outgoing = defaultdict(tuple)
        self.incoming = defaultdict(tuple)
        for transition in transitions:
            self.outgoing[transition.source] += (transition,)
            self.incoming[transition.target] += (transition,)
        self.named = {way.id for way in transitions if way.name}
        self.start_ids = [stage.id for stage in stages if stage.kind == "start"]
        self.has_inclusive = any(s.kind == "inclusive_join" for s in stages)
        self.has_joins = any(stage.joins for stage in stages)
        self._reaches = {}
        self._distances = None

    def asks(self, stage_id, ways):
        """Whether it depends on the document which of the ways are taken."""
        return self.stages[stage_id].kind != "split" and any(
            way.domain is not None or way.condition is not None for way in ways
        )

    def reaches(self, stage_id, target_id):
        """Whether a token on one stage may come to another one."""
        if target_id not in self._reaches:
            found, waiting = set(), [target_id]
            while waiting:
                for transition in self.incoming[waiting.pop()]:
                    if transition.source not in found:
                        found.add(transition.source)
                        waiting.append(transition.source)
            self._reaches[target_id] = found
        return stage_id in self._reaches[target_id]

    def get_progress(self, stage_ids):
        """How far somebody is who stands on these stages, from 0 to 1.

        By the shortest ways from the start and to an end; the furthest back counts.
        """
        if self._distances is None:
            ends = [stage.id for stage in self.stages.values() if stage.ends]
            self._distances = (
                self._measure(self.start_ids, self.outgoing, "target"),
                self._measure(ends, self.incoming, "source"),
            )
        done, left = self._distances
        shares = [
            done.get(stage_id, 0)
            / ((done.get(stage_id, 0) + left.get(stage_id, 0)) or 1)
            for stage_id in stage_ids
        ]
        return min(shares, default=0)

    @staticmethod
    def _measure(stage_ids, ways, side):
        """Number of ways to each stage from the nearest one of ``stage_ids``."""
        distances = dict.fromkeys(stage_ids, 0)
        layer = list(stage_ids)
        while layer:
            reached = []
            for stage_id in layer:
                for way in ways[stage_id]:
                    other = getattr(way, side)
                    if other not in distances:
                        distances[other] = distances[stage_id] + 1
                        reached.append(other)
            layer = reached
        return distances

    def get_ways(self, stage_id, choice):
        """The ways out to look at, in order, the default ones last.

        :param Choice choice: what was decided on the stage
        """
        ways = self.outgoing[stage_id]
        if choice.transition_id:
            return [way for way in ways if way.id == choice.transition_id]
        if choice.outcome:
            chosen = [way for way in ways if way.outcome == choice.outcome]
            if chosen or choice.outcome in ("error", "timeout"):
                return chosen
        plain = [way for way in ways if not way.outcome]
        return sorted(plain, key=lambda way: way.is_default)
