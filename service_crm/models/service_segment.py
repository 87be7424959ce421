from odoo import fields, models


class ServiceSegment(models.Model):
    """A group of customers: listed, or found by what is known of them."""

    _name = "service.segment"
    _description = "Customer segment"
    _order = "sequence, name, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True)
    name = fields.Char(required=True, translate=True)
