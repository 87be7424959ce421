from odoo import api, models

from odoo.addons.service_crm.tools.mail_text import strip_quoted

from ..tools.replies import cut_signature


class ServiceInbound(models.Model):
    """Mail that answers a message: it does what the same words do by SMS."""

    _inherit = "service.inbound"

    def _deliver(self, delivery):
        result = super()._deliver(delivery)
        sent = self._find_answered_mail(delivery.mail)
        if sent:
            self.answered_id = sent
            self._answer_by_mail(sent, cut_signature(strip_quoted(delivery.mail.plain)))
        return result

    def _answer_by_mail(self, sent, text):
        """Do what the mail says, when it says nothing else; people read the rest."""
        reply = self._read_reply(text)
        request = self.request_id
        if reply.kind in ("stop", "start"):
            state = "refused" if reply.kind == "stop" else "given"
            sent._say(state, [sent.purpose or "service"], source="mail")
        elif reply.kind and self.state == "done" and request.active:
            request._answer_customer(reply, sent, text, sent.partner_id, ask=False)

    @api.model
    def _find_answered_mail(self, mail):
        """The message of ours a mail answers, by what mail programs write."""
        references = [r for r in (*mail.references, mail.in_reply_to) if r]
        if not references:
            return self.env["service.notification"]
        # The log is the system's; mail comes in for nobody in particular.
        messages = self.env["service.notification"].sudo()
        return messages.search(
            [
                ("channel", "=", "mail"),
                ("mail_message_id.message_id", "in", references),
            ],
            order="id desc",
            limit=1,
        )

    @api.model
    def _find_replied_team(self, mail):
        """An answer to a mailing is for the operators, too."""
        team = super()._find_replied_team(mail)
        sent = not team and self._find_answered_mail(mail)
        if sent:
            company = sent.company_id or self.env.company
            # the gateway finds teams for whoever wrote
            team = self.sudo().with_company(company)._get_default_team()
        return team
