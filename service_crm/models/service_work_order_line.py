from odoo import fields, models


class ServiceWorkOrderLine(models.Model):
    _name = "service.work.order.line"
    _description = "Work or material of a work order"
    _order = "work_order_id, sequence, id"

    work_order_id = fields.Many2one(
        "service.work.order", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    sale_line_id = fields.Many2one(
        "sale.order.line", "Order Line", index="btree_not_null", ondelete="restrict"
    )
    product_id = fields.Many2one("product.product", ondelete="restrict")
    name = fields.Char("Description", required=True)
    quantity_planned = fields.Float("Planned", default=1.0, digits="Product Unit")
    quantity_done = fields.Float("Done", digits="Product Unit")
    is_done = fields.Boolean("Done?")
