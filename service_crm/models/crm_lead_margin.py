from odoo import api, fields, models

MARGIN_GROUP = "service_crm.group_service_margin"


class CrmLead(models.Model):
    """Service request: what is left of the price after the costs."""

    _inherit = "crm.lead"

    service_cost = fields.Monetary(
        "Cost",
        compute="_compute_service_margin",
        compute_sudo=True,
        currency_field="service_currency_id",
        groups=MARGIN_GROUP,
    )
    service_margin = fields.Monetary(
        "Margin",
        compute="_compute_service_margin",
        compute_sudo=True,
        currency_field="service_currency_id",
        groups=MARGIN_GROUP,
    )
    service_margin_percent = fields.Float(
        "Margin %",
        compute="_compute_service_margin",
        compute_sudo=True,
        groups=MARGIN_GROUP,
    )

    @api.depends(
        "request_line_ids.cost_unit",
        "request_line_ids.quantity",
        "service_amount_untaxed",
        "service_currency_id",
    )
    def _compute_service_margin(self):
        for lead in self:
            cost = sum(
                line.currency_id._convert(
                    line.cost_unit * line.quantity,
                    lead.service_currency_id,
                    lead._get_service_company(),
                )
                for line in lead.request_line_ids
                if line.is_chosen or not line.is_optional
            )
            untaxed = lead.service_amount_untaxed
            lead.service_cost = cost
            lead.service_margin = untaxed - cost
            lead.service_margin_percent = (untaxed - cost) / untaxed if untaxed else 0.0

    def _get_plan_margin(self, lines, untaxed):
        """What a price plan leaves, or ``None`` while none of its costs is known.

        :param lines: list of PlanLine
        :param float untaxed: what they come to, in the currency of the request
        """
        cost = self._get_plan_cost(lines)
        return None if self._get_service_currency().is_zero(cost) else untaxed - cost

    @api.model
    def _may_see_margin(self):
        """Whether the present user sees costs and margins."""
        return self.env.su or self.env.user.has_group(MARGIN_GROUP)

    def _get_plan_cost(self, lines):
        """What the lines of a price plan cost, in the currency of the request.

        :param lines: list of PlanLine
        """
        self.ensure_one()
        counted = [line for line in lines if line.counts and line.product_id]
        products = self.env["product.product"].browse(
            line.product_id for line in counted
        )
        units = self.env["uom.uom"].browse(line.uom_id for line in counted)
        costs = self.env["service.request.line"]._get_unit_costs(
            list(zip(products, units, strict=True)),
            self._get_service_company(),
            self._get_service_currency(),
        )
        return sum(
            cost * line.quantity for cost, line in zip(costs, counted, strict=True)
        )
