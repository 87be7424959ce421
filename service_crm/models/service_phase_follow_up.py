from odoo import models


class ServicePhaseLog(models.Model):
    """Entries into phases: a request that is done is followed by an offer."""

    _inherit = "service.phase.log"

    def _service_entered(self):
        result = super()._service_entered()
        rows = self.filtered(
            lambda row: row.res_model == "crm.lead" and row.phase == "done"
        )
        if rows:
            # The last payment, booked by an accountant, may be what ends a request.
            rows._get_entered_records().sudo()._propose_follow_ups()
        return result
