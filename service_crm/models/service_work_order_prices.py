from odoo import api, models

PRICED_FIELDS = {"date_start", "state", "request_id"}


class ServiceWorkOrder(models.Model):
    """Work order: the time of the visit may set the price."""

    _inherit = "service.work.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._update_timed_prices()
        return orders

    def write(self, vals):
        watched = not PRICED_FIELDS.isdisjoint(vals)
        before = {order: order._get_price_time() for order in self} if watched else {}
        result = super().write(vals)
        moved = self.filtered(
            lambda order: order in before and before[order] != order._get_price_time()
        )
        if moved:
            moved._update_timed_prices()
        return result

    def _get_price_time(self):
        """When the visit is, as far as prices are concerned."""
        self.ensure_one()
        return self.request_id, self.state != "cancelled" and self.date_start

    def _update_timed_prices(self):
        """Prices that depend on the time of the visit follow it."""
        rule = self.env["service.price.rule"]
        lang = self.env.lang or "en_US"
        timed = self.filtered(
            lambda order: any(
                compiled.is_timed and compiled.basis == "visit"
                for compiled in rule._get_compiled(order.company_id.id, lang)
            )
        )
        # Whoever plans the visit need not be one who prices it.
        if requests := timed.sudo().request_id:
            requests._update_prices()
