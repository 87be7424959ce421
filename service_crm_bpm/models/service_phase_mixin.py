from odoo import api, models


class ServicePhaseMixin(models.AbstractModel):
    _inherit = "service.phase.mixin"

    @api.model
    def _get_service_entry_fields(self):
        """Fields that robots react to are logged too."""
        watched = self.env["bpm.robot"]._get_watched_fields(self._name)
        return (*super()._get_service_entry_fields(), *watched)
