from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceInboundDecision(models.TransientModel):
    """An operator says whose message it is, or to which request it belongs."""

    _name = "service.inbound.decision"
    _description = "Decision on an Inbound Message"

    inbound_ids = fields.Many2many("service.inbound", string="Messages", required=True)
    mode = fields.Selection(
        [("attach", "Attach to a request"), ("choose", "Choose the customer")],
        required=True,
        readonly=True,
    )
    candidate_ids = fields.Many2many(
        "res.partner", compute="_compute_candidate_ids", string="Possible Customers"
    )
    partner_id = fields.Many2one("res.partner", "Customer")
    request_id = fields.Many2one("crm.lead", domain="[('is_service', '=', True)]")

    @api.depends("inbound_ids")
    def _compute_candidate_ids(self):
        for decision in self:
            decision.candidate_ids = decision.inbound_ids.candidate_ids

    def action_attach(self):
        """The messages become part of the chosen request."""
        self.ensure_one()
        if not self.request_id:
            raise UserError(self.env._("Choose the request first."))
        return self.inbound_ids.action_attach(self.request_id.id)

    def action_make_request(self):
        """A request of the chosen customer, or of nobody known."""
        self.ensure_one()
        inbounds = self.inbound_ids._for_decision()
        inbounds._check_undecided()
        inbounds.partner_id = self.partner_id
        return self.inbound_ids.action_make_request()
