import logging

from odoo import api, models
from odoo.fields import Domain

from ..tools.batch import run_isolated

_logger = logging.getLogger(__name__)


class ServicePhaseLog(models.Model):
    """Entries into phases: the few mails that go out by themselves."""

    _inherit = "service.phase.log"

    def _service_entered(self):
        result = super()._service_entered()
        self._send_default_mails()
        return result

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
            ("crm.lead", "service_rating_state", "asked"): {
                "template": "service_crm.mail_template_rate",
                "audience": "customer",
                "once": True,
            },
        }

    def _send_default_mails(self):
        """Send the default mails of a batch of entries.

        Addons that send their own messages override this one, and send nothing here.
        """
        self._queue_default_mails()

    def _queue_default_mails(self):
        """Queue the default mail of every row that has one.

        A mail that cannot be written never stops the step: its error goes to the
        record's chatter.
        """
        templates = self._get_default_mail_templates()
        batches = {}
        for row in self:
            key = (row.res_model, row.field_name, row.phase or row.value)
            if key in templates:
                batches[key] = batches.get(key, self.browse()) | row
        for key, rows in batches.items():
            spec = templates[key]
            template = self.env.ref(spec["template"], raise_if_not_found=False)
            if not template or not template.active:
                continue  # switched off by the administrator
            if spec["once"]:
                rows = rows._filter_first_entries()
            rows._send_default_mail(template.sudo(), spec["audience"])

    def _filter_first_entries(self):
        """Rows whose record was never before in the value (stages: the phase)."""
        key = "phase" if self[:1].phase else "value"
        earlier = self.search_fetch(
            Domain("res_model", "=", self[:1].res_model)
            & Domain("field_name", "=", self[:1].field_name)
            & Domain(key, "=", self[:1][key])
            & Domain("res_id", "in", self.mapped("res_id"))
            & Domain("id", "not in", self.ids),
            ["res_id"],
        )
        known = set(earlier.mapped("res_id"))
        return self.filtered(lambda row: row.res_id not in known)

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
