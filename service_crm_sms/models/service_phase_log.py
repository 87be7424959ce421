from odoo import models


class ServicePhaseLog(models.Model):
    """Entries into phases: messages by rules take the place of the default mails."""

    _inherit = "service.phase.log"

    def _service_entered(self):
        result = super()._service_entered()
        matched = self.env["service.notification.rule"]._match_entries(self)
        for rule, rows in matched.items():
            self.env["service.notification"]._notify(rule, rows)
        return result

    def _send_default_mails(self):
        """Nothing: the rules send, with the same templates."""
