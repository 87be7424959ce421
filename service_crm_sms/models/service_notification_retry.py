from uuid import uuid4

from odoo import models

from odoo.addons.service_crm.tools.batch import run_isolated


class ServiceNotification(models.Model):
    """Messages: once more, to the address as it is now."""

    _inherit = "service.notification"

    def _retry(self):
        """Write failed and suppressed messages anew, to the present addresses.

        :return: the messages that were tried
        """
        stuck = self.try_lock_for_update().filtered(
            lambda m: (
                m.state in ("failed", "suppressed")
                and (m._get_text() or m._is_as_written())
            )
        )
        stuck._drop_carriers()
        for message in stuck:
            message.write({"attempts": message.attempts + 1, "error": False})
        stuck.filtered(lambda m: not m.rule_id and m.address).write(
            {"state": "queued", "reason": False}
        )
        stuck._refresh_addresses()
        # Who sends once more need not wait for the morning; the wish of the person
        # counts even so.
        stuck._recheck_limits(["switch", "consent"])
        run_isolated(
            self.env,
            stuck,
            lambda part: part._queue_again(),
            lambda message, error: message._fail(error),
        )
        return stuck

    def _is_as_written(self):
        """Whether somebody wrote the words by hand: they are sent as they are."""
        self.ensure_one()
        return self.channel == "sms" and bool(self.text) and not self._get_text()

    def _queue_again(self):
        """Queue messages that wait to be sent once more."""
        as_written = self.filtered(lambda message: message._is_as_written())
        (self - as_written)._queue()
        as_written.filtered(lambda message: message.state == "queued")._queue_written()

    def _queue_written(self):
        """Queue short messages with the words they were written in."""
        values = []
        for message in self:
            message.sms_uuid = uuid4().hex
            values.append(
                {
                    "uuid": message.sms_uuid,
                    "number": message.address,
                    "body": message.text,
                    "partner_id": message.partner_id.id,
                    "mail_message_id": message.mail_message_id.id,
                }
            )
        # The queue belongs to the system.
        self.env["sms.sms"].sudo().create(values)

    def _drop_carriers(self):
        """Take the old mails and short messages out of Odoo's queues for good."""
        mails = self.mail_mail_id.filtered(lambda mail: mail.state != "sent")
        mails.write({"state": "cancel"})
        uuids = [uuid for uuid in self.mapped("sms_uuid") if uuid]
        # The queue belongs to the system; the messages were checked by the caller.
        self.env["sms.sms"].sudo().search(
            [("uuid", "in", uuids), ("to_delete", "=", False)]
        ).write({"state": "canceled", "to_delete": True})

    def _refresh_addresses(self):
        """Take the present address of each recipient, as when it was sent first."""
        for rule, messages in self.grouped("rule_id").items():
            if not rule:
                continue  # whoever made them knows the address
            records = self.env[rule.model].sudo().browse(messages.mapped("res_id"))
            by_id = {record.id: record for record in records.exists()}
            for message in messages:
                record = by_id.get(message.res_id)
                if record is not None and message.res_model == rule.model:
                    message._refresh_address(record)

    def _refresh_address(self, record):
        """Take the present address of one recipient."""
        recipient = next(
            (
                found
                for found in self.rule_id._get_rule_recipients(record)
                if self._get_recipient_key(found) == self.recipient_key
                or self.reason == "no_recipient"
            ),
            None,
        )
        if not recipient:
            return
        address, reason = (
            self._check_email(recipient.email)
            if self.channel == "mail"
            else self._check_phone(record, recipient)
        )
        state = "waiting" if self.state == "waiting" else "queued"
        self.write(
            {
                "partner_id": recipient.partner_id,
                "recipient": recipient.name,
                "address": address,
                "lang": recipient.lang,
                "state": "suppressed" if reason else state,
                "reason": reason,
            }
        )
