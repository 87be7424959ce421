from odoo import models


class ServicePhaseLog(models.Model):
    """Entries into phases: a request that is paid and rated is done by itself."""

    _inherit = "service.phase.log"

    def _service_entered(self):
        result = super()._service_entered()
        rows = self.filtered(
            lambda row: (
                row.res_model == "crm.lead"
                and row.field_name == "service_payment_state"
            )
        )
        if rows:
            # Payments are booked by accountants, who have no rights on requests.
            rows._get_entered_records().sudo()._action_done_when_settled()
        return result
