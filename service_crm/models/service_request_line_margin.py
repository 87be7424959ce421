from odoo import api, fields, models

from .crm_lead_margin import MARGIN_GROUP


class ServiceRequestLine(models.Model):
    """Requested service: its cost and margin."""

    _inherit = "service.request.line"

    cost_unit = fields.Float(
        "Unit Cost",
        compute="_compute_cost_unit",
        compute_sudo=True,
        digits="Product Price",
        groups=MARGIN_GROUP,
        help="By the cost of the product; unknown for services in free words.",
    )
    margin = fields.Monetary(
        compute="_compute_margin", compute_sudo=True, groups=MARGIN_GROUP
    )

    @api.depends(
        "product_id.standard_price", "product_uom_id", "currency_id", "parent_line_id"
    )
    def _compute_cost_unit(self):
        groups = self.grouped(
            lambda line: (line.request_id._get_service_company(), line.currency_id)
        )
        for (company, currency), lines in groups.items():
            items = [(line.product_id, line.product_uom_id) for line in lines]
            costs = self._get_unit_costs(items, company, currency)
            for line, cost in zip(lines, costs, strict=True):
                # What a kit costs is what its components cost.
                line.cost_unit = 0.0 if line.component_line_ids else cost

    @api.depends("price_subtotal", "cost_unit", "quantity")
    def _compute_margin(self):
        for line in self:
            line.margin = line.price_subtotal - line.cost_unit * line.quantity

    @api.model
    def _get_unit_costs(self, items, company, currency):
        """Unit costs in a currency.

        :param items: list of ``(product, unit)``
        :return: list of costs, in the same order
        """
        # Who sees margins is decided where they are shown; costs are the company's.
        company = company.sudo()
        rate = company.currency_id._convert(1.0, currency, company, round=False)
        costs = []
        for product, unit in items:
            product = product.sudo().with_company(company)  # as said above
            cost = product.standard_price * rate
            if unit and unit != product.uom_id:
                cost = product.uom_id._compute_price(cost, unit)
            costs.append(cost)
        return costs
