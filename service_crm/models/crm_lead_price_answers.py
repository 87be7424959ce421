from odoo import models

from ..tools.price_plan import PRICING


class CrmLead(models.Model):
    """Service request: the questions its price asks, and their answers."""

    _inherit = "crm.lead"

    def copy_data(self, default=None):
        """What kits and rules added is computed for the copy, not copied."""
        vals_list = super().copy_data(default)
        if "request_line_ids" in (default or {}):
            return vals_list
        for lead, vals in zip(self, vals_list, strict=True):
            lines = lead.request_line_ids.sorted("id")
            vals["request_line_ids"] = [
                command
                for line, command in zip(
                    lines, vals.get("request_line_ids", ()), strict=True
                )
                if not line.is_computed
            ]
        return vals_list

    def copy(self, default=None):
        """The answers go along."""
        copies = super().copy(default)
        for lead, copied in zip(self, copies, strict=True):
            if lead.service_value_ids:
                copied._copy_price_answers(lead)
        return copies

    def _merge_dependences(self, opportunities):
        """Answers go along with their services; computed lines are computed anew."""
        opportunities = opportunities.with_context(service_pricing=PRICING)
        result = super()._merge_dependences(opportunities)
        if self.is_service:
            # All that belongs to the merged requests, also what the user cannot see.
            rows = opportunities.sudo().service_value_ids
            rows.filtered("line_id").write({"request_id": self.id})
            there = self.service_value_ids.filtered(lambda row: not row.line_id)
            there = there.parameter_id
            for row in rows.filtered(lambda row: not row.line_id):
                if row.parameter_id not in there:
                    row.request_id = self
                    there |= row.parameter_id
            self._update_prices()
        return result

    def _copy_price_answers(self, lead):
        """Take over the answers of the request this one is a copy of."""
        lines = dict(
            zip(
                lead._get_price_hand_lines().sorted("id"),
                self._get_price_hand_lines().sorted("id"),
                strict=False,
            )
        )
        rows = {(row.line_id, row.parameter_id): row for row in self.service_value_ids}
        for given in lead.service_value_ids.filtered("is_answered"):
            line = lines.get(given.line_id, given.line_id.browse())
            row = rows.get((line, given.parameter_id))
            if row:
                row.with_context(service_pricing=PRICING).write(
                    {
                        "value_number": given.value_number,
                        "value_boolean": given.value_boolean,
                        "option_id": given.option_id.id,
                    }
                )
        self._update_prices()

    def _get_price_questions(self):
        """What has to be known for the price. Extension point: add questions.

        :return: ``{request: [(service or no service, parameters)]}``; no service:
            asked once per request
        """
        everything = self.env["service.parameter"]._get_all()
        asked = {}
        questions = {}
        for lead in self:
            of_request = everything.browse()
            rows = []
            for line in lead._get_price_hand_lines():
                item = line.product_id.product_tmpl_id
                if item not in asked:
                    asked[item] = (
                        item._get_kit_parameters(everything)
                        if item
                        else everything.browse()
                    )
                parameters = asked[item]
                own = parameters.filtered(lambda p: p.scope == "line")
                of_request |= parameters - own
                if own:
                    rows.append((line, own))
            no_line = lead.request_line_ids.browse()
            questions[lead] = [(no_line, everything & of_request)] if of_request else []
            questions[lead] += rows
        return questions

    def _get_price_hand_lines(self):
        """The services picked or written by a person, in their order."""
        self.ensure_one()
        return self.request_line_ids.filtered(
            lambda line: not line.parent_line_id and not line.price_rule_id and line.id
        ).sorted(lambda line: (line.sequence, line.id))

    def _sync_price_answers(self):
        """A row for each question, with the usual answer where there is one."""
        vals_list = []
        rows = self.env["service.request.value"]
        for lead, questions in self._get_price_questions().items():
            there = {(v.line_id, v.parameter_id) for v in lead.service_value_ids}
            vals_list += [
                rows._prepare_answer_values(lead, line, parameter)
                for line, parameters in questions
                for parameter in parameters
                if (line, parameter) not in there
            ]
        rows.create(vals_list)

    def _get_price_answers(self, answers=None):
        """The answers as formulas take them.

        :param dict answers: not saved yet, ``{(service id or False, parameter id):
            number, bool, id of the choice or None}``, for one request
        :return: ``{request: ({name: value}, {plan key: {name: value}})}``: those of
            the whole request, and those of each service; what nobody answered, or
            not within its limits, is not there
        """
        parameters = self.env["service.parameter"]._get_all()
        types = parameters._get_types()
        result = {}
        for lead in self:
            of_request, of_lines = {}, {}
            for line, parameter, answer in lead._get_answer_rows(answers or {}):
                target = of_request
                if line:
                    target = of_lines.setdefault(("line", line.id), {})
                if answer is not None and not parameter._get_answer_problem(answer):
                    target.update(parameter._get_values(answer, types))
            result[lead] = (of_request, of_lines)
        return result

    def _get_answer_rows(self, answers):
        """Saved answers, overlaid with unsaved ones: ``[(service, parameter,
        answer)]``."""
        self.ensure_one()
        rows = {
            (row.line_id.id or False, row.parameter_id.id): row._get_answer()
            for row in self.service_value_ids
        }
        rows.update(answers)
        lines = {line.id: line for line in self.request_line_ids}
        no_line = self.request_line_ids.browse()
        known = {p.id: p for p in self.env["service.parameter"]._get_all()}
        option = self.env["service.parameter.option"]
        result = []
        for (line_id, parameter_id), answer in rows.items():
            asked = known.get(parameter_id)
            if not asked or (line_id and line_id not in lines):
                continue
            if asked.kind == "choice" and isinstance(answer, (int, float)):
                answer = asked.option_ids & option.browse(int(answer)) or None
            elif asked.kind == "number" and isinstance(answer, bool):
                answer = None
            result.append((lines.get(line_id, no_line), asked, answer))
        return result
