"""What the engine of the robots works with; plain Python."""

from collections import Counter, defaultdict
from contextlib import contextmanager
from typing import Any, NamedTuple

STAGE_FIELD = "bpm.stage"  # name of the field of entries into stages of processes
MAX_REPEATS = 5  # runs of one robot for one document within one save


class CompiledRobot(NamedTuple):
    """A robot as the engine runs it: read once, kept until a robot is changed."""

    id: int
    order: tuple
    kind: str
    merges: bool
    user_id: int
    company_id: int
    model: str
    field_name: str
    trigger: tuple  # (enter|leave, value|phase|any, key)
    watches_all: bool
    domain: Any
    delay: Any
    stop_when_left: bool
    values: tuple
    reads: frozenset
    writes: frozenset
    error: str


class CompiledValue(NamedTuple):
    """One field to set: ``source`` is value, text, date or copy."""

    field_name: str
    source: str
    content: Any


class Outcome(NamedTuple):
    """What became of one robot for one document."""

    state: str
    result: str = ""
    error: str = ""
    duration: float = 0.0


class RobotIndex:
    """All active robots, found by what they wait for without a query."""

    def __init__(self, robots):
        self.robots = {robot.id: robot for robot in robots}
        self.watched = defaultdict(tuple)
        self.watched_all = set()
        self._stages = set()
        self._by_trigger = defaultdict(lambda: defaultdict(list))
        for robot in sorted(robots, key=lambda robot: robot.order):
            place = (robot.model, robot.field_name)
            self._by_trigger[place][robot.trigger].append(robot)
            if robot.field_name == STAGE_FIELD:
                self._stages.add(robot.trigger)
            elif robot.field_name not in self.watched[robot.model]:
                self.watched[robot.model] += (robot.field_name,)
            if robot.watches_all:
                self.watched_all.add(place)
        self.watched = dict(self.watched)

    def waits_for(self, on, stage_id):
        """Whether a robot waits for a stage of a process.

        :param on: enter or leave
        """
        return (on, "value", str(stage_id)) in self._stages

    def match(self, rows):
        """The robots that wait for these entries.

        :param rows: log rows of one or several fields
        :return: ``[(robot, [row, …])]``
        """
        found = {}
        for row in rows:
            triggers = self._by_trigger.get((row.res_model, row.field_name))
            if not triggers:
                continue
            for trigger in (
                ("enter", "value", row.value or ""),
                ("leave", "value", row.previous_value or ""),
                ("enter", "phase", row.phase),
                ("leave", "phase", row.previous_phase),
                ("enter", "any", "") if row.value else None,
                ("leave", "any", "") if row.previous_value else None,
            ):
                for robot in triggers.get(trigger, ()):
                    company = row.company_id.id
                    if robot.company_id and company not in (False, robot.company_id):
                        continue
                    found.setdefault(robot.id, (robot, []))[1].append(row)
        return list(found.values())


class RobotChain:
    """One save and all that robots caused by it: entries still to be looked at."""

    def __init__(self):
        self.queue = []
        self.runs = Counter()
        self.entries = {}  # {(robot id, record id): log row} of what runs now
        self.dry = False

    @contextmanager
    def nested(self):
        """What is worked off at once, in the middle of something else."""
        outer = self.queue, self.runs, self.entries
        self.queue, self.runs, self.entries = [], self.runs.copy(), {}
        try:
            yield
        finally:
            self.queue, self.runs, self.entries = outer

    def take(self):
        """The entries waiting, and none waits any more."""
        waiting, self.queue = self.queue, []
        return waiting

    def count(self, robot_id, res_id):
        """Note one more run; false when robots evidently start each other for ever."""
        self.runs[robot_id, res_id] += 1
        return self.runs[robot_id, res_id] <= MAX_REPEATS

    def get_loop(self, res_id):
        """Robots that ran more than once for a document."""
        return [r for (r, i), runs in self.runs.items() if i == res_id and runs > 1]
