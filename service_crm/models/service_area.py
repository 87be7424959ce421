from odoo import fields, models


class ServiceArea(models.Model):
    """Where performers go: a district, a town, a part of the country."""

    _name = "service.area"
    _description = "Service area"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    color = fields.Integer()
    zip_codes = fields.Char(
        "Postal Codes",
        help="The places of work that belong here, by postal code: beginnings and "
        "ranges, for example 101, 115000-115999.",
    )
