from odoo import api, fields, models


class ServiceWorkOrder(models.Model):
    _name = "service.work.order"
    _inherit = ["service.work.order", "service.notification.mixin"]

    _notification_field = "work_order_id"

    service_notification_ids = fields.One2many(
        "service.notification",
        "work_order_id",
        "Messages to People",
        readonly=True,
        groups="service_crm.group_service_operator,service_crm.group_service_manager,"
        "service_crm.group_service_dispatcher",
    )

    @api.model
    def _get_service_entry_fields(self):
        """A new time is logged, so that it can be told."""
        return (*super()._get_service_entry_fields(), "date_start")

    def _get_service_entry_records(self, field_name):
        """Times of drafts are told to nobody."""
        records = super()._get_service_entry_records(field_name)
        if field_name == "date_start":
            # Planning is nobody's business until somebody was told about the visit.
            return records.filtered(lambda order: order.state != "draft")
        return records
