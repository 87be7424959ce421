from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import board, slots
from ..tools.work_order_steps import FINISHED, PLANNING
from .service_dispatch_board import UNPLANNED_LIMIT

MOVABLE = (*PLANNING, "on_the_way")
# Columns of a visit, in the order of _get_order_columns.
COLUMNS = (
    "id",
    "name",
    "version",
    "performer",
    "state",
    "slot",
    "confirmed",
    "priority",
    "start",
    "end",
    "actual_start",
    "actual_end",
    "hours",
    "window_start",
    "window_end",
    "due",
    "customer",
    "place",
    "services",
    "override",
    "latitude",
    "longitude",
    "booked",
)


def _in_milliseconds(column):
    return SQL("(EXTRACT(EPOCH FROM %s) * 1000)::bigint", column)


class ServiceDispatchBoard(models.AbstractModel):
    """Dispatch board: the orders, each read whole by one query for all."""

    _inherit = "service.dispatch.board"

    # Reading

    @api.model
    def _read_planned(self, start, stop, domain=Domain.TRUE):
        """What takes performers' time in a period, in order of time."""
        query = self._get_orders_query(
            Domain("performer_id", "!=", False)
            & Domain("state", "!=", "cancelled")
            & domain
        )
        # As the index of the table has it: history costs nothing.
        query.add_where(
            SQL(
                """service_work_order.date_start IS NOT NULL
                   AND service_work_order.date_end IS NOT NULL
                   AND tsrange(
                       LEAST(service_work_order.date_start,
                             service_work_order.actual_start),
                       GREATEST(service_work_order.date_end,
                                service_work_order.actual_end)
                   ) && tsrange(%s, %s)""",
                board.to_moment(start),
                board.to_moment(stop),
            )
        )
        visits = self._read_query(query)
        return [v for v in visits if v["end"] > start and v["start"] < stop]

    @api.model
    def _read_orders(self, domain):
        """Orders that are on the board or in its pane, in order of time."""
        shown = Domain("state", "!=", "cancelled") & (
            Domain("state", "in", ("draft", "offered"))
            | (Domain("performer_id", "!=", False) & Domain("date_start", "!=", False))
        )
        return self._read_query(self._get_orders_query(domain & shown))

    @api.model
    def _read_unplanned(self, domain):
        """Orders without performer or time, what is most at risk first.

        :return: ``(the first of them, how many there are)``
        """
        query = self._get_urgent_query(domain & self._get_unplanned_domain())
        query.limit = UNPLANNED_LIMIT
        visits = self._read_query(query, SQL("COUNT(*) OVER ()"))
        for visit in visits:
            visit["dim"] = False
        return visits, visits[0]["more"] if visits else 0

    @api.model
    def _find_most_urgent(self, domain, limit):
        """Ids of orders, what is most at risk first, and how many there are."""
        self.env.flush_all()
        query = self._get_urgent_query(domain)
        query.limit = limit
        rows = self.env.execute_query(
            query.select(
                SQL.identifier("service_work_order", "id"), SQL("COUNT(*) OVER ()")
            )
        )
        return [row[0] for row in rows], rows[0][1] if rows else 0

    @api.model
    def _get_urgent_query(self, domain):
        """The query of orders, what is most at risk first."""
        query = self._get_orders_query(domain)
        now = fields.Datetime.now()
        due = self._get_due_sql()
        query.order = SQL(
            """COALESCE(%(due)s < %(now)s, FALSE) DESC,
               COALESCE(%(due)s < %(soon)s, FALSE) DESC,
               service_work_order.priority DESC, %(due)s NULLS LAST,
               service_work_order.id""",
            due=due,
            now=now,
            soon=now + timedelta(milliseconds=board.SOON_UNPLANNED),
        )
        return query

    @api.model
    def _get_unplanned_domain(self):
        """Orders that still want a performer or a time."""
        return Domain("state", "in", ("draft", "offered")) & (
            Domain("performer_id", "=", False) | Domain("date_start", "=", False)
        )

    @api.model
    def _get_orders_query(self, domain):
        """The query of the orders the user may see, with what they link joined."""
        query = self.env["service.work.order"]._search(domain)
        for alias, table, condition in (
            ("customer", "res_partner", "service_work_order.partner_id"),
            (
                "place",
                "res_partner",
                "COALESCE(service_work_order.site_id, service_work_order.partner_id)",
            ),
            ("holder", "res_partner", "place.commercial_partner_id"),
            ("request", "crm_lead", "service_work_order.request_id"),
        ):
            query.add_join(
                "LEFT JOIN",
                alias,
                table,
                SQL("%s.id = %s", SQL.identifier(alias), SQL(condition)),
            )
        return query

    @api.model
    def _get_due_sql(self):
        """Until when the work has to begin: as agreed, as wished, as promised.

        Extension point: as ``crm.lead._get_service_deadline`` has it.
        """
        return SQL(
            """COALESCE(service_work_order.window_end, request.wished_end,
                        request.wished_start, request.service_due)"""
        )

    @api.model
    def _get_order_columns(self):
        """What is read of an order, one expression per name in ``COLUMNS``."""
        visit = "service_work_order"
        return (
            SQL.identifier(visit, "id"),
            SQL.identifier(visit, "name"),
            SQL.identifier(visit, "plan_version"),
            SQL.identifier(visit, "performer_id"),
            SQL.identifier(visit, "state"),
            SQL.identifier(visit, "slot_state"),
            SQL("%s IS NOT NULL", SQL.identifier(visit, "customer_confirmed")),
            SQL.identifier(visit, "priority"),
            _in_milliseconds(SQL.identifier(visit, "date_start")),
            _in_milliseconds(SQL.identifier(visit, "date_end")),
            _in_milliseconds(SQL.identifier(visit, "actual_start")),
            _in_milliseconds(SQL.identifier(visit, "actual_end")),
            SQL.identifier(visit, "planned_hours"),
            _in_milliseconds(SQL.identifier(visit, "window_start")),
            _in_milliseconds(SQL.identifier(visit, "window_end")),
            _in_milliseconds(self._get_due_sql()),
            SQL("COALESCE(customer.complete_name, customer.name)"),
            SQL(
                """COALESCE(
                    NULLIF(concat_ws(', ', NULLIF(place.street, ''),
                                     NULLIF(place.city, '')), ''),
                    place.complete_name)"""
            ),
            SQL(
                # without the code of the catalogue: a bar is small
                """COALESCE(
                    (SELECT string_agg(
                                regexp_replace(split_part(btrim(line.name), E'\n', 1),
                                               '^[[][^]]+[]] *', ''),
                                ', ' ORDER BY line.sequence, line.id)
                       FROM service_work_order_line line
                      WHERE line.work_order_id = service_work_order.id),
                    split_part(btrim(service_work_order.instruction), E'\n', 1))"""
            ),
            SQL.identifier(visit, "override_reason"),
            self._get_coordinate_sql("partner_latitude"),
            self._get_coordinate_sql("partner_longitude"),
            SQL(
                """ARRAY(SELECT busy.resource_id
                           FROM service_work_order_booked_rel busy
                          WHERE busy.work_order_id = service_work_order.id
                          ORDER BY busy.resource_id)"""
            ),
        )

    @api.model
    def _get_coordinate_sql(self, column):
        """A coordinate of the place; without any, that of its company."""
        return SQL(
            """CASE WHEN COALESCE(place.partner_latitude, 0) <> 0
                      OR COALESCE(place.partner_longitude, 0) <> 0
                    THEN place.%(column)s ELSE holder.%(column)s END::float8""",
            column=SQL.identifier(column),
        )

    @api.model
    def _read_query(self, query, more=None):
        """Run a query of orders: one dict per order, with what :data:`COLUMNS` names.

        :param more: one more expression to read, as ``more``
        """
        self.env.flush_all()
        columns = [*self._get_order_columns(), *([more] if more is not None else ())]
        if not query.order:
            query.order = SQL("service_work_order.date_start, service_work_order.id")
        visits = [
            dict(zip((*COLUMNS, "more"), row, strict=False))
            for row in self.env.execute_query(query.select(*columns))
        ]
        for visit in visits:
            time = slots.occupied(
                (visit["start"], visit["end"]),
                (visit["actual_start"], visit["actual_end"]),
                finished=visit["state"] in FINISHED,
            )
            if time:
                visit["start"], visit["end"] = time
            visit["place_at"] = (
                (visit["latitude"], visit["longitude"])
                if visit["latitude"] or visit["longitude"]
                else None
            )
        return visits

    @api.model
    def _add_dim(self, visits, domain):
        """Note which orders the search leaves out; they take time all the same."""
        if domain.is_true() or not visits:
            found = {visit["id"] for visit in visits}
        else:
            ids = [visit["id"] for visit in visits]
            orders = self.env["service.work.order"]
            found = set(orders._search(domain & Domain("id", "in", ids)))
        for visit in visits:
            visit["dim"] = visit["id"] not in found

    # What is shown

    @api.model
    def _read_shown(self, ids, domain=Domain.TRUE):
        """Orders as the board shows them now, by id."""
        visits = self._read_orders(Domain("id", "in", list(ids)))
        self._add_dim(visits, domain)
        planned = [visit for visit in visits if visit["performer"] and visit["start"]]
        performers = self.env["resource.resource"].browse(
            {visit["performer"] for visit in planned}
        )
        around = []
        if planned:
            days = board.get_days(
                min(visit["start"] for visit in planned),
                max(visit["start"] for visit in planned) + 1,
                self._get_zone(),
            )
            known = {visit["id"] for visit in visits}
            around = [
                visit
                for visit in self._read_planned(
                    days[0][0],
                    days[-1][1],
                    Domain("performer_id", "in", performers.ids),
                )
                if visit["id"] not in known
            ]
        orders = self._prepare_orders(visits, performers, around)
        return {order["id"]: order for order in orders}

    @api.model
    def _prepare_orders(self, visits, performers, around=()):
        """Orders as the board draws them.

        :param around: other visits of these performers, for the ways between them
        """
        now = board.to_milliseconds(fields.Datetime.now())
        may_plan = self._may_plan()
        ways = self._get_ways([*visits, *around], performers)
        return [
            {
                "id": visit["id"],
                "name": visit["name"],
                "version": visit["version"],
                "performer": visit["performer"] or False,
                "booked": visit["booked"],
                "state": visit["state"],
                "slot": visit["slot"],
                "confirmed": visit["confirmed"],
                "priority": visit["priority"],
                "start": visit["start"] or False,
                "end": visit["end"] or False,
                "hours": visit["hours"],
                "window": [
                    visit["window_start"] or False,
                    visit["window_end"] or False,
                ],
                "due": visit["due"] or False,
                "risk": board.get_risk(
                    visit["state"], visit["start"], visit["due"], now
                ),
                "customer": visit["customer"] or "",
                "place": visit["place"] or "",
                "services": visit["services"] or "",
                "override": visit["override"] or "",
                "travel": ways.get(visit["id"], [0, 0]),
                "movable": may_plan and visit["state"] in MOVABLE,
                "dim": visit["dim"],
            }
            for visit in visits
        ]

    @api.model
    def _get_ways(self, visits, performers):
        """The way to each visit, from the one before or from where the day starts.

        :return: ``{order id: [seconds, metres]}``
        """
        rows = {}
        for visit in visits:
            if visit["performer"] and visit["start"]:
                rows.setdefault(visit["performer"], []).append(visit)
        if not rows:
            return {}
        starts = self._get_start_places(performers.filtered(lambda p: p.id in rows))
        pairs, targets = [], []
        for performer_id, found in rows.items():
            day, place = None, None
            for visit in sorted(found, key=lambda visit: visit["start"]):
                today = self._get_local_day(visit["start"])
                if today != day:
                    day, place = today, starts.get(performer_id)
                pairs.append((place, visit["place_at"]))
                targets.append(visit["id"])
                place = visit["place_at"]
        ways = self.env["service.travel"]._get_ways(pairs)
        return {key: list(way) for key, way in zip(targets, ways, strict=True) if way}

    @api.model
    def _get_start_places(self, performers):
        """Where the days of performers begin: ``{id: (latitude, longitude)}``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT performer.id, place.partner_latitude::float8,
                       place.partner_longitude::float8
                  FROM resource_resource performer
             LEFT JOIN res_company company ON company.id = performer.company_id
                  JOIN res_partner place
                    ON place.id = COALESCE(performer.service_start_id,
                                           company.partner_id)
                 WHERE performer.id IN %s
                   AND (place.partner_latitude <> 0 OR place.partner_longitude <> 0)
                """,
                tuple(performers.ids) or (0,),
            )
        )
        return {performer_id: (lat, lon) for performer_id, lat, lon in rows}

    @api.model
    def _get_local_day(self, moment):
        """The day of the reader's calendar a time belongs to."""
        return datetime.fromtimestamp(moment / 1000, ZoneInfo(self._get_zone())).date()
