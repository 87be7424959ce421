from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.date_utils import float_to_time

from ..tools.chain import DATE_FIELD, DelayDate
from ..tools.values import to_utc


class BpmRobot(models.Model):
    """Robot: when it runs, counted from the entry, a date, or the one before it."""

    _inherit = "bpm.robot"

    delay_mode = fields.Selection(
        [
            ("after", "after it"),
            ("before_date", "before a date of the document"),
            ("after_date", "after a date of the document"),
        ],
        "Counted",
        required=True,
        default="after",
    )
    delay_field_id = fields.Many2one(
        "ir.model.fields",
        "Date",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ['date', 'datetime'])]",
        help="When the date changes, the moment changes with it.",
    )
    delay_hour = fields.Float(
        "At",
        default=9.0,
        help="For dates without a time: in whose zone the robot runs.",
    )
    delay_repeat = fields.Selection(
        [("week", "Every week"), ("month", "Every month"), ("year", "Every year")],
        "Again",
        help="On the anniversaries of the date, e.g. on birthdays. Empty: once.",
    )
    date_since = fields.Datetime(
        "On Since",
        compute="_compute_date_since",
        store=True,
        help="Dates before that are let be.",
    )
    after_previous = fields.Boolean(
        "After the Previous One",
        help="Waits until the robot before it, for the same entry, is done.",
    )

    _delay_hour_valid = models.Constraint(
        "CHECK(delay_hour >= 0 AND delay_hour < 24)", "A day has 24 hours."
    )

    @api.depends("active", "delay_mode", "delay_field_id", "delay", "delay_unit")
    def _compute_date_since(self):
        for robot in self:
            robot.date_since = fields.Datetime.now()

    @api.model
    def _get_robot_triggers(self):
        """Adds: creation, and dates."""
        return {
            **super()._get_robot_triggers(),
            "create": {"name": self.env._("Creation of a document")},
            "date": {"name": self.env._("Date of a document")},
        }

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        own = [
            "delay_mode", "delay_field_id", "delay_hour", "delay_repeat",
            "after_previous",
        ]  # fmt: skip
        return [*super()._get_guarded_fields(), *own]

    def _get_trigger_key_create(self):
        """Every document that is created."""
        return "any", ""

    def _get_trigger_key_date(self):
        """The date itself is what is waited for; see ``bpm_robot_log_plan.py``."""
        return "date", ""

    def _get_trigger(self):
        """Creation and dates are only ever entered."""
        on, kind, key = super()._get_trigger()
        return ("enter" if kind in ("any", "date") else on), kind, key

    def _get_field_name(self):
        """Creation and dates have names of their own in the log."""
        if self.trigger == "create":
            return "id"
        return DATE_FIELD if self.trigger == "date" else super()._get_field_name()

    def _check_watched(self):
        """Creation and dates need no field."""
        if self.trigger not in ("create", "date"):
            return super()._check_watched()
        if not self.model_id.filtered_domain(self._get_robot_model_domain()):
            raise UserError(
                self.env._("%(model)s is not watched.", model=self.model_id.name)
            )
        if self.trigger == "date" and self.delay_mode == "after":
            raise UserError(self.env._("Say before or after which date."))
        return None

    def _compile_date(self):
        """The date the delay is counted from; ``None``: from the entry.

        :raise UserError: when there is no such date
        """
        if self.delay_mode == "after":
            return None
        field = self.env[self.model_name]._fields.get(self.delay_field_id.name)
        if (
            field is None
            or self.delay_field_id.model_id != self.model_id
            or field.type not in ("date", "datetime")
            or not field.store
            or field.company_dependent
        ):
            raise UserError(self.env._("Choose the date of the document."))
        if self.delay_repeat and self.trigger != "date":
            raise UserError(self.env._("Only robots that watch a date run again."))
        return DelayDate(
            field.name,
            self.delay_mode == "before_date",
            self.delay_hour,
            self.delay_repeat or "",
        )

    def _describe_watched(self):
        """Also what this file adds."""
        if self.trigger == "create":
            return self.env._("created"), self.model_id.name
        if self.trigger == "date":
            return self.delay_field_id.field_description, self.model_id.name
        return super()._describe_watched()

    def _describe_trigger(self):
        """Also dates, and what comes after the previous one."""
        words = super()._describe_trigger()
        if self.trigger == "create" and not self.delay:
            document = self.model_id.name
            words = self.env._("When %(document)s is created", document=document)
        if self.delay_mode != "after":
            when = self._describe_date()
            words = when if self.trigger == "date" else f"{words}, {when}"
        if self.after_previous:
            words = self.env._("%(when)s, after the previous one", when=words)
        return words

    def _describe_date(self):
        """The moment counted from a date, in words."""
        units = dict(self._fields["delay_unit"]._description_selection(self.env))
        said = {
            "delay": f"{self.delay} {units[self.delay_unit]}",
            "date": self.delay_field_id.field_description or "…",
            "document": self.model_id.name,
        }
        if not self.delay:
            return self.env._("On “%(date)s” of %(document)s", **said)
        if self.delay_mode == "before_date":
            return self.env._("%(delay)s before “%(date)s” of %(document)s", **said)
        return self.env._("%(delay)s after “%(date)s” of %(document)s", **said)

    @api.model
    def _get_moment(self, robot, value):
        """The moment a robot runs, counted from a date.

        :param robot: compiled robot
        :param value: the date or moment of the document
        """
        if not isinstance(value, datetime):
            user = self._get_identity(robot.user_id)
            begin = datetime.combine(value, float_to_time(robot.date.hour))
            value = to_utc(self.with_context(tz=user.tz).env, begin)
        delay = robot.delay or timedelta()
        return value - delay if robot.date.before else value + delay
