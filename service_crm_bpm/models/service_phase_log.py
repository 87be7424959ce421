from odoo import models


class ServicePhaseLog(models.Model):
    _inherit = "service.phase.log"

    def _service_entered(self):
        result = super()._service_entered()
        self.env["bpm.robot"]._run_entered(self)
        return result
