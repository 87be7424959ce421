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
        "product.product", required=True, ondelete="restrict", index=True
    )
