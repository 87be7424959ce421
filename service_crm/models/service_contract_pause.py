from odoo import fields, models


class ServiceContractPause(models.Model):
    """Days on which a contract was not in force; they are not paid for."""

    _name = "service.contract.pause"
    _description = "Pause of a contract"
    _order = "date_start, id"

    contract_id = fields.Many2one(
        "service.contract", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, index=True
    )
    date_start = fields.Date("From", required=True, readonly=True)
    date_end = fields.Date("Until", readonly=True)

    _dates_order = models.Constraint(
        "CHECK(date_end >= date_start)", "A pause ends after it begins."
    )
