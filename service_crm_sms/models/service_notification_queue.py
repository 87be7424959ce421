from uuid import uuid4

from odoo import models
from odoo.fields import Command
from odoo.tools import html2plaintext, plaintext2html

from odoo.addons.service_crm.models.service_phase_audience import Recipient


class ServiceNotification(models.Model):
    """Messages: written, and put into the queues of Odoo."""

    _inherit = "service.notification"

    def _queue(self):
        """Write the texts and put them into the queues of Odoo, batch by batch."""
        messages = self.filtered(lambda message: message.state == "queued")
        for model, of_model in messages.grouped("res_model").items():
            # Texts are written by the system, from all that the document has.
            records = self.env[model].sudo().browse(of_model.mapped("res_id"))
            if hasattr(records, "_prepare_service_messages"):
                records._prepare_service_messages()
        for text, of_text in messages.grouped(lambda m: m._get_text()).items():
            for channel, of_channel in of_text.grouped("channel").items():
                for layer in of_channel._split_by_document():
                    getattr(layer, f"_queue_{channel}")(text)

    def _get_text(self):
        """The words of a message: those of its rule, or of its mailing."""
        self.ensure_one()
        return self.rule_id.template_id or self.mailing_id.template_id

    def _split_by_document(self):
        """Parts in which no document comes twice: a template is rendered once each."""
        parts = []
        for message in self:
            for part in parts:
                if message.res_id not in part:
                    part[message.res_id] = message.id
                    break
            else:
                parts.append({message.res_id: message.id})
        return [self.browse(part.values()) for part in parts]

    def _queue_mail(self, text):
        """Queue e-mails, one per document (of one model).

        :param text: ``service.message.template``
        """
        recipients = {message.res_id: message._get_recipient() for message in self}
        mails = text.mail_template_id._queue_service_mails(recipients)
        for message in self:
            mail = mails[message.res_id]
            message.write(
                {
                    "mail_mail_id": mail.id,
                    "mail_message_id": mail.mail_message_id.id,
                    "subject": mail.subject,
                    "text": html2plaintext(mail.body_html or ""),
                }
            )

    def _queue_sms(self, text):
        """Queue short messages, one per document (of one model).

        Each is also a message of the document's chatter with Odoo's own notification
        and tracker: delivery reports find them by the uuid.

        :param text: ``service.message.template``
        """
        texts = self._render_sms(text)
        chatter = self._create_chatter_messages(texts)
        sms_values, notification_values = [], []
        for message, posted in zip(self, chatter, strict=True):
            uuid = uuid4().hex
            message.write(
                {
                    "text": texts[message.id],
                    "sms_uuid": uuid,
                    "mail_message_id": posted.id,
                }
            )
            sms_values.append(
                {
                    "uuid": uuid,
                    "number": message.address,
                    "body": texts[message.id],
                    "partner_id": message.partner_id.id,
                    "mail_message_id": posted.id,
                }
            )
            notification_values.append(
                {
                    "author_id": posted.author_id.id,
                    "mail_message_id": posted.id,
                    "res_partner_id": message.partner_id.id,
                    "sms_number": message.address,
                    "notification_type": "sms",
                    "notification_status": "ready",
                    "is_read": True,
                    "sms_tracker_ids": [Command.create({"sms_uuid": uuid})],
                }
            )
        # The queues belong to the system.
        sms = self.env["sms.sms"].sudo().create(sms_values)
        for values, row in zip(notification_values, sms, strict=True):
            values["sms_id_int"] = row.id
        sms.env["mail.notification"].create(notification_values)

    def _render_sms(self, text):
        """``{message id: text}`` in each recipient's language."""
        texts = {}
        for lang, messages in self.grouped("lang").items():
            rendered = text._render_sms(messages.mapped("res_id"), lang)
            for message in messages:
                texts[message.id] = rendered[message.res_id]
        return texts

    def _create_chatter_messages(self, texts):
        """Messages in the documents' chatter, for the short messages of one model."""
        author = self.env["service.phase.mixin"]._get_service_author()
        records = self.env[self[0].res_model].sudo()  # the system writes
        reply_to = self.env["mail.thread"]._notify_get_reply_to(
            default=author.email_formatted
        )[False]
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        return records._message_create(
            [
                {
                    "author_id": author.id,
                    "email_from": author.email_formatted,
                    "body": plaintext2html(texts[message.id]),
                    "is_internal": True,
                    "message_type": "sms",
                    "model": message.res_model,
                    "partner_ids": message.partner_id.ids,
                    "record_alias_domain_id": message.company_id.alias_domain_id.id,
                    "record_company_id": message.company_id.id,
                    "reply_to": reply_to,
                    "res_id": message.res_id,
                    "subtype_id": note,
                }
                for message in self
            ]
        )

    def _get_recipient(self):
        """The recipient as the templates take it."""
        self.ensure_one()
        return Recipient(
            self.partner_id.id or 0,
            self.recipient or "",
            self.address or "",
            self.address or "",
            self.lang or "",
        )
