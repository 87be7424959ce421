from odoo import api, models


class ServicePhaseLog(models.Model):
    """Entries into phases: messages by rules take the place of the default mails."""

    _inherit = "service.phase.log"

    @api.model
    def _is_message_entry(self, vals):
        return bool(self.env["service.notification.rule"]._get_rule_ids(vals))

    def _send_messages(self):
        matched = self.env["service.notification.rule"]._match_entries(self)
        for rule, rows in matched.items():
            self.env["service.notification"]._notify(rule, rows)
