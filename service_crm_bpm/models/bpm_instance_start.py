from odoo import models


class BpmInstance(models.Model):
    _inherit = "bpm.instance"

    def _prepare_started(self):
        """New runs, before their first stage is entered. Extension point."""
        for run in self.filtered(lambda run: run.res_model == run._name):
            run.res_id = run.id

    def _prepare_first_values(self, flow):
        """Values of the token on the start stage. Extension point."""
        return {
            "instance_id": self.id,
            "process_id": self.process_id.id,
            "company_id": self.company_id.id,
            "stage_id": flow.start_ids[0],
        }
