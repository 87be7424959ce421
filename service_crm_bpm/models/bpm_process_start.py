from odoo import models
from odoo.exceptions import UserError


class BpmProcess(models.Model):
    """Process: start of runs."""

    _inherit = "bpm.process"

    def _start(self, vals_list):
        """Start runs of this published version, in batch.

        Rights are checked by the caller.

        :param vals_list: ``[{"res_id": …, and what else of bpm.instance differs}]``
        :return: the runs (sudo)
        :raise UserError: when the process is not published
        """
        self.ensure_one()
        if self.state != "published":
            raise UserError(
                self.env._(
                    "“%(process)s” is not published: only published processes start.",
                    process=self.display_name,
                )
            )
        flow = self._get_flow()
        runs = self.env["bpm.instance"].sudo()
        runs = runs.create(
            [{**self._prepare_instance_values(), **vals} for vals in vals_list]
        )
        runs._log("start")
        runs._prepare_started()
        self.env["bpm.token"]._place(
            [
                {
                    "instance_id": run.id,
                    "process_id": self.id,
                    "company_id": run.company_id.id,
                    "stage_id": flow.start_ids[0],
                }
                for run in runs
            ]
        )._run()
        return runs

    def _prepare_instance_values(self):
        """Values of a new run. Extension point."""
        return {
            "process_id": self.id,
            "res_model": self.model_name,
            "user_id": self.env.uid,
            "company_id": self.company_id.id or self.env.company.id,
            "variables": {v.key: v.default_value for v in self.variable_ids},
        }
