from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SaleOrder(models.Model):
    """Service quotation: filled by the picker."""

    _name = "sale.order"
    _inherit = ["sale.order", "service.picker.mixin"]

    @api.readonly
    def action_add_from_catalog(self):
        """A quotation of a request is filled with the same picker as the request."""
        action = super().action_add_from_catalog()
        if len(self) != 1 or not self.is_service:
            return action
        return self._prepare_picker_action(
            action, self.env._("Services for %(order)s", order=self.display_name)
        )

    def _get_product_catalog_record_lines(self, product_ids, **kwargs):
        """The picker has no sections: a product counts wherever it stands."""
        if not self.is_service:
            return super()._get_product_catalog_record_lines(product_ids, **kwargs)
        return self.order_line.filtered(
            lambda line: not line.display_type and line.product_id.id in product_ids
        ).grouped("product_id")

    def _update_order_line_info(self, product_id, quantity, **kwargs):
        if self.is_service:
            lines = self.order_line.filtered(lambda li: li.product_id.id == product_id)
            kwargs["section_id"] = lines[:1].get_parent_section_line().id
        return super()._update_order_line_info(product_id, quantity, **kwargs)

    def _get_picker_state(self):
        """Totals of the quotation, and kinds of equipment that fit what was picked."""
        lines = self.order_line.filtered(lambda line: not line.display_type)
        return {
            "total": self.currency_id.format(self.amount_total),
            "untaxed": self.currency_id.format(self.amount_untaxed),
            "has_tax": bool(self.amount_tax),
            "count": len(lines),
            "free": len(lines.filtered("not_in_catalogue")),
            "readonly": self._is_readonly(),
            "title": self.partner_id.display_name or self.display_name,
            "fits": self._get_picked_kinds().mapped("name"),
        }

    def _add_free_line(self, name, quantity, price):
        """Free words are the request's: there the list “to add” finds them."""
        if not self.is_service:
            raise UserError(
                self.env._("Free lines belong to the quotation of a service request.")
            )
        line = self.opportunity_id._add_free_line(name, quantity, price)
        self.write({"order_line": [Command.create(line._prepare_sale_line_values())]})
        return line
