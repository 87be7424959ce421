from odoo import api, fields, models
from odoo.fields import Domain


class ServiceRequestLine(models.Model):
    """A service the customer wants: picked from the catalogue, or in free words."""

    _name = "service.request.line"
    _description = "Requested service"
    _order = "request_id, sequence, id"

    request_id = fields.Many2one(
        "crm.lead", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        "Service",
        ondelete="restrict",
        index="btree_not_null",
        domain=lambda self: self._get_product_domain(),
    )
    name = fields.Text(
        "Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    product_uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
    )
    price_unit = fields.Float(
        "Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        digits="Product Price",
        help="From the customer's price list; a price written by hand stays.",
    )
    price_listed = fields.Float(
        "Price of the Price List",
        digits="Product Price",
        copy=False,
        help="What the price list gave last; another price was written by hand.",
    )
    discount = fields.Float("Discount %", digits="Discount")
    tax_ids = fields.Many2many("account.tax", "Taxes", compute="_compute_tax_ids")
    price_subtotal = fields.Monetary(
        "Amount", compute="_compute_amounts", store=True, precompute=True
    )
    price_total = fields.Monetary(
        "Amount with Tax", compute="_compute_amounts", store=True, precompute=True
    )
    not_in_catalogue = fields.Boolean(
        compute="_compute_not_in_catalogue",
        store=True,
        precompute=True,
        help="Written by hand: nothing in the catalogue fits yet.",
    )
    catalogue_note = fields.Char("Note", compute="_compute_catalogue_note")
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Quotation Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    sale_state = fields.Selection(related="sale_line_id.state", string="Quotation")
    parent_line_id = fields.Many2one(
        "service.request.line",
        "Part of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The kit this line was computed for.",
    )
    component_id = fields.Many2one(
        "service.component",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    price_rule_id = fields.Many2one(
        "service.price.rule",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The rule that made this line.",
    )
    trace = fields.Char(
        "Computation",
        readonly=True,
        copy=False,
        help="How the quantity or the amount was computed, to be printed on the offer.",
    )
    is_optional = fields.Boolean(
        "Optional", help="The customer ticks it in the offer, or leaves it."
    )

    _to_add_idx = models.Index("(id) WHERE not_in_catalogue")
    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0)", "The quantity of a service can not be negative."
    )
    _discount_range = models.Constraint(
        "CHECK(discount IS NULL OR discount BETWEEN 0 AND 100)",
        "A discount is between 0 and 100 %.",
    )

    @api.model
    def _get_product_domain(self):
        """What may be picked: whatever is sold, but not the stand-in for free lines."""
        domain = Domain("sale_ok", "=", True) & Domain("type", "!=", "combo")
        stand_in = self._get_free_line_product()
        return (
            list(domain & Domain("id", "!=", stand_in.id)) if stand_in else list(domain)
        )

    @api.model
    def _get_free_line_product(self):
        """The product under which free lines are quoted; empty when it was deleted."""
        product = self.env.ref(
            "service_crm.product_other_service", raise_if_not_found=False
        )
        return product or self.env["product.product"]

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            if line.product_id:
                lang = line.request_id.partner_id.lang or self.env.lang
                product = line.product_id.with_context(lang=lang)
                line.name = product.get_product_multiline_description_sale()
            else:
                line.name = line.name

    @api.depends("product_id")
    def _compute_product_uom_id(self):
        unit = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        for line in self:
            line.product_uom_id = line.product_id.uom_id or line.product_uom_id or unit

    @api.depends("product_id")
    def _compute_not_in_catalogue(self):
        for line in self:
            line.not_in_catalogue = not line.product_id

    @api.depends("not_in_catalogue")
    @api.depends_context("lang")
    def _compute_catalogue_note(self):
        for line in self:
            line.catalogue_note = line.not_in_catalogue and self.env._(
                "Not in catalogue"
            )

    @api.depends(
        "request_id.partner_id", "request_id.company_id", "request_id.contract_id"
    )
    def _compute_currency_id(self):
        for line in self:
            line.currency_id = line.request_id._get_service_currency()

    @api.depends(
        "product_id",
        "product_uom_id",
        "quantity",
        "currency_id",
        "request_id.partner_id",
        "request_id.company_id",
        "request_id.contract_id",
    )
    def _compute_price_unit(self):
        listed = self.filtered(
            lambda line: (
                line.product_id
                and line.sale_state not in ("sent", "sale")
                and not line._has_own_price()
            )
        )
        prices = listed._get_listed_prices()
        for line in listed:
            price = prices[line]
            line.price_listed = line.price_base = line.price_unit = price
        for line in self - listed:
            line.price_unit = line.price_unit

    @api.depends("product_id", "request_id.partner_id", "request_id.site_id")
    def _compute_tax_ids(self):
        free = self._get_free_line_product()
        positions = self.request_id._get_service_fiscal_positions()
        cache = {}
        for line in self:
            request = line.request_id
            company = request._get_service_company()
            taxes = (line.product_id or free).taxes_id._filter_taxes_by_company(company)
            if not line.product_id:
                taxes = taxes or company.account_sale_tax_id
            position = positions[request]
            key = (position, taxes)
            if key not in cache:
                cache[key] = position.map_tax(taxes)
            line.tax_ids = cache[key]

    @api.depends("quantity", "price_unit", "discount", "currency_id", "tax_ids")
    def _compute_amounts(self):
        tax = self.env["account.tax"]
        for line in self:
            company = line.request_id._get_service_company()
            base_line = line._prepare_tax_base_line()
            tax._add_tax_details_in_base_line(base_line, company)
            tax._round_base_lines_tax_details([base_line], company)
            details = base_line["tax_details"]
            line.price_subtotal = details["total_excluded_currency"]
            line.price_total = details["total_included_currency"]

    @api.model
    def _add_precomputed_values(self, vals_list):
        given = [("price_unit" in vals) for vals in vals_list]
        result = super()._add_precomputed_values(vals_list)
        for vals, by_hand in zip(vals_list, given, strict=True):
            if not by_hand and vals.get("product_id"):
                vals["price_listed"] = vals.get("price_unit")
        return result

    def action_add_to_catalogue(self):
        """Make products of free lines, one of the same words, and put them in place."""
        free = self.filtered("not_in_catalogue")
        groups = list(free.grouped(lambda line: line._get_free_name().lower()).values())
        products = self.env["product.product"].create(
            [lines[0]._prepare_product_values() for lines in groups]
        )
        for lines, product in zip(groups, products, strict=True):
            for line in lines:
                line._link_product(product)
        if len(products) != 1:
            return True
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Service"),
            "res_model": "product.template",
            "res_id": products.product_tmpl_id.id,
            "view_mode": "form",
        }

    def _get_free_name(self):
        """What was written by hand, as the name of a service."""
        self.ensure_one()
        return self.name.strip().split("\n", 1)[0].strip()

    def _prepare_product_values(self):
        """Values of the product made from a free line. Extension point.

        :return: values for ``product.product.create``
        """
        self.ensure_one()
        company = self.request_id._get_service_company()
        return {
            "name": self._get_free_name(),
            "type": "service",
            "invoice_policy": "delivery",
            "list_price": self.currency_id._convert(
                self.price_unit, company.currency_id, company
            ),
            "uom_id": self.product_uom_id.id,
            "company_id": False,
        }

    def _has_own_price(self):
        """Whether the price was written by hand, so that no price list moves it."""
        self.ensure_one()
        return self.price_base != self.price_listed

    def _get_listed_prices(self):
        """Unit prices by the customers' price lists, without any rule.

        :return: ``{line: price in the line's currency}``
        """
        prices = self.request_id._get_list_prices(
            [
                (line.request_id, line.product_id, line.product_uom_id, line.quantity)
                for line in self
            ]
        )
        return dict(zip(self, prices, strict=True))

    def _prepare_tax_base_line(self):
        """The line as Odoo's tax engine wants it."""
        self.ensure_one()
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            self,
            tax_ids=self.tax_ids,
            quantity=self.quantity,
            partner_id=self.request_id.partner_id,
            currency_id=self.currency_id
            or self.request_id._get_service_company().currency_id,
        )

    def _get_product_catalog_lines_data(self, **kwargs):
        """What Odoo's product catalogue shows for the lines of one product."""
        first = self[:1]
        return {
            "quantity": sum(self.mapped("quantity")),
            "price": first.price_unit * (1 - first.discount / 100),
            "uomDisplayName": first.product_uom_id.display_name or "",
            **self._get_catalog_lock(),
        }

    def _is_computed_line(self):
        """Whether a kit or a price rule made the line."""
        self.ensure_one()
        return bool(self.parent_line_id or self.component_id or self.price_rule_id)

    def _get_catalog_lock(self):
        """Why the lines of a product can not be changed by its card, if so."""
        if any(line._is_computed_line() for line in self):
            why = self.env._("Computed: change the kit or its answers.")
        elif any(line.sale_state in ("sent", "sale") for line in self):
            why = self.env._("In an offer the customer has: take it back first.")
        elif len(self) > 1:
            why = self.env._("On several lines: change them in the request.")
        else:
            return {"readOnly": False}
        return {"readOnly": True, "warning": why}
