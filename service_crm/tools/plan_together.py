"""Jobs a planner of routes cannot be told of: for several people, or across a break.

They are put into the plan one after another, urgent and big ones first, each where it
adds the least travel, lateness and change: a performer (or crew) and as many helpers
as are missing, at a time when all of them are free, at work, and can come from the
visit before and get to the one after. Helpers somebody chose go along in any case. A
job longer than every stretch of work of who goes may run across his breaks, not across
an absence or a night, as on the board. What is planned already stays where it is.

The choice is the same for the same facts: among equal ones the earliest time counts,
then the order of the performers.
"""

from collections import defaultdict
from dataclasses import dataclass

from .plan_day import MINUTE, Day, is_long
from .plan_facts import Visit

IDLE = 0.0, 0.3, 0.3  # tries, and what a minute of waiting counts in each


def is_for_several(facts, key):
    """Whether people have to be brought together who are not one crew."""
    return bool(facts.helpers.get(key)) or facts.sizes.get(key, 1) > 1


def is_longer_than_all(facts, key):
    """Whether nobody who may do the job works so long without a break."""
    return all(_list_long(facts, key))


def is_longer_than_some(facts, key):
    """Whether some who may do the job do not work so long without a break."""
    return any(_list_long(facts, key))


def place(facts, outcome, visits, keys, should_stop=None):
    """Put jobs where they cost least, as far as there is room.

    When not all find room it is tried again: closer together, and those without room
    first; the try that leaves out least counts.

    :param outcome: gets what is planned, and why the others are not
    :param visits: ``{key: Visit}``, all that takes time; gets the new visits
    :param should_stop: asked before each job; true ends it
    """
    keys = sorted(keys, key=lambda key: _get_rank(facts, key))
    for key in keys:
        visits.pop(key, None)
    best = None
    for idle in IDLE:
        found, cost = _place_all(facts, visits, keys, idle, should_stop)
        if best is None or cost < best[0]:
            best = cost, found
        if len(found) == len(keys):
            break
        keys = sorted(keys, key=lambda key: key in found)
    for key in keys:
        if key not in best[1]:
            outcome.left[key] = _Search(facts, key).explain()
            continue
        choice = best[1][key]
        visits[key] = choice.visit
        outcome.planned[key] = choice.lead.id, choice.start, choice.late
        outcome.helpers[key] = tuple(sorted(person.id for person in choice.helpers))
        outcome.left.pop(key, None)


def _place_all(facts, visits, keys, idle, should_stop):
    """``({key: _Found}, (priorities left out, cost))`` of one try."""
    visits, found = dict(visits), {}
    for key in keys:
        if should_stop and should_stop():
            break
        choice = _Search(facts, key, idle).find(visits)
        if choice:
            found[key] = choice
            visits[key] = choice.visit
    left = sum(1 + facts.jobs[key].priority for key in keys if key not in found)
    return found, (left, sum(choice.cost for choice in found.values()))


def _get_rank(facts, key):
    """Urgent ones first, then those that take many people, then tight and long ones."""
    job = facts.jobs[key]
    room = sum(window.end - window.start for window in job.windows)
    return -job.priority, -facts.sizes.get(key, 1), room, -job.seconds, str(key)


def _list_long(facts, key):
    job = facts.jobs[key]
    return [
        is_long(person, job.seconds)
        for person in facts.persons.values()
        if person.id not in job.excluded
    ]


@dataclass(frozen=True)
class _Found:
    """Who would go, when, and what that costs."""

    cost: float
    lead: object
    helpers: tuple
    visit: Visit
    late: int

    @property
    def start(self):
        return self.visit.start


class _Search:
    """The best people and time for one job."""

    def __init__(self, facts, key, idle=0.0):
        self.facts, self.key, self.job = facts, key, facts.jobs[key]
        self.idle = idle
        self.size = facts.sizes.get(key, 1)
        self.given = tuple(map(facts.get_person, facts.helpers.get(key, ())))
        given = {person.id for person in self.given}
        self.leads = [
            person
            for person in facts.persons.values()
            if person.id not in self.job.excluded and not person.people & given
        ]
        # whoever helps is one person who may be sent there himself
        self.pool = [person for person in self.leads if person.count == 1]
        self.pool = [person for person in self.pool if len(person.people) == 1]
        self.windows = self.job.windows

    def find(self, visits):
        """The cheapest :class:`_Found`, or ``None``."""
        people = {person.id: person for person in (*self.leads, *self.given)}
        taken = defaultdict(dict)
        for visit in visits.values():
            for key in visit.people:
                taken[key][visit.key] = visit
        days = {}
        for key, person in people.items():
            busy = {}
            for one in person.people:
                busy |= taken[one]
            days[key] = [
                Day(self.facts, person, pieces, busy.values(), self.job)
                for _day, pieces in person.days
                if pieces
            ]
        starts = set().union(*(day.starts for found in days.values() for day in found))
        starts |= {window.start for window in self.windows}
        if self.job.present:
            starts.add(self.job.present.start)
        best = None
        for start in sorted(starts):
            late = self._get_lateness(start)
            if late is None:
                continue
            costs = {}
            for key, of_person in days.items():
                found = [day.get_cost(start, self.idle) for day in of_person]
                costs[key] = min((c for c in found if c is not None), default=None)
            choice = self._choose(start, late, costs)
            if choice and (best is None or choice.cost < best.cost - 1e-9):
                best = choice
        return best

    def explain(self):
        """Why there is none: ``(reason, details)``."""
        job = self.job
        everybody = (*self.leads, *self.given)
        lacking = self._find_lacking(everybody, self.facts.now - job.seconds)
        able = tuple(lead.id for lead in self.leads if self._can_be_enough(lead))
        if lacking or not able:
            return "no_performer", tuple(lacking)
        if self.find({}) is None:
            return "no_window", able
        several = is_for_several(self.facts, self.key)
        return "not_together" if several else "full", able

    def _can_be_enough(self, lead):
        helpers = sum(not person.people & lead.people for person in self.pool)
        return self._count_missing(lead) <= helpers

    def _count_missing(self, lead):
        """How many helpers are to be found."""
        if lead.count is None:
            return 0
        return max(0, self.size - lead.count - len(self.given))

    def _get_lateness(self, start):
        """Seconds after the last window, ``None``: it must not begin then."""
        if not self.windows or any(w.start <= start <= w.end for w in self.windows):
            return 0
        late = start - max(window.end for window in self.windows)
        return late if late > 0 and self.job.late_cost is not None else None

    def _choose(self, start, late, costs):
        """The cheapest people at that time, by what each of them would add."""
        if any(costs[person.id] is None for person in self.given):
            return None
        job = self.job
        along = sum(costs[person.id] for person in self.given)
        along += (job.late_cost or 0.0) * late / MINUTE
        free = sorted(
            (person for person in self.pool if costs[person.id] is not None),
            key=lambda person: costs[person.id],
        )
        best = None
        for lead in self.leads:
            cost = costs[lead.id]
            if cost is None:
                continue
            helpers = self._choose_helpers(lead, free, start)
            if helpers is None:
                continue
            cost += along + sum(costs[person.id] for person in helpers)
            cost += job.performer_costs.get(lead.id, 0.0)
            if job.present and lead.id != job.present.performer:
                cost += job.present.performer_cost
            if job.present and start != job.present.start:
                cost += job.present.time_cost
            if best is None or cost < best.cost - 1e-9:
                helpers = (*self.given, *helpers)
                best = _Found(
                    cost, lead, helpers, self._make(start, lead, helpers), late
                )
        return best

    def _make(self, start, lead, helpers):
        people = lead.people | {person.id for person in helpers}
        end = start + self.job.seconds
        return Visit(self.key, start, end, people, self.job.place)

    def _choose_helpers(self, lead, free, start):
        """As many as are missing, first who has the skills the others lack."""
        missing = self._count_missing(lead)
        helpers = []
        lacking = self._find_lacking((lead, *self.given), start)
        for number in range(missing):
            others = [
                person
                for person in free
                if person not in helpers and not person.people & lead.people
            ]
            if len(others) < missing - number:
                return None
            helper = max(
                others,
                key=lambda one: len(lacking) - len(self._keep(lacking, one, start)),
            )
            helpers.append(helper)
            lacking = self._keep(lacking, helper, start)
        return None if lacking else helpers

    def _find_lacking(self, people, start):
        lacking = list(self.job.skills)
        for person in people:
            lacking = self._keep(lacking, person, start)
        return lacking

    def _keep(self, skills, person, start):
        """Those of the skills that the person does not hold high enough by then."""
        end = start + self.job.seconds
        return [
            skill
            for skill in skills
            for until, level in [person.skills.get(skill, (None, 0))]
            if level < self.job.skills[skill] or (until and until < end)
        ]
