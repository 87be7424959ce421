from odoo import api, fields, models
from odoo.tools import format_date


class ServiceTenderOffer(models.Model):
    """Price monitoring: one price of one item, who asked it, when, found where."""

    _name = "service.tender.offer"
    _inherit = "service.company.mixin"
    _description = "Price found for a tender"
    _check_company_auto = True
    _order = "tender_id desc, line_id, date desc, id desc"
    _rec_names_search = ["source", "partner_id"]

    line_id = fields.Many2one(
        "service.tender.line", "Item", required=True, index=True, ondelete="cascade"
    )
    tender_id = fields.Many2one(
        related="line_id.tender_id", store=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tender_id.company_id", store=True)
    product_id = fields.Many2one(related="line_id.product_id", store=True, index=True)
    quantity = fields.Float(related="line_id.quantity")
    product_uom_id = fields.Many2one(related="line_id.product_uom_id")
    kind = fields.Selection(
        [
            ("offer", "Offer"),
            ("contract", "Our order"),
            ("public", "Public source"),
        ],
        "Found As",
        required=True,
        default="offer",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Participant",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    source = fields.Char(help="Letter, price list, page: where the price stands.")
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Order Line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
    )
    price = fields.Monetary("Price of a Unit", required=True, aggregator="avg")
    tender_currency_id = fields.Many2one(
        related="tender_id.currency_id", string="Currency of the Tender"
    )
    price_tender = fields.Monetary(
        "Price in the Tender's Currency",
        currency_field="tender_currency_id",
        compute="_compute_price_tender",
        store=True,
        aggregator="avg",
    )
    is_used = fields.Boolean(
        "Counts", default=True, help="Untick what cannot be compared."
    )

    _price_positive = models.Constraint(
        "CHECK(price > 0)", "A price is more than zero."
    )
    _order_line_uniq = models.UniqueIndex(
        "(line_id, sale_line_id) WHERE sale_line_id IS NOT NULL",
        "The price of this order line is on the item already.",
    )

    @api.depends("line_id")
    def _compute_currency_id(self):
        for offer in self:
            tender = offer.line_id.tender_id
            offer.currency_id = offer.currency_id or tender.currency_id

    @api.depends("price", "currency_id", "date", "tender_id.currency_id", "company_id")
    def _compute_price_tender(self):
        for offer in self:
            currency = offer.currency_id or offer.tender_currency_id
            offer.price_tender = (
                currency._convert(
                    offer.price,
                    offer.tender_currency_id,
                    offer.company_id or self.env.company,
                    offer.date or fields.Date.context_today(self),
                )
                if currency and offer.tender_currency_id
                else offer.price
            )

    @api.depends("partner_id", "source", "date", "kind")
    def _compute_display_name(self):
        for offer in self:
            offer.display_name = offer._describe()

    def action_open_tender(self):
        """Open the tender this price was found for."""
        self.ensure_one()
        return self.tender_id._get_records_action()

    def action_view_requests(self):
        """Open the requests of that tender."""
        self.ensure_one()
        return self.tender_id.action_view_requests()

    def action_open_order(self):
        """Open the earlier order the price is from."""
        self.ensure_one()
        return self.sale_line_id.order_id._get_records_action()

    def _describe(self):
        """Who, where and when, in one line."""
        self.ensure_one()
        day = format_date(self.env, self.date) if self.date else ""
        if self.kind == "contract":
            names = [self.env._("our order %(order)s", order=self.source or ""), day]
        else:
            names = [self.partner_id.name, self.source, day]
        return ", ".join(filter(None, names)) or self.env._("Price")
