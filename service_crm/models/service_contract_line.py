from odoo import api, fields, models


class ServiceContractLine(models.Model):
    """A service of a contract: what of it is included, what more of it costs."""

    _name = "service.contract.line"
    _inherit = "service.company.mixin"
    _description = "Service of a contract"
    _check_company_auto = True
    _order = "contract_id, sequence, id"
    _rec_name = "product_id"

    contract_id = fields.Many2one(
        "service.contract", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="contract_id.currency_id")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        "Service",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    quantity_included = fields.Float(
        "Included",
        digits="Product Unit",
        help="In the fixed price, per period. Of a contract with a fixed price "
        "everything is included.",
    )
    price_unit = fields.Float(
        "Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        digits="Product Price",
        help="Of one unit beyond what is included. From the contract's price list; a "
        "price written by hand stays.",
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")

    _product_uniq = models.Constraint(
        "UNIQUE(contract_id, product_id)",
        "Each service stands in a contract once.",
    )
    _quantity_positive = models.Constraint(
        "CHECK(quantity_included >= 0)", "What is included can not be negative."
    )

    @api.depends("product_id")
    def _compute_price_unit(self):
        for line in self:
            if not line.product_id:
                line.price_unit = 0.0
                continue
            contract = line.contract_id
            pricelist = contract.pricelist_id.with_company(contract.company_id)
            currency = contract.currency_id or contract.company_id.currency_id
            line.price_unit = pricelist._get_product_price(
                line.product_id, 1.0, currency=currency
            )

    def _prepare_use_lines(self, uses, words):
        """Values of the invoice lines of what was used. Extension point.

        :param uses: the consumption of this service in the period
        :param words: the period in words
        :return: list of values for ``account.move.line``
        """
        self.ensure_one()
        used = sum(uses.mapped("quantity"))
        quantity = used - min(self.quantity_included, used)
        if self.product_id.uom_id.compare(quantity, 0.0) <= 0:
            return []
        name = f"{self.product_id.display_name}, {words}"
        if self.quantity_included:
            name = self.env._(
                "%(name)s (%(used)g used, %(included)g included)",
                name=name,
                used=used,
                included=self.quantity_included,
            )
        return [
            {
                "product_id": self.product_id.id,
                "name": name,
                "quantity": quantity,
                "price_unit": self.price_unit,
            }
        ]
