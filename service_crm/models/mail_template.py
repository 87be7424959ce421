from odoo import models


class MailTemplate(models.Model):
    """Templates rendered in a batch for recipients and languages given from outside.

    The message addressee decides whom a mail goes to and in which language, not the
    template: one template then serves customer, contact on site and staff.
    """

    _inherit = "mail.template"

    def _queue_service_mails(self, record_recipients):
        """Render and queue one mail per record.

        Mails wait in Odoo's queue. Queries do not grow with the number of records.

        :param record_recipients: ``{record id: Recipient}``; every recipient has an
            e-mail address
        :return: ``{record id: mail.mail}`` (sudo)
        """
        self.ensure_one()
        by_lang = {}
        for res_id, recipient in record_recipients.items():
            by_lang.setdefault(recipient.lang, []).append(res_id)
        mails = {}
        for lang, res_ids in by_lang.items():
            queued = self.with_context(
                service_recipients=record_recipients,
                service_compiled={},
                template_preview_lang=lang,
            ).send_mail_batch(res_ids, email_values=self._prepare_service_mail_values())
            # The mails without the context of their rendering; the queue is Odoo's.
            queued = self.env["mail.mail"].sudo().browse(queued.ids)
            mails.update(zip(res_ids, queued, strict=True))
        return mails

    def _prepare_service_mail_values(self):
        """Values of every queued mail. Extension point.

        Other mail robots must not answer to ours (RFC 3834).
        """
        author = self.env["service.phase.mixin"]._get_service_author()
        return {
            "author_id": author.id,
            "headers": repr(
                {
                    "Auto-Submitted": "auto-generated",
                    "X-Auto-Response-Suppress": "OOF, AutoReply",
                }
            ),
        }

    def _generate_template_recipients(
        self,
        res_ids,
        render_fields,
        allow_suggested=False,
        find_or_create_partners=False,
        render_results=None,
    ):
        recipients = self.env.context.get("service_recipients")
        if recipients is None:
            return super()._generate_template_recipients(
                res_ids,
                render_fields,
                allow_suggested=allow_suggested,
                find_or_create_partners=find_or_create_partners,
                render_results=render_results,
            )
        render_results = {} if render_results is None else render_results
        for res_id in res_ids:
            render_results.setdefault(res_id, {}).update(
                self._prepare_service_mail_recipient(recipients[res_id])
            )
        return render_results

    def _prepare_service_mail_recipient(self, recipient):
        """Address of one mail: the contact, or a bare address without contact."""
        partner = self.env["res.partner"].browse(recipient.partner_id or [])
        if partner.email:
            return {"partner_ids": partner.ids, "email_to": "", "email_cc": ""}
        return {"partner_ids": [], "email_to": recipient.email, "email_cc": ""}

    def _render_lang(self, res_ids, engine="inline_template"):
        recipients = self.env.context.get("service_recipients")
        if recipients is None:
            return super()._render_lang(res_ids, engine=engine)
        return {res_id: recipients[res_id].lang for res_id in res_ids}
