from odoo import api, models
from odoo.fields import Domain


class BpmInstance(models.Model):
    """Process run: its people see it."""

    _inherit = "bpm.instance"

    @api.model
    def _get_visible_domain(self):
        """Who may become responsible for a stage, deputies, and who is asked to
        approve, see the run too."""
        people = Domain("token_ids", "any", self.env["bpm.token"]._get_area_domain())
        people |= Domain("token_ids.approval_ids.user_id", "=", self.env.uid)
        return super()._get_visible_domain() | (
            Domain("is_restricted", "=", False) & people
        )
