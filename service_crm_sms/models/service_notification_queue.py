import logging
from uuid import uuid4

from psycopg2 import errorcodes

from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools import email_normalize, html2plaintext, plaintext2html

from odoo.addons.service_crm.models.service_phase_audience import Recipient
from odoo.addons.service_crm.tools.batch import run_isolated

from ..tools.channels import choose_channels

_logger = logging.getLogger(__name__)


class ServiceNotification(models.Model):
    """Messages: from an entry to the queues of Odoo."""

    _inherit = "service.notification"

    @api.model
    def _notify(self, rule, rows):
        """Queue the messages of one rule for a batch of entries.

        One record, template or address that fails stops neither the step nor the
        other messages; it stays in the log with its error. Queries do not grow with
        the number of entries.

        :param rule: one ``service.notification.rule`` (sudo)
        :param rows: ``service.phase.log`` rows of one model (sudo)
        """

        def run(part):
            self._create_messages(rule, part)._queue()

        def on_error(row, error):
            if getattr(error, "pgcode", None) == errorcodes.UNIQUE_VIOLATION:
                return  # another transaction tells this person
            _logger.warning(
                "Message rule %s on %s %s: %s",
                rule.id,
                row.res_model,
                row.res_id,
                error,
            )
            self._keep_failed(rule, row, error)

        run_isolated(self.env, rows, run, on_error)

    @api.model
    def _keep_failed(self, rule, row, error):
        """Keep the messages of an entry that could not be written."""
        try:
            messages = self._create_messages(rule, row)
        except Exception as second:  # not even the addressees can be found
            _logger.warning("Message rule %s: %s", rule.id, second)
            return
        messages.filtered(lambda m: m.state == "queued").write(
            {
                "state": "failed",
                "reason": "template",
                "error": str(error.__cause__ or error)[-500:],
            }
        )

    # Whom to tell

    @api.model
    def _create_messages(self, rule, rows):
        """The messages of one rule for entries, without those that went out before.

        :return: new messages, queued or suppressed with the reason
        """
        # The system tells; whoever took the step need not see whom.
        records = rule._filter_records(rows._get_entered_records().sudo())
        by_id = {record.id: record for record in records}  # reads them all at once
        vals_list = []
        for row in rows.filtered(lambda row: row.res_id in by_id):
            record = by_id[row.res_id]
            recipients = record._get_service_recipients(rule.audience) or [
                Recipient(0, "", "", "", "")
            ]
            for recipient in recipients:
                vals_list += self._prepare_messages(rule, row, record, recipient)
        vals_list = self._filter_told(rule, records, vals_list)
        return self.sudo().create(vals_list)  # the log is the system's

    @api.model
    def _prepare_messages(self, rule, row, record, recipient):
        """Values of the messages to one recipient, one per channel."""
        addresses = {
            "mail": self._check_email(recipient.email),
            "sms": self._check_phone(record, recipient),
        }
        templates = [
            channel
            for channel, template in (
                ("mail", rule.mail_template_id),
                ("sms", rule.sms_template_id),
            )
            if template
        ]
        # sudo: the wish of the person who is told, whoever caused the message
        partner = self.env["res.partner"].sudo().browse(recipient.partner_id or [])
        channels = choose_channels(
            rule.channel,
            partner.service_message_channel,
            templates,
            [channel for channel, (_a, reason) in addresses.items() if not reason],
        )
        is_request = record._name == "crm.lead"
        nobody = not (partner or recipient.email or recipient.phone)
        return [
            {
                "rule_id": rule.id,
                "entry_id": row.id,
                "event": rule.event,
                "audience": rule.audience,
                "res_model": record._name,
                "res_id": record.id,
                "request_id": record.id if is_request else record.request_id.id,
                "work_order_id": False if is_request else record.id,
                "company_id": (record.company_id or row.company_id).id
                or self.env.company.id,
                "partner_id": partner.id,
                "recipient": partner.display_name or recipient.name,
                "recipient_key": str(
                    partner.id or recipient.email or recipient.phone or "-"
                ),
                "channel": channel,
                "purpose": rule.template_id.purpose,
                "address": addresses[channel][0],
                "lang": recipient.lang,
                "state": "suppressed" if addresses[channel][1] else "queued",
                "reason": "no_recipient" if nobody else addresses[channel][1],
            }
            for channel in (channels[:1] if nobody else channels)
        ]

    @api.model
    def _check_email(self, email):
        """``(address, reason why it cannot be used)``."""
        if not (email or "").strip():
            return "", "no_email"
        return (
            (email, False)
            if email_normalize(email, strict=False)
            else (
                email,
                "bad_email",
            )
        )

    @api.model
    def _check_phone(self, record, recipient):
        """``(number in E.164, reason why it cannot be used)``."""
        if not (recipient.phone or "").strip():
            return "", "no_phone"
        partner = record.env["res.partner"].browse(recipient.partner_id or [])
        country = partner.country_id or record.company_id.country_id
        number = record._phone_format(number=recipient.phone, country=country)
        return (number, False) if number else (recipient.phone, "bad_phone")

    @api.model
    def _filter_told(self, rule, records, vals_list):
        """Values without the messages that went out before, by one query."""
        if not vals_list:
            return vals_list
        domain = Domain("rule_id", "=", rule.id)
        domain &= Domain("res_model", "=", records._name)
        domain &= Domain("res_id", "in", records.ids)
        if rule.resend_on_reentry:
            domain &= Domain("entry_id", "in", [vals["entry_id"] for vals in vals_list])
        else:
            domain &= Domain("state", "!=", "suppressed") | Domain(
                "entry_id", "in", [vals["entry_id"] for vals in vals_list]
            )
        # sudo: the log is the system's
        told = {
            message._get_once_key(rule)
            for message in self.sudo().search_fetch(
                domain, ["res_id", "entry_id", "recipient_key", "channel"]
            )
        }
        result = []
        for vals in vals_list:
            key = (
                vals["entry_id"] if rule.resend_on_reentry else vals["res_id"],
                vals["recipient_key"],
                vals["channel"],
            )
            if key not in told:
                told.add(key)
                result.append(vals)
        return result

    def _get_once_key(self, rule):
        """What may be told once only: the entry, or the record whatever the entry."""
        return (
            self.entry_id.id if rule.resend_on_reentry else self.res_id,
            self.recipient_key,
            self.channel,
        )

    # Writing and queueing

    def _queue(self):
        """Write the texts and put them into the queues of Odoo, batch by batch."""
        messages = self.filtered(lambda message: message.state == "queued")
        for model, of_model in messages.grouped("res_model").items():
            # Texts are written by the system, from all that the document has.
            records = self.env[model].sudo().browse(of_model.mapped("res_id"))
            records._prepare_service_messages()
        for rule, of_rule in messages.grouped("rule_id").items():
            for channel, of_channel in of_rule.grouped("channel").items():
                for layer in of_channel._split_by_document():
                    getattr(layer, f"_queue_{channel}")(rule)

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

    def _queue_mail(self, rule):
        """Queue e-mails, one per document (of one model)."""
        recipients = {message.res_id: message._get_recipient() for message in self}
        mails = rule.mail_template_id._queue_service_mails(recipients)
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

    def _queue_sms(self, rule):
        """Queue short messages, one per document (of one model).

        Each is also a message of the document's chatter with Odoo's own notification
        and tracker: delivery reports find them by the uuid.
        """
        texts = self._render_sms(rule.template_id)
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

    def _render_sms(self, template):
        """``{message id: text}`` in each recipient's language."""
        texts = {}
        for lang, messages in self.grouped("lang").items():
            rendered = template._render_sms(messages.mapped("res_id"), lang)
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
