from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.defaults import without_defaults


class ServiceContractUse(models.Model):
    """What was used of a contract: by a work order, or typed."""

    _name = "service.contract.use"
    _inherit = "service.company.mixin"
    _description = "Consumption of a contract"
    _check_company_auto = True
    _order = "date desc, id desc"
    _rec_name = "name"

    contract_id = fields.Many2one(
        "service.contract", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, index=True, precompute=True
    )
    line_id = fields.Many2one(
        "service.contract.line",
        "Service",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('contract_id', '=', contract_id)]",
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    name = fields.Char("What", compute="_compute_name", store=True, readonly=False)
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    uom_id = fields.Many2one(related="line_id.uom_id")
    work_order_line_id = fields.Many2one(
        "service.work.order.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    work_order_id = fields.Many2one(
        related="work_order_line_id.work_order_id", string="Work Order"
    )
    period_id = fields.Many2one(
        "service.contract.period",
        "Invoiced in",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _work_order_line_uniq = models.UniqueIndex(
        "(work_order_line_id) WHERE work_order_line_id IS NOT NULL",
        "This line of the work order is counted already.",
    )
    _open_idx = models.Index("(contract_id, date) WHERE period_id IS NULL")
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "What was used is more than nothing."
    )

    @api.depends("line_id")
    def _compute_name(self):
        for use in self:
            use.name = use.name or use.line_id.product_id.display_name

    @api.constrains("contract_id", "line_id")
    def _check_line(self):
        """What was used is a service of the same contract."""
        for use in self:
            if use.line_id.contract_id != use.contract_id:
                raise UserError(
                    self.env._(
                        "%(service)s is no service of %(contract)s.",
                        service=use.line_id.display_name,
                        contract=use.contract_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get("work_order_line_id") or vals.get("period_id")
            for vals in vals_list
        ):
            raise UserError(
                self.env._("What work orders report is counted by the program.")
            )
        self = without_defaults(self, ("work_order_line_id", "period_id"))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_by_hand()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_open_only(self):
        if not self.env.su:
            self._check_by_hand()

    def _check_by_hand(self):
        """Only what was typed and is in no invoice may be changed."""
        for use in self:
            if use.period_id or use.work_order_line_id:
                raise UserError(
                    self.env._(
                        "%(use)s of %(date)s is invoiced or comes from a work order, "
                        "and stays as it is.",
                        use=use.name,
                        date=use.contract_id._format_day(use.date),
                    )
                )
