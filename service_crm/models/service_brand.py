from odoo import fields, models


class ServiceBrand(models.Model):
    """A maker: of what is sold, or of what is serviced."""

    _name = "service.brand"
    _description = "Brand"
    _order = "name, id"

    active = fields.Boolean(default=True)
    name = fields.Char(required=True)

    _name_uniq = models.UniqueIndex(
        "(lower(name)) WHERE active", "There is a brand of this name already."
    )
