import re

from odoo import api, models
from odoo.tools.misc import format_amount, format_date, formatLang

from ..tools.expression import ExpressionError
from .service_price_rule import WEEKDAYS


class ServicePriceRule(models.Model):
    """Price rule: in words, for the customer and for whoever asks why."""

    _inherit = "service.price.rule"

    @api.model
    def _get_sentence_fields(self):
        """Fields the sentence is made of."""
        return [
            "kind",
            "level",
            "method",
            "percent",
            "amount",
            "formula",
            "line_kind",
            "category_ids.complete_name",
            "product_ids",
            "minimum_quantity",
            "minimum_amount",
            "date_from",
            "date_to",
            *WEEKDAYS,
            "hour_from",
            "hour_to",
            "day",
            "segment_ids.name",
            "team_ids.name",
            "pricelist_ids.name",
            "contract",
            "contract_ids",
            "condition",
            "parameter_ids.name",
        ]

    def _get_reason(self):
        """The rule as the customer reads it on the offer: “Urgent, +30 %”."""
        self.ensure_one()
        name = self.name or ""
        if self.method != "percent" or "%" in name:
            return name
        sign = "−" if self.kind == "discount" else "+"
        return f"{name}, {sign}{self._get_amount_text()}"

    def _get_amount_text(self):
        """The amount with its unit."""
        self.ensure_one()
        if self.method == "formula":
            return self._name_parameters(self.formula or "")
        if self.method != "percent":
            return format_amount(self.env, self.amount, self.currency_id)
        number = formatLang(self.env, self.percent, digits=2)
        point = self.env["res.lang"]._get_data(code=self.env.lang).decimal_point or "."
        return f"{number.rstrip('0').rstrip(point)} %"

    def _name_parameters(self, text):
        """A formula with the questions it asks in place of their names."""
        names = {parameter.code: parameter.name for parameter in self.parameter_ids}
        return re.sub(
            r"\w+",
            lambda word: f"“{names[word[0]]}”" if word[0] in names else word[0],
            text,
        )

    def _get_sentence(self):
        """The whole rule as one sentence."""
        self.ensure_one()
        subject, *volumes = self._get_subject_texts()
        parts = [
            f"{self._get_action_text()} {subject}",
            *volumes,
            *self._get_time_texts(),
            *self._get_customer_texts(),
        ]
        if self.condition:
            condition = self._name_parameters(self.condition)
            parts.append(self.env._("when %(condition)s", condition=condition))
        return ", ".join(parts)

    def _get_action_text(self):
        """What the rule does with the price."""
        amount = self._get_amount_text()
        if self.kind == "minimum":
            return self.env._("At least %(amount)s", amount=amount)
        if self.method == "unit":
            amount = self.env._("%(amount)s per unit", amount=amount)
        if self.kind == "discount":
            return self.env._("Take %(amount)s off", amount=amount)
        return self.env._("Add %(amount)s", amount=amount)

    def _get_subject_texts(self):
        """What the rule is about."""
        names = [
            *self.category_ids.mapped("complete_name"),
            *self.product_ids.mapped("display_name"),
        ]
        kinds = dict(self._fields["line_kind"]._description_selection(self.env))
        if names:
            subject = self.env._("for %(names)s", names=", ".join(names))
        elif self.line_kind != "all":
            subject = self.env._("for %(names)s", names=kinds[self.line_kind].lower())
        elif self.level == "line" and self.kind != "minimum":
            subject = self.env._("for each service")
        else:
            subject = self.env._("for the whole order")
        texts = [subject]
        if self.minimum_quantity:
            texts.append(
                self.env._("from %(quantity)g units", quantity=self.minimum_quantity)
            )
        if self.minimum_amount:
            amount = format_amount(self.env, self.minimum_amount, self.currency_id)
            texts.append(self.env._("from an amount of %(amount)s", amount=amount))
        return texts

    def _get_time_texts(self):
        """When the rule counts."""
        texts = []
        if self.date_from:
            day = format_date(self.env, self.date_from)
            texts.append(self.env._("from %(day)s", day=day))
        if self.date_to:
            day = format_date(self.env, self.date_to)
            texts.append(self.env._("until %(day)s", day=day))
        days = [name for name in WEEKDAYS if self[name]]
        if days:
            labels = [self._fields[name]._description_string(self.env) for name in days]
            texts.append(self.env._("on %(days)s", days=", ".join(labels)))
        if hours := self._get_hours():
            texts.append(
                self.env._(
                    "%(start)s to %(end)s",
                    start=self._get_hour_text(hours[0]),
                    end=self._get_hour_text(hours[1]),
                )
            )
        if self.day != "any":
            days = dict(self._fields["day"]._description_selection(self.env))
            texts.append(days[self.day].lower())
        return texts

    def _get_customer_texts(self):
        """For whom the rule counts."""
        names = [
            *self.segment_ids.mapped("name"),
            *self.team_ids.mapped("name"),
            *self.pricelist_ids.mapped("name"),
            *self.contract_ids.mapped("display_name"),
        ]
        texts = []
        if names:
            texts.append(self.env._("only %(names)s", names=", ".join(names)))
        if self.contract != "any":
            labels = dict(self._fields["contract"]._description_selection(self.env))
            texts.append(labels[self.contract].lower())
        return texts

    @api.model
    def _get_hour_text(self, hour):
        """An hour of the clock: 22:00."""
        minutes = round(hour * 60)
        return f"{minutes // 60}:{minutes % 60:02d}"

    @api.model
    def _get_outcome_text(self, outcome):
        """Why a rule was not applied, in words; empty when it was.

        :param outcome: :class:`~odoo.addons.service_crm.tools.price_rule.Outcome`
        """
        detail = outcome.detail
        if outcome.code == "error":
            return self._get_error_text(outcome)
        texts = {
            "": "",
            "no_lines": self.env._("No service it applies to"),
            "optional": self.env._("Only optional services, none of them taken"),
            "agreed": self.env._("In the agreed order already"),
            "team": self.env._("Another service team"),
            "segment": self.env._("Customer in none of its segments"),
            "pricelist": self.env._("Another price list"),
            "contract": self.env._("Not the right contract"),
            "no_time": self.env._("No time of the visit yet"),
            "period": self.env._("Not in its period"),
            "weekday": self.env._("Not on its days of the week"),
            "hours": self.env._("Not in its hours"),
            "day": self.env._("Not its kind of day"),
            "quantity": self.env._("Quantity below %(minimum)s", minimum=detail),
            "amount": self.env._("Amount below %(minimum)s", minimum=detail),
            "condition": self.env._("Answers differ: %(condition)s", condition=detail),
            "answer": self.env._("Not answered yet: %(question)s", question=detail),
            "group": self.env._("“%(rule)s” counts instead", rule=detail),
            "by_hand": self.env._("Prices or discounts were written by hand"),
            "reached": self.env._("The minimum is reached"),
            "zero": self.env._("Comes to nothing"),
            "not_money": self.env._(
                "The formula gives no amount: %(text)s", text=detail
            ),
            "too_much": self.env._(
                "The amount is absurdly high: %(text)s", text=detail
            ),
        }
        return texts[outcome.code]

    @api.model
    def _get_error_text(self, outcome):
        """What is wrong with a condition or formula for these answers."""
        rule = outcome.rule
        if isinstance(outcome.detail, ExpressionError):
            return self.env["service.expression"]._get_error_text(
                outcome.detail, rule.name
            )
        return self.env._(
            "%(rule)s: the formula can not be computed with these answers.",
            rule=rule.name,
        )
