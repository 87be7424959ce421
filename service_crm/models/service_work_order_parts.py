from collections import defaultdict

from odoo import models

from ..tools.parts import allot

COMING = ("confirmed", "waiting", "partially_available", "assigned")


class ServiceWorkOrder(models.Model):
    """Work order: whether the parts it takes are at hand, where Odoo keeps stock."""

    _inherit = "service.work.order"

    def _find_missing_parts(self):
        """Goods of jobs that are not there, where Odoo keeps stock.

        What is reserved for a job's own order is there. Of jobs that want the same
        goods the first of these get them. Extension point, with a constant number of
        queries.

        :return: ``{order: (names with quantities, when the last of them comes or
            None)}`` of jobs that lack something; the names only of goods nobody knows
            when they come
        """
        if "stock.warehouse" not in self.env:
            return {}
        wanted = self._get_wanted_parts()
        missing = {}
        for company in self.company_id:
            orders = self.filtered(lambda o, company=company: o.company_id == company)
            products = self.env["product.product"].union(
                *(product for order, product in wanted if order in orders)
            )
            supplies = self._get_supplies(products, company)
            for (order, product), quantity in wanted.items():
                if order not in orders or product not in supplies:
                    continue
                short, when = allot(supplies[product], quantity)
                if short:
                    names, times = missing.setdefault(order, ([], []))
                    if when:
                        times.append(when)
                    else:
                        names.append(order._describe_missing_part(product, short))
        return {
            order: (tuple(names), max(times, default=None))
            for order, (names, times) in missing.items()
        }

    def _describe_missing_part(self, product, quantity):
        return self.env._(
            "%(product)s (%(count)s short)",
            product=product.display_name,
            count=f"{quantity:g}",
        )

    def _get_wanted_parts(self):
        """What is not reserved yet: ``{(order, product): quantity}`` of its unit."""
        lines = self.line_ids.filtered(
            lambda line: line.product_id.type == "consu" and line.quantity_planned > 0
        )
        reserved = self._get_reserved_parts(lines)
        wanted = defaultdict(float)
        for line in lines:
            product = line.product_id
            quantity = line.quantity_planned - line.quantity_done
            wanted[line.work_order_id, product] += line.uom_id._compute_quantity(
                quantity, product.uom_id, round=False
            )
        for line in lines.filtered("sale_line_id"):
            key = line.work_order_id, line.product_id
            # Visits of one order share what was reserved for it.
            took = min(max(wanted[key], 0.0), reserved[line.sale_line_id])
            reserved[line.sale_line_id] -= took
            wanted[key] -= took
        order_of = {order: number for number, order in enumerate(self)}
        keys = sorted(wanted, key=lambda key: order_of[key[0]])
        return {key: wanted[key] for key in keys if wanted[key] > 0}

    def _get_reserved_parts(self, lines):
        """How much was reserved for, or handed out on, lines of sales orders.

        :return: ``{sale line: quantity in the product's unit}``
        """
        found = defaultdict(float)
        moves = self.env["stock.move"]
        if "sale_line_id" not in moves._fields or not lines.sale_line_id:
            return found
        domain = [
            ("sale_line_id", "in", lines.sale_line_id.ids),
            ("state", "!=", "cancel"),
        ]
        for move in moves.search(domain):
            if move.product_id == move.sale_line_id.product_id:
                found[move.sale_line_id] += move.product_uom._compute_quantity(
                    move.quantity, move.product_id.uom_id, round=False
                )
        return found

    def _get_supplies(self, products, company):
        """What is there and what was ordered: ``{product: [[when, quantity]]}``.

        As :func:`~.parts.allot` takes it, times in naive UTC.
        """
        supplies = {
            product: [[None, sum(places.values())]]
            for product, places in products._get_free_stock(company).items()
        }
        if not supplies:
            return supplies
        moves = self.env["stock.move"].search(
            [
                ("product_id", "in", [product.id for product in supplies]),
                ("company_id", "=", company.id),
                ("state", "in", COMING),
                ("location_id.usage", "=", "supplier"),
            ],
            order="date, id",
        )
        for move in moves:
            supplies[move.product_id].append([move.date, move.product_qty])
        return supplies
