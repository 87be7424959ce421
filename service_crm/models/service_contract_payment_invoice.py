from odoo import models
from odoo.exceptions import AccessError, UserError


class ServiceContractPayment(models.Model):
    """Planned payment: its invoice."""

    _inherit = "service.contract.payment"

    def action_make_invoice(self):
        """Make the draft invoice of each payment; of an order, a down payment."""
        self._check_may_invoice()
        # Managers need no right on accounting; the plan decides what is made.
        rows = self.sudo()
        rows._lock_for_invoice()
        for row in rows:
            row._check_invoiceable()
            row.move_id = row._make_invoice()
        return rows._get_invoice_action()

    def _make_invoice(self):
        """The invoice of one payment."""
        self.ensure_one()
        if self.contract_id:
            return self.contract_id._make_payment_invoice(self)
        order = self.order_id.with_company(self.company_id)
        wizard = self.env["sale.advance.payment.inv"].create(
            self._prepare_down_payment_values()
        )
        return wizard._create_invoices(order)

    def _prepare_down_payment_values(self):
        """Values of Odoo's wizard that makes the invoice. Extension point.

        What is left at the end is the regular invoice: it deducts the advances.
        """
        self.ensure_one()
        values = {"sale_order_ids": [(6, 0, self.order_id.ids)]}
        if self.kind == "final":
            return {**values, "advance_payment_method": "delivered"}
        return {
            **values,
            "advance_payment_method": "fixed",
            "fixed_amount": self.amount,
        }

    def _check_may_invoice(self):
        """Managers and accountants make the invoices of planned payments."""
        if not self.env.su and not self.env.user.has_groups(
            "service_crm.group_service_manager,account.group_account_invoice"
        ):
            raise AccessError(
                self.env._("Invoices are made by managers and by accounting.")
            )
        self.check_access("read")

    def _check_invoiceable(self):
        """A payment is invoiced once, and only when there is something to invoice."""
        self.ensure_one()
        if self.move_id and self.move_id.state != "cancel":
            raise UserError(
                self.env._("%(payment)s has its invoice already.", payment=self.name)
            )
        if self.period_start:
            raise UserError(
                self.env._(
                    "%(payment)s: the invoice of a period is made when it is over.",
                    payment=self.name,
                )
            )
        if self.currency_id.is_zero(self.amount):
            raise UserError(
                self.env._("%(payment)s: enter the amount.", payment=self.name)
            )
        if self.contract_id.state == "draft":
            raise UserError(
                self.env._(
                    "%(contract)s is a draft: activate it first.",
                    contract=self.contract_id.display_name,
                )
            )
        if self.order_id and self.order_id.state != "sale":
            raise UserError(
                self.env._(
                    "%(order)s is not confirmed: confirm it first.",
                    order=self.order_id.name,
                )
            )

    def _lock_for_invoice(self):
        """Two presses at once make one invoice."""
        if self.try_lock_for_update() != self:
            raise UserError(
                self.env._("The invoice is being made just now. Look again.")
            )

    def _get_invoice_action(self):
        """Open the invoices of these payments."""
        kind = "in" if "expense" in self.mapped("direction") else "out"
        action = self.env["ir.actions.actions"]._for_xml_id(
            f"account.action_move_{kind}_invoice_type"
        )
        action["domain"] = [("id", "in", self.move_id.ids)]
        if len(self.move_id) == 1:
            action["views"] = [(self.env.ref("account.view_move_form").id, "form")]
            action["res_id"] = self.move_id.id
        return action
