from odoo import models
from odoo.fields import Domain


class ServicePhaseLog(models.Model):
    _inherit = "service.phase.log"

    def _service_entered(self):
        result = super()._service_entered()
        self.env["bpm.robot"]._run_entered(self)
        return result

    def _get_worn_domain(self, limit):
        """An entry stays as long as a robot waits on it or failed on it."""
        open_ids = self.env["bpm.robot.log"]._search(
            [("state", "in", ("planned", "failed"))]
        )
        return super()._get_worn_domain(limit) & ~Domain(
            "id", "in", open_ids.subselect("entry_id")
        )
