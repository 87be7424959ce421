from odoo import fields, models


class ServicePriceRule(models.Model):
    """A surcharge, a discount or a minimum that the price takes by itself."""

    _name = "service.price.rule"
    _description = "Price rule"
    _order = "sequence, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True)
    name = fields.Char(required=True, translate=True)
