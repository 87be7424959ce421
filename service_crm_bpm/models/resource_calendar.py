from datetime import datetime

from dateutil.relativedelta import relativedelta
from pytz import UTC

from odoo import SUPERUSER_ID, api, models
from odoo.tools import ormcache


class ResourceCalendar(models.Model):
    """Working calendar: the hours of a month, kept in memory."""

    _name = "resource.calendar"
    _inherit = ["resource.calendar", "bpm.kept.mixin"]

    def _get_hours_between(self, start, end):
        """Working hours between two moments (naive UTC).

        Where no hours are set, or flexible ones, the clock counts.
        """
        if not self or self._get_month_work(self.id, start.year, start.month) is None:
            return (end - start).total_seconds() / 3600
        month, seconds = start.replace(day=1), 0
        while month <= end:
            for since, till in self._get_month_work(self.id, month.year, month.month):
                seconds += max((min(end, till) - max(start, since)).total_seconds(), 0)
            month += relativedelta(months=1, hour=0, minute=0, second=0)
        return seconds / 3600

    @api.model
    @ormcache("calendar_id", "year", "month")
    def _get_month_work(self, calendar_id, year, month):
        """When is worked in a month: ``[(start, end)]``, naive UTC.

        ``None`` for a calendar without fixed hours.
        """
        env = self.env(user=SUPERUSER_ID, su=True, context={})
        calendar = env["resource.calendar"].browse(calendar_id)
        if calendar.flexible_hours:
            return None
        first = datetime(year, month, 1, tzinfo=UTC)
        work = calendar._work_intervals_batch(first, first + relativedelta(months=1))
        return [
            tuple(moment.astimezone(UTC).replace(tzinfo=None) for moment in span[:2])
            for span in work[False]
        ]


class ResourceCalendarAttendance(models.Model):
    """Working hours of a calendar."""

    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "bpm.kept.mixin"]


class ResourceCalendarLeaves(models.Model):
    """Absences: those of everybody shorten the hours of a calendar."""

    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "bpm.kept.mixin"]

    def _is_kept(self):
        return any(not leave.resource_id for leave in self)
