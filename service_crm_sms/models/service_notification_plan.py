import logging

from psycopg2 import errorcodes

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.service_crm.models.service_phase_audience import Recipient
from odoo.addons.service_crm.tools.batch import run_isolated

from ..tools.channels import ESCALATIONS, choose_channels
from ..tools.occasion import Occasion

_logger = logging.getLogger(__name__)
NOBODY = Recipient(0, "", "", "", "")


class ServiceNotification(models.Model):
    """Messages: from what happened to who is told, how and when."""

    _inherit = "service.notification"

    @api.model
    def _notify(self, rule, rows):
        """Make the messages of one rule for a batch of entries.

        :param rule: one ``service.notification.rule`` (sudo)
        :param rows: ``service.phase.log`` rows of one model (sudo)
        """
        self._notify_occasions(
            rule, [Occasion(row.res_id, row.id, "", row.date) for row in rows]
        )

    @api.model
    def _notify_occasions(self, rule, occasions):
        """Make the messages of one rule; those that are due go into the queues.

        One record, template or address that fails stops neither the step nor the
        other messages; it stays in the log with its error. Queries do not grow with
        the number of occasions.

        :param rule: one ``service.notification.rule`` (sudo)
        :param occasions: list of ``Occasion`` of the rule's model
        """

        def run(part):
            self._create_messages(rule, part)._queue()

        def on_error(part, error):
            if getattr(error, "pgcode", None) == errorcodes.UNIQUE_VIOLATION:
                return  # another transaction tells this person
            occasion = part[0]
            _logger.warning(
                "Message rule %s on %s %s: %s",
                rule.id,
                rule.model,
                occasion.res_id,
                error,
            )
            self._keep_failed(rule, occasion, error)

        run_isolated(self.env, occasions, run, on_error)

    @api.model
    def _keep_failed(self, rule, occasion, error):
        """Keep the messages of an occasion that could not be written."""
        try:
            messages = self._create_messages(rule, [occasion])
        except Exception as second:  # not even the addressees can be found
            _logger.warning("Message rule %s: %s", rule.id, second)
            return
        messages.filtered(lambda m: m.state == "queued")._fail(error)

    def _fail(self, error):
        """The texts could not be written: the error stays where people see it."""
        self.write(
            {
                "state": "failed",
                "reason": "template",
                "error": str(error.__cause__ or error)[-500:],
            }
        )

    # Whom to tell

    @api.model
    def _create_messages(self, rule, occasions):
        """The messages of one rule, without those that went out before.

        :return: new messages: queued, waiting, or suppressed with the reason
        """
        # The system tells; whoever took the step need not see whom.
        records = self.env[rule.model].sudo().browse(o.res_id for o in occasions)
        records = rule._filter_records(records.exists())
        by_id = {record.id: record for record in records}  # reads them all at once
        vals_list = []
        for occasion in occasions:
            record = by_id.get(occasion.res_id)
            if record is None:
                continue
            for recipient in rule._get_rule_recipients(record) or [NOBODY]:
                vals_list += self._prepare_messages(rule, occasion, record, recipient)
        vals_list = self._filter_told(rule, records, vals_list)
        self._merge_waiting(rule, vals_list)
        self._apply_limits(vals_list)
        messages = self.sudo().create(vals_list)  # the log is the system's
        messages._wake_job()
        return messages

    @api.model
    def _prepare_messages(self, rule, occasion, record, recipient):
        """Values of the messages to one recipient, one per channel. Extension point.

        :param occasion: what happened, or the day that comes
        """
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
        nobody = not (partner or recipient.email or recipient.phone)
        company = record._fields.get("company_id") and record.company_id
        base = {
            "rule_id": rule.id,
            "entry_id": occasion.entry_id or False,
            "occasion": occasion.key or False,
            "event": rule.event,
            "audience": rule.audience,
            "res_model": record._name,
            "res_id": record.id,
            **self._prepare_document_links(record),
            "company_id": (company or self.env.company).id,
            "partner_id": partner.id,
            "recipient": partner.display_name or recipient.name,
            "recipient_key": self._get_recipient_key(recipient),
            "purpose": rule.template_id.purpose,
            "lang": recipient.lang,
            "tz": self._get_recipient_tz(rule, record, partner),
        }
        due, now = rule._get_due(occasion), fields.Datetime.now()
        if due and due <= now:
            due = None
        result = []
        for number, channel in enumerate(channels[:1] if nobody else channels):
            address, reason = addresses[channel]
            if number and rule.channel in ESCALATIONS:
                due = (due or now) + rule._get_escalation()
            vals = {**base, "channel": channel, "address": address, "date_due": due}
            if reason:
                vals.update(
                    state="suppressed", reason="no_recipient" if nobody else reason
                )
            else:
                vals.update(state="waiting" if due else "queued")
            result.append(vals)
        return result

    @api.model
    def _prepare_document_links(self, record):
        """Links to the request and the visit a record is about."""
        request = order = self.env["crm.lead"]
        if record._name == "crm.lead":
            request = record
        elif record._name == "service.work.order":
            order = record
        elif "work_order_id" in record._fields:
            order = record.work_order_id
        if not request and "request_id" in record._fields:
            request = record.request_id
        return {"request_id": request.id, "work_order_id": order.id}

    @api.model
    def _get_recipient_key(self, recipient):
        """What a recipient is known by in the log."""
        return str(recipient.partner_id or recipient.email or recipient.phone or "-")

    @api.model
    def _get_recipient_tz(self, rule, record, partner):
        """By whose clock the recipient lives: customers where the work is done."""
        if partner.tz and not partner.partner_share:
            return partner.tz
        return rule._get_record_tz(record)

    @api.model
    def _check_email(self, email):
        """``(address, reason why it cannot be used)``."""
        if not (email or "").strip():
            return "", "no_email"
        good = email_normalize(email, strict=False)
        return (email, False if good else "bad_email")

    @api.model
    def _check_phone(self, record, recipient):
        """``(number in E.164, reason why it cannot be used)``."""
        if not (recipient.phone or "").strip():
            return "", "no_phone"
        partner = record.env["res.partner"].browse(recipient.partner_id or [])
        company = record._fields.get("company_id") and record.company_id
        country = partner.country_id or (company or self.env.company).country_id
        number = record._phone_format(number=recipient.phone, country=country)
        return (number, False) if number else (recipient.phone, "bad_phone")

    # Once

    @api.model
    def _filter_told(self, rule, records, vals_list):
        """Values without the messages that went out before, by one query."""
        if not vals_list:
            return vals_list
        again = rule._tells_each_time()
        same = Domain("entry_id", "in", [v["entry_id"] for v in vals_list]) & Domain(
            "entry_id", "!=", False
        )
        same |= Domain("occasion", "in", [v["occasion"] for v in vals_list]) & Domain(
            "occasion", "!=", False
        )
        domain = Domain("rule_id", "=", rule.id)
        domain &= Domain("res_model", "=", records._name)
        domain &= Domain("res_id", "in", records.ids)
        domain &= same if again else Domain("state", "!=", "suppressed") | same
        # sudo: the log is the system's
        told = {
            self._get_once_key(message, again)
            for message in self.sudo().search_fetch(
                domain, ["res_id", "entry_id", "occasion", "recipient_key", "channel"]
            )
        }
        result = []
        for vals in vals_list:
            key = self._get_once_key(vals, again)
            if key not in told:
                told.add(key)
                result.append(vals)
        return result

    @api.model
    def _get_once_key(self, message, again):
        """What may be told once only: the occasion, or the record whatever the
        occasion.

        :param message: a message, or its values
        """
        entry = message["entry_id"]
        return (
            message["res_id"],
            again and (getattr(entry, "id", entry) or message["occasion"]),
            message["recipient_key"],
            message["channel"],
        )

    # Later

    @api.model
    def _merge_waiting(self, rule, vals_list):
        """What is told anew takes the place of what still waits to be told."""
        newest = {}
        for vals in vals_list:
            key = self._get_merge_key(vals)
            if vals["state"] == "waiting" and key in newest:
                newest[key].update(state="suppressed", reason="merged")
            if vals["state"] in ("waiting", "queued"):
                newest[key] = vals
        if not (newest and rule._tells_each_time()):
            return
        # sudo: the log is the system's
        waiting = self.sudo().search(
            Domain("rule_id", "=", rule.id)
            & Domain("state", "=", "waiting")
            & Domain("res_id", "in", [vals["res_id"] for vals in newest.values()])
        )
        waiting.filtered(lambda m: self._get_merge_key(m) in newest)._update_state(
            "suppressed", "merged"
        )

    @api.model
    def _get_merge_key(self, message):
        """Of messages with the same key the newest one is enough.

        :param message: a message, or its values
        """
        return message["res_id"], message["recipient_key"], message["channel"]

    def _wake_job(self):
        """Have the job run when the first of the waiting messages is due."""
        due = [m.date_due for m in self if m.state == "waiting" and m.date_due]
        if due:
            job = self.env.ref("service_crm_sms.ir_cron_due_messages")
            # The job is the system's; everybody's steps wake it.
            job.sudo()._trigger(at=min(due))
