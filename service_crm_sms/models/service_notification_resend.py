from odoo import models

from ..tools import routing


class ServiceNotification(models.Model):
    """Short messages: the same text once more."""

    _inherit = "service.notification"

    def _pass_on(self):
        """Queue again for other gateways, those for which there is one."""
        gateways = self.env["sms.gateway"].search([("active", "=", True)])
        routes = gateways._get_routes()
        waiting = self.env["sms.sms"].search([("uuid", "in", self.mapped("sms_uuid"))])
        by_uuid = {sms.uuid: sms for sms in waiting}
        for message in self:
            sms = by_uuid.get(message.sms_uuid)
            passed = routing.add_passed(
                sms.service_passed if sms else "", message.gateway_id.id, True
            )
            serving = gateways._get_serving(
                routes, message.address or "", message.company_id.id, message.purpose
            )
            if not routing.choose(serving, passed):
                continue
            if not sms:
                sms = message._create_sms()
            sms.write(
                {
                    "state": "outgoing",
                    "to_delete": False,
                    "failure_type": False,
                    "service_gateway_id": False,
                    "service_date_due": False,
                    "service_passed": passed,
                }
            )
            message._update_state("queued", message.reason, message.error)
        gateways._trigger_queue()

    def _create_sms(self):
        """The rows of Odoo's queue for messages whose row was forgotten."""
        return self.env["sms.sms"].create(
            [
                {
                    "uuid": message.sms_uuid,
                    "number": message.address,
                    "body": message.text,
                    "partner_id": message.partner_id.id,
                    "mail_message_id": message.mail_message_id.id,
                }
                for message in self
            ]
        )
