from odoo import models


class CrmLead(models.Model):
    """Service request: the questions its price asks, and their answers."""

    _inherit = "crm.lead"

    def _get_price_questions(self):
        """What has to be known for the price. Extension point: add questions.

        :return: ``{request: [(service or no service, parameters)]}``; no service:
            asked once per request
        """
        everything = self.env["service.parameter"].search([])
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
            questions[lead] = [(no_line, of_request.sorted())] if of_request else []
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
        parameters = self.env["service.parameter"].search([])
        types = parameters._get_types()
        result = {}
        for lead in self:
            of_request, of_lines = {}, {}
            for line, parameter, answer in lead._get_answer_rows(answers or {}):
                target = of_request
                if line:
                    target = of_lines.setdefault(("line", line.id), {})
                if answer is None or parameter not in parameters:
                    continue
                if not parameter._get_answer_problem(answer):
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
        parameter = self.env["service.parameter"]
        option = self.env["service.parameter.option"]
        result = []
        for (line_id, parameter_id), answer in rows.items():
            asked = parameter.browse(parameter_id)
            if line_id and line_id not in lines:
                continue
            if asked.kind == "choice" and isinstance(answer, int):
                answer = option.browse(answer).exists() or None if answer else None
            result.append((lines.get(line_id, no_line), asked, answer))
        return result
