from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Paying a service quotation is the customer's approval, not the others'."""
        confirmed = self.env["sale.order"]
        service = self.filtered(
            lambda tx: len(tx.sale_order_ids) == 1 and tx.sale_order_ids.is_service
        )
        for tx in service:
            order = tx.sale_order_ids
            if order.state == "sent" and order._is_confirmation_amount_reached():
                order._record_customer_word("approved", spoken_with=tx.partner_id.name)
                confirmed |= order.filtered(lambda order: order.state == "sale")
        rest = self - service
        return (
            confirmed
            | super(PaymentTransaction, rest)._check_amount_and_confirm_order()
        )
