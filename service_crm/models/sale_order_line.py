from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    not_in_catalogue = fields.Boolean()
    work_order_line_ids = fields.One2many("service.work.order.line", "sale_line_id")
