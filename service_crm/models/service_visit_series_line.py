from odoo import fields, models


class ServiceVisitSeriesLine(models.Model):
    _name = "service.visit.series.line"
    _description = "Service of recurring visits"
    _order = "sequence, id"

    series_id = fields.Many2one(
        "service.visit.series", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        "Service",
        required=True,
        domain=[("sale_ok", "=", True)],
        ondelete="restrict",
    )
    quantity = fields.Float(default=1.0, digits="Product Unit")

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "Say how much of it is done at a visit."
    )
