from odoo import api, fields, models
from odoo.tools import float_compare

from ..tools.price_plan import PRICING

# What a person writes and prices follow.
PRICED_FIELDS = {
    "product_id",
    "quantity",
    "product_uom_id",
    "price_unit",
    "discount",
    "request_id",
    "is_optional",
    "is_chosen",
    "sequence",
}


class ServiceRequestLine(models.Model):
    """Requested service: the lines computed for a kit."""

    _inherit = "service.request.line"

    component_line_ids = fields.One2many(
        "service.request.line", "parent_line_id", "Computed Lines"
    )
    value_ids = fields.One2many("service.request.value", "line_id", "Answers")
    price_error = fields.Char(
        "Not Computed",
        readonly=True,
        copy=False,
        help="Why the kit could not be computed, and what to do about it.",
    )
    is_computed = fields.Boolean(compute="_compute_is_computed")

    _one_per_component = models.UniqueIndex(
        "(parent_line_id, component_id) WHERE component_id IS NOT NULL",
        "A component is in the kit of a request already.",
    )

    @api.depends("parent_line_id", "price_rule_id")
    def _compute_is_computed(self):
        for line in self:
            line.is_computed = bool(line.parent_line_id or line.price_rule_id)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._update_request_prices()
        return lines

    def write(self, vals):
        requests = self.request_id if "request_id" in vals else self.browse().request_id
        result = super().write(vals)
        if PRICED_FIELDS & vals.keys():
            self._update_request_prices(requests)
        return result

    def unlink(self):
        """The computed lines of a kit go with it, also out of the quotation."""
        requests = self.request_id
        lines = self | self.component_line_ids
        result = super(ServiceRequestLine, lines).unlink()
        if self.env.context.get("service_pricing") is not PRICING:
            requests.exists()._update_prices()
        return result

    def _get_listed_prices(self):
        """Either the kit has the price, or its components."""
        prices = super()._get_listed_prices()
        for line in self:
            if line._is_priced_elsewhere():
                prices[line] = 0.0
        return prices

    def _is_priced_elsewhere(self):
        """Whether the price of the line is in another line of its kit."""
        self.ensure_one()
        if self.parent_line_id:
            kit = self.parent_line_id.product_id.product_tmpl_id
            return bool(self.component_id) and kit.kit_price == "own"
        return self.product_id.product_tmpl_id._has_component_prices()

    def _update_request_prices(self, requests=None):
        """Prices follow the lines, unless they are just being computed."""
        if self.env.context.get("service_pricing") is not PRICING:
            (self.request_id | (requests or self.request_id))._update_prices()

    def _write_differences(self, values):
        """Write those values that differ from the line's."""
        self.ensure_one()
        vals = {
            name: value
            for name, value in values.items()
            if self._is_different(name, value)
        }
        if "quantity" in vals:  # a new quantity alone would ask the price list again
            for name in ("price_unit", "price_base", "price_listed"):
                if name in values:
                    vals[name] = values[name]
        if vals:
            self.write(vals)

    def _is_different(self, name, value):
        """Whether a computed value is another than the line's, at its precision."""
        present = self[name]
        if isinstance(present, models.BaseModel):
            return present.id != value
        if isinstance(present, float):
            digits = self._fields[name].get_digits(self.env)
            if digits:
                return float_compare(present, value, precision_digits=digits[1]) != 0
        return present != value
