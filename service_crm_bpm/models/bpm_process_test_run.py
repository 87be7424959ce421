from odoo import models
from odoo.exceptions import UserError


class BpmProcessTest(models.Model):
    """Test of a process: the run; only inside ``bpm.rehearsal``."""

    _inherit = "bpm.process.test"

    def _run_rehearsed(self, process):
        """Run one test on one version.

        :return: ``{"state", "message", "path"}``
        """
        self.ensure_one()
        run = self.env["bpm.instance"]
        try:
            run = self._start_rehearsed(process)
            for number, line in enumerate(self.line_ids, 1):
                try:
                    getattr(line, f"_run_{line.kind}")(run)
                    self.env.flush_all()
                except UserError as error:
                    problem = f"{number}. {line.name}: {error.args[0]}"
                    raise UserError(problem) from error
        except UserError as error:
            return {
                "state": "failed",
                "message": str(error.args[0]),
                "path": self._get_path(run),
            }
        return {"state": "passed", "message": False, "path": self._get_path(run)}

    def _start_rehearsed(self, process):
        """Make the document and start the version on it."""
        # sudo: started past its state; what it does, it does with its rights
        process = process.sudo()
        process._prepare_rehearsal()
        vals = {}
        if process.model_name != "bpm.instance":
            records = self.env["bpm.robot"]._get_identity_env(
                process.user_id.id, self.env.company.id
            )[process.model_name]
            vals["res_id"] = records.create(self._prepare_document_values(records)).id
        started = process._start([vals])
        if failed := started.token_ids.filtered("error")[:1]:
            raise UserError(failed.error)
        return started

    def _prepare_document_values(self, records):
        """Values of the document of the test. Extension point.

        :param records: empty recordset of the process's model
        """
        vals = self.given_ids._get_values()
        if records._rec_name and records._rec_name not in vals:
            vals[records._rec_name] = self.name
        return vals

    def _get_path(self, run):
        """Names of the stages the run passed."""
        # sudo: names of stages only
        return " → ".join(run.sudo().token_ids.sorted("id").mapped("stage_id.name"))
