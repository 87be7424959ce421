from odoo import fields, models
from odoo.exceptions import UserError

MAX_DOCUMENTS = 200


class BpmReplayWizard(models.TransientModel):
    """What a version would have done with the last documents."""

    _name = "bpm.replay.wizard"
    _description = "Replay of a Version"

    process_id = fields.Many2one("bpm.process", required=True, ondelete="cascade")
    count = fields.Integer("Last Documents", default=20)
    line_ids = fields.One2many("bpm.replay.line", "wizard_id", readonly=True)
    same_count = fields.Integer("Same Way", compute="_compute_counts")
    other_count = fields.Integer("Another Way", compute="_compute_counts")
    error_count = fields.Integer("Would Fail", compute="_compute_counts")

    def _compute_counts(self):
        for wizard in self:
            lines = wizard.line_ids
            wizard.error_count = len(lines.filtered("error"))
            wizard.same_count = len(lines.filtered("is_same"))
            wizard.other_count = len(lines) - wizard.same_count - wizard.error_count

    def action_replay(self):
        """Run the version over the last runs of the process, else the last documents.

        All is taken back; only the report is kept.
        """
        self.ensure_one()
        self.process_id.check_access("write")
        if not 0 < self.count <= MAX_DOCUMENTS:
            raise UserError(
                self.env._("Choose 1 to %(maximum)s documents.", maximum=MAX_DOCUMENTS)
            )
        self.line_ids = [
            fields.Command.clear(),
            *(fields.Command.create(values) for values in self._get_report()),
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Replay"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _get_report(self):
        """Values of the lines."""
        process, replay = self.process_id, self.env["bpm.replay"]
        # Only what the designer may read is shown; the rehearsal itself is the
        # program's.
        runs = self.env["bpm.instance"].search(
            [("family_id", "=", process.family_id.id)],
            order="id desc",
            limit=self.count,
        )
        if runs:
            return [
                {
                    "name": row["run"].document_name or row["run"].display_name,
                    "before": " → ".join(row["before"]),
                    "after": " → ".join(row["after"]),
                    "state": row["state"],
                    "error": row["error"],
                    "is_same": row["is_same"],
                }
                for row in replay._replay(process, runs)
            ]
        if process.model_name == "bpm.instance":
            raise UserError(self.env._("This process has not run yet."))
        records = self.env[process.model_name].search(
            [], order="id desc", limit=self.count
        )
        return [
            {
                "name": row["record"].display_name,
                "after": " → ".join(row["after"]),
                "state": row["state"],
                "error": row["error"],
            }
            for row in replay._replay_records(process, records)
        ]
