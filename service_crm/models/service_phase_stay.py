from odoo import models


class ServicePhaseLog(models.Model):
    """Entries into phases: the clock of the lines stops and goes on."""

    _inherit = "service.phase.log"

    def _service_entered(self):
        result = super()._service_entered()
        rows = self.filtered(lambda row: row.res_model == "crm.lead" and row.phase)
        leads = self.env["crm.lead"].sudo()  # whoever's step it is
        done = rows.filtered(lambda row: row.phase == "done").mapped("res_id")
        leads.browse(done).filtered("service_escalated_at")._end_stays()
        again = rows.filtered(lambda row: row.previous_phase == "done").mapped("res_id")
        leads.browse(again).filtered("service_escalated_at")._continue_stays()
        return result
