from odoo import fields, models


class AccountMove(models.Model):
    """Invoices and bills of contracts; a credit note belongs to the same one."""

    _inherit = "account.move"

    contract_id = fields.Many2one(
        "service.contract",
        "Service Contract",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    # Odoo asks the database whose invoice a new one is, unless it knows the way back.
    contract_payment_ids = fields.One2many(
        "service.contract.payment", "move_id", "Planned Payments"
    )
    contract_period_ids = fields.One2many(
        "service.contract.period", "move_id", "Periods of Contracts"
    )
