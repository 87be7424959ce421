from dataclasses import replace

from odoo import fields, models
from odoo.tools import SQL


class SmsGateway(models.Model):
    """Gateways: how much may be spent in a month."""

    _inherit = "sms.gateway"

    budget = fields.Monetary(
        "Budget of a Month", help="The gateway stops when it is spent. 0: no limit."
    )
    budget_warning = fields.Integer(
        "Warn At (%)", default=80, help="Share of the budget, in percent."
    )
    budget_spent = fields.Monetary("Spent This Month", compute="_compute_budget_spent")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user.active and self.env.user,
        domain="[('share', '=', False)]",
        help="Is told when the budget runs out.",
    )
    date_budget_warned = fields.Date(readonly=True, copy=False)
    date_budget_stopped = fields.Date(
        "Stopped On", readonly=True, copy=False, help="The budget is spent."
    )

    _budget_positive = models.Constraint(
        "CHECK(budget >= 0)", "A budget is not below zero."
    )
    _budget_warning_percent = models.Constraint(
        "CHECK(budget_warning BETWEEN 1 AND 100)", "Between 1 and 100 percent."
    )

    def _compute_budget_spent(self):
        spent = self._get_spent()
        for gateway in self:
            gateway.budget_spent = spent.get(gateway._origin.id, 0.0)

    def write(self, vals):
        if "budget" in vals:
            vals = {**vals, "date_budget_stopped": False, "date_budget_warned": False}
        return super().write(vals)

    def _get_spent(self):
        """``{gateway id: cost of this month}`` in the gateway's currency; with what is
        on its way."""
        if not self.ids:
            return {}
        self.env["service.notification"].flush_model(["cost", "state", "date_sent"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT gateway_id, company_id, sum(cost) FROM service_notification
                 WHERE gateway_id = ANY(%s) AND cost <> 0
                   AND (date_sent >= %s OR state IN ('sending', 'unknown'))
                 GROUP BY gateway_id, company_id
                """,
                self.ids,
                self._get_month_start(),
            )
        )
        spent = {}
        for gateway_id, company_id, cost in rows:
            # sudo: costs of all companies that share the gateway
            company = self.env["res.company"].sudo().browse(company_id or [])
            company = company or self.env.company
            currency = self.browse(gateway_id).currency_id
            if company.currency_id != currency:
                cost = company.currency_id._convert(
                    cost, currency, company, fields.Date.today(), round=False
                )
            spent[gateway_id] = spent.get(gateway_id, 0.0) + cost
        return spent

    def _is_spent(self):
        """Whether the budget of this month is spent."""
        self.ensure_one()
        start = fields.Date.today().replace(day=1)
        stopped = self.date_budget_stopped
        return bool(self.budget and stopped and stopped >= start)

    def _cut_to_budget(self, costs):
        """How many of these messages, in order, the budget still allows.

        Tells the responsible once a month that it runs out, and that it is spent.

        :param costs: of each message, in the currency of its company
        """
        self.ensure_one()
        if not self.budget or not costs:
            return len(costs)
        spent = self._get_spent().get(self.id, 0.0)
        fitting = 0
        for cost in costs:
            if spent + cost > self.budget + 1e-9:
                break
            spent += cost
            fitting += 1
        today = fields.Date.today()
        if fitting < len(costs):
            self.date_budget_stopped = today
            self._tell_budget(self.env._("The budget of the month is spent"), spent)
        elif spent >= self.budget * self.budget_warning / 100 and (
            not self.date_budget_warned
            or self.date_budget_warned < today.replace(day=1)
        ):
            self.date_budget_warned = today
            self._tell_budget(self.env._("The budget of the month runs out"), spent)
        return fitting

    def _tell_budget(self, summary, spent):
        """Tell the responsible."""
        self.ensure_one()
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=summary,
            note=self.env._(
                "%(spent)s of %(budget)s are spent.",
                spent=self.currency_id.format(spent),
                budget=self.currency_id.format(self.budget),
            ),
            user_id=(self.user_id or self.env.ref("base.user_admin")).id,
        )

    def _get_routes(self):
        spent = {gateway.id for gateway in self if gateway._is_spent()}
        return [
            replace(route, is_spent=True) if route.id in spent else route
            for route in super()._get_routes()
        ]
