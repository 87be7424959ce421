from collections import defaultdict
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pytz import UTC

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import plan_rounds, planning, slots
from ..tools.suggestion_facts import end_of_day, intersect, to_moment, to_seconds
from ..tools.work_order_steps import FINISHED, PLANNING
from .service_work_order_suggest_facts import MEMORY

DAY = timedelta(days=1)
MOST_JOBS = 400
# Who works at any time is sent in these hours.
FLEXIBLE_WEEK = [(day, None, 8, 20) for day in range(7)]
CHANGE = 30.0  # minutes of travel that have to be saved to change what was told
CONFIRMED = 4  # times as much when the customer has said yes
NOT_TOLD = 0.15  # of it while nobody knows
PERSONAL, KNOWN, LATE, FAIR = 20.0, 6.0, 2.0, 0.05  # with the weight “normally”


class ServicePlan(models.Model):
    """Plan: what the planner has to know, in a constant number of queries."""

    _inherit = "service.plan"

    def _read_facts(self):
        """Everything a proposal is made of. ``self``: one plan, as its user.

        :return: ``(facts of plan_rounds, {order id: text} of jobs that are not for the
            planner, complaint about the ways)``
        """
        self.ensure_one()
        now = to_seconds(fields.Datetime.now())
        performers = self.sudo().performer_ids.filtered("active")
        hours, absences, since, until = self._read_hours(performers)
        since, until = max(since, now), max(until, now)
        unplanned = self._find_unplanned(since, until)
        # sudo: all bookings of a performer count; of them only the time is told
        orders = self.env["service.work.order"].sudo()
        everybody = performers | performers.crew_member_ids
        bookings = orders._read_suggestion_visits(
            everybody, to_moment(since) - DAY, to_moment(until) + DAY
        )
        movable = self._find_movable(bookings, performers, now, until)
        jobs = (unplanned | movable).sudo()
        skills = jobs._get_required_skills() if jobs else {}
        people = self._read_people(performers, skills)
        places = _Places()
        partners = {job.id: job.site_id or job.partner_id for job in jobs}
        where = self.env["service.travel"]._get_places(
            jobs.env["res.partner"].union(*partners.values())
        )
        persons = {
            key: plan_rounds.Person(
                id=key,
                people=frozenset({key, *person.members}),
                days=hours[key],
                capacity=person.capacity,
                skills={
                    skill: (last and end_of_day(last, person.tz), level)
                    for skill, (last, level) in person.skills.items()
                },
                start=places.add(person.home),
                end=places.add(person.end),
            )
            for key, person in people.items()
        }
        visits = _gather_visits(bookings, places)
        settled, homeless = {}, set()
        known = self._read_known(jobs)
        prepared = {}
        levels = self.env["service.suggestion.weight"]._get_levels(self.company_id.id)
        has_areas = self.env["service.area"].sudo()._has_areas()
        for job in jobs:
            place = places.add(where[partners[job.id].id])
            problem = self._get_hindrance(job)
            is_planned = job in movable
            if problem and not is_planned:
                settled[job.id] = problem
            if problem:
                continue
            who = job.performer_id.id
            if is_planned:
                if _is_during(job, absences[who]):
                    homeless.add(job.id)
                elif not _is_in_hours(job, hours[who]):
                    continue  # somebody had a reason: it stays
            required = skills.get(job._ids, ({}, {}))[0]
            prepared[job.id] = planning.Job(
                job.id,
                plan_rounds.round_up(int(job._get_duration().total_seconds())),
                place=place,
                skills=required,
                excluded=frozenset(self._exclude_people(job, people, has_areas)),
                performer_costs=self._get_people_costs(job, people, known, levels),
                **self._prepare_times(job, is_planned, since, until, levels),
            )
        seconds, metres, complaint = places.measure(self.env["service.travel"])
        facts = plan_rounds.Facts(
            jobs=prepared,
            sizes={job.id: job.crew_size for job in jobs},
            persons=persons,
            visits=visits,
            places=list(places.found),
            seconds=seconds,
            metres=metres,
            weights=self._prepare_weights(levels),
            now=now,
            homeless=frozenset(homeless),
        )
        return facts, settled, complaint

    # Jobs

    def _get_team_domain(self):
        domain = Domain("company_id", "=", self.company_id.id)
        return (
            domain & Domain("team_id", "=", self.team_id.id) if self.team_id else domain
        )

    def _find_unplanned(self, since, until):
        """Jobs nobody goes to yet that may be done in these days, urgent ones first."""
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
        return self.env["service.work.order"].search(
            domain, order="priority desc, id", limit=MOST_JOBS
        )

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
            & Domain("helper_ids", "=", False)
        )
        if not self.move_confirmed:
            domain &= Domain("customer_confirmed", "=", False)
        return self.env["service.work.order"].search(domain)

    def _get_hindrance(self, job):
        """Why a job is not for the planner, in words, or nothing. Extension point."""
        if job.helper_ids:
            return self.env._("Helpers go along: plan it on the board.")
        if job.date_start:
            return False
        missing, _supplied = job._find_missing_parts()
        if missing:
            return self.env._("Not in stock: %(parts)s.", parts=", ".join(missing))
        return False

    def _prepare_times(self, job, is_planned, since, until, levels):
        """When a job may begin, and what it costs to change what was told.

        Extension point: values of :class:`~.planning.Job`.
        """
        up = plan_rounds.round_up
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
        last = max(first, plan_rounds.round_down(last))
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

    # People

    def _read_hours(self, performers):
        """When they can work: ``({id: ((day, [(start, end)]),)}, absences by id,
        since, until)``."""
        first = datetime.combine(self.date_start, time.min) - DAY
        last = datetime.combine(self.date_end, time.min) + 2 * DAY
        everybody = performers | performers.crew_member_ids
        work, absences = everybody._get_working_time(first, last)
        raw = {
            key: None
            if found is None
            else tuple((to_seconds(start), to_seconds(end)) for start, end in found)
            for key, found in work.items()
        }
        days = [
            self.date_start + number * DAY
            for number in range((self.date_end - self.date_start).days + 1)
        ]
        hours, absent, edges = {}, {}, []
        for performer in performers:
            tz = ZoneInfo(performer.tz or "UTC")
            people = performer | performer.crew_member_ids
            mine = None
            for person in people:
                mine = intersect(mine, raw[person.id])
            if mine is None:
                mine = tuple(
                    (to_seconds(start), to_seconds(end))
                    for start, end in slots.work_intervals(
                        FLEXIBLE_WEEK, first, last, tz
                    )
                )
            away = [
                (to_seconds(start), to_seconds(end))
                for person in people
                for start, end, _leave in absences.get(person.id, ())
            ]
            found = []
            for day in days:
                midnights = [
                    to_seconds(datetime.combine(when, time.min, tz).astimezone(UTC))
                    for when in (day, day + DAY)
                ]
                pieces = _free_pieces(mine, away, *midnights)
                edges += midnights
                found.append((day, pieces))
            hours[performer.id] = tuple(found)
            absent[performer.id] = away
        return hours, absent, min(edges, default=0), max(edges, default=0)

    def _read_people(self, performers, skills):
        """What the hard rules know of the performers: ``{id: Person}``."""
        if not performers:
            return {}
        # sudo: places and skills of all who may be sent count
        orders = self.env["service.work.order"].sudo()
        everybody = performers | performers.crew_member_ids
        wanted = {skill for levels, _held in skills.values() for skill in levels}
        self.env.flush_all()
        people, _helpers = orders._prepare_people(everybody, wanted, self.company_id)
        return {key: people[key] for key in performers.ids if key in people}

    def _exclude_people(self, job, people, has_areas):
        """Who may not do a job: team, area, number of people, separate duties.

        Extension point: ids of performers, without queries per job. Skills, hours and
        bookings are no business of it.
        """
        team = job.team_id
        area = job._get_service_area() if has_areas else None
        operator = team.separate_duties == "refuse" and job.request_id.operator_id
        for key, person in people.items():
            if (
                (team and person.teams and team.id not in person.teams)
                or (area and person.areas and area.id not in person.areas)
                or (person.people is not None and person.people < job.crew_size)
                or (operator and operator == self._get_user(key))
            ):
                yield key

    def _get_user(self, performer_id):
        return self.env["resource.resource"].sudo().browse(performer_id).user_id

    def _get_people_costs(self, job, people, known, levels):
        """Whom the customer would rather see, in minutes of travel."""
        costs = {}
        place = job.site_id or job.partner_id
        personal = (
            place.service_performer_id
            or job.partner_id.service_performer_id
            or job.partner_id.commercial_partner_id.service_performer_id
        )
        if personal.id in people:
            costs[personal.id] = -PERSONAL * levels.get("personal", 0) / 2
        for key in known.get(job.partner_id.id, ()):
            if key in people:
                costs.setdefault(key, -KNOWN * levels.get("known", 0) / 2)
        return {key: cost for key, cost in costs.items() if cost}

    def _read_known(self, jobs):
        """Who was at these customers: ``{customer id: {performer id}}``."""
        known = defaultdict(set)
        if not jobs.partner_id:
            return known
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT partner_id, performer_id
                  FROM service_work_order
                 WHERE partner_id IN %s AND state IN %s AND performer_id IS NOT NULL
                   AND date_start > %s
                """,
                tuple(jobs.partner_id.ids),
                FINISHED,
                fields.Datetime.now() - MEMORY,
            )
        )
        for partner_id, performer_id in rows:
            known[partner_id].add(performer_id)
        return known

    def _prepare_weights(self, levels):
        """What the planner weighs, as the administrator set it. Extension point."""
        fair = levels.get("load", 0) + levels.get("fairness", 0)
        return planning.Weights(
            travel=max(0.1, levels.get("travel", 0) / 4),
            # a library that plans knows nothing of even days
            fairness=FAIR * fair / 3 if self.solver == "default" else 0.0,
        )


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
    """What is planned, of everybody who goes: ``{order id: plan_rounds.Visit}``."""
    people, found = defaultdict(set), {}
    for resource_id, taken in bookings.items():
        for visit in taken:
            people[visit.key].add(resource_id)
            found[visit.key] = visit
    return {
        key: plan_rounds.Visit(
            key, visit.start, visit.end, frozenset(people[key]), places.add(visit.place)
        )
        for key, visit in found.items()
        if visit.start < visit.end
    }


def _free_pieces(work, away, start, end):
    """Working hours of a day without absences, adjoining ones joined."""
    pieces = []
    for since, until in sorted(work):
        since, until = max(since, start), min(until, end)
        if since >= until:
            continue
        if pieces and since <= pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], max(until, pieces[-1][1]))
        else:
            pieces.append((since, until))
    for gone, back in away:
        pieces = [
            part
            for since, until in pieces
            for part in ((since, min(until, gone)), (max(since, back), until))
            if part[0] < part[1]
        ]
    return pieces


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
