from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SaleOrderLine(models.Model):
    """Order line: on service orders delivered is what the work orders report."""

    _inherit = "sale.order.line"

    added_on_site = fields.Boolean(
        readonly=True,
        copy=False,
        help="Not part of the agreed order: the performer did or used it on the job.",
    )
    qty_delivered_method = fields.Selection(
        selection_add=[("work_order", "Work Orders")],
        # No override of Odoo's: of several addons the one loaded last would win.
        compute="_compute_service_delivered_method",
        ondelete={"work_order": lambda lines: lines._reset_work_order_method()},
    )

    # -- computes

    @api.depends(lambda self: self._get_delivered_method_depends())
    def _compute_service_delivered_method(self):
        self._compute_qty_delivered_method()
        self._filter_service_delivered().qty_delivered_method = "work_order"

    @api.depends(
        "work_order_line_ids.quantity_done", "work_order_line_ids.work_order_id.state"
    )
    def _compute_qty_delivered(self):
        super()._compute_qty_delivered()

    def _prepare_qty_delivered(self):
        """Add what finished work orders report, in one query for all lines."""
        delivered = super()._prepare_qty_delivered()
        lines = self.filtered(lambda line: line.qty_delivered_method == "work_order")
        done = dict(
            self.env["service.work.order.line"]._read_group(
                lines._get_work_done_domain(), ["sale_line_id"], ["quantity_done:sum"]
            )
            if lines
            else ()
        )
        for line in lines:
            delivered[line] = done.get(line._origin, 0.0)
        return delivered

    @api.depends("qty_delivered_method")
    def _compute_qty_to_invoice(self):
        super()._compute_qty_to_invoice()
        lines = self._filter_work_order_sold()
        for line in lines:
            line.qty_to_invoice = line.qty_delivered - line.qty_invoiced
        for combo in lines.filtered("combo_item_id").linked_line_id:
            combo.qty_to_invoice = (
                combo.product_uom_qty - combo.qty_invoiced
                if any(combo.linked_line_ids.mapped("qty_to_invoice"))
                else 0.0
            )

    @api.depends("qty_delivered_method")
    def _compute_invoice_status(self):
        super()._compute_invoice_status()
        # What was delivered beyond the order is invoiced, there is nothing to sell up.
        for line in self._filter_work_order_sold():
            if line.invoice_status == "upselling":
                line.invoice_status = "invoiced"

    @api.depends("qty_delivered_method")
    def _compute_untaxed_amount_to_invoice(self):
        super()._compute_untaxed_amount_to_invoice()
        for line in self._filter_invoiced_on_order():
            price = line.price_unit * (1 - line.discount / 100.0)
            excess = line.qty_delivered - line.product_uom_qty
            line.untaxed_amount_to_invoice += (
                line.tax_ids.compute_all(
                    price,
                    currency=line.currency_id,
                    quantity=excess,
                    product=line.product_id,
                    partner=line.order_id.partner_shipping_id,
                )["total_excluded"]
                if line.tax_ids
                else price * excess
            )

    @api.depends("qty_delivered_method")
    def _compute_amount_to_invoice(self):
        super()._compute_amount_to_invoice()
        for line in self._filter_invoiced_on_order().filtered("product_uom_qty"):
            line.amount_to_invoice += (
                line.price_total
                / line.product_uom_qty
                * (line.qty_delivered - line.product_uom_qty)
            )

    # -- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if any(vals.get("qty_delivered") for vals in vals_list):
            lines.filtered("qty_delivered")._check_delivered_not_typed()
        return lines

    def write(self, vals):
        if "qty_delivered" in vals:
            self._check_delivered_not_typed()
        return super().write(vals)

    # -- helpers

    def _check_delivered_not_typed(self):
        """Refuse delivered quantities typed on orders that work orders deliver."""
        lines = self.filtered(lambda line: line.qty_delivered_method == "work_order")
        if lines:
            raise UserError(
                self.env._(
                    "The delivered quantity of %(lines)s comes from the work orders. "
                    "Enter what was done on the work order.",
                    lines=", ".join(sorted(set(lines.mapped("name")))),
                )
            )

    @api.model
    def _get_delivered_method_depends(self):
        """What any addon's method depends on, and which lines are ours."""
        computes = (
            vars(owner).get("_compute_qty_delivered_method")
            for owner in type(self).mro()
        )
        names = {"order_id.is_service", "display_type", "is_downpayment", "is_expense"}
        for compute in computes:
            depends = getattr(compute, "_depends", ())
            names.update(depends(self) if callable(depends) else depends)
        return sorted(names)

    def _filter_service_delivered(self):
        """Lines that only work orders deliver: all that is sold on service orders."""
        return self.filtered(
            lambda line: (
                line.order_id.is_service
                and not line.display_type
                and not line.is_downpayment
                and not line.is_expense
            )
        )

    def _filter_work_order_sold(self):
        """Lines of confirmed service orders that are invoiced as delivered."""
        return self.filtered(
            lambda line: (
                line.state == "sale"
                and line.qty_delivered_method == "work_order"
                and line.product_id.type != "combo"
            )
        )

    def _filter_invoiced_on_order(self):
        """Those of :meth:`_filter_work_order_sold` whose product says otherwise."""
        return self._filter_work_order_sold().filtered(
            lambda line: line.product_id.invoice_policy != "delivery"
        )

    def _get_work_done_domain(self):
        """Work order lines that count as delivered for these order lines."""
        domain = Domain("sale_line_id", "in", self.ids) & Domain(
            "work_order_id.state", "in", ("done", "closed")
        )
        if self._date_in_the_past():
            until = fields.Date.to_date(self.env.context["accrual_entry_date"])
            domain &= Domain(
                "work_order_id.actual_end", "<", fields.Date.add(until, days=1)
            )
        return domain

    def _reset_work_order_method(self):
        """The addon goes: quantities stay as they are and are typed from now on."""
        self.qty_delivered_method = "manual"
