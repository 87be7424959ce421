from collections import defaultdict
from datetime import datetime, time
from zoneinfo import ZoneInfo

from pytz import UTC

from odoo import fields, models
from odoo.tools import SQL

from ..tools import plan_facts, planning, slots
from ..tools.suggestion_facts import DAY, end_of_day, intersect, to_seconds
from ..tools.work_order_steps import FINISHED
from .service_work_order_suggest_facts import MEMORY

# Who works at any time is sent in these hours.
FLEXIBLE_WEEK = [(day, None, 8, 20) for day in range(7)]
PERSONAL, KNOWN, FAIR = 20.0, 6.0, 0.05  # with the weight “normally”


class ServicePlan(models.Model):
    """Plan: what the planner has to know of the performers."""

    _inherit = "service.plan"

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

    def _prepare_persons(self, people, hours, absences, places):
        """Performers as the planner sees them: ``{id: plan_facts.Person}``.

        :param people: ``{id: Person}`` as the hard rules see them
        """
        return {
            key: plan_facts.Person(
                id=key,
                people=frozenset({key, *person.members}),
                days=hours[key],
                away=tuple(absences[key]),
                count=person.people,
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

    def _exclude_people(self, job, people, has_areas):
        """Who may not do a job: team, area, separate duties.

        Extension point: ids of performers, without queries per job. Skills, hours,
        bookings and the number of people are no business of it.
        """
        team = job.team_id
        area = job._get_service_area() if has_areas else None
        operator = team.separate_duties == "refuse" and job.request_id.operator_id
        for key, person in people.items():
            if (
                (team and person.teams and team.id not in person.teams)
                or (area and person.areas and area.id not in person.areas)
                or (operator and operator == self._get_user(key))
            ):
                yield key

    def _get_user(self, performer_id):
        """Who a performer is; read for all performers of the plan at once."""
        # sudo: whose duties are apart is nobody's secret
        performers = self.sudo().performer_ids
        performer = performers.browse(performer_id).with_prefetch(performers._ids)
        return performer.user_id

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
            fairness=FAIR * fair / 3,
        )


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
