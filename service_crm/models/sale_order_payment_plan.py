from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import float_is_zero

from ..tools.defaults import without_defaults

# What follows from the invoices.
FACT_FIELDS = frozenset({"payment_paid", "payment_total"})


class SaleOrder(models.Model):
    """The priced agreement: what is paid in advance, and what after the work."""

    _name = "sale.order"
    _inherit = ["sale.order", "service.payment.plan.mixin"]

    payment_scheme = fields.Selection(
        compute="_compute_payment_scheme", store=True, readonly=False, precompute=True
    )
    payment_ids = fields.One2many(
        "service.contract.payment", "order_id", "Planned Payments"
    )
    payment_total = fields.Monetary(
        "To Pay in All",
        compute="_compute_payment_total",
        store=True,
        compute_sudo=True,
        help="The order's total; once all work is invoiced, what the invoices say.",
    )
    payment_paid = fields.Monetary(
        "Paid by Now", compute="_compute_payment_paid", store=True, compute_sudo=True
    )

    @api.depends("is_service", "opportunity_id")
    def _compute_payment_scheme(self):
        for order in self:
            # The scheme of a team is no secret of the team.
            team = order.opportunity_id.team_id.sudo()
            order.payment_scheme = (
                order.payment_scheme
                or (order.is_service and team.payment_scheme)
                or "none"
            )

    @api.depends(
        "amount_total",
        "opportunity_id.works_closed_at",
        "order_line.qty_to_invoice",
        "order_line.invoice_lines.move_id.state",
        "order_line.invoice_lines.move_id.amount_total",
    )
    def _compute_payment_total(self):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        for order in self:
            order.payment_total = order.amount_total
            lines = order.order_line.filtered(
                lambda line: not line.display_type and not line.is_downpayment
            )
            moves = order._get_payment_moves()
            if (
                order.opportunity_id.works_closed_at
                and lines.invoice_lines.move_id & moves
                and all(move.state in ("posted", "cancel") for move in moves)
                and all(
                    float_is_zero(line.qty_to_invoice, precision_digits=digits)
                    for line in lines
                )
            ):
                order.payment_total = order._sum_moves(
                    moves, lambda move: move.amount_total, order._get_move_share
                )

    @api.depends(
        "order_line.invoice_lines.move_id.state",
        "order_line.invoice_lines.move_id.amount_total",
        "order_line.invoice_lines.move_id.amount_residual",
    )
    def _compute_payment_paid(self):
        for order in self:
            order.payment_paid = order._sum_moves(
                order._get_payment_moves(),
                lambda move: move.amount_total - move.amount_residual,
                order._get_move_share,
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_paid_by_hand({n for vals in vals_list for n in vals if vals[n]})
        self = without_defaults(self, FACT_FIELDS)
        return super().create(vals_list)

    def write(self, vals):
        self._check_paid_by_hand(vals.keys())
        result = super().write(vals)
        if "payment_scheme" in vals:
            # Who may change the order may change how it is paid.
            self.sudo().filtered(lambda order: order.state == "sale")._plan_payments()
        return result

    @api.model
    def _check_paid_by_hand(self, names):
        """Refuse sums that come by form, import or RPC."""
        if FACT_FIELDS & names and not self.env.su:
            raise AccessError(
                self.env._("What is paid of an order follows from its invoices.")
            )

    def _action_confirm(self):
        """The payments of a confirmed order are expected."""
        result = super()._action_confirm()
        # A customer confirms on the portal, without any right on payments.
        self.sudo()._plan_payments()
        return result

    def _action_cancel(self):
        """The payments of a cancelled order are expected no more."""
        result = super()._action_cancel()
        # Nothing is expected of a cancelled order; see _action_confirm().
        self.sudo().payment_ids.filtered("by_scheme").unlink()
        return result

    def action_view_planned_payments(self):
        """Open the planned payments of the orders."""
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "service_crm.action_contract_payment"
        )
        action["domain"] = [("order_id", "in", self.ids)]
        action["context"] = {"default_order_id": self[:1].id}
        return action

    def _plan_payments(self):
        """The planned payments of the orders' schemes; written by hand they stay."""
        self.payment_ids.filtered("by_scheme").unlink()
        return self.env["service.contract.payment"].create(
            [
                {**part, "order_id": order.id}
                for order in self
                if not order.payment_ids
                for part in order._prepare_scheme_payments()
            ]
        )

    def _get_plan_total(self):
        """What the plan of an order must add up to."""
        self.ensure_one()
        return self.payment_total

    def _get_plan_paid(self):
        """What was paid on the invoices of the order."""
        self.ensure_one()
        return self.payment_paid

    def _get_payment_moves(self):
        """Invoices and credit notes of the order."""
        return self.order_line.invoice_lines.move_id

    def _get_move_share(self, move):
        """Part of an invoice that is of this order: others may stand in it."""
        self.ensure_one()
        lines = move.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        own = lines.filtered(lambda line: line.sale_line_ids.order_id == self)
        others = (lines - own).sale_line_ids.order_id
        if not others:
            return 1.0
        whole = sum(lines.mapped("price_total"))
        return sum(own.mapped("price_total")) / whole if whole else 0.0
