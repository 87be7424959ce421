from odoo import api, fields, models


class BpmInstance(models.Model):
    """Process run: how far it is."""

    _inherit = "bpm.instance"

    progress = fields.Integer("Progress (%)", compute="_compute_progress")

    @api.depends("state", "token_ids.state")
    def _compute_progress(self):
        # sudo: who sees the run sees how far it is
        standing = self.sudo()._get_open_tokens().grouped("instance_id")
        for run in self:
            if run.state in ("done", "cancelled"):
                run.progress = 100
            elif tokens := standing.get(run.sudo()):  # sudo: the key
                flow = tokens.process_id._get_flow()
                run.progress = round(100 * flow.get_progress(tokens.stage_id.ids))
            else:
                run.progress = 0
