from odoo import api, fields, models

from .service_request_line_sale import SALE_LINE_FIELDS

PRICED_FIELDS = set(SALE_LINE_FIELDS.values())


class SaleOrderLine(models.Model):
    """Order line: those that price rules make are delivered with the works."""

    _inherit = "sale.order.line"

    price_rule_id = fields.Many2one(
        "service.price.rule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The price rule that made this line.",
    )

    @api.depends(
        "order_id.order_line.work_order_line_ids.quantity_done",
        "order_id.order_line.work_order_line_ids.work_order_id.state",
    )
    def _compute_qty_delivered(self):
        super()._compute_qty_delivered()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._follow_price_rules()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not PRICED_FIELDS.isdisjoint(vals):
            self.order_id._follow_price_rules()
        return result

    def unlink(self):
        orders = self.order_id
        result = super().unlink()
        orders._follow_price_rules()
        return result

    def _prepare_qty_delivered(self):
        """A surcharge or discount is delivered as far as the works are: a percentage
        in proportion, a fixed amount with the first of them."""
        delivered = super()._prepare_qty_delivered()
        lines = self.filtered(
            lambda line: (
                line.price_rule_id and line.qty_delivered_method == "work_order"
            )
        )
        works = lines.order_id.order_line.filtered(lambda line: line._is_done_on_site())
        done = dict(
            self.env["service.work.order.line"]._read_group(
                works._get_work_done_domain(), ["sale_line_id"], ["quantity_done:sum"]
            )
            if works
            else ()
        )
        for line in lines:
            share = line._get_delivered_share(works & line.order_id.order_line, done)
            delivered[line] = line.product_uom_id.round(line.product_uom_qty * share)
        return delivered

    def _get_delivered_share(self, works, done):
        """How much of the works a rule belongs to is delivered, from 0 to 1.

        :param works: lines of the order that work orders deliver
        :param dict done: ``{line: delivered quantity}``
        """
        self.ensure_one()
        if not works:
            return 1.0
        # What a rule does is the same for everybody.
        rule = self.price_rule_id.sudo()
        if rule.kind == "minimum" or rule.method in ("fixed", "formula"):
            return float(any(done.get(work._origin) for work in works))
        ordered = sum(works.mapped("price_subtotal"))
        if not ordered:
            return float(all(done.get(work._origin) for work in works))
        reached = sum(
            work.price_subtotal
            * min(1.0, done.get(work._origin, 0.0) / (work.product_uom_qty or 1.0))
            for work in works
        )
        return reached / ordered

    def _is_done_on_site(self):
        return super()._is_done_on_site() and not self.price_rule_id
