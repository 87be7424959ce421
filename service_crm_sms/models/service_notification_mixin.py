from odoo import fields, models


class ServiceNotificationMixin(models.AbstractModel):
    """What messages are about: how many were written, and the way to them."""

    _name = "service.notification.mixin"
    _description = "Messages about a record"

    # The field of a message that points to records of this model.
    _notification_field = None

    service_notification_count = fields.Integer(
        "Messages Sent",
        compute="_compute_service_notification_count",
        groups="service_crm.group_service_operator,service_crm.group_service_manager,"
        "service_crm.group_service_dispatcher",
    )

    def _compute_service_notification_count(self):
        name = self._notification_field
        counts = dict(
            self.env["service.notification"]._read_group(
                [(name, "in", self.ids)], [name], ["__count"]
            )
        )
        for record in self:
            record.service_notification_count = counts.get(record._origin, 0)

    def action_service_notifications(self):
        """Open the messages about this record."""
        self.ensure_one()
        self.env["service.notification"].check_access("read")
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm_sms.action_service_notification"
        )
        domain = [(self._notification_field, "=", self.id)]
        return {**action, "domain": domain, "context": {}}
