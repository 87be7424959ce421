from datetime import datetime, time

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.flow import Choice
from ..tools.moments import NoWorkingTime, shift, shift_working
from ..tools.values import read_path, to_utc, walk_path
from .bpm_timer_due import BACK_OFF


class BpmToken(models.Model):
    """Token: pauses, time-outs, further attempts."""

    _inherit = "bpm.token"

    timer_ids = fields.One2many("bpm.timer", "token_id", "Timers")

    def _enter_pause(self):
        """A pause ends by itself; one that is over already does not begin."""
        now = fields.Datetime.now()
        through, moments = {}, {}
        records = self._get_identity_records()
        for token in self:
            wait = token.stage_id._get_wait()
            if wait.pause_mode == "condition":
                continue
            due = token._get_pause_end(wait, records[token])
            if due is None:
                raise UserError(token._get_no_date_error(wait, records[token]))
            if due <= now:
                through[token.id] = Choice()
            else:
                moments[token] = due
        self.env["bpm.timer"]._plan("pause", moments)
        conditions = self.filtered(
            lambda token: token.stage_id._get_wait().pause_mode == "condition"
        )
        through |= conditions._wait_for_condition(records)
        waiting = self.filtered(lambda token: token.id not in through)
        waiting.state = "waiting"
        self.env["bpm.wait"]._add(
            waiting.filtered(
                lambda token: token.stage_id._get_wait().pause_mode != "duration"
            )
        )
        return through

    def _get_pause_end(self, wait, record):
        """The moment one pause ends (naive UTC); ``None``: its date is not known.

        :param wait: what the stage waits for, compiled
        :param record: the document with the rights of the process
        """
        self.ensure_one()
        if wait.pause_mode == "duration":
            moment = self.date_enter
        else:
            moment = self._read_moment(wait, record)
        if not moment or not wait.amount:
            return moment
        return self._shift(moment, wait.amount, wait.unit, wait.working)

    def _read_moment(self, wait, record):
        """The date of the document a pause is for, as a moment (naive UTC)."""
        _holders, _field, value = read_path(record, wait.path)
        if isinstance(value, list):
            value = min(filter(None, value), default=None)
        if isinstance(value, datetime) or not value:
            return value or None
        return to_utc(record.env, datetime.combine(value, time.min))

    def _get_no_date_error(self, wait, record):
        """Why a pause does not know when to end."""
        field = walk_path(record, wait.path)[-1]
        return self.env._(
            "“%(field)s” is empty: the pause does not know when to end. Fill it in and "
            "try the stage again.",
            field=field._description_string(self.env),
        )

    def _shift(self, start, amount, unit, working=False):
        """A moment so much later, in the calendar and the zone of the process.

        :param start: naive UTC
        :param unit: minutes, hours, days, weeks, months, years
        :param working: whether working time counts
        :return: naive UTC
        """
        self.ensure_one()
        process = self.process_id.sudo()  # its calendar, whoever moves the run
        robots = self.env["bpm.robot"]
        zone = robots._get_identity_env(process.user_id.id, self.company_id.id).tz
        if not working:
            return shift(start, amount, unit, zone)
        company = self.company_id or self.env.company
        # sudo: working hours count the same for whoever moves the run
        calendar = process.calendar_id or company.sudo().resource_calendar_id
        try:
            return shift_working(start, amount, unit, calendar, zone)
        except NoWorkingTime as error:
            raise UserError(
                self.env._(
                    "The calendar “%(calendar)s” has no working time: nothing ever "
                    "becomes due by it.",
                    calendar=calendar.display_name,
                )
            ) from error

    def _plan_timeout(self):
        """Plan the time-outs of stages that have one."""
        moments = {}
        for token in self:
            wait = token.stage_id._get_wait()
            if wait.timeout:
                moments[token] = token._shift(token.date_enter, *wait.timeout)
        self.env["bpm.timer"]._plan("timeout", moments)

    def _on_timer_pause(self):
        self._complete()

    def _on_timer_retry(self):
        self._retry()

    def _on_timer_timeout(self):
        """The time of stages is over. Extension point."""
        self._log("event", text=self.env._("Time is over"))
        self._complete({token.id: Choice(outcome="timeout") for token in self})

    def _fail(self, error, again=True):
        """Stop with an error in plain sight; three further attempts later on.

        :param again: whether it may help to try again
        """
        result = super()._fail(error)
        self.env["bpm.timer"]._drop(self, ["retry"])
        now = fields.Datetime.now()
        moments = {}
        for token in self.sudo():  # the engine's own counter
            if again and token.attempts < len(BACK_OFF):
                moments[token] = now + BACK_OFF[token.attempts]
            token.attempts += 1
        self.env["bpm.timer"]._plan("retry", moments)
        return result

    def _retry(self):
        """Trying again by hand takes the place of the attempt that was planned."""
        self.env["bpm.timer"]._drop(self, ["retry"])
        return super()._retry()

    def _clear(self):
        """What waits for stages that are left is forgotten."""
        result = super()._clear()
        if awaited := self.filtered("is_awaited"):
            self.env["bpm.timer"]._drop(awaited)
        return result

    def _note_awaited(self):
        """Something is waited for on these stages."""
        # sudo: stages of runs are written by the engine
        self.sudo().filtered(lambda token: not token.is_awaited).is_awaited = True
