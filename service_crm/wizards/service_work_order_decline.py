from odoo import fields, models


class ServiceWorkOrderDecline(models.TransientModel):
    """Why somebody does not take a job that was offered."""

    _name = "service.work.order.decline"
    _description = "Decline an offer"

    offer_ids = fields.Many2many("service.work.order.offer", required=True)
    reason = fields.Char(required=True)

    def action_decline(self):
        """Decline with the reason given."""
        self.offer_ids.action_decline(self.reason)
        return {"type": "ir.actions.act_window_close"}
