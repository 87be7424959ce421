from odoo import models
from odoo.tools import html2plaintext


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _routing_handle_bounce(self, email_message, message_dict):
        result = super()._routing_handle_bounce(email_message, message_dict)
        bounced = message_dict["bounced_message"]
        if bounced:
            # The log is the system's; the gateway needs no right on it.
            messages = self.env["service.notification"].sudo()
            messages.search(
                [("mail_message_id", "in", bounced.ids), ("channel", "=", "mail")]
            )._update_state(
                "failed",
                "undelivered",
                html2plaintext(message_dict.get("body") or "")[:500],
            )
        return result
