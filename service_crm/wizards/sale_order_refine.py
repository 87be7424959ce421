from odoo import fields, models
from odoo.exceptions import UserError


class SaleOrderRefine(models.TransientModel):
    """Why an offer is not accepted as it is."""

    _name = "sale.order.refine"
    _description = "Refine an offer"

    order_ids = fields.Many2many("sale.order", string="Quotations", readonly=True)
    reason = fields.Char(required=True, help="What the customer wants otherwise.")

    def action_refine(self):
        """Take the offers back to a draft, with the reason on the old version."""
        self.ensure_one()
        self.order_ids._check_may_refine()
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Say what has to change: it is kept with the old version.")
            )
        self.order_ids._action_refine(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
