from odoo import api, fields, models

from ..tools.work_order_steps import FINISHED
from .resource_resource_cost import COST_GROUPS


class ServiceWorkOrder(models.Model):
    """Work order: what an hour of it costs, as it was when it was done."""

    _inherit = "service.work.order"

    hour_cost = fields.Float(
        "Cost per Hour",
        compute="_compute_hour_cost",
        compute_sudo=True,
        store=True,
        groups=COST_GROUPS,
        aggregator=None,
    )

    @api.depends("performer_id.service_hour_cost", "state")
    def _compute_hour_cost(self):
        for order in self:
            # A later rise of the wage does not change what was done before.
            if order.state in FINISHED and order.hour_cost:
                order.hour_cost = order.hour_cost
            else:
                order.hour_cost = order.performer_id.service_hour_cost
