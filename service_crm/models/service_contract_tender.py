from odoo import models


class ServiceContract(models.Model):
    """Contract: the tender it came of."""

    _name = "service.contract"
    _inherit = ["service.contract", "service.tender.mixin"]
