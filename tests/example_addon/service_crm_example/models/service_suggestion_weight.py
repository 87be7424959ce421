from odoo import api, models


class ServiceSuggestionWeight(models.Model):
    """A further reason that counts in suggestions; its row is made by the data."""

    _inherit = "service.suggestion.weight"

    @api.model
    def _get_weights(self):
        """See ``service.work.order._measure_suggestion_alarm``."""
        return {
            **super()._get_weights(),
            "alarm": (
                self.env._("Alarms first"),
                self.env._("To an alarm: the later somebody arrives, the lower."),
                "most",
            ),
        }
