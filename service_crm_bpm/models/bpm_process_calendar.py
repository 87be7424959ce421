from datetime import timedelta

from pytz import UTC

from odoo import api, models


class BpmProcess(models.Model):
    """Process: working time."""

    _inherit = "bpm.process"

    def _get_calendar(self, company):
        """The working calendar: of the process, else of the company."""
        # sudo: working hours are no secret
        return self.sudo().calendar_id or company.sudo().resource_calendar_id

    @api.model
    def _add_working_hours(self, calendar, start, hours):
        """The moment when so many working hours have passed since another one.

        Without a calendar, or with one that holds no such hours, the clock counts.
        """
        due = calendar and calendar.plan_hours(hours, start, compute_leaves=True)
        return due or start + timedelta(hours=hours)

    @api.model
    def _get_working_hours(self, calendar, spans):
        """Working hours between moments; one look at the calendar for all.

        :param spans: ``[(start, end)]``
        :return: ``[hours]``
        """
        if not spans:
            return []
        if not calendar or calendar.flexible_hours:
            return [(end - start).total_seconds() / 3600 for start, end in spans]
        spans = [(UTC.localize(start), UTC.localize(end)) for start, end in spans]
        first, last = min(s for s, _ in spans), max(e for _, e in spans)
        work = calendar._work_intervals_batch(first, last)[False]
        return [
            sum(
                max((min(end, till) - max(start, since)).total_seconds(), 0)
                for since, till, _records in work
            )
            / 3600
            for start, end in spans
        ]
