from odoo import fields, models

# Who may see what an hour of a colleague costs.
COST_GROUPS = "service_crm.group_service_margin"


class ResourceResource(models.Model):
    """A performer: what an hour of work costs the company."""

    _inherit = "resource.resource"

    service_cost_currency_id = fields.Many2one(
        "res.currency", compute="_compute_service_cost_currency_id"
    )
    service_hour_cost = fields.Monetary(
        "Cost per Hour",
        currency_field="service_cost_currency_id",
        groups=COST_GROUPS,
        help="What an hour on a job costs the company: wage, taxes, car, tools.",
    )

    _service_hour_cost_positive = models.Constraint(
        "CHECK(service_hour_cost IS NULL OR service_hour_cost >= 0)",
        "The cost per hour of a performer can not be negative.",
    )

    def _compute_service_cost_currency_id(self):
        for resource in self:
            company = resource.company_id or self.env.company
            resource.service_cost_currency_id = company.currency_id
