from odoo import fields, models


class ResPartner(models.Model):
    """Contact: the day to congratulate on."""

    _inherit = "res.partner"

    service_birthday = fields.Date("Birthday", copy=False)
