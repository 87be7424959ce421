from odoo import api, models


class ServiceDemo(models.AbstractModel):
    """Demo runs of the process “Estimate of a large repair”."""

    _inherit = "service.demo"

    @api.model
    def _load_approvals(self):
        """One asks manager and customer, one was refused, one is being prepared."""
        process = self.env.ref("service_crm_bpm.process_estimate_demo")
        process._publish()
        requests = self.env["crm.lead"].search(
            [("is_service", "=", True), ("partner_id", "!=", False)],
            order="id",
            limit=3,
        )
        dispatcher = self.env.ref("service_crm.user_dispatcher")
        manager = self.env.ref("service_crm.user_manager")
        # sudo: as the engine starts runs for a user
        runs = (
            process.with_user(dispatcher)
            .sudo()
            ._start([{"res_id": request.id} for request in requests])
        )
        for run in runs[:2]:
            self._get_token(run).activity_id.with_user(dispatcher).action_done()
        for approval in self._get_token(runs[1:2]).approval_ids:
            if approval.user_id == manager:
                approval.with_user(manager).action_reject(
                    "Too dear: ask the second supplier for the drive"
                )
        self._spread_times(runs)
