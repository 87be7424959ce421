from odoo import models
from odoo.tools import html2plaintext
from odoo.tools.mail import append_content_to_html


class MailMail(models.Model):
    """E-mails to customers say how to get no more of them (RFC 2369, RFC 8058)."""

    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Messages to customers say how to get no more of them."""
        emails = super()._prepare_outgoing_list(
            mail_server=mail_server, doc_to_followers=doc_to_followers
        )
        message = self._get_service_notifications()[:1]
        if message and message._is_to_customer():
            url = message._get_unsubscribe_url()
            footer = self.env["ir.qweb"]._render(
                "service_crm_sms.mail_unsubscribe",
                {"url": url, "message": message},
                lang=message.lang or self.env.lang,
            )
            for email in emails:
                email["headers"] = {
                    **email["headers"],
                    "List-Unsubscribe": f"<{url}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                }
                email["body"] = append_content_to_html(
                    email["body"], footer, plaintext=False
                )
                email["body_alternative"] = html2plaintext(email["body"])
        return emails
