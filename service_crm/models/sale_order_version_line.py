from odoo import fields, models


class SaleOrderVersionLine(models.Model):
    """One service of an offer as it was sent, and what became of it."""

    _name = "sale.order.version.line"
    _description = "Line of a version of an offer"
    _order = "version_id, sequence, id"

    version_id = fields.Many2one(
        "sale.order.version",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(readonly=True)
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    product_id = fields.Many2one(
        "product.product", "Service", readonly=True, index="btree_not_null"
    )
    name = fields.Text("Description", readonly=True)
    is_optional = fields.Boolean("Optional", readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit")
    product_uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    price_unit = fields.Float("Price", readonly=True, digits="Product Price")
    discount = fields.Float("Discount %", readonly=True, digits="Discount")
    currency_id = fields.Many2one(related="version_id.currency_id")
    price_subtotal = fields.Monetary("Amount", readonly=True)
    is_accepted = fields.Boolean("Accepted", readonly=True)
    amount_accepted = fields.Monetary("Accepted Amount", readonly=True)

    def _note_accepted(self):
        """Note what of the offer was agreed: options only when they were ticked."""
        for line in self:
            agreed = line.sale_line_id
            line.write(
                {
                    "is_accepted": bool(agreed.product_uom_qty),
                    "amount_accepted": agreed.price_subtotal,
                }
            )
