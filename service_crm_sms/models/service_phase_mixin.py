from odoo import fields, models


class ServicePhaseMixin(models.AbstractModel):
    _inherit = "service.phase.mixin"

    service_notification_count = fields.Integer(
        "Messages Sent",
        compute="_compute_service_notification_count",
        groups="service_crm.group_service_operator,service_crm.group_service_manager,"
        "service_crm.group_service_dispatcher",
    )

    def _get_notification_field(self):
        """The field of a message that points to records of this model."""
        return "request_id" if self._name == "crm.lead" else "work_order_id"

    def _compute_service_notification_count(self):
        name = self._get_notification_field()
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
        domain = [(self._get_notification_field(), "=", self.id)]
        return {**action, "domain": domain, "context": {}}
