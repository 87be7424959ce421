from odoo import models
from odoo.fields import Command
from odoo.tools import email_normalize

from ..tools.invitation import write_invitation


class ServiceNotification(models.Model):
    """Messages: the visit as an entry for the calendar."""

    _inherit = "service.notification"

    def _queue_mail(self, text):
        result = super()._queue_mail(text)
        invited = self.filtered(
            lambda message: (
                message.rule_id.with_invitation and message.work_order_id.date_start
            )
        )
        if invited:
            invited._attach_invitations()
        return result

    def _attach_invitations(self):
        """Attach the appointment of each message to its mail."""
        # Files of mails in the queue are the system's.
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .create([message._prepare_invitation_values() for message in self])
        )
        # One query for all the links.
        links = [
            (message.mail_message_id.sudo(), [Command.link(attachment.id)])
            for message, attachment in zip(self, attachments, strict=True)
        ]
        self.env["mail.message"]._fields["attachment_ids"].write_batch(links)

    def _prepare_invitation_values(self):
        """Values of the file with the appointment. Extension point."""
        self.ensure_one()
        order = self.work_order_id.with_context(lang=self.lang or None)
        company = order.company_id or self.env.company
        text = write_invitation(
            f"service-work-order-{order.id}@{order._get_invitation_host()}",
            order.date_start,
            order.date_start + order._get_duration(),
            order._get_invitation_title(),
            place=order._get_site_text(),
            note=order.instruction or "",
            url=order._get_work_order_url(),
            organizer=email_normalize(company.email or "") or "",
            attendee=email_normalize(self.address or "", strict=False) or "",
            cancelled=order.state == "cancelled",
        )
        return {
            "name": "visit.ics",
            "raw": text.encode(),
            "mimetype": "text/calendar",
            "res_model": "mail.message",
            "res_id": self.mail_message_id.id,
        }
