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
MEMORY = timedelta(days=730)  # who was there longer ago is as good as new


class ServiceWorkOrder(models.Model):
    """Work order: what a search for performers and times has to know.

    The number of queries depends neither on the performers nor on old work orders.
    """

    _inherit = "service.work.order"

    def _read_suggestion_facts(self, since, until):
        """The job, the people and what counts. ``self``: one order as the system."""
        place = self.site_id or self.partner_id
        travels = self.env["service.travel"]
        home = self.company_id.partner_id
        places = travels._get_places(place | home)
        request = self.request_id
        wished = request.wished_start and (
            to_seconds(request.wished_start),
            to_seconds(request.wished_end or request.wished_start),
        )
        missing, supplied = self._find_missing_parts()
        job = self._prepare_suggestion_job(since, until, places[place.id], supplied)
        told = self.performer_id and self.date_start
        if self.state == "draft" and not self.customer_confirmed:
            told = False
        levels, _held = self._get_required_skills().get(self._ids, ({}, {}))
        return Facts(
            job=job,
            people=self._read_suggestion_people(places[home.id], levels),
            skills=levels,
            helpers=tuple(self.helper_ids.ids),
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
        deadline = request._get_service_deadline() if request else None
        return Job(
            duration=int(duration.total_seconds()),
            since=to_seconds(since),
            until=to_seconds(until),
            place=place,
            earliest=self.window_start and to_seconds(self.window_start) or None,
            latest=self.window_end and to_seconds(self.window_end) or None,
            deadline=to_seconds(deadline) if deadline else None,
        )

    def _get_suggestion_domain(self):
        """Performers that are looked at, be it to say why not. Extension point."""
        return [
            ("is_performer", "=", True),
            ("company_id", "in", (False, self.company_id.id)),
        ]

    def _read_suggestion_people(self, home, skill_ids):
        """Everybody who might go: ``{id: Person}``.

        :param home: coordinates of the company, where days begin unless told
        :param skill_ids: the skills the job takes
        """
        resources = self.env["resource.resource"].search_fetch(
            self._get_suggestion_domain(),
            ["name", "tz", "calendar_id", "company_id", "service_capacity"],
            order="name, id",
        )
        if not resources:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT resource.id, resource.resource_type,
                       start.partner_latitude, start.partner_longitude,
                       finish.partner_latitude, finish.partner_longitude,
                       ARRAY(SELECT team_id FROM service_team_performer_rel
                              WHERE resource_id = resource.id),
                       ARRAY(SELECT area_id FROM service_area_performer_rel
                              WHERE resource_id = resource.id),
                       ARRAY(SELECT member_id FROM service_crew_member_rel
                              WHERE crew_id = resource.id)
                  FROM resource_resource resource
             LEFT JOIN res_partner start ON start.id = resource.service_start_id
             LEFT JOIN res_partner finish ON finish.id = resource.service_end_id
                 WHERE resource.id IN %s
                """,
                tuple(resources.ids),
            )
        )
        held = self._read_holdings(skill_ids)
        helpers = tuple(self.helper_ids.ids)
        people = {}
        for resource_id, kind, lat, lon, end_lat, end_lon, *links in rows:
            resource = resources.browse(resource_id)
            teams, areas, members = links
            start = (lat, lon) if lat or lon else home
            together = {*(members or [resource_id]), *helpers}
            known = members or kind != "material"
            people[resource_id] = Person(
                id=resource_id,
                name=resource.name,
                tz=resource.tz or "UTC",
                capacity=resource.service_capacity,
                teams=frozenset(teams),
                areas=frozenset(areas),
                members=tuple(members),
                people=len(together) if known else None,
                skills=self._find_best_holdings(held, {resource_id, *together}),
                home=start,
                end=(end_lat, end_lon) if end_lat or end_lon else start,
            )
        return {resource.id: people[resource.id] for resource in resources}

    def _read_holdings(self, skill_ids):
        """Who holds these skills: ``{resource id: {skill id: (last day, level)}}``."""
        held = defaultdict(dict)
        if skill_ids:
            for row in self.env["service.resource.skill"].search_fetch(
                [("skill_id", "in", list(skill_ids))],
                ["resource_id", "skill_id", "date_expiry", "level"],
            ):
                holding = row.date_expiry or None, row.level
                held[row.resource_id.id][row.skill_id.id] = holding
        return held

    def _find_best_holdings(self, held, resource_ids):
        """Of several who go, the best one in each skill."""
        best = {}
        today = fields.Date.context_today(self)
        for resource_id in resource_ids:
            for skill_id, holding in held.get(resource_id, {}).items():
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
                SELECT booked.resource_id, visit.id, visit.date_start, visit.date_end,
                       visit.actual_start, visit.actual_end, visit.state,
                       place.partner_latitude, place.partner_longitude,
                       firm.partner_latitude, firm.partner_longitude
                  FROM service_work_order visit
                  JOIN service_work_order_booked_rel booked
                    ON booked.work_order_id = visit.id
             LEFT JOIN res_partner place
                    ON place.id = coalesce(visit.site_id, visit.partner_id)
             LEFT JOIN res_partner firm ON firm.id = place.commercial_partner_id
                 WHERE visit.date_start >= %s AND visit.date_start < %s
                   AND visit.state <> 'cancelled' AND visit.active
                   AND booked.resource_id = ANY(%s)
                   AND visit.id <> %s
                   AND (visit.date_end > %s OR visit.actual_end > %s
                        OR visit.state = 'in_progress')
                """,
                since - LONGEST,
                until + DAY,
                resources.ids,
                self.id,
                since - DAY,
                since - DAY,
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
