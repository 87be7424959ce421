from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..tools import slots
from ..tools.suggestion_facts import (
    DAY,
    Facts,
    Person,
    end_of_day,
    intersect,
    list_days,
    to_moment,
    to_seconds,
)
from ..tools.suggestions import Job, Performer, Visit
from ..tools.work_order_steps import FINISHED

WEEK = timedelta(days=7)
LONGEST = timedelta(days=14)  # a visit that began earlier is over
LONGEST_SEARCH = timedelta(days=92)
MEMORY = timedelta(days=730)  # who was there longer ago is as good as new


class ServiceWorkOrder(models.Model):
    """Work order: what a search for performers and times has to know.

    The number of queries depends neither on the performers nor on old work orders.
    """

    _inherit = "service.work.order"

    def _read_suggestion_facts(self, since, until):
        """The job, the people and what counts. ``self``: one order as the system."""
        place = self.site_id or self.partner_id
        where = self.env["service.travel"]._get_places(place)
        request = self.request_id
        wished = request.wished_start and (
            to_seconds(request.wished_start),
            to_seconds(request.wished_end or request.wished_start),
        )
        missing, supplied = self._find_missing_parts().get(self, ((), None))
        levels, _held = self._get_required_skills().get(self._ids, ({}, {}))
        people, helpers = self._read_suggestion_people(list(levels))
        told = self._is_told_of()
        return Facts(
            job=self._prepare_suggestion_job(since, until, where[place.id], supplied),
            people=people,
            skills=levels,
            helpers=helpers,
            wished=wished or None,
            personal=(
                place.service_performer_id
                or self.partner_id.service_performer_id
                or self.partner_id.commercial_partner_id.service_performer_id
            ).id
            or None,
            known=self._read_known_performers(),
            told=(self.performer_id.id, to_seconds(self.date_start)) if told else None,
            missing=missing,
        )

    def _is_told_of(self):
        """Whether performer or customer know of the time planned."""
        planned = self.performer_id and self.date_start
        return planned and (self.state != "draft" or self.customer_confirmed)

    def _prepare_suggestion_job(self, since, until, place, supplied=None):
        """The job as the search sees it. Extension point.

        :param since, until: naive UTC; a week from now, and until what was agreed and
            wished, unless given
        :param place: coordinates or ``None``
        :param supplied: when what is missing in stock comes, naive UTC
        """
        now = fields.Datetime.now()
        request = self.request_id
        duration = self._get_duration()
        since = max(since or now, now, supplied or now)
        if not until:
            agreed = self.window_end or self.window_start
            wished = request.wished_end or request.wished_start
            until = (
                max(
                    since + WEEK,
                    *(moment + duration for moment in (agreed, wished) if moment),
                )
                if agreed or wished
                else since + WEEK
            )
            # what is agreed for far away is looked for there, not all the way to it
            since = max(since, until - LONGEST_SEARCH)
        deadline = request._get_service_deadline() if request else None
        told = self._is_told_of() and self.date_start
        return Job(
            duration=int(duration.total_seconds()),
            since=to_seconds(since),
            until=to_seconds(until),
            place=place,
            earliest=self.window_start and to_seconds(self.window_start) or None,
            latest=self.window_end and to_seconds(self.window_end) or None,
            deadline=to_seconds(deadline) if deadline else None,
            preferred=tuple(
                to_seconds(moment) for moment in (request.wished_start, told) if moment
            ),
        )

    def _get_suggestion_domain(self):
        """Performers that are looked at, be it to say why not. Extension point."""
        return [
            ("is_performer", "=", True),
            ("company_id", "in", (False, self.company_id.id)),
        ]

    def _read_suggestion_people(self, skill_ids):
        """Everybody who might go, and who goes along whoever it is.

        :param skill_ids: the skills the job takes
        :return: ``({id: Person}, ids of the helpers)``
        """
        resources = self.env["resource.resource"].search_fetch(
            self._get_suggestion_domain(),
            ["name", "tz", "calendar_id", "company_id", "service_capacity"],
            order="name, id",
        )
        self.env.flush_all()
        return self._prepare_people(resources, skill_ids, self.company_id)

    def _prepare_people(self, resources, skill_ids, company):
        """Performers as the hard rules see them. ``self``: the job, if it is for one.

        :return: ``({id: Person}, ids of the helpers)``
        """
        rows = ()
        if resources:
            rows = self._read_people_rows(resources, skill_ids, company)
        held = {row[0]: {skill[0]: skill[1:] for skill in row[-1]} for row in rows}
        people, helpers = {}, ()
        for resource_id, kind, *where, helpers, teams, areas, members, _held in rows:
            resource = resources.browse(resource_id)
            spots = [
                spot if spot[0] or spot[1] else None
                for spot in zip(where[::2], where[1::2], strict=True)
            ]
            home, end, office = spots
            together = {*(members or [resource_id]), *helpers}
            people[resource_id] = Person(
                id=resource_id,
                name=resource.name,
                tz=resource.tz or "UTC",
                capacity=resource.service_capacity,
                teams=frozenset(teams),
                areas=frozenset(areas),
                members=tuple(members),
                people=len(together) if members or kind != "material" else None,
                skills=self._find_best_holdings(held, {resource_id, *together}),
                home=home or office,
                end=end or home or office,
            )
        return {key: people[key] for key in resources.ids if key in people}, tuple(
            helpers
        )

    def _read_people_rows(self, resources, skill_ids, company):
        """Places, links and skills of performers, in one query."""
        return self.env.execute_query(
            SQL(
                """
                SELECT resource.id, resource.resource_type,
                       start.partner_latitude, start.partner_longitude,
                       finish.partner_latitude, finish.partner_longitude,
                       office.partner_latitude, office.partner_longitude,
                       ARRAY(SELECT resource_id FROM service_work_order_helper_rel
                              WHERE work_order_id = %(order)s),
                       ARRAY(SELECT team_id FROM service_team_performer_rel
                              WHERE resource_id = resource.id),
                       ARRAY(SELECT area_id FROM service_area_performer_rel
                              WHERE resource_id = resource.id),
                       ARRAY(SELECT member_id FROM service_crew_member_rel
                              WHERE crew_id = resource.id),
                       ARRAY(SELECT jsonb_build_array(skill_id, date_expiry, level)
                               FROM service_resource_skill
                              WHERE resource_id = resource.id
                                AND skill_id = ANY(%(skills)s))
                  FROM resource_resource resource
                  JOIN res_company company ON company.id = %(company)s
             LEFT JOIN res_partner office ON office.id = company.partner_id
             LEFT JOIN res_partner start ON start.id = resource.service_start_id
             LEFT JOIN res_partner finish ON finish.id = resource.service_end_id
                 WHERE resource.id IN %(resources)s
                """,
                order=self.id or None,
                skills=list(skill_ids),
                company=company.id,
                resources=tuple(resources.ids),
            )
        )

    def _find_best_holdings(self, held, resource_ids):
        """Of several who go, the best one in each skill."""
        best = {}
        today = fields.Date.context_today(self)
        for resource_id in resource_ids:
            for skill_id, (expiry, level) in held.get(resource_id, {}).items():
                holding = fields.Date.to_date(expiry), level
                best[skill_id] = slots.best_holding(
                    [holding, best.get(skill_id)], today
                )
        return best

    def _read_known_performers(self):
        """Who worked for this customer: ``{performer id: last start}``, naive UTC."""
        if not self.partner_id:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT performer_id, max(date_start)
                  FROM service_work_order
                 WHERE partner_id = %s AND state IN %s AND id <> %s
                   AND performer_id IS NOT NULL AND date_start > %s
              GROUP BY performer_id
                """,
                self.partner_id.id,
                FINISHED,
                self.id,
                fields.Datetime.now() - MEMORY,
            )
        )
        return dict(rows)

    def _read_suggestion_times(self, facts, keys):
        """Fill in the hours, absences and visits of the performers that fit."""
        if not keys:
            return
        job = facts.job
        since, until = to_moment(job.since), to_moment(job.until)
        along = {key: (*facts.people[key].members, *facts.helpers) for key in keys}
        everybody = self.env["resource.resource"].browse(
            {*keys, *(other for others in along.values() for other in others)}
        )
        work, absences = everybody._get_working_time(since, until)
        visits = self._read_suggestion_visits(everybody, since, until)
        hours, leaves = {}, {}
        converted = {}
        for resource_id in everybody.ids:
            raw = work[resource_id]
            if id(raw) not in converted:  # those of one calendar share the list
                converted[id(raw)] = raw and tuple(
                    (to_seconds(start), to_seconds(end)) for start, end in raw
                )
                if raw is not None and not raw:
                    converted[id(raw)] = ()
            hours[resource_id] = converted[id(raw)]
            leaves[resource_id] = [
                (to_seconds(start), to_seconds(end))
                for start, end, _leave in absences.get(resource_id, ())
            ]
        days = {}
        for key in keys:
            person = facts.people[key]
            if person.tz not in days:
                days[person.tz] = list_days(job.since, job.until, person.tz)
            mine, away, taken = hours[key], leaves[key], visits[key]
            for other in along[key]:
                mine = intersect(mine, hours[other])
                away = away + leaves[other]
                taken = taken + [item for item in visits[other] if item not in taken]
            last_days = [
                facts.people[key].skills[skill][0]
                for skill in facts.skills
                if facts.people[key].skills[skill][0]
            ]
            facts.performers[key] = Performer(
                key=key,
                days=days[person.tz],
                work=mine,
                leaves=tuple(away),
                visits=tuple(taken),
                capacity=person.capacity,
                home=person.home,
                end=person.end,
                until=end_of_day(min(last_days), person.tz) if last_days else None,
            )

    def _read_suggestion_visits(self, resources, since, until):
        """What takes their time: ``{resource id: [Visit]}``, in one query."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH visit AS MATERIALIZED (
                    SELECT id, date_start, date_end, actual_start, actual_end, state,
                           coalesce(site_id, partner_id) AS place_id
                      FROM service_work_order
                     WHERE date_start >= %s AND date_start < %s
                       AND state <> 'cancelled' AND active AND id <> %s
                       AND (date_end > %s OR actual_end > %s
                            OR state = 'in_progress')
                )
                SELECT booked.resource_id, visit.id, visit.date_start, visit.date_end,
                       visit.actual_start, visit.actual_end, visit.state,
                       place.partner_latitude, place.partner_longitude,
                       firm.partner_latitude, firm.partner_longitude
                  FROM visit
            CROSS JOIN LATERAL (
                    SELECT resource_id FROM service_work_order_booked_rel
                     WHERE work_order_id = visit.id
                    OFFSET 0 -- by the visits of these days, not by all there ever were
                ) booked
             LEFT JOIN res_partner place ON place.id = visit.place_id
             LEFT JOIN res_partner firm ON firm.id = place.commercial_partner_id
                 WHERE booked.resource_id = ANY(%s)
                """,
                since - LONGEST,
                until + DAY,
                self.id or 0,
                since - DAY,
                since - DAY,
                resources.ids,
            )
        )
        visits = defaultdict(list)
        for resource_id, visit_id, start, end, began, ended, state, *where in rows:
            time = slots.occupied((start, end), (began, ended), state in FINISHED)
            if not time:
                continue
            lat, lon, firm_lat, firm_lon = where
            place = (lat, lon) if lat or lon else (firm_lat, firm_lon)
            visits[resource_id].append(
                Visit(
                    to_seconds(time[0]),
                    to_seconds(time[1]),
                    place if place[0] or place[1] else None,
                    visit_id,
                )
            )
        return visits
