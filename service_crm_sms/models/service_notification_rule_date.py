import logging
from datetime import date, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.service_crm.tools.batch import run_isolated

from ..tools.occasion import Occasion
from ..tools.timing import anniversaries, anniversary, to_local, to_utc

_logger = logging.getLogger(__name__)

# A day that was missed this long ago is not told any more.
DAYS_LATE = 2
# The messages of what comes within these hours are planned; the job runs more often.
HOURS_AHEAD = 26
BATCH = 500


class ServiceNotificationRule(models.Model):
    """Message rules: days and hours before and after a date of a record."""

    _inherit = "service.notification.rule"

    model_id = fields.Many2one(
        "ir.model",
        "Record",
        ondelete="cascade",
        domain=[("is_mail_thread", "=", True), ("transient", "=", False)],
        help="What the action or process is about.",
    )
    date_field_id = fields.Many2one(
        "ir.model.fields",
        "Date",
        ondelete="cascade",
        domain=[
            ("ttype", "in", ("date", "datetime")),
            ("store", "=", True),
            ("model_id.is_mail_thread", "=", True),
            ("model_id.transient", "=", False),
        ],
    )
    date_number = fields.Integer("Time", default=1)
    date_unit = fields.Selection(
        [("hours", "hours"), ("days", "days")], "Hours or Days", default="days"
    )
    date_side = fields.Selection(
        [("before", "before"), ("after", "after")], "Before or After", default="before"
    )
    date_hour = fields.Float(
        "At", default=9.0, help="By the clock of the recipient's place."
    )
    yearly = fields.Boolean(
        "Every Year", help="As birthdays are: 29 February counts as 28 in short years."
    )

    by_date = fields.Boolean(compute="_compute_by_date")
    daily = fields.Boolean(compute="_compute_by_date")

    _number_positive = models.Constraint(
        "CHECK(date_number >= 0)", "Say before or after, the number is positive."
    )

    @api.constrains("event", "model_id", "date_field_id", "date_hour")
    def _check_date(self):
        """A rule by date has its date and hour."""
        for rule in self:
            if rule.event == "date_field" and not rule.date_field_id:
                raise ValidationError(self.env._("Choose the date of the rule."))
            if rule.event == "called" and not rule.model_id:
                raise ValidationError(
                    self.env._("Choose what kind of record the rule is about.")
                )
            if not 0 <= rule.date_hour < 24:
                raise ValidationError(
                    self.env._("Choose an hour of the day: from 0:00 to 23:59.")
                )

    @api.onchange("event")
    def _onchange_event(self):
        """What is usual for the date; the person may change it."""
        defaults = self._get_events()[self.event] if self.event else {}
        for name in ("date_number", "date_unit", "date_side", "yearly"):
            if name in defaults:
                self[name] = defaults[name]

    @api.depends("event", "date_field_id", "model_id")
    def _compute_model(self):
        result = super()._compute_model()
        for rule in self:
            if rule.event == "date_field":
                rule.model = rule.date_field_id.model
            elif rule.event == "called":
                rule.model = rule.model_id.model
        return result

    @api.depends("event")
    def _compute_by_date(self):
        for rule in self:
            rule.by_date = rule._is_by_date()
            rule.daily = rule.event == "morning"

    def _is_by_date(self):
        """Whether a date brings the message, not something that happens."""
        self.ensure_one()
        return bool(self.event) and bool(self._get_events()[self.event].get("date"))

    def _get_date_name(self):
        """Name of the field with the date; nothing for what comes every day."""
        self.ensure_one()
        if self.event == "date_field":
            return self.date_field_id.name
        return self._get_events()[self.event].get("field")

    def _get_date_label(self):
        """The time before or after, in words."""
        self.ensure_one()
        if not self._get_date_name():
            return self.env._("every day")
        if not self.date_number:
            return self.env._("on the day")
        units = dict(self._fields["date_unit"]._description_selection(self.env))
        sides = dict(self._fields["date_side"]._description_selection(self.env))
        return self.env._(
            "%(number)s %(unit)s %(side)s",
            number=self.date_number,
            unit=units[self.date_unit],
            side=sides[self.date_side],
        )

    # -- the job

    @api.model
    def _cron_plan_dates(self):
        """Plan the messages of the dates that come within a day."""
        rules = self.search([("active", "=", True)]).filtered(lambda r: r._is_by_date())
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(rules))

        def on_error(rule, error):
            _logger.warning("Dates of message rule %s: %s", rule.id, error)

        for rule in rules:
            run_isolated(self.env, rule, lambda part: part._plan_dates(), on_error)
            if not commit(1):
                break

    def _plan_dates(self):
        """Make the messages of one rule for what is due, and is due soon."""
        self.ensure_one()
        now = fields.Datetime.now()
        # The system tells, whoever may see the records.
        model = self.env[self.model].sudo()
        last = 0
        while records := model.search(
            self._get_date_domain(now) & Domain("id", ">", last),
            limit=BATCH,
            order="id",
        ):
            last = records[-1].id
            occasions = [
                occasion
                for record in self._filter_records(records)
                for occasion in self._get_occasions(record, now)
            ]
            if occasions:
                self.env["service.notification"]._notify_occasions(self, occasions)
            self._wake_for_day(records, now)
            model.env.flush_all()
            model.env.invalidate_all()

    def _get_date_domain(self, now):
        """Records whose date may be told now or within a day. Extension point."""
        self.ensure_one()
        name = self._get_date_name()
        if not name:
            return self.env[self.model]._get_service_daily_domain()
        first, last = self._get_date_window(now)
        if self.yearly:
            days = [
                first.date() + timedelta(days=day)
                for day in range((last.date() - first.date()).days + 1)
            ]
            return Domain.OR(
                Domain(f"{name}.month_number", "=", month)
                & Domain(f"{name}.day_of_month", "=", day)
                for month, day in anniversaries(days)
            )
        if self.env[self.model]._fields[name].type == "date":
            first, last = first.date(), last.date()
        return Domain(name, ">=", first) & Domain(name, "<=", last)

    def _get_date_window(self, now):
        """First and last value of the date that is told now or within a day."""
        shift = self._get_date_shift()
        # a day more on both sides: it is another day elsewhere
        return (
            now - shift - timedelta(days=DAYS_LATE + 1),
            now - shift + timedelta(hours=HOURS_AHEAD + 24),
        )

    def _get_date_shift(self):
        """From the date to its message."""
        shift = timedelta(**{self.date_unit or "days": self.date_number})
        return -shift if self.date_side == "before" else shift

    def _get_occasions(self, record, now):
        """Occasions of a record that are due, or will be soon."""
        oldest, newest = self._get_moment_window(record, now)
        return [
            Occasion(record.id, 0, key, moment)
            for key, moment in self._get_moments(record, now)
            if oldest <= moment <= newest
        ]

    def _get_moment_window(self, record, now):
        """First and last moment for which messages are made now."""
        if not self._get_date_name():
            # Whether there is anything to tell is seen in the morning only.
            return now - timedelta(hours=3), now
        late = timedelta(days=DAYS_LATE)
        if self._counts_hours(record):
            late = timedelta(hours=1)
        return now - late, now + timedelta(hours=HOURS_AHEAD)

    def _wake_for_day(self, records, now):
        """Have the job run in time for what is told every day."""
        if self._get_date_name():
            return
        moments = {
            moment
            for record in records
            for _key, moment in self._get_moments(record, now)
            if now < moment <= now + timedelta(minutes=70)
        }
        if moments:
            job = self.env.ref("service_crm_sms.ir_cron_message_dates")
            # The job is the system's.
            job.sudo()._trigger(at=moments)

    def _get_occasion_keys(self, record):
        """What the occasions of a record are known by, as its date is now."""
        now = fields.Datetime.now()
        return {key for key, _moment in self._get_moments(record, now)}

    def _get_moments(self, record, now):
        """``(key of the occasion, when it is told)`` of one record."""
        tz = self._get_record_tz(record)
        name = self._get_date_name()
        if not name:
            today = to_local(now, tz).date()
            days = [today + timedelta(days=shift) for shift in (-1, 0, 1)]
            return [(str(day), to_utc(day, self.date_hour, tz)) for day in days]
        value = record[name]
        if not value:
            return []
        if self._counts_hours(record):
            return [(fields.Datetime.to_string(value), value + self._get_date_shift())]
        if isinstance(value, datetime):
            value = to_local(value, tz).date()
        return [
            (str(day), to_utc(day + self._get_date_shift(), self.date_hour, tz))
            for day in self._get_days(value, now)
        ]

    def _get_days(self, day: date, now):
        """The day, or the same day of the years around now."""
        if not self.yearly:
            return [day]
        return [
            anniversary(day, now.year + shift)
            for shift in (-1, 0, 1)
            if now.year + shift > day.year
        ]

    def _counts_hours(self, record):
        """Whether the message comes by the hour, not at an hour of a day."""
        name = self._get_date_name()
        return bool(
            name
            and self.date_unit == "hours"
            and record._fields[name].type == "datetime"
        )

    @api.model
    def _get_record_tz(self, record):
        """Time zone of the people a record is about."""
        if "site_id" in record._fields and hasattr(record, "_get_customer_tz"):
            return record._get_customer_tz()
        partner = record
        if record._name != "res.partner":
            field = record._fields.get("partner_id")
            known = field and field.comodel_name == "res.partner"
            partner = record.partner_id if known else self.env["res.partner"]
        company = record["company_id"] if "company_id" in record._fields else None
        company = company or self.env.company
        return partner.tz or company.resource_calendar_id.tz or "UTC"
