from odoo import fields, models


class AccountMove(models.Model):
    """Invoices of services: managers and dispatchers open them too."""

    _inherit = "account.move"

    # Odoo's form shows the number of payments to whoever may read the invoice, who
    # need not have any right on payments.
    payment_count = fields.Integer(compute_sudo=True)
