from odoo import api, models
from odoo.tools import ormcache


class ResCompany(models.Model):
    """Company: its working calendar, kept in memory."""

    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if "resource_calendar_id" in vals:
            self.env.registry.clear_cache()
        return result

    @api.model
    @ormcache("company_id")
    def _get_working_calendar_id(self, company_id):
        """The working calendar of a company."""
        # sudo: working hours are no secret
        return self.sudo().browse(company_id).resource_calendar_id.id
