from odoo import fields, models


class ServiceComponent(models.Model):
    """A part of a kit: a material or a work, and how much of it is needed."""

    _name = "service.component"
    _description = "Component"
    _order = "product_tmpl_id, sequence, id"

    sequence = fields.Integer(default=10)
    product_tmpl_id = fields.Many2one(
        "product.template", "Kit", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        "product.product",
        "Item",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('sale_ok', '=', True), ('type', '!=', 'combo')]",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity_method = fields.Selection(
        [("fixed", "Fixed"), ("formula", "By Formula")],
        "Quantity",
        help="How the quantity is found; a kit can not be published without it.",
    )
    quantity = fields.Float(
        "Fixed Quantity",
        digits="Product Unit",
        default=1.0,
        help="For one unit of the kit.",
    )
    formula = fields.Char(help="2 * (length + width) * height")
    condition = fields.Char("Only If", help='walls = "flat" and floor > 1')
    waste = fields.Float("Waste, %", help="Added to the computed quantity.")
    pack_size = fields.Float(
        "Sold by",
        digits="Product Unit",
        help="The quantity is rounded up to whole packs of this size.",
    )
    is_optional = fields.Boolean(
        "Optional", help="The customer ticks it in the offer, or leaves it."
    )
    parameter_ids = fields.Many2many(
        "service.parameter", "service_component_use_rel", string="Uses"
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0 AND pack_size >= 0)",
        "Quantity and pack size of a component can not be negative.",
    )
    _waste_range = models.Constraint(
        "CHECK(waste IS NULL OR waste BETWEEN 0 AND 100)",
        "The waste of a component is between 0 and 100 %.",
    )
