from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..tools import plan_facts, planning
from ..tools.suggestion_facts import to_moment, to_seconds
from ..tools.work_order_steps import PLANNING

DAY = timedelta(days=1)
MOST_JOBS = 400
MOST_TOGETHER = 1000  # with planned ones that may move: a minute to prepare them
MOST_PLACES = 1500  # of all visits and performers: ways between any two take memory
CHANGE = 30.0  # minutes of travel that have to be saved to change what was told
CONFIRMED = 4  # times as much when the customer has said yes
NOT_TOLD = 0.15  # of it while nobody knows
LATE = 2.0  # per minute after the deadline, with the weight “normally”


class ServicePlan(models.Model):
    """Plan: what the planner has to know, in a constant number of queries."""

    _inherit = "service.plan"

    def _read_facts(self):
        """Everything a proposal is made of. ``self``: one plan, as its user.

        :return: ``(plan_facts.Facts, {order id: text} of jobs that are not for the
            planner, complaints in words)``
        """
        self.ensure_one()
        now = to_seconds(fields.Datetime.now())
        # sudo: performers by hours, absences and places; the jobs are what he may see
        performers = self.sudo().performer_ids.filtered("active")
        hours, absences, since, until = self._read_hours(performers)
        since, until = max(since, now), max(until, now)
        unplanned, more = self._find_unplanned(since, until)
        bookings = self._read_visits(performers, since, until)
        movable = self._find_movable(bookings, performers, now, until)
        # sudo: whether parts are there, without a right on the stock
        parts = unplanned.sudo()._find_missing_parts()
        settled = self._get_hindrances(unplanned.sudo(), parts, until)
        # sudo: places and skills of all who may be sent count, and the jobs' deadlines
        jobs = (unplanned | movable).sudo()
        jobs = jobs.filtered(lambda job: job.id not in settled)
        helpers = jobs.helper_ids - performers
        if helpers:
            # They are sent nowhere else, but have to be free.
            bookings |= self._read_visits(helpers, since, until)
            more_hours, more_absences, _since, _until = self._read_hours(helpers)
            hours, absences = hours | more_hours, absences | more_absences
        going, homeless = _find_going(jobs & movable, hours, absences)
        jobs = jobs.filtered(lambda job: job not in movable or job.id in going)
        skills = jobs._get_required_skills() if jobs else {}
        places = _Places()
        people = self._read_people(performers | helpers, skills)
        persons = self._prepare_persons(people, hours, absences, places)
        prepared = self._prepare_jobs(
            jobs, movable, people, skills, places, parts, (since, until)
        )
        visits = _gather_visits(bookings, places)
        self._check_size(prepared, places)
        seconds, metres, complaint = places.measure(self.env["service.travel"])
        levels = self.env["service.suggestion.weight"]._get_levels(self.company_id.id)
        facts = plan_facts.Facts(
            jobs=prepared,
            sizes={job.id: going.get(job.id, job.crew_size) for job in jobs},
            persons={key: persons[key] for key in performers.ids if key in persons},
            others={key: persons[key] for key in helpers.ids if key in persons},
            helpers={
                job.id: tuple(
                    helper.id
                    for helper in job.helper_ids
                    if job not in movable or not _is_during(job, absences[helper.id])
                )
                for job in jobs
                if job.helper_ids
            },
            visits=visits,
            places=list(places.found),
            seconds=seconds,
            metres=metres,
            weights=self._prepare_weights(levels),
            now=now,
            homeless=frozenset(homeless),
        )
        return facts, settled, "\n".join(filter(None, (complaint, more)))

    def _read_visits(self, performers, since, until):
        """What takes the time of performers and members of crews, by resource."""
        # sudo: all bookings of a performer count; of them only the time is told
        orders = self.env["service.work.order"].sudo()
        return orders._read_suggestion_visits(
            performers | performers.crew_member_ids,
            to_moment(since) - DAY,
            to_moment(until) + DAY,
        )

    # Jobs

    def _get_team_domain(self):
        """Visits that are this plan's to move."""
        domain = Domain("company_id", "=", self.company_id.id)
        return (
            domain & Domain("team_id", "=", self.team_id.id) if self.team_id else domain
        )

    def _find_unplanned(self, since, until):
        """Jobs nobody goes to yet that may be done in these days, urgent ones first.

        :return: ``(jobs, what is left out of account in words or None)``
        """
        ids, total = self.env["service.dispatch.board"]._find_most_urgent(
            self._get_unplanned_domain(since, until), MOST_JOBS
        )
        more = total > MOST_JOBS and self.env._(
            "%(total)s jobs wait: the %(most)s most urgent ones were planned.",
            total=total,
            most=MOST_JOBS,
        )
        return self.env["service.work.order"].browse(ids), more or None

    def _get_unplanned_domain(self, since, until):
        """Jobs that wait, of these days. Extension point."""
        start, stop = to_moment(since), to_moment(until)
        domain = self.env["service.dispatch.board"]._get_unplanned_domain()
        domain &= self._get_team_domain()
        # a time without a performer is one that somebody agreed on
        domain &= (
            Domain("date_start", "=", False)
            | Domain("date_start", "<", fields.Datetime.now())
            | (Domain("date_start", ">=", start) & Domain("date_start", "<", stop))
        )
        domain &= Domain("window_start", "=", False) | Domain("window_start", "<", stop)
        domain &= Domain("window_end", "=", False) | Domain("window_end", ">=", start)
        domain &= (
            Domain("request_id", "=", False)
            | Domain("request_id.wished_start", "=", False)
            | Domain("request_id.wished_start", "<", stop)
            | Domain("window_end", "!=", False)
            | Domain("window_start", "!=", False)
        )
        return domain

    def _find_movable(self, bookings, performers, now, until):
        """Planned visits that may go elsewhere."""
        if not self.move_planned:
            return self.env["service.work.order"]
        ids = {visit.key for taken in bookings.values() for visit in taken}
        domain = (
            Domain("id", "in", sorted(ids))
            & self._get_team_domain()
            & Domain("state", "in", PLANNING)
            & Domain("performer_id", "in", performers.ids)
            & Domain("date_start", ">", to_moment(now))
            & Domain("date_start", "<", to_moment(until))
            & Domain("override_reason", "in", [False, ""])
        )
        if not self.move_confirmed:
            domain &= Domain("customer_confirmed", "=", False)
        return self.env["service.work.order"].search(domain)

    def _check_size(self, jobs, places):
        """What is too much for the memory is refused before it is measured."""
        if len(jobs) > MOST_TOGETHER or len(places.found) > MOST_PLACES:
            raise UserError(
                self.env._(
                    "%(jobs)s jobs at %(places)s places are too much for one plan, "
                    "which takes %(most_jobs)s and %(most_places)s. Choose fewer days "
                    "or performers, or let planned visits stay where they are.",
                    jobs=len(jobs),
                    places=len(places.found),
                    most_jobs=MOST_TOGETHER,
                    most_places=MOST_PLACES,
                )
            )

    def _get_hindrances(self, jobs, parts, until):
        """Which jobs are not for the planner, and why: ``{order id: text}``.

        Extension point: of jobs nobody goes to yet, with a constant number of queries.

        :param parts: of :meth:`~.ServiceWorkOrder._find_missing_parts`
        """
        found = {}
        for job, (names, supplied) in parts.items():
            latest = job.date_start or job.window_end or to_moment(until)
            if names:
                found[job.id] = self.env._(
                    "Not in stock: %(parts)s.", parts=", ".join(names)
                )
            elif supplied and supplied > min(latest, to_moment(until)):
                found[job.id] = self.env._(
                    "The parts come later: %(time)s.",
                    time=format_datetime(self.env, supplied, tz=self.env.tz.zone),
                )
        return found

    def _prepare_jobs(self, jobs, movable, people, skills, places, parts, period):
        """The jobs as the planner sees them: ``{order id: planning.Job}``.

        :param people: ``{performer id: Person}`` as the hard rules see them
        :param skills: of :meth:`~.ServiceWorkOrder._get_required_skills`
        :param parts: of :meth:`~.ServiceWorkOrder._find_missing_parts`
        """
        since, until = period
        begins = {
            job: max(since, to_seconds(supplied))
            for job, (_names, supplied) in parts.items()
            if supplied
        }
        partners = {job.id: job.site_id or job.partner_id for job in jobs}
        where = self.env["service.travel"]._get_places(
            jobs.env["res.partner"].union(*partners.values())
        )
        known = self._read_known(jobs)
        levels = self.env["service.suggestion.weight"]._get_levels(self.company_id.id)
        has_areas = self.env["service.area"]._has_areas()
        return {
            job.id: planning.Job(
                job.id,
                plan_facts.round_up(int(job._get_duration().total_seconds())),
                place=places.add(where[partners[job.id].id]),
                skills=skills.get(job._ids, ({}, {}))[0],
                excluded=frozenset(self._exclude_people(job, people, has_areas)),
                performer_costs=self._get_people_costs(job, people, known, levels),
                **self._prepare_times(
                    job, job in movable, begins.get(job, since), until, levels
                ),
            )
            for job in jobs
        }

    def _prepare_times(self, job, is_planned, since, until, levels):
        """When a job may begin, and what it costs to change what was told.

        Extension point: values of :class:`~.planning.Job`.

        :param since: when it may begin at the earliest, by now and by its parts
        """
        up = plan_facts.round_up
        due = job.request_id._get_service_deadline() if job.request_id else False
        late = None
        if job.window_start or job.window_end:
            first = to_seconds(job.window_start) if job.window_start else since
            last = to_seconds(job.window_end) if job.window_end else until
        else:
            wished = job.request_id.wished_start
            first = to_seconds(wished) if wished and levels.get("wish") else since
            last = to_seconds(due) if due else until
            late = LATE * (levels.get("urgency", 0) / 2 or 0.25) if due else None
        first = up(max(first, since))
        last = max(first, plan_facts.round_down(last))
        if not is_planned and job.date_start and to_seconds(job.date_start) >= since:
            first = last = to_seconds(job.date_start)
            late = None
        present = None
        if is_planned:
            cost = CHANGE * levels.get("stability", 0) / 4
            if job.customer_confirmed:
                cost = max(cost, CHANGE) * CONFIRMED
            elif job.state == "draft":
                cost *= NOT_TOLD
            start = to_seconds(job.date_start)
            present = planning.Present(job.performer_id.id, start, cost, cost)
        urgent = bool(due) and to_seconds(due) < until
        return {
            "windows": [planning.Window(first, last)],
            "late_cost": late,
            "present": present,
            "priority": 2 * int(job.priority) + urgent + 2 * is_planned,
        }


class _Places:
    """Known places and their numbers."""

    def __init__(self):
        self.found = {}

    def add(self, place):
        if place is None:
            return None
        return self.found.setdefault(place, len(self.found))

    def measure(self, travels):
        """Ways between all places, asked for once."""
        places = list(self.found)
        if not places:
            return [], [], None
        ways, complaint = travels._ask_matrix(places, places)
        return (
            [[int(way[0]) for way in row] for row in ways],
            [[int(way[1]) for way in row] for row in ways],
            complaint,
        )


def _gather_visits(bookings, places):
    """What is planned, of everybody who goes: ``{order id: plan_facts.Visit}``."""
    people, found = defaultdict(set), {}
    for resource_id, taken in bookings.items():
        for visit in taken:
            people[visit.key].add(resource_id)
            found[visit.key] = visit
    return {
        key: plan_facts.Visit(
            key, visit.start, visit.end, frozenset(people[key]), places.add(visit.place)
        )
        for key, visit in found.items()
        if visit.start < visit.end
    }


def _find_going(movable, hours, absences):
    """Planned visits that may move, and those that must.

    A visit somebody planned outside of working hours stays: he had a reason. So does
    one with helpers, unless one of those who go is away.

    :return: ``({order id: how many people go}, {ids of those that must})``
    """
    going, homeless = {}, set()
    for job in movable:
        people = job.performer_id | job.helper_ids
        if any(_is_during(job, absences[person.id]) for person in people):
            homeless.add(job.id)
        elif job.helper_ids or not _is_in_hours(job, hours[job.performer_id.id]):
            continue
        going[job.id] = job.crew_size
        if job.helper_ids:
            booked = job.booked_ids.filtered(lambda who: not who.is_crew)
            going[job.id] = max(job.crew_size, len(booked))
    return going, homeless


def _is_during(order, absences):
    start, end = to_seconds(order.date_start), to_seconds(order.date_end)
    return any(gone < end and start < back for gone, back in absences)


def _is_in_hours(order, days):
    start, end = to_seconds(order.date_start), to_seconds(order.date_end)
    return any(
        since <= start and end <= until
        for _day, pieces in days
        for since, until in pieces
    )
