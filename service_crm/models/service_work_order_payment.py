from odoo import models

WORKING_STEPS = ("on_the_way", "start")


class ServiceWorkOrder(models.Model):
    """Work order: it begins when the advance is paid."""

    _inherit = "service.work.order"

    def _get_step_obstacles(self, step):
        """Work waits for prepayments and for late payments of the contract."""
        found = super()._get_step_obstacles(step)
        if step not in WORKING_STEPS:
            return found
        contract = self.env["service.contract"]
        for visit in self:
            orders = visit.order_id | visit.request_id._get_service_orders()
            owed = orders._get_owed_words(("start",))
            found[visit] += [words for order in orders for words in owed[order]]
            agreed = visit.request_id.contract_id
            today = contract._get_today(visit.company_id)
            late = agreed.payment_ids.filtered(lambda row, day=today: row.date <= day)
            if late:
                found[visit] += agreed._get_owed_words(("start",), late)[agreed]
        return found
