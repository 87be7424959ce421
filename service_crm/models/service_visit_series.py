from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_time

from odoo.addons.base.models.res_partner import _tz_get

from ..tools.recurrence import Rule, get_week_number

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ServiceVisitSeries(models.Model):
    """Visits that come again and again: the rule, and what each of them is."""

    _name = "service.visit.series"
    _description = "Recurring visits"
    _inherit = ["mail.thread", "service.company.mixin"]
    _order = "state, partner_id, id"
    _check_company_auto = True

    name = fields.Char(
        "What",
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("ended", "Ended"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    contract_id = fields.Many2one(
        "service.contract",
        domain="[('direction', '=', 'income')]",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Visits are planned as long as the contract is in force.",
    )
    maintenance_id = fields.Many2one(
        "service.contract.maintenance",
        "Planned Maintenance",
        domain="[('contract_id', '=', contract_id)]",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        copy=False,
        help="The visits take the place of the requests this maintenance would make.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
        ondelete="restrict",
    )
    site_id = fields.Many2one(
        "res.partner",
        "Place of Work",
        compute="_compute_site_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    equipment_id = fields.Many2one(
        "service.equipment", index="btree_not_null", check_company=True
    )
    team_id = fields.Many2one(
        "crm.team",
        domain="[('is_service', '=', True)]",
        compute="_compute_team_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    dispatcher_id = fields.Many2one(
        "res.users", default=lambda self: self._get_default_dispatcher()
    )
    performer_id = fields.Many2one(
        "resource.resource",
        "Preferred Performer",
        domain="[('is_performer', '=', True)]",
        index="btree_not_null",
        check_company=True,
        help="Gets the visits he can come to; others wait for the dispatcher.",
    )
    line_ids = fields.One2many(
        "service.visit.series.line", "series_id", "Services", copy=True
    )
    instruction = fields.Text("What to Do")
    planned_hours = fields.Float(
        "Hours",
        compute="_compute_planned_hours",
        store=True,
        precompute=True,
        readonly=False,
    )

    date_first = fields.Date(
        "First Visit", required=True, default=fields.Date.context_today
    )
    hour = fields.Float("At", default=9.0, required=True)
    tz = fields.Selection(
        _tz_get,
        "Time Zone",
        compute="_compute_tz",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="The clock of the place of work: the time stays when the clocks change.",
    )
    interval = fields.Integer("Every", default=1, required=True)
    frequency = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")],
        default="month",
        required=True,
    )
    mon, tue, wed, thu, fri, sat, sun = (
        fields.Boolean(label)
        for label in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    )
    by_weekday = fields.Selection(
        [("date", "On the day of the month"), ("weekday", "On the day of the week")],
        "In the Month",
        default="date",
        required=True,
    )
    end = fields.Selection(
        [
            ("never", "Without End"),
            ("date", "On a Day"),
            ("count", "After so Many Visits"),
        ],
        "Ends",
        default="never",
        required=True,
    )
    date_last = fields.Date("Last Day")
    count = fields.Integer("Visits at Most", default=4)
    holidays = fields.Selection(
        [
            ("next", "Next working day"),
            ("previous", "Working day before"),
            ("skip", "Leave it out"),
            ("anyway", "Visit all the same"),
        ],
        "On a Holiday",
        default="next",
        required=True,
        help="Holidays and days off are those of the company's working time.",
    )
    request_days = fields.Integer(
        "Request (Days before)",
        default=14,
        required=True,
        help="So many days before the visit its request is made, and with it the "
        "customer's page.",
    )
    rule_label = fields.Char("How Often", compute="_compute_rule_label")

    _interval_positive = models.Constraint(
        "CHECK(interval BETWEEN 1 AND 999)",
        "Visits come every 1 to 999 days, weeks, months or years.",
    )
    _hour_of_day = models.Constraint(
        "CHECK(hour >= 0 AND hour < 24)", "The time is between 00:00 and 23:59."
    )
    _hours_positive = models.Constraint(
        "CHECK(planned_hours > 0)", "A visit takes some time."
    )
    _days_positive = models.Constraint(
        "CHECK(request_days >= 0)", "The days before can not be negative."
    )
    _count_positive = models.Constraint(
        "CHECK(\"end\" <> 'count' OR count BETWEEN 1 AND 10000)",
        "There is at least one visit.",
    )

    # Computes

    @api.depends("line_ids.product_id", "maintenance_id")
    def _compute_name(self):
        for series in self:
            names = series.line_ids.product_id.mapped("name")
            series.name = (
                series.name or series.maintenance_id.name or ", ".join(names) or False
            )

    @api.depends("contract_id")
    def _compute_company_id(self):
        for series in self:
            series.company_id = (
                series.contract_id.company_id or series.company_id or self.env.company
            )

    @api.depends("contract_id")
    def _compute_partner_id(self):
        for series in self:
            series.partner_id = series.contract_id.partner_id or series.partner_id

    @api.depends("contract_id", "partner_id", "equipment_id")
    def _compute_site_id(self):
        for series in self:
            series.site_id = (
                series.equipment_id.site_id
                or series.site_id
                or series.contract_id.site_ids[:1]
                or series.partner_id
            )

    @api.depends("contract_id", "company_id")
    def _compute_team_id(self):
        for series in self:
            team = series.contract_id.team_id or series.team_id
            series.team_id = team or self.env["crm.team"]._get_service_team()

    @api.depends("line_ids.product_id", "line_ids.quantity")
    def _compute_planned_hours(self):
        for series in self:
            hours = sum(
                line.product_id.service_duration * line.quantity
                for line in series.line_ids
            )
            series.planned_hours = hours or series.planned_hours or 1.0

    @api.depends("site_id", "partner_id", "company_id")
    def _compute_tz(self):
        for series in self:
            company = series.company_id
            places = (series.site_id, series.partner_id, company.partner_id)
            series.tz = (
                next((place.tz for place in places if place.tz), False)
                or company.resource_calendar_id.tz
                or "UTC"
            )

    @api.depends("by_weekday", "date_first", "frequency", "hour", "interval", *WEEKDAYS)
    @api.depends_context("lang")
    def _compute_rule_label(self):
        for series in self:
            series.rule_label = series.date_first and series._describe_rule()

    # Constraints

    @api.constrains("end", "date_last", "date_first")
    def _check_end(self):
        """Recurring visits end after they began."""
        for series in self.filtered(lambda s: s.end == "date"):
            if not series.date_last or series.date_last < series.date_first:
                raise UserError(
                    self.env._("The last day must not lie before the first visit.")
                )

    @api.constrains("maintenance_id", "state")
    def _check_maintenance(self):
        """Two series of one maintenance would do the same work twice."""
        for series in self.filtered("maintenance_id"):
            others = series.maintenance_id.series_ids - series
            if series.state != "ended" and others.filtered(
                lambda other: other.state != "ended"
            ):
                raise UserError(
                    self.env._(
                        "The visits of %(maintenance)s are planned already.",
                        maintenance=series.maintenance_id.display_name,
                    )
                )

    # Helpers

    @api.model
    def _get_default_dispatcher(self):
        user = self.env.user
        return user if user._has_service_role("dispatcher") else user.browse()

    def _get_rule(self):
        """The rule as plain data (``tools/recurrence.py``)."""
        self.ensure_one()
        return Rule(
            first=self.date_first,
            frequency=self.frequency,
            interval=self.interval,
            weekdays=tuple(
                number
                for number, name in enumerate(WEEKDAYS)
                if self.frequency == "week" and self[name]
            ),
            by_weekday=self.by_weekday == "weekday",
            last=self.date_last if self.end == "date" else None,
            count=self.count if self.end == "count" else None,
        )

    def _describe_rule(self):
        """``every 3 months on the 15th at 09:00``."""
        rule = self._get_rule()
        every = {
            "day": self.env._("every %(number)s days", number=rule.interval),
            "week": self.env._("every %(number)s weeks", number=rule.interval),
            "month": self.env._("every %(number)s months", number=rule.interval),
            "year": self.env._("every %(number)s years", number=rule.interval),
        }
        once = {
            "day": self.env._("every day"),
            "week": self.env._("every week"),
            "month": self.env._("every month"),
            "year": self.env._("every year"),
        }
        parts = [(once if rule.interval == 1 else every)[rule.frequency]]
        on = self._describe_days(rule)
        if on:
            parts.append(self.env._("on %(days)s", days=on))
        moment = fields.Datetime.to_datetime(rule.first)
        moment += timedelta(minutes=round(self.hour * 60))
        time = format_time(self.env, moment.time(), time_format="HH:mm")
        parts.append(self.env._("at %(time)s", time=time))
        return " ".join(parts)

    def _describe_days(self, rule):
        """The days within the week, month or year, in words."""
        if rule.frequency == "day":
            return ""
        if rule.frequency == "week":
            monday = rule.first - timedelta(days=rule.first.weekday())
            days = rule.weekdays or (rule.first.weekday(),)
            return ", ".join(
                format_date(self.env, monday + timedelta(days=day), date_format="EEE")
                for day in days
            )
        if not rule.by_weekday:
            pattern = "d MMMM" if rule.frequency == "year" else "d"
            day = format_date(self.env, rule.first, date_format=pattern)
            if rule.frequency == "year":
                return day
            return self.env._("day %(day)s", day=day)
        name = format_date(self.env, rule.first, date_format="EEEE")
        number = get_week_number(rule.first)
        words = {
            1: self.env._("the first %(day)s", day=name),
            2: self.env._("the second %(day)s", day=name),
            3: self.env._("the third %(day)s", day=name),
            4: self.env._("the fourth %(day)s", day=name),
            -1: self.env._("the last %(day)s", day=name),
        }
        return words[number]
