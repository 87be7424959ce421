from odoo import api, models
from odoo.fields import Domain


class BpmInstance(models.Model):
    """Process run: its people see it."""

    _inherit = "bpm.instance"

    @api.model
    def _get_visible_domain(self):
        """Who may become responsible for a stage, and deputies, see the run too."""
        area = self.env["bpm.token"]._get_area_domain()
        return super()._get_visible_domain() | (
            Domain("is_restricted", "=", False) & Domain("token_ids", "any", area)
        )
