from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.date_utils import float_to_time

from ..tools.chain import Made
from ..tools.values import parse_text, to_html, to_utc


class BpmRobot(models.Model):
    """Robot: put a meeting or call into a person's calendar."""

    _inherit = "bpm.robot"

    event_hour = fields.Float(
        "Begins At", default=10.0, help="In the person's time zone."
    )
    event_duration = fields.Float("Duration (h)", default=1.0)
    event_type_id = fields.Many2one(
        "calendar.event.type", "Tag of the Event", ondelete="restrict"
    )

    _event_hour_valid = models.Constraint(
        "CHECK(event_hour >= 0 AND event_hour < 24)", "A day has 24 hours."
    )

    @api.model
    def _get_robot_kinds(self):
        """Adds: calendar events."""
        kinds = super()._get_robot_kinds()
        return {**kinds, "event": {"name": self.env._("Make a calendar event")}}

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        own = ["event_hour", "event_duration", "event_type_id"]
        return [*super()._get_guarded_fields(), *own]

    def _check_event(self):
        """An event has a title, a length and a person."""
        if not (self.todo_summary or "").strip():
            raise UserError(self.env._("Write the title of the event."))
        if self.event_duration <= 0:
            raise UserError(self.env._("Say how long the event takes."))
        self._check_person()

    def _describe_event(self):
        """The action in words."""
        return self.env._(
            "event “%(title)s” for %(person)s",
            title=self._describe_text(self.todo_summary),
            person=self._describe_person(),
        )

    def _get_event_paths(self):
        """Fields of the texts and of the person."""
        return [*self._get_text_paths(), *self._get_person_paths()]

    def _run_event(self, records):
        """Make one event for each document, in its person's calendar."""
        users = self._get_people(records)
        title, text = parse_text(self.todo_summary), parse_text(self.text)
        events = records.env["calendar.event"].with_context(
            no_mail_to_attendees=True, dont_notify=True
        )
        model_id = self.env["ir.model"]._get_id(records._name)
        made = events.create(
            [
                {
                    "name": title.render(record),
                    "description": to_html(text, record),
                    "user_id": users[record.id].id,
                    "partner_ids": users[record.id].partner_id.ids,
                    "categ_ids": self.event_type_id.ids,
                    "res_model_id": model_id,
                    "res_id": record.id,
                    **self._prepare_event_times(users[record.id]),
                }
                for record in records
            ]
        )
        return {
            record.id: Made(users[record.id].name, "calendar.event", event.id)
            for record, event in zip(records, made, strict=True)
        }

    def _prepare_event_times(self, user):
        """Begin and end of an event of one person."""
        env = self.with_context(tz=user.tz or self.env.user.tz).env
        today = fields.Date.context_today(self.with_env(env))
        begin = datetime.combine(
            today + timedelta(days=self.todo_days),
            float_to_time(self.event_hour) or time.min,
        )
        start = to_utc(env, begin)
        return {"start": start, "stop": start + timedelta(hours=self.event_duration)}
