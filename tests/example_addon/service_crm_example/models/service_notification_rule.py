from odoo import api, models


class ServiceNotificationRule(models.Model):
    """A further event that message rules may react to."""

    _inherit = "service.notification.rule"

    @api.model
    def _get_events(self):
        return {
            **super()._get_events(),
            "device_restored": {
                "name": self.env._("A device is back in service"),
                "model": "crm.lead",
                "field": "device_restored",
            },
        }
