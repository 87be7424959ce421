from odoo import models

HOUR = 3600


class ServiceWorkOrder(models.Model):
    """A hard rule and a measure of the suggestions."""

    _inherit = "service.work.order"

    def _get_suggestion_rules(self):
        """See ``_exclude_by_alarm``."""
        return [*super()._get_suggestion_rules(), "alarm"]

    def _exclude_by_alarm(self, facts):
        """Crews are not sent to an alarm: who is nearest goes alone."""
        if self.request_id.service_channel != "alarm":
            return {}
        text = self.env._("crews are not sent to alarms")
        return {key: text for key, person in facts.people.items() if person.members}

    def _measure_suggestion_alarm(self, slot, facts):
        """An hour later counts half; of what is no alarm it says nothing."""
        if self.request_id.service_channel != "alarm":
            return None
        late = slot.start - facts.job.first
        return late / (late + HOUR)
