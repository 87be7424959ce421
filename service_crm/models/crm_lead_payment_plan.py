from odoo import models


class CrmLead(models.Model):
    """Service request: it is closed when all that is planned is paid."""

    _inherit = "crm.lead"

    def _get_step_obstacles(self, step):
        """Closing waits for the rows of the payment plan that are due by then."""
        found = super()._get_step_obstacles(step)
        if step == "close":
            orders = self._get_service_orders()
            owed = orders._get_owed_words(("start", "close"))
            for order in orders:
                found[order.opportunity_id] += owed[order]
        return found
