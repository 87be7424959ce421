from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.phone_validation.tools.phone_validation import phone_format

from ..tools import routing

BATCH = 1000
GIVE_UP = timedelta(hours=12)  # a message that no gateway takes so long has failed


class SmsGateway(models.Model):
    """Gateways: which one takes a message."""

    _inherit = "sms.gateway"

    country_ids = fields.Many2many(
        "res.country", string="Countries", help="Empty: numbers of all countries."
    )
    prefixes = fields.Char(
        "Beginnings of Numbers",
        help="Numbers that begin so, beside those of the countries: +7 916, +375 29",
    )
    purpose = fields.Selection(
        [("service", "About the service"), ("advertising", "Advertising")],
        "Only",
        help="Empty: for all messages.",
    )
    tries = fields.Integer(
        "Attempts",
        default=3,
        help="After so many failed attempts the next gateway takes the message.",
    )
    date_paused = fields.Datetime(
        "Rests Until", readonly=True, copy=False, help="It did not answer, or asked."
    )
    failures = fields.Integer(
        readonly=True, copy=False, help="Failed calls in a row. 0: it works."
    )
    last_error = fields.Char(readonly=True, copy=False)

    _tries_positive = models.Constraint(
        "CHECK(tries > 0)", "A gateway tries at least once."
    )

    @api.model
    def _assign(self, rooms=None):
        """Give messages of the queue to gateways, one batch. Queries do not grow.

        A message that cannot be sent (no gateway, wrong number, no text) fails here,
        before any gateway sees it.

        :param rooms: ``{gateway id: how many it takes at once}``
        :return: ``(how many were looked at, {gateway id: rows it takes at once})``
        """
        now = fields.Datetime.now()
        rooms = dict(rooms or {})
        batch = sum(rooms.values())
        rows = self._select_locked(
            SQL(
                """
                SELECT s.id, s.uuid, s.number, s.body, s.service_passed AS passed,
                       s.service_tries, s.create_date,
                       n.id AS message_id, n.company_id, n.purpose, n.reason, n.error
                  FROM sms_sms s LEFT JOIN service_notification n ON n.sms_uuid = s.uuid
                 WHERE s.state = 'outgoing' AND s.to_delete IS NOT TRUE
                   AND s.service_gateway_id IS NULL
                   AND (s.service_date_due IS NULL OR s.service_date_due <= %s)
                 ORDER BY s.service_priority, s.id
                 LIMIT %s
                   FOR UPDATE OF s SKIP LOCKED
                """,
                now,
                batch if BATCH / 5 < batch < BATCH else BATCH,
            )
        )
        missing = [row["id"] for row in rows if not row["message_id"]]
        if missing:  # written by whoever passed by the ORM
            self.env["sms.sms"].browse(missing)._create_service_notifications()
            return len(rows), {}
        return len(rows), self._assign_rows(rows, rooms, now) if rows else {}

    @api.model
    def _assign_rows(self, rows, rooms, now):
        """Choose for each row, and note it in one query per outcome.

        :return: ``{gateway id: rows that go out at once}``
        """
        # Whoever sends need not see the gateways.
        gateways = self.sudo().search([("active", "=", True)])
        routes = gateways._get_routes()
        paused = {gateway.id: gateway.date_paused for gateway in gateways}
        taken, assigned, waiting, failed = {}, {}, {}, {}
        for row in rows:
            row["number"], route, reason = self._choose_route(routes, row, now)
            if reason:
                failed.setdefault((reason, row["error"]), []).append(row["uuid"])
            elif route.is_down:
                waiting.setdefault(paused[route.id], []).append(row["id"])
            elif len(taken.get(route.id, ())) < rooms.get(route.id, 0):
                taken.setdefault(route.id, []).append(row)
            else:
                assigned.setdefault(route.id, []).append(row)
        for gateway_id, mine in taken.items():
            gateway = gateways.browse(gateway_id)
            lease = now + gateway._get_lease()
            gateway._write_gateway(mine, SQL("state = 'process'"), lease)
        for gateway_id, mine in assigned.items():
            gateways.browse(gateway_id)._write_gateway(
                mine, SQL("state = s.state"), None
            )
        for due, ids in waiting.items():
            self._postpone(ids, due)
        for (reason, error), uuids in failed.items():
            self._fail(uuids, reason, error)
        self.env["sms.sms"].invalidate_model()
        return taken

    def _write_gateway(self, rows, state, due):
        self.env.execute_query(
            SQL(
                """
                UPDATE sms_sms s
                   SET service_gateway_id = %s, number = v.number, %s,
                       service_date_due = %s
                  FROM unnest(%s, %s) AS v(id, number) WHERE s.id = v.id
                RETURNING s.id
                """,
                self.id,
                state,
                due,
                [row["id"] for row in rows],
                [row["number"] for row in rows],
            )
        )

    @api.model
    def _select_locked(self, query):
        """Rows that no other sender has in hand, as dicts.

        A conflict with another sender is no error: the caller tries again.
        """
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.dictfetchall()

    @api.model
    def _choose_route(self, routes, row, now):
        """``(number, route, reason why it cannot be sent)`` for one row."""
        number = (row["number"] or "").strip()
        if not number:
            return number, None, "no_phone"
        if not (row["body"] or "").strip():
            return number, None, "template"
        if not number.startswith("+"):
            number = self._format_number(number, row["company_id"])
        if not number[1:].isdigit() or len(number) < 5:
            return number, None, "bad_phone"
        serving = self._get_serving(routes, number, row["company_id"], row["purpose"])
        route = routing.choose(serving, row["passed"])
        if not route:
            reason = row["reason"] if serving else "no_gateway"
            if any(one.is_spent for one in serving):
                reason = "budget"
            return number, None, reason or "no_gateway"
        is_round = route.id in routing.parse_passed(row["passed"])[0]
        if is_round and row["create_date"] < now - GIVE_UP:
            return number, None, row["reason"] or "server"
        return number, route, None

    @api.model
    def _get_serving(self, routes, number, company_id, purpose):
        """The routes that serve a number, in order. Extension point."""
        country = ""
        if any(route.countries for route in routes):
            country = self._get_country(number)
        purpose = purpose or "service"
        return [r for r in routes if r.serves(number, country, company_id, purpose)]

    def _get_routes(self):
        """What each gateway serves, in order. Extension point."""
        return [
            routing.Route(
                id=gateway.id,
                company_id=gateway.company_id.id or 0,
                purpose=gateway.purpose or "",
                countries=frozenset(gateway.country_ids.mapped("code")),
                prefixes=routing.parse_prefixes(gateway.prefixes),
                is_down=gateway._is_down(),
            )
            for gateway in self
        ]

    def _is_down(self):
        """Whether others go first: it failed as often as it may, and rests."""
        self.ensure_one()
        return self._is_resting() and self.failures >= self.tries

    def _is_resting(self):
        self.ensure_one()
        return bool(self.date_paused and self.date_paused > fields.Datetime.now())

    @api.model
    def _format_number(self, number, company_id):
        """A number written by a person, as the gateways take it."""
        # sudo: the country of a company is no secret
        country = self.env["res.company"].sudo().browse(company_id or []).country_id
        return phone_format(
            number,
            country.code,
            country.phone_code,
            force_format="E164",
            raise_exception=False,
        )

    @api.model
    def _get_country(self, number):
        """ISO code of the country of a number in E.164; empty when it has none."""
        return routing.get_country(number)
