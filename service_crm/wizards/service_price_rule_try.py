from odoo import api, fields, models


class ServicePriceRuleTry(models.TransientModel):
    """What the price rules make of a request, and why: nothing is written."""

    _name = "service.price.rule.try"
    _description = "Try price rules on a request"

    request_id = fields.Many2one(
        "crm.lead",
        domain="[('is_service', '=', True), ('request_line_ids', '!=', False)]",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_result", store=True)
    amount_before = fields.Monetary(
        "Before Rules",
        compute="_compute_result",
        store=True,
        help="Sum of the services before price rules, as the price list counts taxes.",
    )
    amount_after = fields.Monetary("After Rules", compute="_compute_result", store=True)
    line_ids = fields.One2many(
        "service.price.rule.try.line",
        "try_id",
        "Rules",
        compute="_compute_result",
        store=True,
    )

    @api.depends("request_id")
    def _compute_result(self):
        for trial in self:
            request = trial.request_id
            trial.currency_id = request._get_service_currency() if request else False
            trial.line_ids = [fields.Command.clear()]
            trial.amount_before = trial.amount_after = 0.0
            if not request:
                continue
            plan = request._prepare_price_plan()
            result = request._apply_price_rules(plan)[request]
            trial.amount_before = trial._get_sum(plan[request])
            trial.amount_after = trial._get_sum(result.lines)
            trial.line_ids = [
                fields.Command.create(trial._prepare_line_values(outcome))
                for outcome in result.outcomes
            ]

    @api.model_create_multi
    def create(self, vals_list):
        trials = super().create(vals_list)
        trials._check_request()
        return trials

    def write(self, vals):
        result = super().write(vals)
        self._check_request()
        return result

    def _check_request(self):
        """The result is computed as superuser, for those who may see the request."""
        self.request_id.check_access("read")

    @api.model
    def _open(self, request=None):
        """Open the trial, of a request when there is one."""
        trial = self.create({"request_id": request.id if request else False})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why This Price"),
            "res_model": self._name,
            "res_id": trial.id,
            "view_mode": "form",
            "target": "new",
        }

    def _get_sum(self, lines):
        """Sum of the lines that count, each as it is printed."""
        currency = self.currency_id
        return currency.round(
            sum(currency.round(line.amount) for line in lines if line.counts)
        )

    def _prepare_line_values(self, outcome):
        """Values of the row of one rule."""
        rule = self.env["service.price.rule"]
        return {
            "rule_id": outcome.rule.id,
            "is_applied": outcome.is_applied,
            "amount": float(outcome.amount) if outcome.is_applied else 0.0,
            "reason": rule._get_outcome_text(outcome),
        }
