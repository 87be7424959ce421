from odoo import api, fields, models
from odoo.exceptions import UserError

# What may follow what: a report that comes late or twice never turns the clock back.
NEXT_STATES = {
    "waiting": {"queued", "failed", "suppressed"},
    "queued": {"sending", "sent", "delivered", "failed", "unknown", "suppressed"},
    "sending": {"queued", "sent", "delivered", "failed", "unknown"},
    "unknown": {"queued", "sent", "delivered", "failed"},
    "failed": {"queued", "sent", "delivered", "suppressed"},
    "suppressed": {"queued", "sent", "delivered", "failed"},
    "sent": {"delivered", "failed"},
    "delivered": set(),
}


class ServiceNotification(models.Model):
    """One message to one person by one channel: what was sent, to whom, what became of
    it. The row stays when the queues of Odoo forget theirs."""

    _name = "service.notification"
    _description = "Message"
    _order = "id desc"
    _rec_name = "recipient"

    rule_id = fields.Many2one(
        "service.notification.rule",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    entry_id = fields.Many2one("service.phase.log", readonly=True, ondelete="set null")
    occasion = fields.Char(
        readonly=True, help="Day or call that was told, where it was no step."
    )
    event = fields.Selection(
        lambda self: self.env["service.notification.rule"]._get_event_selection(),
        readonly=True,
    )
    audience = fields.Selection(
        lambda self: self.env["service.notification.rule"]._get_audience_selection(),
        readonly=True,
    )
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        "Document Id", model_field="res_model", readonly=True
    )
    is_foreign = fields.Boolean(
        "Of Another Application",
        readonly=True,
        help="Written elsewhere in Odoo: only administrators see it.",
    )
    request_id = fields.Many2one(
        "crm.lead",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    work_order_id = fields.Many2one(
        "service.work.order", readonly=True, ondelete="set null", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    recipient = fields.Char(readonly=True)
    recipient_key = fields.Char(required=True, readonly=True)
    channel = fields.Selection(
        [("mail", "E-mail"), ("sms", "SMS")], required=True, readonly=True
    )
    address = fields.Char(readonly=True, help="E-mail address or phone number.")
    lang = fields.Char("Language", readonly=True)
    subject = fields.Char(readonly=True)
    text = fields.Text(readonly=True, help="The text as it was sent.")
    state = fields.Selection(
        [
            ("waiting", "Planned"),
            ("queued", "Queued"),
            ("sending", "Sending"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("failed", "Failed"),
            ("unknown", "Unknown"),
            ("suppressed", "Not Sent"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    reason = fields.Selection(
        [
            ("no_recipient", "Nobody to tell"),
            ("no_email", "No e-mail address"),
            ("bad_email", "Wrong e-mail address"),
            ("no_phone", "No phone number"),
            ("bad_phone", "Wrong phone number"),
            ("cancelled", "Taken out of the queue"),
            ("switched_off", "Wants no messages"),
            ("opted_out", "Refused messages"),
            ("no_consent", "Did not agree to advertising"),
            ("blacklisted", "On the blacklist"),
            ("cap", "Enough messages for one day"),
            ("outdated", "No longer true when it was due"),
            ("merged", "A newer message took its place"),
            ("not_needed", "Read or delivered by the other channel"),
            ("budget", "Budget of the month spent"),
            ("no_gateway", "No SMS gateway serves the number"),
            ("interrupted", "Cut off while it was sent"),
            ("template", "The text cannot be written"),
            ("account", "No account or credit at the provider"),
            ("country", "Country not served by the provider"),
            ("refused", "Refused by the provider"),
            ("server", "Server or provider out of reach"),
            ("own_network", "Its server lies in your own network: not allowed"),
            ("undelivered", "Not delivered"),
            ("unknown", "Unknown error"),
        ],
        readonly=True,
    )
    error = fields.Text("Details", readonly=True)
    attempts = fields.Integer(readonly=True, default=1)
    date_sent = fields.Datetime("Sent On", readonly=True)
    date_delivered = fields.Datetime("Delivered On", readonly=True)
    date_read = fields.Datetime(
        "Read On", readonly=True, help="When the person opened the page it links to."
    )
    tz = fields.Char("Time Zone", readonly=True)
    date_due = fields.Datetime(
        "Planned For", readonly=True, help="Not before this time. Empty: at once."
    )
    purpose = fields.Selection(
        [("service", "About the service"), ("advertising", "Advertising")],
        readonly=True,
        default="service",
    )
    date_query = fields.Datetime(
        "Asked Next", readonly=True, help="When the gateway is asked what became of it."
    )
    mailing_id = fields.Many2one(
        "service.mailing", readonly=True, ondelete="set null", index="btree_not_null"
    )
    gateway_id = fields.Many2one("sms.gateway", readonly=True, ondelete="set null")
    remote_id = fields.Char("Id at the Gateway", readonly=True, index="btree_not_null")
    segments = fields.Integer("Parts", readonly=True)
    cost = fields.Float(
        readonly=True, digits=(16, 4), help="In the currency of the company."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    mail_mail_id = fields.Many2one(
        "mail.mail",
        "E-mail",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, ondelete="set null", index="btree_not_null"
    )
    sms_uuid = fields.Char("SMS Id", readonly=True, index="btree_not_null")

    _once_uniq = models.UniqueIndex(
        "(entry_id, rule_id, recipient_key, channel)"
        " WHERE entry_id IS NOT NULL AND rule_id IS NOT NULL",
        "This person was told already.",
    )
    _occasion_uniq = models.UniqueIndex(
        "(rule_id, res_model, res_id, occasion, recipient_key, channel)"
        " WHERE occasion IS NOT NULL AND rule_id IS NOT NULL",
        "This person was told already.",
    )
    _due_idx = models.Index("(date_due) WHERE state = 'waiting'")
    _recipient_idx = models.Index("(recipient_key, create_date)")
    _query_idx = models.Index("(date_query) WHERE date_query IS NOT NULL")
    _spent_idx = models.Index("(gateway_id, date_sent) WHERE gateway_id IS NOT NULL")
    _document_idx = models.Index("(res_model, res_id, rule_id)")

    def action_retry(self):
        """Send failed and suppressed messages again, to the present address."""
        self.check_access("read")
        if not self.env["service.notification"]._is_sender(self.env.user):
            raise UserError(
                self.env._("Only operators, managers and dispatchers send messages.")
            )
        # Whoever works on requests may repeat what the system sends; the rows
        # themselves are nobody's to write.
        tried = self.sudo()._retry()
        failed = tried.filtered(lambda n: n.state in ("failed", "suppressed"))
        queued = len(tried) - len(failed)
        message = self.env._("%(queued)s in the queue again.", queued=queued)
        if failed:
            message += " " + self.env._("%(failed)s not sent:", failed=len(failed))
            message += " " + ", ".join(sorted(set(failed._get_reason_texts())))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if failed or not tried else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_document(self):
        """Open the record the message is about."""
        self.ensure_one()
        if not self.res_model:
            raise UserError(self.env._("This message is about no document."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.model
    def _is_sender(self, user):
        """Whether the user may repeat messages. Extension point."""
        return user.has_groups(
            "service_crm.group_service_operator,service_crm.group_service_manager,"
            "service_crm.group_service_dispatcher"
        )

    def _get_reason_texts(self):
        """The reasons in words, one per message."""
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        return [
            f"{message.recipient or ''}: {reasons.get(message.reason, '')}".strip(": ")
            for message in self
        ]

    def _update_state(self, state, reason=False, error=False):
        """Note what became of the messages; reports may come late or twice.

        :param state: key of ``state``
        :param reason: key of ``reason`` for failed and suppressed messages
        """
        moving = self.filtered(lambda message: state in NEXT_STATES[message.state])
        if not moving:
            return
        now = fields.Datetime.now()
        values = {"state": state, "reason": reason, "error": error}
        if state == "sent":
            values["date_sent"] = now
        elif state == "delivered":
            values["date_delivered"] = now
            moving.filtered(lambda message: not message.date_sent).date_sent = now
        moving.write(values)
