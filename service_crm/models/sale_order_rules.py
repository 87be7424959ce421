from odoo import models
from odoo.exceptions import UserError

from ..tools.price_plan import PRICING


class SaleOrder(models.Model):
    """Order: prices that price rules made are not lost."""

    _inherit = "sale.order"

    def action_update_prices(self):
        """Services are priced by their request, rules included; the rest by Odoo."""
        self.ensure_one()
        request = self.opportunity_id
        if not self._get_requested_lines():
            return super().action_update_prices()
        pricelist = request._get_service_pricelist()
        if self.pricelist_id != pricelist:
            raise UserError(
                self.env._(
                    "The services of %(order)s are priced by the price list "
                    "%(pricelist)s of the customer or the contract. To sell at other "
                    "prices, choose another price list there, or write the prices of "
                    "the services by hand.",
                    order=self.name,
                    pricelist=pricelist.name or self.env._("(none)"),
                )
            )
        if self.state == "draft":
            request.request_line_ids._compute_price_unit()
            self._follow_price_rules()
        return super().action_update_prices()

    def _get_update_prices_lines(self):
        """Lines of the request have the agreed price: no price list moves them."""
        return super()._get_update_prices_lines() - self._get_requested_lines()

    def _get_requested_lines(self):
        """The lines that come from the request."""
        return self.order_line.filtered("service_request_line_ids")

    def _follow_price_rules(self):
        """Price rules count for what was changed in a draft by hand as well."""
        if self.env.context.get("service_pricing") is PRICING:
            return
        # Whoever may change the draft decides what the request says.
        for order in self.sudo().filtered(
            lambda order: order.is_service and order.state == "draft"
        ):
            request = order.opportunity_id._filter_computed_prices()
            if request.service_quotation_id == order:
                request._update_prices()
                request._update_quotation(order)
