from odoo import api, fields, models


class ServiceDocumentLine(models.Model):
    """A work or goods on a paper: a copy, the order may change later."""

    _name = "service.document.line"
    _inherit = "service.document.row.mixin"
    _description = "Line of a document"
    _order = "document_id, sequence, id"

    document_id = fields.Many2one(
        "service.document", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="document_id.company_id")
    currency_id = fields.Many2one(related="document_id.currency_id")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product", "Service or Goods", ondelete="restrict"
    )
    name = fields.Char(
        "Description",
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    quantity = fields.Float(default=1.0, digits="Product Unit")
    uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_uom_id",
        store=True,
        precompute=True,
        readonly=False,
        ondelete="restrict",
    )
    price_unit = fields.Float("Unit Price", min_display_digits="Product Price")
    discount = fields.Float("Disc.%", digits="Discount")
    tax_ids = fields.Many2many(
        "account.tax",
        "service_document_line_tax_rel",
        string="Taxes",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
        context={"active_test": False},
    )
    price_subtotal = fields.Monetary(
        "Amount", compute="_compute_price_subtotal", store=True
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0)", "A quantity on a paper is not less than nothing."
    )

    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            if line.product_id and not line.name:
                lang = line.document_id._get_paper_lang()
                line.name = line.product_id.with_context(lang=lang).display_name

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.uom_id or line.product_id.uom_id

    @api.depends("quantity", "price_unit", "discount", "tax_ids", "currency_id")
    def _compute_price_subtotal(self):
        tax = self.env["account.tax"]
        for line in self:
            base_line = line._prepare_base_line()
            company = line.document_id.company_id
            tax._add_tax_details_in_base_line(base_line, company)
            tax._round_base_lines_tax_details([base_line], company)
            details = base_line["tax_details"]
            line.price_subtotal = details["total_excluded_currency"]

    def _check_draft(self):
        """What a person changed in a draft stays."""
        result = super()._check_draft()
        if not self.env.su:
            # Only the system says that a paper follows its order again.
            self.document_id.filtered(
                lambda document: not document.is_filled_by_hand
            ).sudo().is_filled_by_hand = True
        return result

    def _prepare_base_line(self):
        """The line as Odoo's computation of taxes takes it."""
        self.ensure_one()
        document = self.document_id
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            self,
            tax_ids=self.tax_ids,
            price_unit=self.price_unit,
            quantity=self.quantity,
            discount=self.discount,
            partner_id=document.partner_id,
            currency_id=document.currency_id or document.company_id.currency_id,
            name=self.name,
        )
