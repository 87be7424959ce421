"""What the engine of the robots works with; plain Python."""

from collections import Counter, defaultdict
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

STAGE_FIELD = "bpm.stage"  # name of the field of entries into stages of processes
DATE_FIELD = "bpm.date"  # the same of moments told by a date of the document
NOT_WATCHED = (STAGE_FIELD, DATE_FIELD)  # entered by ourselves
MAX_ROUNDS = 25  # how long robots may go on making what other robots wait for
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
    trigger: tuple  # (enter|leave, value|phase|any|date, key)
    watches_all: bool
    domain: Any
    delay: Any
    date: Any  # DelayDate, when the delay is counted from a date of the document
    after_previous: bool
    undo: bool
    stop_when_left: bool
    values: tuple
    reads: frozenset
    hops: tuple  # paths of the other records that are read
    writes: frozenset
    error: str


class DelayDate(NamedTuple):
    """The date of a document that a delay is counted from."""

    field_name: str
    before: bool
    hour: float
    repeat: str  # week, month, year, or empty


class CompiledValue(NamedTuple):
    """One field to set: ``source`` is value, text, date or copy."""

    field_name: str
    source: str
    content: Any


class Made(NamedTuple):
    """What was done for one document, and the record that was made by it."""

    text: str
    model: str = ""
    id: int = 0
    changes: str = ""  # what undoes it, see bpm_robot_left.py


class Outcome(NamedTuple):
    """What became of one robot for one document."""

    state: str
    result: str = ""
    error: str = ""
    duration: float = 0.0
    made_model: str = ""
    made_id: int = 0
    changes: str = ""


# of most robots of a document the condition does not hold: they share one outcome
SKIPPED = Outcome("skipped")


def make_outcome(state, result, duration):
    """What became of a robot by what its kind returned: a text, or a :class:`Made`."""
    if state == "skipped":
        return SKIPPED
    made = result if isinstance(result, Made) else Made(result or "")
    return Outcome(
        state,
        result=made.text,
        duration=duration,
        made_model=made.model,
        made_id=made.id,
        changes=made.changes,
    )


class RobotIndex:
    """All active robots, found by what they wait for without a query."""

    def __init__(self, robots):
        # equal conditions are one object: looked at once for all who have it
        shared = {}
        robots = [
            robot._replace(domain=shared.setdefault(repr(robot.domain), robot.domain))
            for robot in robots
        ]
        self.robots = {robot.id: robot for robot in robots}
        self.dated = [robot for robot in robots if robot.date]
        self.watched = defaultdict(tuple)
        self.watched_all = set()
        self.previous, self.following = {}, {}  # {robot id: robot id}
        self._stages = set()
        self._by_end = defaultdict(lambda: defaultdict(list))
        self._by_trigger = defaultdict(lambda: defaultdict(list))
        for robot in sorted(robots, key=lambda robot: robot.order):
            place = (robot.model, robot.field_name)
            self._by_trigger[place][robot.trigger].append(robot)
            if robot.undo:
                on, kind, key = robot.trigger
                ends = ("leave" if on == "enter" else "enter"), kind, key
                self._by_end[place][ends].append(robot)
            if robot.field_name == STAGE_FIELD:
                self._stages.add(robot.trigger)
                self._stages.update([ends] if robot.undo else [])
            if robot.field_name in NOT_WATCHED:
                continue
            if robot.field_name not in self.watched[robot.model]:
                self.watched[robot.model] += (robot.field_name,)
            if robot.watches_all:
                self.watched_all.add(place)
        self.watched = dict(self.watched)

        for triggers in self._by_trigger.values():
            for chained in triggers.values():
                for first, second in pairwise(chained):
                    if second.after_previous:
                        self.previous[second.id] = first.id
                        self.following[first.id] = second.id

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
        return _match(self._by_trigger, rows)

    def match_ended(self, rows):
        """The robots that take back what they did, because it has ended now.

        :return: as :meth:`match`
        """
        return _match(self._by_end, rows)


def _match(robots, rows):
    entered = {}  # {(place, trigger): [row, …]}: each row once, however many robots
    for row in rows:
        place = (row.res_model, row.field_name)
        triggers = robots.get(place)
        if not triggers:
            continue
        for trigger in (
            ("enter", "value", row.value or ""),
            ("leave", "value", row.previous_value or ""),
            ("enter", "phase", row.phase),
            ("leave", "phase", row.previous_phase),
            ("enter", "any", "") if row.value else None,
        ):
            if trigger in triggers:
                entered.setdefault((place, trigger), []).append(row)
    found = []
    for (place, trigger), own in entered.items():
        for robot in robots[place][trigger]:
            wanted = own
            if robot.company_id:
                companies = (False, robot.company_id)
                wanted = [row for row in own if row.company_id.id in companies]
            if wanted:
                found.append((robot, wanted))
    return found


class RobotChain:
    """One save and all that robots caused by it: entries still to be looked at."""

    def __init__(self):
        self.queue = []
        self.runs = Counter()
        self.rounds = 0
        self.entries = {}  # {(robot id, record id): log row} of what runs now
        self.dry = False

    @contextmanager
    def nested(self):
        """What is worked off at once, in the middle of something else."""
        outer = self.queue, self.runs, self.entries, self.rounds
        self.queue, self.runs, self.entries = [], self.runs.copy(), {}
        try:
            yield
        finally:
            self.queue, self.runs, self.entries, self.rounds = outer

    def take(self):
        """The entries waiting, and none waits any more."""
        waiting, self.queue = self.queue, []
        self.rounds += 1
        return waiting

    def count(self, robot_id, res_id):
        """Note one more run; false when robots evidently start each other for ever."""
        self.runs[robot_id, res_id] += 1
        return self.runs[robot_id, res_id] <= MAX_REPEATS and self.rounds <= MAX_ROUNDS

    def get_loop(self, res_id):
        """Robots that ran more than once for a document."""
        if self.rounds > MAX_ROUNDS:
            return list(dict.fromkeys(r for r, _i in self.runs))
        return [r for (r, i), runs in self.runs.items() if i == res_id and runs > 1]
