from odoo import api, models


class ServiceRequestLine(models.Model):
    """Requested goods: what is free of them where."""

    _name = "service.request.line"
    _inherit = ["service.request.line", "service.stock.mixin"]

    @api.depends("quantity", "product_uom_id", "sale_state", "request_id.site_id")
    def _compute_stock(self):
        super()._compute_stock()

    def _get_stock_demand(self):
        """Requested goods that no confirmed order has reserved yet."""
        demand = super()._get_stock_demand()
        warehouses = self.request_id._get_service_warehouses()
        for line in self.filtered("product_id"):
            if line.sale_state == "sale":
                continue
            request = line.request_id
            # The order's own choice, when there is an order; its reader may not be
            # allowed to read the warehouse.
            order = line.sale_line_id.order_id.sudo()
            chosen = order.warehouse_id if order else warehouses[request]
            unit = line.product_uom_id or line.product_id.uom_id
            quantity = unit._compute_quantity(
                line.quantity, line.product_id.uom_id, raise_if_failure=False
            )
            demand[line] = (request._get_service_company(), chosen, quantity)
        return demand
