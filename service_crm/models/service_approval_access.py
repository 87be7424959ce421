from odoo import api, fields, models
from odoo.fields import Domain


class ServiceApproval(models.Model):
    """Approval: which ones the roles of the service see.

    The record rule of the roles asks here, so that it names no field of an addon that
    may not be loaded.
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
        """Approvals that operators, managers and dispatchers see: those of the main
        way. Extension point."""
        return Domain.TRUE
