from odoo import api, models
from odoo.tools import ormcache


class MailActivityType(models.Model):
    """Type of activities: whether it is a meeting, kept in memory."""

    _name = "mail.activity.type"
    _inherit = ["mail.activity.type", "bpm.kept.mixin"]

    @api.model
    @ormcache("type_id")
    def _is_meeting(self, type_id):
        # sudo: who moves a run need not see the types
        return self.sudo().browse(type_id).category == "meeting"
