from odoo import fields, models


class ServiceBrand(models.Model):
    """A make: of what is sold, or of what is serviced."""

    _name = "service.brand"
    _description = "Brand"
    _order = "name, id"
    _rec_names_search = ["name", "manufacturer"]

    active = fields.Boolean(default=True)
    name = fields.Char("Brand", required=True)
    manufacturer = fields.Char(
        index="trigram", help="The company that makes it, when it is called otherwise."
    )

    _name_uniq = models.UniqueIndex(
        "(lower(name)) WHERE active", "There is a brand of this name already."
    )
