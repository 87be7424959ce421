from datetime import datetime, time

from odoo import api, fields, models
from odoo.tools import SQL


class SmsGateway(models.Model):
    """Gateways: how they are doing, for those who look after them."""

    _inherit = "sms.gateway"

    health = fields.Selection(
        [
            ("works", "Works"),
            ("resting", "Resting"),
            ("down", "Does Not Answer"),
            ("spent", "Budget Spent"),
        ],
        "State",
        compute="_compute_health",
    )
    route_text = fields.Char("Takes", compute="_compute_route_text")
    queued_count = fields.Integer("In the Queue", compute="_compute_counts")
    unknown_count = fields.Integer("Unknown", compute="_compute_counts")
    message_count_month = fields.Integer("This Month", compute="_compute_counts")

    @api.depends("date_paused", "failures", "tries", "budget", "date_budget_stopped")
    def _compute_health(self):
        for gateway in self:
            if gateway._is_spent():
                gateway.health = "spent"
            elif gateway._is_down():
                gateway.health = "down"
            else:
                gateway.health = "resting" if gateway._is_resting() else "works"

    @api.depends("country_ids", "prefixes", "purpose")
    def _compute_route_text(self):
        purposes = dict(self._fields["purpose"]._description_selection(self.env))
        for gateway in self:
            numbers = gateway.country_ids.mapped("name")
            if gateway.prefixes:
                numbers.append(gateway.prefixes)
            parts = [", ".join(numbers) or self.env._("All numbers")]
            if gateway.purpose:
                parts.append(purposes[gateway.purpose])
            gateway.route_text = " · ".join(parts)

    def _compute_counts(self):
        # The queue is the system's; only its length is told.
        queue = self.env["sms.sms"].sudo()
        queued = dict(
            queue._read_group(
                [
                    ("service_gateway_id", "in", self.ids),
                    ("state", "=", "outgoing"),
                    ("to_delete", "=", False),
                ],
                ["service_gateway_id"],
                ["__count"],
            )
        )
        self.env["service.notification"].flush_model(["state", "date_sent"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT gateway_id, count(*) FILTER (WHERE date_sent >= %s),
                       count(*) FILTER (WHERE state = 'unknown')
                  FROM service_notification
                 WHERE gateway_id = ANY(%s)
                   AND (date_sent >= %s OR state = 'unknown')
                 GROUP BY gateway_id
                """,
                self._get_month_start(),
                self.ids,
                self._get_month_start(),
            )
        )
        counts = {gateway_id: (month, unknown) for gateway_id, month, unknown in rows}
        for gateway in self:
            month, unknown = counts.get(gateway._origin.id, (0, 0))
            gateway.queued_count = queued.get(gateway._origin, 0)
            gateway.message_count_month = month
            gateway.unknown_count = unknown

    def action_resume(self):
        """Let gateways that rest be tried at once."""
        self.check_access("write")
        self.write({"date_paused": False, "failures": 0, "last_error": False})
        # What waits for them is the system's.
        self.env["sms.sms"].sudo().search(
            [
                ("service_gateway_id", "in", [*self.ids, False]),
                ("state", "=", "outgoing"),
                ("to_delete", "=", False),
            ]
        ).service_date_due = False
        self._trigger_queue()

    def action_open_messages(self):
        """Open this month's messages."""
        return self._open_messages([("date_sent", ">=", self._get_month_start())])

    def action_open_queue(self):
        """Open what waits for the gateway."""
        # The queue is the system's; its messages are in the log.
        waiting = (
            self.env["sms.sms"]
            .sudo()
            .search(
                [("service_gateway_id", "in", self.ids), ("state", "=", "outgoing")]
            )
        )
        action = self._open_messages([])
        return {**action, "domain": [("sms_uuid", "in", waiting.mapped("uuid"))]}

    def action_open_unknown(self):
        """Open messages of which nobody knows whether they arrived."""
        return self._open_messages([("state", "=", "unknown")])

    def _open_messages(self, domain):
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm_sms.action_service_notification"
        )
        domain = [("gateway_id", "in", self.ids), *domain]
        return {**action, "domain": domain, "context": {}}

    @api.model
    def _get_month_start(self):
        return datetime.combine(fields.Date.today().replace(day=1), time.min)
