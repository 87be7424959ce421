from datetime import timedelta

from odoo import api, models


class BpmProcess(models.Model):
    """Process: working time."""

    _inherit = "bpm.process"

    def _get_calendar(self, company):
        """The working calendar: of the process, else of the company."""
        calendar_id = self._get_flow().calendar_id
        calendar_id = calendar_id or company._get_working_calendar_id(company.id)
        # sudo: working hours are no secret
        return self.env["resource.calendar"].sudo().browse(calendar_id or ())

    @api.model
    def _add_working_hours(self, calendar, start, hours):
        """The moment when so many working hours have passed since another one.

        Without a calendar, or with one that holds no such hours, the clock counts.
        """
        due = calendar and calendar.plan_hours(hours, start, compute_leaves=True)
        return due or start + timedelta(hours=hours)
