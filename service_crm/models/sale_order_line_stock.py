from odoo import api, models


class SaleOrderLine(models.Model):
    """Ordered goods: what is free of them where, until they are reserved."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "service.stock.mixin"]

    @api.depends("product_uom_qty", "product_uom_id", "state")
    def _compute_stock(self):
        super()._compute_stock()

    def _get_stock_demand(self):
        """Goods on quotations of service requests."""
        demand = super()._get_stock_demand()
        for line in self.filtered("product_id"):
            if line.order_id.is_service and line.state in ("draft", "sent"):
                quantity = line.product_uom_id._compute_quantity(
                    line.product_uom_qty,
                    line.product_id.uom_id,
                    raise_if_failure=False,
                )
                # The warehouse's name is shown, its other data are not.
                warehouse = line.order_id.sudo().warehouse_id
                company = line.company_id or self.env.company
                demand[line] = (company, warehouse, quantity)
        return demand
