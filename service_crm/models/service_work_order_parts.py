from collections import defaultdict

from odoo import models


class ServiceWorkOrder(models.Model):
    """Work order: whether the parts it takes are at hand, where Odoo keeps stock."""

    _inherit = "service.work.order"

    def _find_missing_parts(self):
        """Goods of the job that are not there, where Odoo keeps stock.

        What is reserved for the job's own order is there. Extension point.

        :return: ``(names with quantities, when the last of them comes or None)``; the
            names only of goods nobody knows when they come
        """
        if "stock.warehouse" not in self.env:
            return (), None
        goods = self.line_ids.filtered(
            lambda line: line.product_id.type == "consu" and line.quantity_planned > 0
        )
        if not goods:
            return (), None
        wanted = defaultdict(float)
        for line in goods:
            wanted[line.product_id] += line.quantity_planned - line.quantity_done
        free = goods.product_id._get_free_stock(self.company_id)
        short = {}
        for product, places in free.items():
            reserved = self._get_reserved_parts(goods, product)
            lacking = wanted[product] - sum(places.values()) - reserved
            if lacking > 0:
                short[product] = lacking
        if not short:
            return (), None
        coming = self._find_incoming_parts(short)
        missing = tuple(
            self.env._(
                "%(product)s (%(count)s short)",
                product=product.display_name,
                count=f"{lacking:g}",
            )
            for product, lacking in short.items()
            if product not in coming
        )
        return missing, max(coming.values(), default=None)

    def _get_reserved_parts(self, lines, product):
        """How much was reserved for, or handed out on, the order of this job."""
        moves = self.env["stock.move"]
        if "sale_line_id" not in moves._fields:
            return 0.0
        sold = lines.filtered(lambda line: line.product_id == product).sale_line_id
        found = moves.search(
            [("sale_line_id", "in", sold.ids), ("state", "!=", "cancel")]
        )
        return sum(found.filtered(lambda m: m.product_id == product).mapped("quantity"))

    def _find_incoming_parts(self, short):
        """When what is short comes: ``{product: naive UTC}``, of what is ordered.

        :param short: ``{product: quantity}``
        """
        moves = self.env["stock.move"].search(
            [
                ("product_id", "in", [product.id for product in short]),
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("confirmed", "waiting", "assigned")),
                ("location_id.usage", "=", "supplier"),
            ],
            order="date, id",
        )
        coming = {}
        for move in moves:
            product = move.product_id
            if product in coming:
                continue
            short = {**short, product: short[product] - move.product_qty}
            if short[product] <= 0:
                coming[product] = move.date
        return coming
