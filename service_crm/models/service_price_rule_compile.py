from decimal import Decimal

from odoo import api, models, tools
from odoo.exceptions import ValidationError

from ..tools.expression import ExpressionError, parse
from ..tools.expression_nodes import BOOL, ZERO
from ..tools.price_rule import Rule, to_decimal
from ..tools.units import PLAIN
from .service_price_rule import WEEKDAYS

# What a condition or a formula may say of the services, besides the answers.
FACTS = {"order": ("amount", "quantity"), "line": ("amount", "quantity", "price")}


class ServicePriceRule(models.Model):
    """Price rule: as data for the engine, compiled once and kept."""

    _inherit = "service.price.rule"

    @api.model
    @tools.ormcache("company_id", "lang")
    def _get_compiled(self, company_id, lang):
        """The rules of a company for ``tools.price_rules``, in the customer's words."""
        # Rules count for every customer, whoever prices.
        rules = self.sudo().search([("company_id", "in", [company_id, False])])
        return tuple(rule._prepare_compiled() for rule in rules.with_context(lang=lang))

    def _prepare_compiled(self):
        """The rule as data. Extension point.

        :return: :class:`~odoo.addons.service_crm.tools.price_rule.Rule`
        """
        self.ensure_one()
        is_percent = self.method == "percent"
        return Rule(
            id=self.id,
            name=self.name,
            reason=self._get_reason(),
            sequence=self.sequence,
            kind=self.kind,
            level=self.level if self.kind != "minimum" else "order",
            method=self.method,
            amount=to_decimal(self.percent if is_percent else self.amount),
            currency_id=self.currency_id.id,
            formula=self._parse(self.formula) if self.method == "formula" else None,
            as_line=self._makes_line(),
            product_id=self.product_id.id or None,
            uom_id=self.product_id.uom_id.id or None,
            compound=self.compound,
            group=self.group_id.id or None,
            choice=self.group_id.choice or "best",
            kinds=frozenset({self.line_kind} - {"all"}),
            category_ids=frozenset(self.category_ids.ids),
            product_ids=frozenset(self.product_ids.ids),
            minimum_quantity=to_decimal(self.minimum_quantity),
            minimum_amount=to_decimal(self.minimum_amount),
            basis=self.basis,
            date_from=self.date_from or None,
            date_to=self.date_to or None,
            weekdays=frozenset(
                number for number, name in enumerate(WEEKDAYS) if self[name]
            ),
            hours=self._get_hours(),
            day=self.day,
            segment_ids=frozenset(self.segment_ids.ids),
            team_ids=frozenset(self.team_ids.ids),
            pricelist_ids=frozenset(self.pricelist_ids.ids),
            contract=self.contract,
            contract_ids=frozenset(self.contract_ids.ids),
            condition=self._parse(self.condition),
        )

    def _get_hours(self):
        """``(from, to)`` of the clock; ``None`` for the whole day."""
        self.ensure_one()
        if self.hour_from == self.hour_to:
            return None
        return self.hour_from, self.hour_to

    @api.model
    def _parse(self, text):
        """The expression of a text; ``None`` without one."""
        text = (text or "").strip()
        return parse(text) if text else None

    def _get_expressions(self):
        """Texts of the rule that are expressions: ``{field name: text}``."""
        self.ensure_one()
        texts = {"condition": self.condition}
        if self.method == "formula":
            texts["formula"] = self.formula
        return {name: text for name, text in texts.items() if (text or "").strip()}

    def _get_parameter_names(self):
        """Names of parameters the rule asks for, without those of wrong formulas."""
        self.ensure_one()
        names = set()
        for text in self._get_expressions().values():
            try:
                names |= {name.split(".")[0] for name in parse(text.strip()).names}
            except ExpressionError:
                continue  # told when the rule is saved
        return names

    def _check_expression_types(self):
        """Refuse wrong names, units and kinds when the rule is saved."""
        self.ensure_one()
        texts = self._get_expressions()
        if not texts:
            return
        types = self._get_expression_types()
        for name, text in texts.items():
            label = f"{self.name}, {self._fields[name]._description_string(self.env)}"
            try:
                found = parse(text.strip()).check(types)
                if name == "condition" and found != BOOL:
                    raise ExpressionError("not_a_condition", 0)
            except ExpressionError as error:
                raise ValidationError(
                    self.env["service.expression"]._get_error_text(error, label, text)
                ) from error
            if name == "formula" and not self._is_money(found):
                raise ValidationError(
                    self.env._(
                        "%(rule)s: the formula gives %(unit)s, not an amount of money. "
                        "Divide by the unit, as in distance / 1 km * 15.",
                        rule=self.name,
                        unit=getattr(found, "symbol", "") or str(found),
                    )
                )

    @api.model
    def _is_money(self, kind):
        """Whether a type of the expression language is an amount of money."""
        if kind == ZERO:
            return True
        return getattr(kind, "dimensions", None) in ((), (("money", 1),))

    def _get_expression_types(self):
        """What names mean in conditions and formulas of the rule: ``{name: type}``."""
        self.ensure_one()
        level = self.level if self.kind != "minimum" else "order"
        scopes = ["request"] if level == "order" else ["request", "line"]
        # Whoever may make rules may use every parameter there is.
        parameters = self.env["service.parameter"].sudo()
        parameters = parameters.search([("scope", "in", scopes)])
        return {**parameters._get_types(), **dict.fromkeys(FACTS[level], PLAIN)}

    @api.model
    def _convert_rules(self, rules, currency, company, date):
        """Amounts of money of compiled rules in the currency of a price.

        :return: list of rules; those without amounts as they are
        """
        converted = []
        for rule in rules:
            if rule.currency_id not in (None, currency.id) and rule.has_money:
                own = self.env["res.currency"].browse(rule.currency_id)
                rate = Decimal(repr(own._convert(1e6, currency, company, date, False)))
                rounding = Decimal(repr(currency.rounding))
                rule = rule.in_currency(currency.id, rate / 10**6, rounding)
            converted.append(rule)
        return converted
