from odoo import fields, models


class CrmLead(models.Model):
    """Service request: the messages about it."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "service.notification.mixin"]

    _notification_field = "request_id"

    service_notification_ids = fields.One2many(
        "service.notification",
        "request_id",
        "Messages to People",
        readonly=True,
        groups="service_crm.group_service_operator,service_crm.group_service_manager,"
        "service_crm.group_service_dispatcher",
    )
