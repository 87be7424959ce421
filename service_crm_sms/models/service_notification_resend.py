from uuid import uuid4

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

    def _send_sms_again(self):
        """Send the same text again, because a person says so: of messages of which
        nobody knows whether they went out, or that failed.

        They get a new id: a gateway that knows the old one would send nothing.
        """
        # the queue is the system's; the caller has checked who asks
        queue = self.env["sms.sms"].sudo()
        again = self.filtered(
            lambda m: m.channel == "sms" and m.state in ("unknown", "failed")
        )
        queue.search([("uuid", "in", again.mapped("sms_uuid"))]).write(
            {"state": "canceled", "to_delete": True, "service_date_due": False}
        )
        trackers = self.env["sms.tracker"].sudo()  # of Odoo's notifications
        by_uuid = {
            tracker.sms_uuid: tracker
            for tracker in trackers.search(
                [("sms_uuid", "in", again.mapped("sms_uuid"))]
            )
        }
        for message in again:
            uuid = uuid4().hex
            if tracker := by_uuid.get(message.sms_uuid):
                tracker.sms_uuid = uuid
            message.write(
                {
                    "sms_uuid": uuid,
                    "attempts": message.attempts + 1,
                    "remote_id": False,
                    "gateway_id": False,
                }
            )
        again._update_state("queued")
        again.sudo()._create_sms()
        return again
