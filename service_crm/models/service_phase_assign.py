from odoo import models

from .service_assignment_rule import PHASES


class ServicePhaseLog(models.Model):
    """Entries into phases: the rules of assignment are asked."""

    _inherit = "service.phase.log"

    def _service_entered(self):
        result = super()._service_entered()
        phases = dict(PHASES)
        for (model, phase), rows in self.grouped(
            lambda row: (row.res_model, row.phase or row.value)
        ).items():
            # What has just entered is there: asking for it would cost a query.
            if model == "crm.lead" and phase in phases:
                leads = self.env[model].browse(rows.mapped("res_id"))
                leads._assign_by_rules((phase,))
            elif (model, phase) == ("service.work.order", "draft"):
                self.env[model].browse(rows.mapped("res_id"))._take_engineers()
        return result
