from odoo import fields, models


class ServiceContractPayment(models.Model):
    """A planned payment of a contract or of an order: when, what for, how much."""

    _name = "service.contract.payment"
    _description = "Planned payment"
    _check_company_auto = True
    _order = "date, id"

    contract_id = fields.Many2one(
        "service.contract", index="btree_not_null", ondelete="cascade"
    )
    order_id = fields.Many2one("sale.order", index="btree_not_null", ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True)
    name = fields.Char("What For", required=True)
    date = fields.Date("Due", required=True)
    amount = fields.Monetary(required=True)
