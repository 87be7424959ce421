from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}


class ServiceNotificationRule(models.Model):
    """Message rules: when the message goes out after what happened."""

    _inherit = "service.notification.rule"

    delay_number = fields.Integer(
        "After", help="0: at once. What is no longer true by then is not told."
    )
    delay_unit = fields.Selection(
        lambda self: self._get_unit_selection(), "Unit", default="minutes"
    )
    merge_minutes = fields.Integer(
        "Wait for Changes (Minutes)",
        help="So long it is waited whether the same happens again: then only the last "
        "one is told. A visit moved three times in two minutes is one message.",
    )
    escalate_minutes = fields.Integer(
        "Second Message after (Minutes)",
        default=60,
        help="It goes out when the first one was not read, or did not arrive, by then.",
    )
    at_any_hour = fields.Boolean(
        "Also in Quiet Hours",
        help="For what can not wait until the morning, and for answers to what the "
        "person did just now.",
    )

    _delay_positive = models.Constraint(
        "CHECK(delay_number >= 0 AND merge_minutes >= 0)",
        "A message goes out after what happened, not before.",
    )

    @api.constrains("channel", "escalate_minutes")
    def _check_escalation(self):
        """The second message of a rule comes later than the first."""
        for rule in self:
            if rule.channel.endswith(("_then_sms", "_then_mail")):
                if rule.escalate_minutes < 1:
                    raise ValidationError(
                        self.env._("The second message comes a minute later at least.")
                    )

    @api.model
    def _get_unit_selection(self):
        """Units of time as selection values."""
        return [
            ("minutes", self.env._("minutes")),
            ("hours", self.env._("hours")),
            ("days", self.env._("days")),
        ]

    def _get_delay(self):
        """How long after its occasion a message goes out."""
        self.ensure_one()
        delay = self.delay_number * UNITS[self.delay_unit or "minutes"]
        return timedelta(minutes=delay + self.merge_minutes)

    def _get_due(self, occasion):
        """When the message about an occasion is due; nothing when at once."""
        self.ensure_one()
        if self._is_by_date():
            return occasion.date
        delay = self._get_delay()
        return (occasion.date or fields.Datetime.now()) + delay if delay else None

    def _get_escalation(self):
        """How long after the first message the second one follows."""
        self.ensure_one()
        return timedelta(minutes=self.escalate_minutes)

    def _tells_each_time(self):
        """Whether the same person is told again of the same record."""
        self.ensure_one()
        return self.resend_on_reentry or self._is_by_date()

    def _filter_still_true(self, messages, records):
        """Those of the messages that had to wait and are true even now.

        :param records: the documents of the messages that are left (sudo)
        """
        self.ensure_one()
        if not self.active:
            return messages.browse()
        by_id = {record.id: record for record in self._filter_records(records)}
        return messages.filtered(
            lambda message: (
                message.res_id in by_id
                and self._is_still_true(message, by_id[message.res_id])
            )
        )

    def _is_still_true(self, message, record):
        """Whether what a waiting message tells is the case even now.

        Extension point, beside ``holds`` of the registry of events.
        """
        event = self._get_events()[self.event]
        if self._is_by_date():
            return message.occasion in self._get_occasion_keys(record)
        holds = event.get("holds", {})
        return all(record[name] in values for name, values in holds.items())
