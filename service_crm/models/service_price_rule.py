from odoo import api, fields, models
from odoo.exceptions import ValidationError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ServicePriceRule(models.Model):
    """A surcharge, a discount or a minimum that the price takes by itself.

    How rules work together is told in ``tools/price_rules.py``.
    """

    _name = "service.price.rule"
    _inherit = ["service.cached.mixin", "service.company.mixin"]
    _description = "Price rule"
    _check_company_auto = True
    _order = "sequence, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )
    name = fields.Char(
        required=True, translate=True, help="As the customer reads it on the offer."
    )
    kind = fields.Selection(
        [
            ("surcharge", "Surcharge"),
            ("discount", "Discount"),
            ("minimum", "Minimum Fee"),
        ],
        required=True,
        default="surcharge",
    )
    level = fields.Selection(
        [("line", "Each service"), ("order", "The whole order")],
        "Counted On",
        required=True,
        default="order",
        help="Volumes and conditions are looked at for each service by itself, or for "
        "all together.",
    )
    method = fields.Selection(
        [
            ("percent", "Percent"),
            ("fixed", "Fixed amount"),
            ("unit", "Amount per unit"),
            ("formula", "Formula"),
        ],
        "Amount As",
        required=True,
        default="percent",
    )
    percent = fields.Float(digits=(16, 2))
    amount = fields.Monetary(
        help="In the terms of the price lists: with tax where their prices have it."
    )
    formula = fields.Char(
        help="The amount of money, from the answers: 100 * storey. The words amount "
        "and quantity mean the services the rule applies to."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    compound = fields.Boolean(
        "On Top of Others",
        help="The percentage counts on what earlier rules of the same kind have made. "
        "Without it percentages add up: 10 % and 5 % are 15 %.",
    )
    show_as = fields.Selection(
        [("line", "A line of its own"), ("price", "In the lines")],
        "Shown As",
        compute="_compute_show_as",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="In the lines: a surcharge in the price, a discount in the discount. "
        "Prices and discounts written by hand stay; a line of its own counts them too.",
    )
    product_id = fields.Many2one(
        "product.product",
        "Product of the Line",
        default=lambda self: self._get_default_product(),
        ondelete="restrict",
        check_company=True,
        domain="[('type', '=', 'service'), ('sale_ok', '=', True)]",
        help="Under which product the line of the rule is sold and booked.",
    )
    line_taxes = fields.Selection(
        [
            ("services", "Those of the services, when all have the same"),
            ("product", "Those of the product"),
        ],
        "Taxes of the Line",
        required=True,
        default="services",
    )
    group_id = fields.Many2one(
        "service.price.rule.group",
        "Only One Of",
        index="btree_not_null",
        ondelete="set null",
        help="Of the rules of one group a single one counts.",
    )
    # -- what it applies to
    line_kind = fields.Selection(
        [
            ("all", "Services and materials"),
            ("service", "Services"),
            ("material", "Materials"),
        ],
        "Applies To",
        required=True,
        default="all",
    )
    category_ids = fields.Many2many(
        "service.category",
        string="Categories",
        help="With their subcategories; empty: all.",
    )
    product_ids = fields.Many2many(
        "product.product",
        "service_price_rule_product_rel",
        string="Items",
        help="Empty: all items.",
    )
    minimum_quantity = fields.Float("Quantity From", digits="Product Unit")
    minimum_amount = fields.Monetary("Amount From")
    # -- when
    basis = fields.Selection(
        [("visit", "The visit"), ("asked", "The request")],
        "Time Of",
        required=True,
        default="visit",
        help="The visit: the planned time, else the wished one. The request: when the "
        "customer asked.",
    )
    date_from = fields.Date("From")
    date_to = fields.Date("Until", help="Including this day.")
    mon = fields.Boolean("Monday")
    tue = fields.Boolean("Tuesday")
    wed = fields.Boolean("Wednesday")
    thu = fields.Boolean("Thursday")
    fri = fields.Boolean("Friday")
    sat = fields.Boolean("Saturday")
    sun = fields.Boolean("Sunday")
    hour_from = fields.Float("From Hour")
    hour_to = fields.Float(
        "To Hour",
        help="By the clock of the place of work. 22:00 to 6:00 is the night, 0:00 "
        "to 0:00 the whole day.",
    )
    day = fields.Selection(
        [
            ("any", "Any time"),
            ("working", "In working hours"),
            ("outside", "Outside working hours"),
            ("holiday", "On public holidays"),
        ],
        "Calendar",
        required=True,
        default="any",
        help="By the working hours and the public holidays of the company.",
    )
    # -- for whom
    segment_ids = fields.Many2many(
        "service.segment", string="Customer Segments", check_company=True
    )
    team_ids = fields.Many2many(
        "crm.team", string="Service Teams", domain="[('is_service', '=', True)]"
    )
    pricelist_ids = fields.Many2many(
        "product.pricelist", string="Price Lists", check_company=True
    )
    contract = fields.Selection(
        [
            ("any", "With or without a contract"),
            ("with", "Under a contract"),
            ("without", "Without a contract"),
        ],
        "Contracts",
        required=True,
        default="any",
    )
    contract_ids = fields.Many2many(
        "service.contract", string="These Contracts", check_company=True
    )
    condition = fields.Char(
        "Answers",
        help='What has to be answered: urgency = "today" and not lift. Words are the '
        "names of the parameters.",
    )
    parameter_ids = fields.Many2many(
        "service.parameter",
        string="Parameters",
        compute="_compute_parameter_ids",
        store=True,
    )
    sentence = fields.Char("In Words", compute="_compute_sentence")

    _percent_range = models.Constraint(
        "CHECK(percent >= 0 AND (kind != 'discount' OR percent <= 100))",
        "A percentage is not negative, and a discount is 100 % at most. For less "
        "money choose the kind “Discount”.",
    )
    _amounts_positive = models.Constraint(
        "CHECK(amount >= 0 AND minimum_amount >= 0 AND minimum_quantity >= 0)",
        "Amounts and quantities of a price rule are not negative. For less money "
        "choose the kind “Discount”.",
    )
    _period_order = models.Constraint(
        "CHECK(date_to >= date_from)",
        "The period of a price rule ends before it begins.",
    )
    _hours_range = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < 24 AND hour_to >= 0 AND hour_to <= 24)",
        "The hours of a price rule are hours of a day, from 0:00 to 24:00.",
    )

    @api.model
    def _get_default_product(self):
        """The product shipped for lines of rules; empty when it was deleted."""
        product = self.env.ref(
            "service_crm.product_price_rule", raise_if_not_found=False
        )
        return product or self.env["product.product"]

    @api.depends("kind", "method")
    def _compute_show_as(self):
        for rule in self:
            if rule.kind == "minimum" or rule.method in ("fixed", "formula"):
                rule.show_as = "line"
            else:
                rule.show_as = rule.show_as or (
                    "line" if rule.kind == "surcharge" else "price"
                )

    @api.depends("condition", "formula", "method")
    def _compute_parameter_ids(self):
        names = {rule: rule._get_parameter_names() for rule in self}
        known = self.env["service.parameter"]._find_by_names(
            set().union(*names.values())
        )
        for rule in self:
            rule.parameter_ids = known.filtered(
                lambda parameter, codes=names[rule]: parameter.code in codes
            )

    @api.depends(lambda self: self._get_sentence_fields())
    @api.depends_context("lang")
    def _compute_sentence(self):
        for rule in self:
            rule.sentence = rule._get_sentence()

    @api.constrains("kind", "method", "percent", "amount", "formula", "show_as")
    def _check_amount(self):
        """A price rule says how much."""
        for rule in self:
            if rule.kind == "minimum" and rule.method not in ("fixed", "formula"):
                raise ValidationError(
                    self.env._(
                        "%(rule)s: a minimum fee is a fixed amount or a formula.",
                        rule=rule.name,
                    )
                )
            if rule.method == "percent" and not rule.percent:
                raise ValidationError(
                    self.env._("%(rule)s: enter the percentage.", rule=rule.name)
                )
            if rule.method in ("fixed", "unit") and not rule.amount:
                raise ValidationError(
                    self.env._("%(rule)s: enter the amount.", rule=rule.name)
                )
            if rule.method == "formula" and not (rule.formula or "").strip():
                raise ValidationError(
                    self.env._("%(rule)s: enter the formula.", rule=rule.name)
                )

    @api.constrains("show_as", "product_id", "method", "kind")
    def _check_product(self):
        """A rule with a line of its own has a product for it."""
        for rule in self.filtered(lambda rule: rule._makes_line()):
            if not rule.product_id:
                raise ValidationError(
                    self.env._(
                        "%(rule)s is shown as a line of its own: choose the product "
                        "of this line.",
                        rule=rule.name,
                    )
                )

    @api.constrains("condition", "formula", "method", "level")
    def _check_expressions(self):
        """Conditions and formulas of a rule can be read."""
        for rule in self:
            rule._check_expression_types()

    def action_try(self):
        """Show what all rules make of a request, and why."""
        self.check_access("read")
        return self.env["service.price.rule.try"]._open()

    def _makes_line(self):
        """Whether the amount stands in a line of its own."""
        self.ensure_one()
        return (
            self.show_as == "line"
            or self.kind == "minimum"
            or self.method in ("fixed", "formula")
        )
