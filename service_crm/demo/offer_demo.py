from odoo import api, fields, models
from odoo.fields import Command

REPAINT = {
    "name": "Repainting of the lift cabin",
    "need": "The cabin of the lift in Mira 14 is scratched, tenants complain.",
    "channel": "mail",
    "customer": "contact_anna",
    "site": "site_mira",
    "phase": "dispatch",
    "lines": [("product_lift_door", 2), ("product_part_roller", 8)],
    "day": 3,
}
DRIVES = {
    "name": "Spare drives for both towers",
    "need": "Two door drives to be kept in the house.",
    "channel": "phone",
    "customer": "contact_boris",
    "site": "site_tverskaya",
    "phase": "dispatch",
    "lines": [("product_part_drive", 2)],
    "day": 3,
}
HOUR_COSTS = {
    "performer_sergey": 24.0,
    "performer_oleg": 22.0,
    "performer_anton": 19.5,
}


class ServiceDemo(models.AbstractModel):
    """Demo offers: refined, with options, agreed with a tick, and refused."""

    _inherit = "service.demo"

    @api.model
    def _load_offers(self):
        """Called once, when demo data is installed."""
        for name, cost in HOUR_COSTS.items():
            self._ref(name).service_hour_cost = cost
        for visit in self.env["service.work.order"].search(
            [("performer_id", "!=", False)]
        ):
            visit._compute_hour_cost()
        self._tell_refined()
        self._tell_ticked()
        self._tell_refused()

    def _tell_refined(self):
        """A second version: the customer wanted the door adjusted, if he pays less."""
        request = self.env["crm.lead"].search(
            [("name", "=", "Replacement of the door drive")], limit=1
        )
        request = self._as("dispatcher", request)
        request.service_quotation_id._action_refine(
            "Too dear. Adjusting the other doors only as an option"
        )
        request.request_line_ids[0].discount = 10
        self._add_option(request, "product_lift_door", 3)
        self._add_option(request, "product_part_roller", 4)
        request.action_ask_approvals()

    def _tell_ticked(self):
        """An offer whose option the customer has taken."""
        request = self._tell_offer(REPAINT, option=("product_lift_check", 1))
        order = request.service_quotation_id
        # The customer ticks on the own page, which writes as the system.
        order.sudo()._customer_choose(
            order._get_option_lines()[:1], True, order.partner_id
        )
        self._decide(order, "action_approve")

    def _tell_refused(self):
        """An offer the customer does not want."""
        request = self._tell_offer(DRIVES)
        self._decide(
            request.service_quotation_id,
            "action_reject",
            comment="They buy the drives themselves",
        )

    def _tell_offer(self, job, option=None):
        """A request up to its offer."""
        today = fields.Date.context_today(self.with_context(tz="Europe/Moscow"))
        day = self._get_working_day(today, job["day"])
        request = self._create_request(job, day)
        for phase in ("taken", "dispatch"):
            getattr(self, f"_tell_{phase}")(request, job, day)
        if option:
            self._add_option(self._as("dispatcher", request), *option)
        self._tell_offered(request, job, day)
        return request

    def _add_option(self, request, product, quantity):
        request.request_line_ids = [
            Command.create(
                {
                    "product_id": self._ref(product).product_variant_id.id,
                    "quantity": quantity,
                    "is_optional": True,
                }
            )
        ]

    def _decide(self, order, step, **values):
        """The customer's word by phone, noted by the dispatcher."""
        for approval in order.service_approval_ids.filtered("may_decide"):
            getattr(self._as("dispatcher", approval), step)(
                spoken_with=order.partner_id.name, method="phone", **values
            )
