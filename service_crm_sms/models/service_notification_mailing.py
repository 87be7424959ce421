from odoo import fields, models


class ServiceNotification(models.Model):
    """Messages of mailings."""

    _inherit = "service.notification"

    reason = fields.Selection(
        selection_add=[("duplicate", "The address got it already")]
    )

    example_id = fields.Many2one(
        "service.mailing",
        "Example Of",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Sent by the author to oneself, to see how it looks.",
    )

    _mailing_uniq = models.UniqueIndex(
        "(mailing_id, partner_id, channel)"
        " WHERE mailing_id IS NOT NULL AND partner_id IS NOT NULL",
        "This person has the mailing already.",
    )

    def _queue(self):
        """Messages of each mailing apart: their links name its campaign."""
        groups = self.grouped(lambda message: message.mailing_id or message.example_id)
        if not any(groups):
            return super()._queue()
        for mailing, messages in groups.items():
            part = messages.with_context(service_mailing_id=mailing.id)
            super(ServiceNotification, part)._queue()
        return None

    def _get_text(self):
        return self.example_id.template_id or super()._get_text()

    def _queue_mail(self, text):
        result = super()._queue_mail(text)
        mailing = self.mailing_id or self.example_id
        if mailing:
            mailing._track_mails(self.mail_mail_id)
        return result

    def _render_sms(self, text):
        texts = super()._render_sms(text)
        for message in self.filtered(lambda m: m.mailing_id or m.example_id):
            mailing = message.mailing_id or message.example_id
            texts[message.id] = mailing._add_unsubscribe(
                texts[message.id], message._get_unsubscribe_url(), message.lang
            )
        return texts


class ServiceMessageTemplate(models.Model):
    _inherit = "service.message.template"

    def _finish_sms(self, texts, dry=False):
        mailing_id = self.env.context.get("service_mailing_id")
        if mailing_id and not dry:
            texts = self.env["service.mailing"].browse(mailing_id)._track_texts(texts)
        return super()._finish_sms(texts, dry)
