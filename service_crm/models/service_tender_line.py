from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, formatLang

from ..tools.tender_price import FoundPrice, compute_starting_price

# How far back our own orders are looked at, and how many per item.
HISTORY_DAYS = 3 * 365
HISTORY_ROWS = 5


class ServiceTenderLine(models.Model):
    """One item of a tender, and how its starting price came about."""

    _name = "service.tender.line"
    _inherit = "service.company.mixin"
    _description = "Item of a tender"
    _check_company_auto = True
    _order = "tender_id, sequence, id"

    tender_id = fields.Many2one(
        "service.tender", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tender_id.company_id")
    currency_id = fields.Many2one(related="tender_id.currency_id")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        "Catalogue Item",
        domain="[('sale_ok', '=', True)]",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="With it the prices of our earlier orders are found.",
    )
    name = fields.Char(
        "Item",
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    product_uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    offer_ids = fields.One2many("service.tender.offer", "line_id", "Prices Found")
    price_count = fields.Integer(
        "Prices", compute="_compute_starting_price", store=True
    )
    starting_price = fields.Monetary(
        "Starting Price of a Unit", compute="_compute_starting_price", store=True
    )
    variation = fields.Float(
        "Variation, %",
        digits=(9, 2),
        compute="_compute_starting_price",
        store=True,
        aggregator=None,
    )
    is_scattered = fields.Boolean(compute="_compute_starting_price", store=True)
    is_doubtful = fields.Boolean(
        "Price in Doubt", compute="_compute_starting_price", store=True
    )
    amount = fields.Monetary(
        "Starting Price", compute="_compute_starting_price", store=True
    )
    explanation = fields.Text(
        "How the Price Came About", compute="_compute_explanation"
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of an item is more than zero."
    )

    # -- computes

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            line.name = line.product_id.name or line.name

    @api.depends("product_id")
    def _compute_product_uom_id(self):
        unit = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        for line in self:
            line.product_uom_id = line.product_id.uom_id or line.product_uom_id or unit

    @api.depends(
        "quantity",
        "offer_ids.price_tender",
        "offer_ids.date",
        "offer_ids.is_used",
        "tender_id.currency_id",
        "tender_id.price_date",
        "tender_id.price_growth",
    )
    def _compute_starting_price(self):
        for line in self:
            result = line._get_starting_price()
            line.price_count = len(result.used) if result else 0
            line.starting_price = float(result.price) if result else 0.0
            line.variation = float(result.variation) if result else 0.0
            line.is_scattered = bool(result) and result.is_scattered
            line.is_doubtful = not result or result.has_few or result.is_scattered
            currency = line.currency_id or self.env.company.currency_id
            line.amount = currency.round(line.starting_price * line.quantity)

    @api.depends("starting_price", "offer_ids.source", "offer_ids.partner_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            line.explanation = "\n".join(line._explain(line._get_starting_price()))

    # -- helpers

    def _get_starting_price(self):
        """The computed :class:`StartingPrice`, or ``None`` without any price.

        Extension point: another method of finding it.
        """
        self.ensure_one()
        tender = self.tender_id
        return compute_starting_price(
            [
                FoundPrice(offer, Decimal(str(offer.price_tender)), offer.date)
                for offer in self.offer_ids
                if offer.is_used and offer.date and offer.price_tender > 0
            ],
            tender.price_date or fields.Date.context_today(self),
            Decimal(str(tender.price_growth)),
            unit=Decimal(str(tender.currency_id.rounding or 0.01)),
        )

    def _explain(self, result):
        """Sentences that tell how the price came about. Extension point."""
        if not result:
            yield self.env._(
                "No price yet: enter offers of participants under “Prices”."
            )
            return
        day = format_date(self.env, self.tender_id.price_date)
        prices = [self._format(used.present) for used in result.used]
        if len(prices) > 1:
            yield self.env._(
                "%(price)s = (%(prices)s) ÷ %(count)s, at the level of prices of "
                "%(day)s.",
                price=self._format(result.price),
                prices=" + ".join(prices),
                count=len(prices),
                day=day,
            )
        else:
            yield self.env._(
                "%(price)s, the only price, at the level of prices of %(day)s.",
                price=prices[0],
                day=day,
            )
        for used in result.used:
            yield "• " + self._explain_source(used)
        if len(prices) > 1:
            yield self._explain_variation(result)
        if result.has_few:
            yield self.env._(
                "⚠ Fewer than 3 prices: ask further participants for an offer."
            )

    def _explain_source(self, used):
        offer = used.key
        if used.index == 1:
            return f"{offer._describe()}: {self._format(used.price)}"
        return self.env._(
            "%(found)s: %(price)s × %(index)s (%(months)s months at %(growth)s %% a "
            "year) = %(present)s",
            found=offer._describe(),
            price=self._format(used.price),
            index=formatLang(self.env, float(used.index), digits=4),
            months=used.months,
            growth=formatLang(self.env, self.tender_id.price_growth, digits=1),
            present=self._format(used.present),
        )

    def _explain_variation(self, result):
        """Whether the prices are those of one market."""
        values = {
            "variation": formatLang(self.env, float(result.variation), digits=2),
            "deviation": self._format(result.deviation),
            "mean": self._format(result.price),
        }
        if result.is_scattered:
            return self.env._(
                "⚠ Coefficient of variation %(deviation)s ÷ %(mean)s = %(variation)s "
                "%%, more than 33 %%: the prices differ too much. Collect more of "
                "them, or leave out what cannot be compared.",
                **values,
            )
        return self.env._(
            "Coefficient of variation %(deviation)s ÷ %(mean)s = %(variation)s %%, not "
            "more than 33 %%: the prices can be compared.",
            **values,
        )

    def _format(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)

    def _add_earlier_prices(self):
        """Add what our confirmed orders of the last years say, latest first.

        :return: the added ``service.tender.offer``
        """
        lines = self.filtered("product_id")
        if not lines:
            return self.env["service.tender.offer"]
        found = lines._find_order_lines().grouped(
            lambda line: (line.product_id, line.company_id)
        )
        vals_list = []
        for line in lines:
            known = line.offer_ids.sale_line_id
            vals_list += [
                line._prepare_earlier_price_values(order_line)
                for order_line in found.get((line.product_id, line.company_id), ())
                if order_line not in known
            ]
        return self.env["service.tender.offer"].create(vals_list)

    def _get_order_line_domain(self):
        """Order lines whose prices are experience. Extension point."""
        since = fields.Datetime.now() - timedelta(days=HISTORY_DAYS)
        return Domain(
            [
                ("state", "=", "sale"),
                ("product_id", "in", self.product_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("order_id.date_order", ">=", since),
                ("product_uom_qty", ">", 0),
                ("price_subtotal", ">", 0),
            ]
        )

    def _find_order_lines(self):
        """The latest order lines of each item, those the user may see.

        One query, however many orders there are.
        """
        order_line = self.env["sale.order.line"]
        visible = order_line._search(self._get_order_line_domain())
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM (
                    SELECT line.id, line.product_id, row_number() OVER (
                        PARTITION BY line.product_id, line.company_id
                        ORDER BY sale.date_order DESC, line.id DESC
                    ) AS place
                    FROM sale_order_line line
                    JOIN sale_order sale ON sale.id = line.order_id
                    WHERE line.id IN %s
                ) ranked WHERE place <= %s ORDER BY product_id, place
                """,
                visible.subselect(),
                HISTORY_ROWS,
            )
        )
        return order_line.browse(number for (number,) in rows)

    def _prepare_earlier_price_values(self, order_line):
        """Values of the price found in one of our orders. Extension point."""
        price = order_line.price_subtotal / order_line.product_uom_qty
        customer = order_line.order_id.partner_id.commercial_partner_id
        unit = order_line.product_uom_id
        if unit and self.product_uom_id and unit != self.product_uom_id:
            price = unit._compute_price(price, self.product_uom_id)
        return {
            "line_id": self.id,
            "kind": "contract",
            "partner_id": order_line.company_id.partner_id.id,
            "sale_line_id": order_line.id,
            "source": f"{order_line.order_id.name}, {customer.name}",
            "date": fields.Date.context_today(self, order_line.order_id.date_order),
            "currency_id": order_line.currency_id.id,
            "price": order_line.currency_id.round(price),
        }

    def _prepare_request_line_values(self):
        """Values of the requested service when the tender becomes a deal.

        Extension point.
        """
        return {
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            **({} if self.product_id else {"name": self.name}),
        }
