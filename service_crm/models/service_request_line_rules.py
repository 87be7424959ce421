from odoo import api, fields, models

from ..tools.price_plan import PRICING


class ServiceRequestLine(models.Model):
    """Requested service: what a person wrote, and what price rules made of it."""

    _inherit = "service.request.line"

    price_base = fields.Float(
        "Price before Rules",
        digits="Product Price",
        copy=False,
        help="From the price list or written by hand, before price rules.",
    )
    discount_base = fields.Float(
        "Discount by Hand %",
        digits="Discount",
        copy=False,
        help="Written by hand: price rules leave it as it is.",
    )
    rule_reasons = fields.Char(
        "Why This Price",
        readonly=True,
        copy=False,
        help="The price rules that changed the price or the discount of this line.",
    )

    def write(self, vals):
        if self.env.context.get("service_pricing") is not PRICING:
            vals = self._add_base_values(vals)
        return super().write(vals)

    @api.model
    def _add_precomputed_values(self, vals_list):
        result = super()._add_precomputed_values(vals_list)
        if self.env.context.get("service_pricing") is not PRICING:
            for vals in vals_list:
                vals["price_base"] = vals.get("price_unit") or 0.0
                vals["discount_base"] = vals.get("discount") or 0.0
        return result

    def copy_data(self, default=None):
        """A copy is priced anew; only what was written by hand is taken along."""
        vals_list = super().copy_data(default)
        for line, vals in zip(self, vals_list, strict=True):
            vals["discount"] = line.discount_base
            if not line._has_own_price():
                vals.pop("price_unit", None)
        return vals_list

    @api.model
    def _add_base_values(self, vals):
        """What a person writes is the price before rules, too."""
        given = {
            base: vals[name]
            for name, base in (
                ("price_unit", "price_base"),
                ("discount", "discount_base"),
            )
            if name in vals
        }
        return {**vals, **given}
