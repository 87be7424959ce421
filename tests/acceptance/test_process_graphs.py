"""Random processes: the engine visits what a small interpreter of its own visits.

The interpreter knows one run and plain Python only; the engine moves three runs of each
process together, by batches. Ways back lead from stages of people, since a loop without
one is an error of its own.
"""

from collections import Counter
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from odoo.addons.service_crm_bpm.tests.common_process import (
    ProcessCommon,
    build_process,
)
from odoo.addons.service_crm_bpm.tools.flow import Choice

INNER = (
    "work",
    "work",
    "automatic",
    "decision",
    "split",
    "split",
    "join",
    "join",
    "inclusive_split",
    "inclusive_join",
)
SPLITS = ("split", "inclusive_split")
JOINS = ("join", "inclusive_join")
MOST_STEPS = 12  # of people, in one run


@st.composite
def graphs(draw):
    """``({stage: kind}, [(from, to, limit, number)], choices)``.

    A way fits when the variable ``x`` is above its limit; without one, when nothing
    else fits.
    """
    count_ = draw(st.integers(2, 9))
    kinds = {"start": "start"}
    for number in range(count_):
        kinds[f"s{number}"] = draw(st.sampled_from(INNER))
    kinds["end"] = "end"
    kinds["stop"] = draw(st.sampled_from(("end", "end", "end", "terminate")))
    keys = list(kinds)
    ways = []
    for place, key in enumerate(keys):
        kind = kinds[key]
        if kind in ("end", "terminate"):
            continue
        later = keys[place + 1 :]
        near = later[:3] + ["end"]
        width = draw(st.integers(2, 3)) if kind in (*SPLITS, "decision") else 1
        for _way in range(width):
            limit = draw(st.integers(0, 3)) if kind != "split" else None
            ways.append((key, draw(st.sampled_from(near + later)), limit, len(ways)))
        ways.append((key, draw(st.sampled_from(near)), None, len(ways)))
        if kind == "work" and draw(st.booleans()):
            back = keys[1 : place + 1]
            ways.append((key, draw(st.sampled_from(back)), None, len(ways)))
    # a person takes one of the ways, whatever the limits say
    choices = draw(
        st.lists(st.integers(0, 5), min_size=MOST_STEPS, max_size=MOST_STEPS)
    )
    return kinds, ways, choices


class Reference:
    """One run, interpreted token by token."""

    def __init__(self, kinds, ways, x):
        self.kinds, self.x = kinds, x
        self.order = list(kinds)
        self.out = {key: [w for w in ways if w[0] == key] for key in kinds}
        self.into = {key: [w for w in ways if w[1] == key] for key in kinds}
        self.visited = Counter()
        self.at = {}  # {token: (stage, way it came by)}
        self.stuck = False
        self.numbers = count()
        self.run([("start", None)])

    def standing(self):
        return sorted(stage for stage, _way in self.at.values())

    def complete(self, token, way):
        stage, _came = self.at.pop(token)
        assert self.kinds[stage] == "work"
        self.run([(way[1], way)])

    def run(self, arriving):
        """Round by round, until everything waits."""
        while arriving or (arriving := self.release()):
            arriving = [self.walk(*place) for place in arriving]
            arriving.sort(key=lambda place: self.kinds[place[0]] == "terminate")
            following = []
            for number, (stage, way) in enumerate(arriving):
                self.visited[stage] += 1
                if self.kinds[stage] == "terminate":
                    self.at.clear()
                    rest = arriving[number + 1 :]
                    self.visited.update(stage for stage, _way in rest)
                    following = []
                    break
                following += self.enter(stage, way)
            arriving = following

    def walk(self, stage, way):
        """Where nothing happens but a choice there is no stop."""
        while self.kinds[stage] in ("automatic", "decision"):
            self.visited[stage] += 1
            [(stage, way)] = self.leave(stage)
        return stage, way

    def enter(self, stage, way):
        kind = self.kinds[stage]
        if kind == "end":
            return []
        if kind in ("work", *JOINS):
            self.at[next(self.numbers)] = (stage, way)
            return self.leave(stage) if kind == "join" and self.meet(stage) else []
        return self.leave(stage)

    def leave(self, stage):
        kind, taken = self.kinds[stage], []
        ways = self.out[stage]
        if kind == "split":
            return [(way[1], way) for way in ways]
        for way in sorted(ways, key=lambda way: way[2] is None):
            if (taken and way[2] is None) or (way[2] is not None and self.x <= way[2]):
                continue
            taken.append((way[1], way))
            if kind not in SPLITS:
                break
        return taken

    def meet(self, stage):
        """One token of each way in is taken, when there is one of each."""
        first = {}
        for token, (place, way) in self.at.items():
            if place == stage:
                first.setdefault(way, token)
        if len(first) < len(self.into[stage]):
            return False
        for token in first.values():
            del self.at[token]
        return True

    def release(self):
        """Inclusive joins at which nothing can arrive any more."""
        waiting = {}
        for token, (stage, _way) in self.at.items():
            if self.kinds[stage] == "inclusive_join":
                waiting.setdefault(stage, []).append(token)
        ready = [
            stage
            for stage, own in waiting.items()
            if not any(
                self.reaches(place, stage)
                for token, (place, _way) in self.at.items()
                if token not in own
            )
        ]
        if self.at and not ready:
            if all(self.kinds[stage] in JOINS for stage, _way in self.at.values()):
                ready = [stage for stage in self.order if stage in waiting][:1]
                self.stuck = not ready
        for stage in ready:
            for token in waiting[stage]:
                del self.at[token]
        return [place for stage in ready for place in self.leave(stage)]

    def reaches(self, stage, target):
        seen, layer = set(), {stage}
        while layer:
            layer = {way[1] for key in layer for way in self.out[key]} - seen
            seen |= layer
        return target in seen


@tagged("post_install", "-at_install")
class TestProcessGraphs(ProcessCommon):
    @settings(max_examples=300, derandomize=True, deadline=None, database=None)
    @given(graphs())
    def test_random_processes_go_as_interpreted(self, graph):
        kinds, ways, choices = graph
        process, places = self.build(kinds, ways)
        wanted = [Reference(kinds, ways, x) for x in (0, 2, 5)]
        runs = process._start(
            [{"variables": {"x": reference.x}} for reference in wanted]
        )
        stages = {stage.id: stage.key for stage in process.stage_ids}
        self.compare(runs, wanted, stages)
        for choice in choices:
            decided = {}
            for run, reference in zip(runs, wanted, strict=True):
                mine = [t for t, (s, _w) in reference.at.items() if kinds[s] == "work"]
                if not mine:
                    continue
                stage = min(reference.at[token][0] for token in mine)
                first = min(t for t in mine if reference.at[t][0] == stage)
                way = reference.out[stage][choice % len(reference.out[stage])]
                reference.complete(first, way)
                token = run.token_ids.filtered(
                    lambda t, stage=stage: (
                        stages[t.stage_id.id] == stage
                        and t.state in t._get_open_states()
                    )
                )[0]
                decided[token.id] = Choice(places[way[3]])
            if not decided:
                break
            self.env["bpm.token"].browse(decided)._complete(decided)
            self.compare(runs, wanted, stages)

    def build(self, kinds, ways):
        process = build_process(
            self.env,
            "bpm.instance",
            kinds,
            [(way[0], way[1], self.get_values(kinds, way)) for way in ways],
            variable_ids=[(0, 0, {"name": "X", "key": "x", "kind": "number"})],
        )
        process._publish()
        made = self.env["bpm.transition"].search(
            [("process_id", "=", process.id)], order="id"
        )
        return process, made.ids

    def get_values(self, kinds, way):
        if kinds[way[0]] == "split":
            return {}
        if kinds[way[0]] == "work":
            return {"name": "Результат"}
        if way[2] is None:
            return {"is_default": True}
        return {"condition": f"x > {way[2]}"}

    def compare(self, runs, wanted, stages):
        for run, reference in zip(runs, wanted, strict=True):
            visited = self.get_visited(run, stages)
            opened = run.token_ids.filtered(
                lambda token: token.state in token._get_open_states()
            )
            self.assertEqual(visited, reference.visited)
            self.assertEqual(
                sorted(stages[token.stage_id.id] for token in opened),
                reference.standing(),
            )
            state = "failed" if reference.stuck else "running"
            self.assertEqual(run.state, state if reference.at else "done")

    def get_visited(self, run, stages):
        """How often each stage was entered, by the protocol."""
        rows = run.journal_ids.filtered(lambda row: row.event in ("enter", "leave"))
        # of stages where nothing waits only the leaving is written down
        tokens = {row.token_id: row.stage_id.id for row in rows}
        return Counter(stages[stage_id] for stage_id in tokens.values())
