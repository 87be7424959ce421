from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import board

READERS = ("operator", "manager", "dispatcher")
MAX_DAYS = 45
UNPLANNED_LIMIT = 200


class ServiceDispatchBoard(models.AbstractModel):
    """What the dispatch board asks of the server, each by one call.

    Operators and managers read, dispatchers plan. Times go both ways as milliseconds
    since 1970, UTC. Queries depend neither on the number of performers and orders nor
    on what was done in earlier years.
    """

    _name = "service.dispatch.board"
    _description = "Dispatch board"

    @api.model
    def action_load(self, domain, start, stop, group_by=""):
        """The board of a period: performers, their time, what is planned and what not.

        :param domain: of work orders; others are shown dimmed, performers stay unless
            they were searched themselves
        :param start, stop: of the period, milliseconds
        :param group_by: ``team``, ``crew``, ``area``, ``skill`` or nothing
        """
        self._check_board()
        self._check_period(start, stop)
        domain = Domain(domain or [])
        days = board.get_days(start, stop, self._get_zone())
        planned = self._read_planned(start, stop)
        performers = self._get_performers(domain, planned)
        shown = set(performers.ids)
        planned = [
            visit
            for visit in planned
            if visit["performer"] in shown or not shown.isdisjoint(visit["booked"])
        ]
        self._add_dim(planned, domain)
        unplanned, total = self._read_unplanned(domain)
        groups, rows = self._prepare_rows(performers, planned, days, group_by)
        return {
            "zone": self._get_zone(),
            "now": board.to_milliseconds(fields.Datetime.now()),
            "may_plan": self._may_plan(),
            "groups": groups,
            "rows": rows,
            "orders": self._prepare_orders(planned, performers),
            "unplanned": self._prepare_orders(unplanned, performers),
            "unplanned_total": total,
            "shown_total": sum(not visit["dim"] for visit in planned),
        }

    @api.model
    def action_read(self, order_ids, domain=None):
        """Orders as the board shows them now; those not to be shown are missing.

        :param domain: orders outside of it come dimmed
        """
        self._check_board()
        return list(self._read_shown(order_ids, Domain(domain or [])).values())

    # Checks

    def _check_board(self):
        """The board is for those who talk to customers and performers."""
        self.env.user._check_service_role(*READERS)

    def _may_plan(self):
        """Whether the user changes the plan; others look at it."""
        return self.env.user._has_service_role("dispatcher")

    @api.model
    def _check_period(self, start, stop):
        """The board shows so many days at most."""
        if not 0 < stop - start <= MAX_DAYS * board.DAY:
            raise UserError(
                self.env._("Choose a period of at most %(days)s days.", days=MAX_DAYS)
            )

    # Performers

    @api.model
    def _get_zone(self):
        """Name of the reader's time zone: the days of the board are his."""
        return self.env.tz.zone

    @api.model
    def _get_performers(self, domain, planned):
        """Who has a row: all performers, also idle ones, by name.

        A performer who left the company is shown as long as he has visits. Whoever
        searches performers gets only those.
        """
        busy = {visit["performer"] for visit in planned}
        found = Domain("is_performer", "=", True) & (
            Domain("active", "=", True) | Domain("id", "in", sorted(busy))
        )
        performer = self.env["resource.resource"].with_context(active_test=False)
        return performer.search_fetch(
            found & self._get_performer_domain(domain),
            self._get_performer_fields(),
            order="is_crew, name, id",
        ).with_context(active_test=True)

    @api.model
    def _get_performer_fields(self):
        """Fields of performers that the board reads. Extension point."""
        return [
            "calendar_id",
            "company_id",
            "is_crew",
            "name",
            "service_capacity",
            "tz",
            "user_id",
        ]

    @api.model
    def _get_performer_domain(self, domain):
        """What a search of orders says about performers, as a domain of these."""

        def about_performer(condition):
            name, _dot, rest = condition.field_expr.partition(".")
            value = condition.value
            if name != "performer_id":
                return Domain.TRUE
            if rest:
                return Domain(rest, condition.operator, value)
            if condition.operator in ("in", "not in"):
                # No performer: that is about orders only.
                ids = [key for key in value if key]
                return Domain("id", condition.operator, ids) if ids else Domain.TRUE
            if condition.operator in ("any", "any!"):
                return Domain(value)
            if condition.operator in ("not any", "not any!"):
                return ~Domain(value)
            return Domain("display_name", condition.operator, value)

        orders = self.env["service.work.order"]
        return domain.optimize(orders).map_conditions(about_performer)

    @api.model
    def _prepare_rows(self, performers, planned, days, group_by):
        """Groups and rows of the board.

        :return: ``(groups, rows)``
        """
        since, until = days[0][0], days[-1][1]
        names, links = self._read_links(performers)
        hours, absences = self._get_hours(performers, since, until)
        bookings = defaultdict(list)
        for visit in planned:
            for performer_id in {visit["performer"], *visit["booked"]}:
                if visit["start"]:
                    bookings[performer_id].append((visit["start"], visit["end"]))
        per_day = {}
        rows = []
        for performer in performers:
            linked = links[performer.id]
            away = absences.get(performer.id, [])
            work = hours[performer.id]
            key = id(work), tuple(map(tuple, (part[:2] for part in away)))
            if key not in per_day:
                free = board.without(work, [part[:2] for part in away])
                per_day[key] = board.sum_by_day(free, days)
            busy = board.sum_by_day(bookings[performer.id], days)
            capacity = performer.service_capacity
            rows.append(
                {
                    "id": performer.id,
                    "name": performer.name,
                    "groups": self._get_row_groups(performer, linked, group_by),
                    "user_id": performer.user_id.id,
                    "is_crew": performer.is_crew,
                    "members": linked["member"],
                    "capacity": capacity,
                    "skills": ", ".join(
                        f"{names['skill', key]} {level}" if level > 1 else name
                        for key, level in linked["level"]
                        for name in [names["skill", key]]
                    ),
                    "areas": ", ".join(names["area", key] for key in linked["area"]),
                    "work": work,
                    "leaves": away,
                    "load": board.get_load(busy, per_day[key], capacity),
                }
            )
        return self._prepare_groups(rows, names, group_by), rows

    @api.model
    def _get_row_groups(self, performer, linked, group_by):
        """Ids of the groups a performer is shown in; 0 for none of them."""
        if not group_by:
            return []
        if group_by == "crew" and performer.is_crew:
            return [performer.id]
        return linked[group_by] or [0]

    @api.model
    def _prepare_groups(self, rows, names, group_by):
        """Groups with performers, by name; those in none of them come last."""
        used = {key for row in rows for key in row["groups"]}
        groups = [{"id": key, "name": names[group_by, key]} for key in used if key != 0]
        groups.sort(key=lambda group: (group["name"], group["id"]))
        if 0 in used:
            rest = {
                "team": self.env._("All Teams"),
                "crew": self.env._("No Crew"),
                "area": self.env._("Everywhere"),
                "skill": self.env._("No Skills"),
            }
            groups.append({"id": 0, "name": rest[group_by]})
        return groups

    @api.model
    def _read_links(self, performers):
        """Teams, areas, crews, members and skills of performers, in one query.

        :return: ``({(kind, id): name}, {performer id: {kind: [ids]}})``
        """
        names = {}
        links = defaultdict(lambda: defaultdict(list))
        if not performers:
            return names, links
        lang = self.env.lang or "en_US"
        rows = self.env.execute_query(
            SQL(
                """
                SELECT link.resource_id, 'team', team.id,
                       COALESCE(team.name->>%(lang)s, team.name->>'en_US'), 0
                  FROM service_team_performer_rel link
                  JOIN crm_team team ON team.id = link.team_id
                 WHERE link.resource_id IN %(ids)s
                   AND (team.company_id IS NULL OR team.company_id IN %(companies)s)
                 UNION ALL
                SELECT link.resource_id, 'area', area.id,
                       COALESCE(area.name->>%(lang)s, area.name->>'en_US'), 0
                  FROM service_area_performer_rel link
                  JOIN service_area area ON area.id = link.area_id
                 WHERE link.resource_id IN %(ids)s AND area.active
                   AND (area.company_id IS NULL OR area.company_id IN %(companies)s)
                 UNION ALL
                SELECT link.member_id, 'crew', crew.id, crew.name, 0
                  FROM service_crew_member_rel link
                  JOIN resource_resource crew ON crew.id = link.crew_id
                 WHERE link.member_id IN %(ids)s AND crew.active
                   AND (crew.company_id IS NULL OR crew.company_id IN %(companies)s)
                 UNION ALL
                SELECT link.crew_id, 'member', link.member_id, '', 0
                  FROM service_crew_member_rel link
                 WHERE link.crew_id IN %(ids)s
                 UNION ALL
                SELECT held.resource_id, 'skill', skill.id,
                       COALESCE(skill.name->>%(lang)s, skill.name->>'en_US'),
                       held.level
                  FROM service_resource_skill held
                  JOIN service_skill skill ON skill.id = held.skill_id
                 WHERE held.resource_id IN %(ids)s
                   AND (held.date_expiry IS NULL OR held.date_expiry >= %(today)s)
                 ORDER BY 4, 3
                """,
                lang=lang,
                ids=tuple(performers.ids),
                companies=tuple(self.env.companies.ids),
                today=fields.Date.context_today(self),
            )
        )
        for performer_id, kind, key, name, level in rows:
            links[performer_id][kind].append(key)
            if kind == "skill":
                links[performer_id]["level"].append((key, level or 1))
            if name:
                names[kind, key] = name
        for performer in performers:
            names["crew", performer.id] = performer.name
        return names, links

    @api.model
    def _get_hours(self, performers, since, until):
        """When performers work and when they are away, in milliseconds.

        Working time of one calendar is one list, however many performers share it.

        :return: ``({id: [[from, to]]}, {id: [[from, to, words]]})``
        """
        # sudo: absences are planned around; what for, only dispatchers are told
        work, absences = performers.sudo()._get_working_time(
            board.to_moment(since), board.to_moment(until)
        )
        always = [[since, until]]
        known = {id(None): always}
        hours = {}
        for performer_id, intervals in work.items():
            if id(intervals) not in known:
                known[id(intervals)] = board.clip(
                    board.join(
                        (board.to_milliseconds(start), board.to_milliseconds(end))
                        for start, end in intervals
                    ),
                    since,
                    until,
                )
            hours[performer_id] = known[id(intervals)]
        absent = self.env._("Absent")
        may_plan = self._may_plan()
        leaves = {}
        for performer_id, found in absences.items():
            leaves[performer_id] = [
                [*part, (may_plan and leave.name) or absent]
                for start, end, leave in found
                for part in board.clip(
                    [(board.to_milliseconds(start), board.to_milliseconds(end))],
                    since,
                    until,
                )
            ]
        return hours, leaves
