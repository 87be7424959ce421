from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceRequestChild(models.TransientModel):
    """What a subordinate request is about, and which team answers for it."""

    _name = "service.request.child"
    _description = "Make a subordinate request"

    parent_id = fields.Many2one("crm.lead", "Main Request", required=True)
    line_id = fields.Many2one(
        "service.request.line",
        "Service of This Request",
        domain="[('request_id', '=', parent_id)]",
        help="It moves to the subordinate request, unless the customer has an offer.",
    )
    product_id = fields.Many2one(
        "product.product",
        "Another Service",
        domain=[("service_category_id", "!=", False), ("sale_ok", "=", True)],
    )
    name = fields.Char(
        "Subject", compute="_compute_name", store=True, readonly=False, precompute=True
    )
    team_id = fields.Many2one(
        "crm.team",
        "Responsible Group",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        domain=[("is_service", "=", True)],
    )
    description = fields.Text(help="What is to be done, for the people of the group.")

    @api.depends("line_id", "product_id")
    def _compute_name(self):
        for wizard in self:
            wizard.name = (
                wizard.line_id._get_free_name()
                if wizard.line_id
                else wizard.product_id.name
            )

    @api.depends("line_id", "product_id", "parent_id")
    def _compute_team_id(self):
        """The team that does the service, else that of the main request."""
        for wizard in self:
            product = wizard.line_id.product_id or wizard.product_id
            wizard.team_id = (
                product.service_effective_team_id or wizard.parent_id.team_id
            )

    def action_make(self):
        """Make the request and open it."""
        self.ensure_one()
        parent = self.parent_id
        parent._check_may_make_child()
        if self.line_id and self.line_id.request_id != parent:
            raise UserError(
                self.env._("The service belongs to another request by now.")
            )
        if not self.name or not self.team_id:
            raise UserError(
                self.env._("Say what is to be done, and which group answers for it.")
            )
        child = parent._make_child(
            self.team_id, self.name, self.description, self.line_id
        )
        if self.product_id and not self.line_id:
            lines = self.env["service.request.line"]
            lines.with_context(service_team_chosen=True).create(
                {"request_id": child.id, "product_id": self.product_id.id}
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": child.id,
            "views": [(False, "form")],
        }
