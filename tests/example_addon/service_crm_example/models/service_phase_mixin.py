from odoo import api, models


class ServicePhaseMixin(models.AbstractModel):
    """A further audience of messages."""

    _inherit = "service.phase.mixin"

    @api.model
    def _get_service_audiences(self):
        """See ``crm.lead._get_duty_recipients``."""
        audiences = super()._get_service_audiences()
        return {**audiences, "duty": {"name": self.env._("person on duty")}}
