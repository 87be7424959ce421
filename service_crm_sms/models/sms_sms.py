from odoo import api, models


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Send by the gateway of each message's own company.

        Odoo's queue takes the gateway of one company for the whole batch and stops
        with an error when messages of two companies meet in it.
        """
        if self.env.context.get("sms_api"):
            return super()._send(unlink_failed, unlink_sent, raise_exception)
        for part in self._split_by_company():
            super(SmsSms, part)._send(unlink_failed, unlink_sent, raise_exception)
        return None

    def _split_by_company(self):
        """The messages by company, each part in the environment of that company."""
        default = self.env.company
        return [
            messages.with_company(company)
            for company, messages in self.grouped(
                lambda sms: sms.mail_message_id.record_company_id or default
            ).items()
        ]

    @api.ondelete(at_uninstall=False)
    def _note_removed_from_queue(self):
        """A message deleted before it was sent is not lost without a trace."""
        waiting = self.filtered(lambda sms: sms.state == "outgoing" and sms.uuid)
        if waiting:
            # The log is the system's, the queue the administrator's.
            self.env["service.notification"].sudo().search(
                [("sms_uuid", "in", waiting.mapped("uuid"))]
            )._update_state("suppressed", "cancelled")
