from collections import defaultdict

from odoo import models

from ..tools.work_order_steps import FINISHED, PLANNING, UNDER_WAY


class SaleOrder(models.Model):
    """The priced agreement: what of it the work orders cover."""

    _inherit = "sale.order"

    def _action_confirm(self):
        """Visits planned before learn what was ordered."""
        result = super()._action_confirm()
        # A customer confirms on the portal, without any right on work orders.
        self.sudo().filtered("is_service")._fill_planned_work_orders()
        return result

    def _fill_planned_work_orders(self):
        """Give visits planned before the agreement the lines that were agreed.

        Without such a visit nothing is made: the dispatcher makes it.
        """
        values = []
        for order in self:
            visits = order.opportunity_id.work_order_ids.filtered(
                lambda visit, order=order: (
                    visit.state in PLANNING
                    and visit.order_id in (visit.order_id.browse(), order)
                )
            ).sorted("id")
            if not visits:
                continue
            visits.filtered(lambda visit: not visit.order_id).order_id = order
            order._adopt_work_order_lines(visits.line_ids)
            values += [
                {
                    "work_order_id": visits[0].id,
                    **line._prepare_work_order_line_values(quantity),
                }
                for line, quantity in order._get_uncovered_lines().items()
            ]
        self.env["service.work.order.line"].create(values)

    def _adopt_work_order_lines(self, visit_lines):
        """Link lines that were planned before the agreement with what was agreed."""
        uncovered = self._get_uncovered_lines()
        free = visit_lines.filtered(lambda line: not line.sale_line_id)
        for sale_line, quantity in uncovered.items():
            same = free.filtered(
                lambda line, product=sale_line.product_id, name=sale_line.name: (
                    line.product_id == product
                    if line.product_id
                    else line.name == name.splitlines()[0]
                )
            )[:1]
            if same:
                free -= same
                same.write({"sale_line_id": sale_line.id, "quantity_planned": quantity})

    def _get_uncovered_lines(self):
        """Lines of the orders that no work order covers: ``{line: open quantity}``."""
        lines = self.order_line.filtered(lambda line: line._is_done_on_site())
        covered = defaultdict(float)
        for states, quantity_field in (
            (FINISHED, "quantity_done"),  # what was left undone may be done next time
            ((*PLANNING, *UNDER_WAY), "quantity_planned"),
        ):
            for line, quantity in self.env["service.work.order.line"]._read_group(
                [
                    ("sale_line_id", "in", lines.ids),
                    ("work_order_id.state", "in", states),
                ],
                ["sale_line_id"],
                [f"{quantity_field}:sum"],
            ):
                covered[line] += quantity
        open_quantities = {line: line.product_uom_qty - covered[line] for line in lines}
        return {
            line: quantity
            for line, quantity in open_quantities.items()
            if line.product_uom_id.compare(quantity, 0.0) > 0
        }


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_done_on_site(self):
        """Whether a performer does, or brings, what the line sells. Extension point."""
        self.ensure_one()
        return bool(
            not self.display_type and not self.is_downpayment and self.product_id
        )

    def _prepare_work_order_line_values(self, quantity):
        """Values of the work order line for an agreed quantity. Extension point."""
        self.ensure_one()
        return {
            "sale_line_id": self.id,
            "product_id": self.product_id.id,
            "name": self.name.splitlines()[0] if self.name else self.product_id.name,
            "quantity_planned": quantity,
            "sequence": self.sequence,
        }
