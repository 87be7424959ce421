from odoo import api, models
from odoo.tools import ormcache


class MailActivityType(models.Model):
    """Type of activities: whether it is a meeting, kept in memory."""

    _name = "mail.activity.type"
    _inherit = ["mail.activity.type", "bpm.kept.mixin"]

    def _is_meeting(self):
        """Whether activities of this type stand in the calendar."""
        return self._keep_category(self.id) == "meeting"

    @api.model
    @ormcache("type_id")
    def _keep_category(self, type_id):
        # sudo: who moves a run need not see the types
        return self.sudo().browse(type_id).category
