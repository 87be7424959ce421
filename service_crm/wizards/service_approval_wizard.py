from odoo import api, fields, models

from ..models.service_approval import METHODS


class ServiceApprovalWizard(models.TransientModel):
    """Notes a decision that needs words: a customer's yes, anybody's no."""

    _name = "service.approval.wizard"
    _description = "Decision on an approval"

    approval_id = fields.Many2one("service.approval", required=True, readonly=True)
    decision = fields.Selection(
        [("approved", "Agrees"), ("rejected", "Rejects")], required=True
    )
    role = fields.Selection(related="approval_id.role")
    spoken_with = fields.Char(
        compute="_compute_spoken_with",
        store=True,
        readonly=False,
        help="Who said it, on the customer's side.",
    )
    method = fields.Selection(
        [method for method in METHODS if method[0] != "portal"],
        "How",
        default="phone",
    )
    comment = fields.Text()

    @api.depends("approval_id")
    def _compute_spoken_with(self):
        for wizard in self:
            partner = wizard.approval_id.partner_id
            wizard.spoken_with = not partner.is_company and partner.name

    def action_decide(self):
        """Hand the decision to the approval, which checks rights and words."""
        self.ensure_one()
        customer = self.role == "customer"
        words = {
            "spoken_with": customer and self.spoken_with,
            "method": customer and self.method,
            "comment": self.comment,
        }
        if self.decision == "approved":
            self.approval_id.action_approve(**words)
        else:
            self.approval_id.action_reject(**words)
        return {"type": "ir.actions.act_window_close"}
