import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.batch import run_isolated

_logger = logging.getLogger(__name__)


class ServicePhaseLog(models.Model):
    """Entries into phases: the few mails that go out by themselves.

    Whoever makes a step does not wait for texts to be written: the entry is marked,
    and a job that is woken at the commit writes the messages of all marked entries.
    """

    _inherit = "service.phase.log"

    message_pending = fields.Boolean("Message to Write", readonly=True)
    message_error = fields.Text("Error of the Message", readonly=True)

    _message_pending_idx = models.Index("(id) WHERE message_pending")

    @api.model_create_multi
    def create(self, vals_list):
        unset = dict.fromkeys(("phase", "value", "previous_value"), False)
        for vals in vals_list:
            vals["message_pending"] = self._is_message_entry({**unset, **vals})
        return super().create(vals_list)

    def _service_entered(self):
        result = super()._service_entered()
        if any(row.message_pending for row in self):
            # unlike ref() this costs no query
            job_id = self.env["ir.model.data"]._xmlid_to_res_id(
                "service_crm.ir_cron_service_messages", raise_if_not_found=True
            )
            # The job is the system's; everybody's steps wake it.
            self.env["ir.cron"].sudo().browse(job_id)._trigger()
        return result

    @api.model
    def _is_message_entry(self, vals):
        """Whether an entry may have messages; asked inside of the user's step, so it
        must not cost a query. Extension point.

        :param vals: values of a row to be created
        """
        return self._get_message_key(vals) in self._get_default_mail_templates()

    @api.model
    def _get_message_key(self, row):
        """Key of an entry in the registry of default mails."""
        return row["res_model"], row["field_name"], row["phase"] or row["value"]

    @api.model
    def _cron_send_messages(self, limit=200):
        """Write the messages of marked entries, oldest first."""
        domain = [("message_pending", "=", True)]
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(domain))
        while rows := self.search(
            domain, order="id", limit=limit
        ).try_lock_for_update():
            rows._send_pending()
            if not commit(len(rows)):
                break

    def _send_pending(self):
        """Write the messages of marked entries; what fails is kept on the row."""

        def on_error(row, error):
            _logger.warning("Messages of entry %s: %s", row.id, error)
            row.message_error = str(error)

        run_isolated(self.env, self, lambda rows: rows._send_messages(), on_error)
        self.message_pending = False

    def _send_messages(self):
        """Queue the messages of a batch of entries.

        Extension point. Addons with messages of their own override it, and
        :meth:`_is_message_entry`, instead of the default mails.
        """
        self._queue_default_mails()

    @api.model
    def _get_default_mail_templates(self):
        """Default mails: ``{(model, field, value or phase): {...}}``.

        Registry and extension point. Each entry names the ``template`` (xmlid), the
        ``audience`` (see ``_get_service_audiences``) and ``once``: whether the mail
        goes out only when the record enters for the first time.
        """
        return {
            ("crm.lead", "stage_id", "new"): {
                "template": "service_crm.mail_template_received",
                "audience": "customer",
                "once": True,
            },
            ("service.work.order", "state", "assigned"): {
                "template": "service_crm.mail_template_assigned",
                "audience": "performer",
                "once": False,
            },
            ("service.work.order.offer", "state", "open"): {
                "template": "service_crm.mail_template_job_offered",
                "audience": "performer",
                "once": True,
            },
            ("service.work.order.offer", "state", "lost"): {
                "template": "service_crm.mail_template_job_offer_closed",
                "audience": "performer",
                "once": True,
            },
            ("service.work.order.offer", "state", "withdrawn"): {
                "template": "service_crm.mail_template_job_offer_closed",
                "audience": "performer",
                "once": True,
            },
            ("service.work.order", "slot_state", "fixed"): {
                "template": "service_crm.mail_template_slot_fixed",
                "audience": "customer",
                "once": False,
            },
            ("crm.lead", "stage_id", "closing"): {
                "template": "service_crm.mail_template_ready",
                "audience": "customer",
                "once": True,
            },
            ("crm.lead", "question_state", "asked"): {
                "template": "service_crm.mail_template_question",
                "audience": "customer",
                "once": False,
            },
            ("crm.lead", "service_rating_state", "asked"): {
                "template": "service_crm.mail_template_rate",
                "audience": "customer",
                "once": True,
            },
        }

    def _queue_default_mails(self):
        """Queue the default mail of every row that has one.

        A mail that cannot be written never stops the step: its error goes to the
        record's chatter.
        """
        templates = self._get_default_mail_templates()
        batches = {}
        for row in self:
            key = self._get_message_key(row)
            if key in templates:
                batches[key] = batches.get(key, self.browse()) | row
        for key, rows in batches.items():
            spec = templates[key]
            template = self.env.ref(spec["template"], raise_if_not_found=False)
            if not template or not template.active:
                continue  # switched off by the administrator
            if spec["once"]:
                rows = rows._filter_first_entries()
            # Steps of people without a right on templates have mails, too.
            rows._send_default_mail(template.sudo(), spec["audience"])

    def _filter_first_entries(self):
        """Rows whose record was never before in the value (stages: the phase)."""
        key = "phase" if self[:1].phase else "value"
        first = self._read_group(
            Domain("res_model", "=", self[:1].res_model)
            & Domain("field_name", "=", self[:1].field_name)
            & Domain(key, "=", self[:1][key])
            & Domain("res_id", "in", self.mapped("res_id")),
            ["res_id"],
            ["id:min"],
        )
        return self & self.browse([row_id for _res_id, row_id in first])

    def _send_default_mail(self, template, audience):
        """Queue one template for the audience of each row's record."""

        def run(rows):
            # The system writes, in the name of the company; the user who made the
            # step need not have any right on mails, templates or customers.
            records = rows._get_entered_records().sudo()
            records._prepare_service_messages()
            recipients = {
                record.id: recipient
                for record in records
                for recipient in record._get_service_recipients(audience)[:1]
                if recipient.email
            }
            if recipients:
                template._queue_service_mails(recipients)

        def on_error(row, error):
            _logger.warning(
                "Mail template %s on %s %s: %s",
                template.id,
                row.res_model,
                row.res_id,
                error,
            )
            row._get_entered_records()._log_message_error(template.name, error)

        run_isolated(self.env, self, run, on_error)
