from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from pytz import UTC

from odoo import models
from odoo.tools import SQL

from ..tools import slots

DAY = timedelta(days=1)


class ResourceResource(models.Model):
    """A performer: when he works and when he does not.

    What Odoo's own methods tell per calendar, in two queries for all calendars.
    """

    _inherit = "resource.resource"

    def _get_working_time(self, since, until):
        """Working hours and absences of performers around a time.

        Without a calendar, or with a flexible one, every hour is a working hour.

        :param since, until: naive UTC
        :return: ``({id: [(start, end)] or None}, {id: [(start, end, leave)]})``, aware
        """
        resources = self._origin
        weeks = resources._get_working_weeks()
        work, known = {}, {}
        for resource in resources:
            key = resource.calendar_id.id, resource.tz
            if key not in known:
                week = weeks.get(key[0])
                known[key] = None
                if week is not None:
                    tz = ZoneInfo(resource.tz or "UTC")
                    known[key] = slots.work_intervals(week, since, until, tz)
            work[resource.id] = known[key]
        return work, resources._get_absences(since, until)

    def _get_working_weeks(self):
        """``{calendar id: [(weekday, week type, from, to)]}``, but flexible ones."""
        if not self.calendar_id:
            return {}
        self.env["resource.calendar"].flush_model(
            ["flexible_hours", "two_weeks_calendar"]
        )
        self.env["resource.calendar.attendance"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT calendar.id, calendar.two_weeks_calendar, hours.dayofweek,
                       hours.week_type, hours.hour_from, hours.hour_to
                  FROM resource_calendar calendar
             LEFT JOIN resource_calendar_attendance hours
                    ON hours.calendar_id = calendar.id
                   AND hours.display_type IS NULL
                   AND hours.day_period IS DISTINCT FROM 'lunch'
                 WHERE calendar.id IN %s
                   AND calendar.flexible_hours IS NOT TRUE
                """,
                tuple(self.calendar_id.ids),
            )
        )
        weeks = defaultdict(list)
        for calendar_id, two_weeks, day, week_type, hour_from, hour_to in rows:
            week = weeks[calendar_id]
            if day is not None:
                kind = int(week_type or 0) if two_weeks else None
                week.append((int(day), kind, hour_from, hour_to))
        return dict(weeks)

    def _get_absences(self, since, until):
        """Leaves of the performers, and those of everybody with their calendar.

        :return: ``{id: [(start, end, leave)]}``, aware
        """
        leaves = self.env["resource.calendar.leaves"].search_fetch(
            [
                ("time_type", "=", "leave"),
                ("resource_id", "in", [*self.ids, False]),
                ("date_from", "<", until + DAY),
                ("date_to", ">", since - DAY),
            ],
            [
                "calendar_id",
                "company_id",
                "date_from",
                "date_to",
                "name",
                "resource_id",
            ],
        )
        absences = defaultdict(list)
        for leave in leaves:
            time = UTC.localize(leave.date_from), UTC.localize(leave.date_to), leave
            concerned = leave.resource_id or self.filtered(
                lambda resource, leave=leave: (
                    resource.calendar_id
                    and (
                        not leave.calendar_id
                        or leave.calendar_id == resource.calendar_id
                    )
                    and leave.company_id == resource.company_id
                )
            )
            for resource in concerned:
                absences[resource.id].append(time)
        return absences
