from odoo import api, fields, models

from ..tools.work_order_steps import FINISHED
from .resource_resource_cost import COST_GROUPS


class ServiceWorkOrder(models.Model):
    """Work order: whose hours it takes, and what they cost when it was done."""

    _inherit = "service.work.order"

    hour_cost = fields.Float(
        "Cost per Hour",
        compute="_compute_hour_cost",
        compute_sudo=True,
        store=True,
        groups=COST_GROUPS,
        aggregator=None,
        help="Of all who go there together.",
    )
    people_count = fields.Integer(
        "People",
        compute="_compute_people_count",
        compute_sudo=True,
        store=True,
        aggregator=None,
        help="How many people work at this visit: its hours count for each of them.",
    )

    @api.depends("booked_ids", "booked_ids.service_hour_cost", "performer_id", "state")
    def _compute_hour_cost(self):
        for order in self:
            # A later rise of the wage does not change what was done before.
            if order.state in FINISHED and order.hour_cost:
                order.hour_cost = order.hour_cost
            else:
                order.hour_cost = order._get_hour_cost()

    @api.depends("booked_ids", "crew_size")
    def _compute_people_count(self):
        for order in self:
            people = order.booked_ids.filtered(lambda who: who.resource_type == "user")
            # of a crew without listed members the crew stands for one
            count = len(people.filtered(lambda who: not who.is_crew) or people)
            order.people_count = count or max(order.crew_size, 1)

    def _get_hour_cost(self):
        """What an hour of this visit costs: of the performer and all who go along.

        A crew with a price of its own costs that, whoever belongs to it.
        """
        self.ensure_one()
        people, performer = self.booked_ids, self.performer_id
        if performer.is_crew and performer.service_hour_cost:
            people -= performer.crew_member_ids - self.helper_ids
        return sum(people.mapped("service_hour_cost"))
