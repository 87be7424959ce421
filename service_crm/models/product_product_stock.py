from odoo import api, fields, models

# What Odoo's catalogue shows of the stock: only who reads stock moves may open it.
STOCK_NODES = (
    "//field[@name='qty_available' or @name='free_qty']"
    "|//div[@name='o_kanban_qty_available_and_on_hand']"
)


class ProductProduct(models.Model):
    """Goods of the catalogue: what is free, per warehouse, where Odoo keeps stock."""

    _inherit = "product.product"

    service_stock_note = fields.Char(
        "Free Stock", compute="_compute_service_stock_note"
    )

    @api.depends_context("order_id", "product_catalog_order_model", "uid")
    def _compute_service_stock_note(self):
        self.service_stock_note = False
        if not self.env["sale.order"]._has_warehouses():
            return
        record = self._get_picked_for()
        if record._name == "sale.order":
            # sudo: which warehouse is the nearest, for who picks for the order
            company, nearest = record.company_id, record.sudo().warehouse_id
        else:
            company = record._get_service_company()
            nearest = record._get_service_warehouses().get(record)
        stock = self._get_free_stock(company)
        for product in self & self.browse(good.id for good in stock):
            product.service_stock_note = self.env["service.stock.mixin"]._list_stock(
                stock[product], nearest
            )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """The picker tells the stock in words of its own, to everybody who prices."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view == self.env.ref("service_crm.product_view_kanban_catalog_request"):
            for node in arch.xpath(STOCK_NODES):
                node.getparent().remove(node)
        return arch, view

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
