from odoo import fields, models


class SaleOrder(models.Model):
    """Service order: the tender its request is the deal of."""

    _name = "sale.order"
    _inherit = ["sale.order", "service.tender.mixin"]

    tender_id = fields.Many2one(related="opportunity_id.tender_id", index=False)
