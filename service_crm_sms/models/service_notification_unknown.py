from odoo import models
from odoo.exceptions import UserError

from ..tools.gateways.base import DELIVERED, Report


class ServiceNotification(models.Model):
    """Messages lost between sending and storing: a person decides."""

    _inherit = "service.notification"

    def action_arrived(self):
        """Say of messages of which nothing is known that they arrived."""
        unknown = self._get_unknown()
        # sudo: gateways are the administrators'; who may decide was checked
        gateways = self.env["sms.gateway"].sudo()
        for gateway, messages in unknown.grouped("gateway_id").items():
            (gateway or gateways)._apply_reports(
                [
                    Report(id=message.sms_uuid, state=DELIVERED)
                    for message in messages
                    if message.sms_uuid
                ]
            )
        unknown.invalidate_recordset()
        unknown._update_state("delivered")
        return self._tell_decided(
            self.env._("%s marked as arrived.", len(unknown)), unknown
        )

    def action_send_again(self):
        """Send messages of which nothing is known once more."""
        unknown = self._get_unknown()
        unknown._update_state("failed", "interrupted")
        unknown._retry()
        queued = unknown.filtered(lambda message: message.state == "queued")
        return self._tell_decided(
            self.env._("%s in the queue again.", len(queued)), queued
        )

    def _get_unknown(self):
        """Those of the messages that wait for a person, locked (sudo)."""
        self.check_access("read")
        if not self._is_sender(self.env.user):
            raise UserError(
                self.env._("Only operators, managers and dispatchers send messages.")
            )
        # Whoever works on requests decides; the rows themselves are nobody's to write.
        locked = self.sudo().try_lock_for_update()
        return locked.filtered(lambda message: message.state == "unknown")

    def _tell_decided(self, text, decided):
        """What was done, in the corner of the screen, and the screen anew."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if decided else "warning",
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
