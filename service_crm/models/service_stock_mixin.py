from odoo import api, fields, models
from odoo.tools import float_compare


class ServiceStockMixin(models.AbstractModel):
    """Lines that sell goods: what each warehouse has, and whether it is enough."""

    _name = "service.stock.mixin"
    _description = "Stock of goods that are sold"

    stock_note = fields.Char(
        "Free Stock",
        compute="_compute_stock",
        help="What each warehouse can still promise; first the one that delivers.",
    )
    is_stock_short = fields.Boolean("Not Enough in Stock", compute="_compute_stock")

    def _get_stock_demand(self):
        """What each line wants, of which warehouse. Extension point.

        :return: ``{line: (company, warehouse or None, quantity in the product's
            unit)}``, of lines that are not delivered for yet
        """
        return {}

    @api.depends("product_id")
    @api.depends_context("lang")
    def _compute_stock(self):
        shown = self.env["sale.order"]._has_warehouses()
        demand = self._get_stock_demand() if shown else {}
        self.stock_note = False
        self.is_stock_short = False
        by_company = {}
        for line, (company, _warehouse, _quantity) in demand.items():
            by_company[company] = by_company.get(company, self.browse()) | line
        for company, lines in by_company.items():
            stock = lines.product_id._get_free_stock(company)
            taken = {}
            for line in lines:
                if line.product_id in stock:
                    line._tell_stock(stock[line.product_id], demand[line], taken)

    def _tell_stock(self, free, demand, taken):
        """Fill in the note; ``taken`` is what the lines before want already."""
        _company, warehouse, quantity = demand
        warehouse = warehouse or next(iter(free), None)
        key = (warehouse, self.product_id)
        taken[key] = taken.get(key, 0.0) + quantity
        there = free.get(warehouse, 0.0)
        rounding = self.product_id.uom_id.rounding
        self.is_stock_short = (
            float_compare(there, taken[key], precision_rounding=rounding) < 0
        )
        note = self._list_stock(free, warehouse)
        if self.is_stock_short:
            note = self.env._(
                "%(missing)s short · %(note)s",
                note=note,
                missing=self._format_stock(taken[key] - max(there, 0.0)),
            )
        self.stock_note = note

    def _list_stock(self, free, first):
        """What each warehouse has, the first one first: "Moscow: 5 · Minsk: 0"."""
        return " · ".join(
            f"{place.name}: {self._format_stock(free[place])}"
            for place in sorted(free, key=lambda place: place != first)
        )

    def _format_stock(self, quantity):
        """A quantity without zeros that say nothing, in the product's unit."""
        return f"{quantity:.3f}".rstrip("0").rstrip(".")
