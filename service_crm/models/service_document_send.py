import logging

from odoo import fields, models

from ..tools.batch import run_isolated

_logger = logging.getLogger(__name__)
BATCH = 100


class ServiceDocument(models.Model):
    """Document: mailed to the customer, and not forgotten."""

    _inherit = "service.document"

    remind_on = fields.Date(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the responsible person is reminded, unless something happens.",
    )

    def action_send(self):
        """Mail the documents with their files; the mails wait in Odoo's queue."""
        return self._take_document_step("send", "manager", "dispatcher")

    def _action_send(self):
        """What sending does: the file goes to the customer by mail."""
        self._check_document_states("issued", "sent", "signed")
        self.filtered(lambda document: not document.attachment_id)._keep_files()
        self._raise_problems(self._get_send_problems())
        template = self.env.ref("service_crm.mail_template_document")
        self._prepare_service_messages()
        mails = template._queue_service_mails(
            {document.id: document._get_customer_recipients()[0] for document in self}
        )
        for document in self:
            mails[document.id].attachment_ids = [
                fields.Command.link(document.attachment_id.id)
            ]
        self.filtered(lambda document: document.state == "issued")._action_mark_sent()

    def _get_send_problems(self):
        """Why a document cannot be mailed. Extension point.

        :return: ``{document: [sentence, …]}``, with a list for each of ``self``
        """
        problems = {document: [] for document in self}
        for document in self:
            if document._is_file_confidential():
                problems[document].append(
                    self.env._("it holds personal data and is handed over on paper.")
                )
            elif not document.attachment_id:
                problems[document].append(self.env._("it has no file to send."))
            if not any(r.email for r in document._get_customer_recipients()):
                problems[document].append(
                    self.env._(
                        "%(customer)s has no e-mail address.",
                        customer=document.partner_id.display_name or "",
                    )
                )
        return problems

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._plan_reminders()
        return result

    def _plan_reminders(self):
        """When to remind of a document that stays as it is now."""
        for document in self:
            remind_on = document._get_remind_on()
            if document.remind_on != remind_on:
                # Follows from the state, whoever changed it.
                document.sudo().remind_on = remind_on
        waiting = self.filtered(lambda document: not document.remind_on)
        waiting.activity_unlink(["service_crm.mail_activity_document_lies"])

    def _get_remind_on(self):
        """The day of the reminder; ``False`` when nobody waits for anything."""
        self.ensure_one()
        kind = self.type_id
        unsent = self.state == "issued" and kind.for_customer
        unsigned = self.state == "sent" and kind.signer == "customer"
        if not kind.reminder_days or not (unsent or unsigned):
            return False
        return fields.Date.add(fields.Date.context_today(self), days=kind.reminder_days)

    def _cron_remind(self):
        """Remind of the documents that lie unsent or unsigned (scheduled action)."""
        commit = self.env["ir.cron"]._commit_progress
        domain = [
            ("remind_on", "<=", fields.Date.context_today(self)),
            ("state", "in", ("issued", "sent")),
        ]
        commit(remaining=self.search_count(domain))
        while True:
            documents = self.search(domain, limit=BATCH, order="remind_on, id")
            documents = documents.try_lock_for_update().filtered_domain(domain)
            if not documents:
                return
            run_isolated(
                self.env,
                documents,
                lambda part: part._remind(),
                lambda document, error: document._postpone_reminder(error),
            )
            if not commit(len(documents)):
                return

    def _postpone_reminder(self, error):
        """Tomorrow is another day; the others are reminded today."""
        _logger.warning("No reminder of document %s: %s", self.id, error)
        self.remind_on = fields.Date.add(fields.Date.context_today(self), days=1)

    def _remind(self):
        """One to-do for each responsible person and document."""
        kind = self.env.ref("service_crm.mail_activity_document_lies")
        for document in self:
            user = document.responsible_id or document.create_uid
            reader = document.with_context(lang=user.lang or self.env.lang)
            summary = (
                reader.env._("%(document)s: not sent yet", document=reader.display_name)
                if document.state == "issued"
                else reader.env._(
                    "%(document)s: not signed yet", document=reader.display_name
                )
            )
            if kind not in document.activity_ids.activity_type_id:
                document.activity_schedule(
                    "service_crm.mail_activity_document_lies",
                    user_id=user.id,
                    summary=summary,
                )
            document.remind_on = document._get_remind_on()
