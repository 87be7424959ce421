from odoo import models


class ProductProduct(models.Model):
    """Goods of the catalogue: what is free, per warehouse, where Odoo keeps stock."""

    _inherit = "product.product"

    def _get_free_stock(self, company):
        """What may still be promised of these goods, in one query for all of them.

        :return: ``{product: {warehouse: quantity in the product's unit}}`` of storable
            goods, each with all warehouses of the company; empty without ``stock``
        """
        if "stock.warehouse" not in self.env:
            return {}
        # Who prices a job sees how much there is, without any right on the stock.
        goods = self.sudo().filtered("is_storable")
        warehouses = goods.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        free = {good: dict.fromkeys(warehouses, 0.0) for good in goods}
        rows = goods.env["stock.quant"]._read_group(
            [
                ("product_id", "in", goods.ids),
                ("location_id.usage", "=", "internal"),
                ("location_id.warehouse_id", "in", warehouses.ids),
                ("owner_id", "=", False),
            ],
            ["product_id", "location_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        for good, location, quantity, reserved in rows:
            free[good][location.warehouse_id] += quantity - reserved
        return free
