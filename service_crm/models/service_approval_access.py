from odoo import api, fields, models
from odoo.fields import Domain


class ServiceApproval(models.Model):
    """Approval: which ones a user sees.

    The record rule asks here, so that it names no field of an addon that is not loaded
    while this one is upgraded.
    """

    _inherit = "service.approval"

    is_visible = fields.Boolean(
        compute="_compute_is_visible", search="_search_is_visible"
    )

    @api.depends_context("uid")
    def _compute_is_visible(self):
        # sudo: the record rule itself asks
        visible = self.sudo().filtered_domain(self._get_visible_domain())
        for approval in self:
            approval.is_visible = approval.sudo() in visible

    @api.model
    def _search_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_visible_domain()

    @api.model
    def _get_visible_domain(self):
        """Approvals that the user sees: operators, managers and dispatchers those of
        the main way. Extension point."""
        roles = ("operator", "manager", "dispatcher")
        return Domain.TRUE if self.env.user._has_service_role(*roles) else Domain.FALSE
