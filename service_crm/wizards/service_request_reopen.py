from odoo import fields, models


class ServiceRequestReopen(models.TransientModel):
    """Why a closed request is opened again."""

    _name = "service.request.reopen"
    _description = "Open a closed request again"

    request_ids = fields.Many2many("crm.lead", string="Requests", readonly=True)
    reason = fields.Char(required=True, help="What the customer complains about.")

    def action_reopen(self):
        """Open the requests again with the reason on them."""
        self.ensure_one()
        self.request_ids._check_may_close()
        self.request_ids._action_reopen(self.reason)
        return {"type": "ir.actions.act_window_close"}
