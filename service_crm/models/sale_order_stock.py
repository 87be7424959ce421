from odoo import api, fields, models


class SaleOrder(models.Model):
    """Service order: whether its lines tell the stock of goods."""

    _inherit = "sale.order"

    shows_stock = fields.Boolean(compute="_compute_shows_stock")

    def _compute_shows_stock(self):
        for order in self:
            order.shows_stock = order.is_service and self._has_warehouses()

    @api.model
    def _has_warehouses(self):
        """Whether Odoo keeps stock here and orders choose their warehouse."""
        return "warehouse_id" in self._fields
