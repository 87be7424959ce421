from odoo import models


class MailMail(models.Model):
    """E-mails tell the message log what became of them."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # Before super(): it may delete the mails.
        messages = self._get_service_notifications()
        for message in messages:
            if failure_type or message.mail_mail_id.state == "exception":
                kind = failure_type or message.mail_mail_id.failure_type or "unknown"
                message._update_state(
                    "failed",
                    self._get_service_failures().get(kind, "unknown"),
                    failure_reason or message.mail_mail_id.failure_reason,
                )
            else:
                message._update_state("sent")
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    def cancel(self):
        result = super().cancel()
        self._get_service_notifications()._update_state("suppressed", "cancelled")
        return result

    def mark_outgoing(self):
        result = super().mark_outgoing()
        self._get_service_notifications()._update_state("queued")
        return result

    def _get_service_failures(self):
        """Reasons in the message log by Odoo's types of failure. Extension point."""
        return {
            "mail_email_invalid": "bad_email",
            "mail_email_missing": "no_email",
            "mail_from_invalid": "account",
            "mail_from_missing": "account",
            "mail_smtp": "server",
            "mail_spam": "refused",
        }

    def _get_service_notifications(self):
        """The rows of the message log behind these mails."""
        # The log is the system's; whoever sends mails needs no right on it.
        return (
            self.env["service.notification"]
            .sudo()
            .search([("mail_mail_id", "in", self.ids)])
        )
