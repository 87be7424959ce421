from odoo import fields, models


class ServiceRequestLine(models.Model):
    _name = "service.request.line"
    _description = "Requested service"
    _order = "request_id, sequence, id"

    request_id = fields.Many2one(
        "crm.lead", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one("product.product", "Service", ondelete="restrict")
    name = fields.Char("Description", required=True)
    quantity = fields.Float(default=1.0, digits="Product Unit")
    currency_id = fields.Many2one(related="request_id.company_currency")
    price_unit = fields.Float("Price", digits="Product Price")
    price_subtotal = fields.Monetary("Total")
    not_in_catalogue = fields.Boolean(
        help="Written by hand: nothing in the catalogue fits yet."
    )
    sale_line_id = fields.Many2one("sale.order.line", readonly=True, copy=False, index="btree_not_null")
