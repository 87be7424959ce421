from odoo import models


class CrmLead(models.Model):
    """Service request: the messages about it."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "service.notification.mixin"]

    _notification_field = "request_id"
