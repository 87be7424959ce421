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
            lambda m: m.state in ("failed", "suppressed") and m.rule_id
        )
        stuck._drop_carriers()
        stuck._refresh_addresses()

        def on_error(message, error):
            message.write(
                {
                    "state": "failed",
                    "reason": "template",
                    "error": str(error.__cause__ or error)[-500:],
                }
            )

        run_isolated(self.env, stuck, lambda part: part._queue(), on_error)
        return stuck

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
        """Take the present address of each recipient."""
        for message in self:
            # An address that may be written to is found as when it was sent first.
            record = self.env[message.res_model].sudo().browse(message.res_id).exists()
            recipients = record and record._get_service_recipients(message.audience)
            recipient = next(
                (
                    r
                    for r in recipients or []
                    if str(r.partner_id or r.email or r.phone) == message.recipient_key
                    or message.reason == "no_recipient"
                ),
                None,
            )
            values = {"attempts": message.attempts + 1, "error": False}
            if recipient:
                address, reason = (
                    self._check_email(recipient.email)
                    if message.channel == "mail"
                    else self._check_phone(record, recipient)
                )
                values.update(
                    partner_id=recipient.partner_id,
                    recipient=recipient.name,
                    address=address,
                    lang=recipient.lang,
                    state="suppressed" if reason else "queued",
                    reason=reason,
                )
            message.write(values)
