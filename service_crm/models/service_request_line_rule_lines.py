from odoo import api, models
from odoo.fields import Command


class ServiceRequestLine(models.Model):
    """Requested service: lines that price rules make."""

    _inherit = "service.request.line"

    @api.depends(
        "price_rule_id.line_taxes",
        "request_id.request_line_ids.product_id",
        "request_id.request_line_ids.price_rule_id",
    )
    def _compute_tax_ids(self):
        """A surcharge or discount is taxed as the services it belongs to."""
        result = super()._compute_tax_ids()
        for line in self.filtered("price_rule_id"):
            # Taxes of rules are the same for everybody.
            if line.price_rule_id.sudo().line_taxes != "services":
                continue
            services = line.request_id.request_line_ids.filtered(
                lambda other: (
                    not other.price_rule_id and not other._is_priced_elsewhere()
                )
            )
            taxes = {other.tax_ids for other in services}
            if len(taxes) == 1:
                line.tax_ids = taxes.pop()
        return result

    @api.model
    def _get_product_domain(self):
        """The product of surcharges and discounts is not picked by hand."""
        domain = super()._get_product_domain()
        product = self.env["service.price.rule"]._get_default_product()
        return [*domain, ("id", "!=", product.id)] if product else domain

    def _prepare_sale_line_values(self):
        """A line of a rule keeps its rule, and the taxes it took from the services."""
        values = super()._prepare_sale_line_values()
        if self.price_rule_id:
            values["price_rule_id"] = self.price_rule_id.id
            values["tax_ids"] = [Command.set(self.tax_ids.ids)]
        return values
