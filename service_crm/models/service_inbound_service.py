from odoo import api, models
from odoo.fields import Command

from ..tools.web_form import read_number


class ServiceInbound(models.Model):
    """The web form of one service: its questions, and what becomes of the answers."""

    _inherit = "service.inbound"

    @api.model
    def _check_form(self, values, photos):
        """Answers to the questions of the service must be readable."""
        errors = super()._check_form(values, photos)
        answers = values.get("answers") or {}
        for parameter in self._get_form_item(values)._get_form_questions():
            text = answers.get(str(parameter.id))
            if text and self._read_form_answer(parameter, text) is None:
                errors[f"answer_{parameter.id}"] = self._get_answer_error(
                    parameter, text
                )
        return errors

    @api.model
    def _get_form_item(self, values, company=None):
        """The service a post is for; empty when it is for none, or no more."""
        return self.env["product.template"]._get_service_form_item(
            values.get("service"), company or self.env.company
        )

    @api.model
    def _read_form_answer(self, parameter, text):
        """What was typed or chosen, as values of an answer; None when it is wrong."""
        if parameter.kind == "boolean":
            return {"value_boolean": text == "1"} if text in ("0", "1") else None
        if parameter.kind == "choice":
            options = parameter.option_ids.filtered(lambda o: str(o.id) == text)
            return {"option_id": options.id} if options else None
        number = read_number(text)
        if number is None or parameter._get_answer_problem(number):
            return None
        return {"value_number": number}

    @api.model
    def _get_answer_error(self, parameter, text):
        """Why an answer is none, in the visitor's words."""
        if parameter.kind != "number":
            return self.env._("Choose one of the answers.")
        if read_number(text) is None:
            return self.env._("Write a number, for example 2.5.")
        return self.env._(
            "Between %(minimum)g and %(maximum)g, please.",
            minimum=parameter.minimum,
            maximum=parameter.maximum,
        )

    def _prepare_form_request_values(self):
        """The service ordered becomes the first line."""
        values = super()._prepare_form_request_values()
        item = self._get_posted_item()
        if item:
            product = item.product_variant_id
            values["request_line_ids"] = [Command.create({"product_id": product.id})]
        return values

    def _process_form(self):
        result = super()._process_form()
        item = self._get_posted_item()
        answers = ((self.payload or {}).get("form") or {}).get("answers")
        if item and answers and self.request_id:
            self._keep_form_answers(self.request_id, item, answers)
        return result

    def _get_posted_item(self):
        """The service the form was posted for, if it may still be ordered."""
        self.ensure_one()
        form = (self.payload or {}).get("form") or {}
        return self._get_form_item(form, self.company_id)

    def _keep_form_answers(self, request, item, answers):
        """Write the answers into the questions the price asks."""
        values = self.env["service.request.value"]
        line = request.request_line_ids.filtered(
            lambda line: line.product_id == item.product_variant_id
        )[:1]
        rows = {row.parameter_id: row for row in request.service_value_ids}
        vals_list = []
        for parameter in item._get_form_questions():
            text = answers.get(str(parameter.id))
            given = text and self._read_form_answer(parameter, text)
            if not given:
                continue
            if parameter in rows:
                rows[parameter].write(given)
                continue
            own_line = parameter.scope == "line" and line
            vals_list.append(
                {
                    "request_id": request.id,
                    "line_id": own_line and own_line.id,
                    "parameter_id": parameter.id,
                    **given,
                }
            )
        values.create(vals_list)
