from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

# What the customer agrees to: the field of the request line → of the order line.
# The quantity of an option counts in the order only when the customer has ticked it.
SALE_LINE_FIELDS = {
    "product_id": "product_id",
    "name": "name",
    "quantity": "product_uom_qty",
    "product_uom_id": "product_uom_id",
    "price_unit": "price_unit",
    "discount": "discount",
}


class ServiceRequestLine(models.Model):
    """Requested service: its line in the quotation."""

    _inherit = "service.request.line"

    def write(self, vals):
        if not {*SALE_LINE_FIELDS, "is_optional", "is_chosen"}.isdisjoint(vals):
            self._check_not_offered()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_offered(self):
        self._check_not_offered()

    def unlink(self):
        # An operator may take a service off the request, but has no right on orders:
        # the line leaves the draft of the quotation with it.
        quoted = self.sudo().sale_line_id.filtered(lambda line: line.state == "draft")
        result = super().unlink()
        quoted.unlink()
        return result

    def _check_not_offered(self):
        """Refuse changes of what the customer has in hand or has agreed to."""
        offered = self.sudo().sale_line_id.filtered(  # only the state is looked at
            lambda line: line.state in ("sent", "sale")
        )
        if offered:
            order = offered[0].order_id
            raise UserError(
                self.env._(
                    "%(order)s is with the customer already. To change a service, "
                    "first take the quotation back to a draft; after agreement, "
                    "add a new line instead.",
                    order=order.name,
                )
                if order.state == "sent"
                else self.env._(
                    "%(order)s is agreed: its services can not be changed. "
                    "Add a new line instead.",
                    order=order.name,
                )
            )

    # pylint: disable-next=missing-return
    def _link_product(self, product):
        """Put a catalogue product in place of free words; what was agreed stays."""
        self.ensure_one()
        sale_line = self.sale_line_id
        # Past the check of `write`: neither words nor price of an offer change here.
        # pylint: disable-next=super-method-mismatch
        super().write(
            {
                "product_id": product.id,
                "name": self.name,
                "product_uom_id": self.product_uom_id.id,
                "price_unit": self.price_unit,
            }
        )
        if sale_line.state == "draft":
            sale_line.write(self._prepare_sale_line_values())
        else:
            sale_line.not_in_catalogue = False

    # pylint: disable-next=missing-return
    def _take_over(self, values):
        """Take values of the order line over, where they differ.

        :param dict values: ``{field name: value}`` as read from the order line
        """
        self.ensure_one()
        vals = {
            name: self._fields[name].convert_to_write(value, self)
            for name, value in values.items()
            if value != self._get_sale_line_value(name)
        }
        if self.is_optional and "quantity" in vals:
            # Not ticked: what was offered stays to be ticked.
            vals["is_chosen"] = bool(vals["quantity"])
            if not vals["is_chosen"]:
                vals.pop("quantity")
        if vals:
            # Past the check of `write`: the order line was allowed to change.
            # pylint: disable-next=super-method-mismatch
            super().write(vals)

    def _prepare_sale_line_values(self):
        """Values of the order line of a request line. Extension point.

        The price is what was agreed: it is pinned, price lists do not move it any
        more (`technical_price_unit` differs from it, which Odoo takes for a price
        written by hand).

        :return: values for ``sale.order.line`` create or write
        """
        self.ensure_one()
        product = self.product_id or self._get_free_line_product()
        if not product:
            raise UserError(
                self.env._(
                    "The product for services outside the catalogue was deleted. "
                    "Pick a service of the catalogue for “%(line)s”.",
                    line=self.name,
                )
            )
        values = {
            "product_id": product.id,
            "name": self.name,
            "product_uom_qty": self._get_sale_line_value("quantity"),
            "product_uom_id": self.product_uom_id.id or product.uom_id.id,
            "price_unit": self.price_unit,
            "technical_price_unit": 0.0 if self.price_unit else -1.0,
            "discount": self.discount,
            "sequence": self._get_sale_line_sequence(),
            "not_in_catalogue": not self.product_id,
            "service_request_line_ids": [Command.link(self.id)],
        }
        if not self.product_id:
            values["tax_ids"] = [Command.set(self.tax_ids.ids)]
        return values

    def _is_quoted_as_is(self):
        """Whether the order line says the same as the request line."""
        self.ensure_one()
        return (
            self.sale_state not in (False, "cancel")
            and self.is_optional == self.sale_line_id._is_line_optional()
            and all(
                self._get_sale_line_value(name) == self.sale_line_id[sale_name]
                for name, sale_name in SALE_LINE_FIELDS.items()
            )
        )

    def _get_sale_line_value(self, name):
        """The value of one field as the order line should hold it."""
        if name == "product_id":
            return self.product_id or self._get_free_line_product()
        if name == "quantity" and not self._is_wanted():
            return 0.0
        return self[name]
