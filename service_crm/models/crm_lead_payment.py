from odoo import api, fields, models
from odoo.tools import float_compare

SETTLED = ("paid", "in_payment", "invoicing_legacy")


class CrmLead(models.Model):
    """Service request: what is still to be paid follows the invoices."""

    _inherit = "crm.lead"

    service_payment_state = fields.Selection(
        compute="_compute_service_payment_state", store=True
    )

    @api.model
    def _get_service_entry_fields(self):
        """What is paid is logged, so that messages and robots may follow it."""
        return (*super()._get_service_entry_fields(), "service_payment_state")

    @api.depends(
        "is_service",
        "works_closed_at",
        "order_ids.order_line.qty_to_invoice",
        "order_ids.order_line.invoice_lines.move_id.state",
        "order_ids.order_line.invoice_lines.move_id.payment_state",
    )
    def _compute_service_payment_state(self):
        for lead in self:
            lead.service_payment_state = lead.is_service and lead._get_payment_state()

    def _get_payment_state(self):
        """Where the payment of this request stands; empty while nothing is delivered.

        A credit note takes its invoice back; what was delivered and is not invoiced
        comes first, since it is the next thing to do.
        """
        self.ensure_one()
        lines = self.order_ids.order_line
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        invoice_lines = lines.invoice_lines
        moves = invoice_lines.move_id.filtered(lambda m: m.move_type == "out_invoice")
        if any(move.state == "draft" for move in moves) or any(
            float_compare(line.qty_to_invoice, 0, precision_digits=digits) > 0
            for line in lines
            if not line.is_downpayment
        ):
            return "to_invoice"
        posted = moves.filtered(
            lambda m: m.state == "posted" and m.payment_state != "reversed"
        )
        if not posted:
            return "nothing" if self.works_closed_at else False
        settled = posted.filtered(lambda m: m.payment_state in SETTLED)
        if settled == posted:
            # An advance alone is a part: the work is still to be done and invoiced.
            work = lines.filtered(lambda line: not line.is_downpayment)
            return "paid" if work.invoice_lines.move_id & posted else "partial"
        if settled or any(move.payment_state == "partial" for move in posted):
            return "partial"
        return "to_pay"
