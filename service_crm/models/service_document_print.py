from babel.dates import get_date_format

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import (
    babel_locale_parse,
    format_date,
    format_datetime,
    format_time,
    get_lang,
)


class ServiceDocument(models.Model):
    """Document: what its print form asks of it."""

    _inherit = "service.document"

    def _check_paper_access(self):
        """Refuse to print for whoever may not see the paper. Extension point."""
        self.check_access("read")

    def action_print(self):
        self._check_paper_access()
        return super().action_print()

    def _get_present_file(self):
        """Some papers show data not everybody may see: asked first."""
        self._check_paper_access()
        return super()._get_present_file()

    def _has_print_form(self):
        """Whether the paper is printed by its form, and not by an own template."""
        self.ensure_one()
        return bool(self.type_id.report_id) and not self.type_id.docx_template

    def _get_paper(self):
        """The record a print form reads, in the language of the paper."""
        self.ensure_one()
        self._check_paper_access()
        # Whoever may see a paper may see what stands on it: parts of the order, of the
        # contract, of the other party, on which he need not have rights.
        return (
            self.sudo()
            .with_company(self.company_id)
            .with_context(lang=self._get_paper_lang())
        )

    def _check_rows_open(self):
        """Refuse changes of what is printed of issued papers."""
        issued = self.filtered(lambda document: document.state != "draft")
        if issued and not self.env.su:
            raise UserError(
                self.env._(
                    "%(documents)s: issued documents are no longer changed. Cancel it "
                    "and make a new one.",
                    documents=", ".join(issued.mapped("display_name")),
                )
            )

    def _format_paper_date(self, date):
        """A date in words: 22 November 2026; empty without one."""
        return format_date(self.env, date, date_format="long") if date else ""

    def _format_paper_time(self, moment):
        """Date and time where the company is; empty without one."""
        if not moment:
            return ""
        tz = self._get_paper_tz()
        return format_datetime(
            self.env,
            moment,
            tz=tz,
            dt_format=f"{get_long_pattern(self.env)}, HH:mm",
        )

    def _format_paper_window(self, start, end):
        """A window of time: 22 November 2026, 09:00–13:00; the days when two."""
        if not start or not end:
            return self._format_paper_time(start or end)
        tz = self._get_paper_tz()
        first, last = (
            format_datetime(self.env, moment, tz=tz, dt_format="yyyy-MM-dd")
            for moment in (start, end)
        )
        until = (
            format_time(self.env, end, tz=tz, time_format="HH:mm")
            if first == last
            else self._format_paper_time(end)
        )
        dash = "–" if first == last else " – "
        return f"{self._format_paper_time(start)}{dash}{until}"

    def _get_paper_tz(self):
        """Clock of the paper: of the place of work, else of the company."""
        self.ensure_one()
        visit = self.work_order_id
        return (
            visit.site_id.tz
            or self.partner_id.tz
            or self.company_id.partner_id.tz
            or visit.performer_id.tz
            or "UTC"
        )

    def _get_paper_company_signer(self, role):
        """Who signs for us, on the line of this role."""
        company = self.company_id
        return {
            "role": role,
            "company": company.name,
            "position": company.service_signatory_position,
            "name": company.service_signatory_name,
        }

    def _get_paper_customer_signer(self, role):
        """Who signs for the customer; with the drawn signature when there is one."""
        partner = self.partner_id
        person = partner.filtered(lambda contact: not contact.is_company)
        company = partner.commercial_partner_id
        visit = self.work_order_id if self.kind in ("work_order", "act") else None
        signed = self if self.signature else visit
        return {
            "role": role,
            "company": company.name if company != person else "",
            "position": person.function,
            "name": (signed and signed.signed_by) or person.name,
            "image": signed and signed.signature,
        }


def get_long_pattern(env):
    """Pattern of a date in words in the language at hand."""
    locale = babel_locale_parse(get_lang(env).code)
    return get_date_format("long", locale=locale).pattern
