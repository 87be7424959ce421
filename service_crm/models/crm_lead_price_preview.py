from odoo import api, models
from odoo.exceptions import UserError

from ..tools.price_plan import PRICING

MAX_ANSWER = 10**12


class CrmLead(models.Model):
    """Service request: the live total, while the customer is on the line."""

    _inherit = "crm.lead"

    @api.readonly
    def action_preview_price(self, answers=()):
        """The price as it would be with answers that are not saved yet.

        Nothing is written.

        :param answers: ``[[service id or False, parameter id, answer]]``, an answer
            being a number, yes or no, the id of a choice, or ``None``
        :return: dict of questions, lines, errors and sums, see
            `_prepare_price_preview`
        """
        self.ensure_one()
        self._check_service_role("operator", "manager", "dispatcher")
        self.check_access("read")
        unsaved = self._read_unsaved_answers(answers)
        lead = self.with_context(service_pricing=PRICING)
        plans = lead._prepare_price_plan(unsaved)
        result = lead._apply_price_rules(plans, unsaved)[lead]
        return lead._prepare_price_preview(result, unsaved)

    @api.model
    def _read_unsaved_answers(self, answers):
        """The answers a browser sent, those of a wrong kind as not answered.

        :return: ``{(service id or False, parameter id): answer}``
        """
        unsaved = {}
        for answer in answers if isinstance(answers, (list, tuple)) else [None]:
            if not isinstance(answer, (list, tuple)) or len(answer) != 3:
                raise UserError(self.env._("The answers could not be read."))
            line_id, parameter_id, value = answer
            if type(parameter_id) is not int or type(line_id) not in (int, bool):
                raise UserError(self.env._("The answers could not be read."))
            number = isinstance(value, (int, float)) and abs(value) < MAX_ANSWER
            unsaved[line_id or False, parameter_id] = value if number else None
        return unsaved

    def _prepare_price_preview(self, result, answers):
        """What the calculator shows. Extension point: add keys.

        :param PriceResult result: the price after the rules
        :param dict answers: the unsaved answers, as of `_get_price_answers`
        :return: ``questions``: groups with their questions; ``lines``; ``errors``;
            ``untaxed``, ``tax``, ``total`` in ``currency_id``, and the ``margin`` for
            those who may see it, ``None`` while the cost is unknown
        """
        self.ensure_one()
        currency = self._get_service_currency()
        totals = self._get_plan_totals(result.lines, currency)
        if self._may_see_margin():
            totals["margin"] = self._get_plan_margin(result.lines, totals["untaxed"])
        return {
            "questions": self._prepare_preview_questions(answers),
            "lines": [
                self._prepare_preview_line(line, currency) for line in result.lines
            ],
            "errors": [line.error for line in result.lines if line.error]
            + result.errors,
            "currency_id": currency.id,
            **totals,
        }

    def _prepare_preview_line(self, line, currency):
        """A line of the price as the calculator shows it."""
        uom = self.env["uom.uom"].browse(line.uom_id)
        return {
            "key": "/".join(str(part) for part in line.key),
            "name": line.name.split("\n", 1)[0],
            "kind": line.kind,
            "part": bool(line.parent_key),
            "quantity": line.quantity,
            "unit": uom.name or "",
            "price": line.price_unit,
            "discount": line.discount,
            "amount": currency.round(line.amount),
            "trace": line.trace,
            "reasons": "; ".join(line.reasons),
            "counts": line.counts,
            "optional": line.is_optional,
            "error": line.error,
        }

    def _prepare_preview_questions(self, answers):
        """The questions by service, with what the input needs."""
        rows = {
            (row.line_id.id or False, row.parameter_id.id): row
            for row in self.service_value_ids
        }
        groups = []
        for line, parameters in self._get_price_questions()[self]:
            questions = []
            for parameter in parameters:
                key = (line.id or False, parameter.id)
                row = rows.get(key)
                answer = answers.get(key, row._get_answer() if row else None)
                questions.append(
                    {
                        **parameter._prepare_question(),
                        "line_id": line.id or False,
                        "problem": parameter._get_answer_problem(answer) or "",
                    }
                )
            groups.append(
                {
                    "line_id": line.id or False,
                    "name": line.product_id.display_name or "",
                    "questions": questions,
                }
            )
        return groups

    def _get_plan_totals(self, lines, currency):
        """The sums of the lines that count, by Odoo's own tax engine."""
        tax = self.env["account.tax"]
        company = self._get_service_company()
        product = self.env["product.product"]
        shared = tax._prepare_base_line_for_taxes_computation(
            {}, partner_id=self.partner_id, currency_id=currency
        )
        base_lines = [
            {
                **shared,
                "product_id": product.browse(line.product_id),
                "tax_ids": tax.browse(line.tax_ids),
                "price_unit": line.price_unit,
                "quantity": line.quantity,
                "discount": line.discount,
            }
            for line in lines
            if line.counts
        ]
        tax._add_tax_details_in_base_lines(base_lines, company)
        tax._round_base_lines_tax_details(base_lines, company)
        # The sums alone: no groups of taxes are shown.
        details = [line["tax_details"] for line in base_lines]
        untaxed = sum(
            row["total_excluded_currency"] + row["delta_total_excluded_currency"]
            for row in details
        )
        taxes = sum(
            data["tax_amount_currency"] for row in details for data in row["taxes_data"]
        )
        untaxed, taxes = currency.round(untaxed), currency.round(taxes)
        return {
            "untaxed": untaxed,
            "tax": taxes,
            "total": currency.round(untaxed + taxes),
        }
