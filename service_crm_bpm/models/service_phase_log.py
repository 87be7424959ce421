from odoo import fields, models
from odoo.fields import Domain


class ServicePhaseLog(models.Model):
    _inherit = "service.phase.log"

    token_id = fields.Many2one(
        "bpm.token",
        "Stage of a Process",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    def _service_entered(self):
        """Robots and triggers hear of it."""
        result = super()._service_entered()
        self.env["bpm.robot"]._run_entered(self)
        return result

    def _get_worn_domain(self, limit):
        """An entry stays as long as robots go by what they did for it."""
        logs = self.env["bpm.robot.log"]
        kept = logs._search(logs._get_kept_domain())
        return super()._get_worn_domain(limit) & ~Domain(
            "id", "in", kept.subselect("entry_id")
        )

    def _run_failed_again(self):
        """Another attempt of what robots failed to do for these entries."""
        failed = self.env["bpm.robot.log"].search(
            [("entry_id", "in", self.ids), ("state", "=", "failed")]
        )
        failed.try_lock_for_update()._run_again(check_left=False)
