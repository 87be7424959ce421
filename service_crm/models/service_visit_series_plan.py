from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from pytz import UTC

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from ..tools.locks import take_turns
from ..tools.recurrence import at_clock, drop_covered, find_days, place_days
from .service_visit_series_steps import HORIZON

# Visits are planned that much further than is looked at.
RESERVE = timedelta(days=31)
# So many visits of one series are made in one go.
VISITS_AT_ONCE = 60


class ServiceVisitSeries(models.Model):
    """Recurring visits: planning them, a year ahead and each of them once."""

    _inherit = "service.visit.series"

    def _plan_visits(self):
        """Make the visits that are missing, of each series some at most."""
        take_turns(self)  # of two jobs the second one sees the visits of the first
        days_off = self._get_days_off()
        existing = self._get_planned_days()
        for series in self:
            found, series.planned_until = series._find_visits(
                existing[series.id], days_off[series.company_id]
            )
            series._create_visits(
                [series._prepare_visit_values(*days) for days in found]
            )

    def _find_visits(self, existing, is_off):
        """The days that are missing: ``([(day of the rule, day)], planned until)``.

        :param existing: days of the rule, the present or an old one, that have a visit
        """
        today = self._get_today()
        horizon = today + HORIZON + RESERVE
        if not self._is_in_force():
            return [], horizon
        rule = self._get_rule()
        since = max(today, self.planned_until or today)
        end = self.contract_id.date_end
        until = min(horizon, end) if end else horizon
        days = find_days(rule, min({since, *existing}), until)
        missing = [day for day in days if day not in existing]
        missing = drop_covered(missing, existing - set(days), rule)
        placed = [
            (day, target)
            for day, target in place_days(days, is_off, self.holidays)
            if day in missing and day >= since and target >= today
        ]
        if len(placed) > VISITS_AT_ONCE:
            placed = placed[:VISITS_AT_ONCE]
            return placed, placed[-1][0]
        return placed, horizon

    def _create_visits(self, vals_list):
        """Make the visits; those the performer cannot come to without performer."""
        orders = self.env["service.work.order"].with_context(mail_notrack=True)
        drafts = {
            number: orders.new(vals)
            for number, vals in enumerate(vals_list)
            if vals["performer_id"]
        }
        planned = orders.browse().union(*drafts.values())._get_planned()
        overloads = planned._get_overloads()
        problems = planned._get_availability_problems()
        notes = {}
        for number, draft in drafts.items():
            others = overloads.get(draft._ids)
            texts = [draft._describe_overload(others)] if others else []
            texts += [text for _kind, text in problems.get(draft, ())]
            if texts:
                notes[number] = " ".join(texts)
                vals_list[number]["performer_id"] = False
        visits = orders.create(vals_list)
        logged = {
            visits[number].id: self.env._(
                "Planned without performer: %(problem)s", problem=text
            )
            for number, text in notes.items()
        }
        if logged:
            visits.browse(logged)._message_log_batch(logged)
        return visits

    def _prepare_visit_values(self, day, target):
        """Values of one visit. Extension point.

        :param day: the day by the rule, which names the visit within the series
        :param target: the day it takes place
        """
        self.ensure_one()
        start = at_clock(target, self.hour, ZoneInfo(self.tz))
        # who has left goes nowhere: the dispatcher finds another one
        performer = self.performer_id.filtered(lambda p: p.active and p.is_performer)
        return {
            "series_id": self.id,
            "series_date": day,
            "series_start": start,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "site_id": self.site_id.id,
            "team_id": self.team_id.id,
            "dispatcher_id": self.dispatcher_id.id,
            "performer_id": performer.id,
            "date_start": start,
            "date_end": start + timedelta(hours=self.planned_hours),
            "planned_hours": self.planned_hours,
            "instruction": self.instruction,
            "line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "quantity_planned": line.quantity,
                    }
                )
                for line in self.line_ids
            ],
        }

    def _remove_free_visits(self, after=None):
        """Take away the visits to come that nobody agreed to; the others are named.

        :param after: only those of later days of the rule
        """
        take_turns(self)
        coming = self.env["service.work.order"].search(
            [
                ("series_id", "in", self.ids),
                ("date_start", ">", fields.Datetime.now()),
                ("state", "not in", ("done", "closed", "cancelled")),
                *([("series_date", ">", after)] if after else []),
            ]
        )
        free = coming.filtered(lambda visit: visit._is_free_of_series())
        kept = (coming - free).grouped("series_id")
        free.unlink()
        bodies = {
            series.id: self.env._(
                "Agreed already, so they stay: %(visits)s",
                visits=", ".join(
                    f"{visit.name} ({format_date(self.env, visit.date_start)})"
                    for visit in visits.sorted("date_start")
                ),
            )
            for series, visits in kept.items()
        }
        if bodies:
            self.browse(bodies)._message_log_batch(bodies)

    def _get_planned_days(self):
        """``{series id: days of the rule with a visit, whatever became of it}``."""
        found = defaultdict(set)
        for series, days in self.env["service.work.order"]._read_group(
            [("series_id", "in", self.ids), ("active", "in", [True, False])],
            ["series_id"],
            ["series_date:array_agg"],
        ):
            found[series.id] = set(days)
        return found

    def _is_in_force(self):
        """Whether visits are planned now: not under a contract out of force."""
        self.ensure_one()
        contract = self.contract_id
        return (
            self.active
            and self.state == "running"
            and (not contract or contract.state == "active")
        )

    def _get_today(self):
        """The day it is at the place of work."""
        self.ensure_one()
        moment = UTC.localize(fields.Datetime.now())
        return moment.astimezone(ZoneInfo(self.tz)).date()

    def _get_days_off(self):
        """``{company: function, whether nobody works there on a day}``."""
        calendars = self.company_id.resource_calendar_id
        today = fields.Date.today()
        leaves = self.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("company_id", "in", [*self.company_id.ids, False]),
                ("calendar_id", "in", [*calendars.ids, False]),
                ("date_to", ">=", today),
            ]
        )
        result = {}
        for company in self.company_id:
            calendar = company.resource_calendar_id
            own = leaves.filtered(
                lambda leave, company=company, calendar=calendar: (
                    leave.company_id in (company, company.browse())
                    and leave.calendar_id in (calendar, calendar.browse())
                )
            )
            result[company] = self._get_day_off_test(calendar, own)
        return result

    @api.model
    def _get_day_off_test(self, calendar, leaves):
        """Whether a day is a holiday, or has no working hours in the calendar."""
        tz = ZoneInfo(calendar.tz or "UTC")
        working = {int(hours.dayofweek) for hours in calendar.attendance_ids}
        spans = [
            tuple(
                UTC.localize(moment).astimezone(tz)
                for moment in (leave.date_from, leave.date_to)
            )
            for leave in leaves
        ]
        holidays = set()
        for start, end in spans:
            day = start.date()
            while day <= (end - timedelta(minutes=1)).date():
                holidays.add(day)
                day += timedelta(days=1)

        def is_off(day):
            return day in holidays or bool(working) and day.weekday() not in working

        return is_off
