from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.price_plan import PRICING


class ServiceRequestValue(models.Model):
    """The answer to one parameter, for a whole request or for one of its services."""

    _name = "service.request.value"
    _description = "Answer"
    _order = "request_id, line_id, id"

    request_id = fields.Many2one(
        "crm.lead", required=True, ondelete="cascade", index=True
    )
    line_id = fields.Many2one(
        "service.request.line",
        "Service",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: the answer counts for the whole request.",
    )
    parameter_id = fields.Many2one(
        "service.parameter", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(related="parameter_id.kind")
    is_answered = fields.Boolean("Answered")
    value_number = fields.Float("Number", digits=(16, 6))
    value_boolean = fields.Boolean("Yes")
    option_id = fields.Many2one(
        "service.parameter.option",
        "Choice",
        ondelete="restrict",
        index="btree_not_null",
    )

    _one_answer = models.UniqueIndex(
        "(request_id, parameter_id, COALESCE(line_id, 0))",
        "The question is answered already.",
    )

    @api.constrains("value_number", "is_answered", "option_id", "parameter_id")
    def _check_value(self):
        """An answer is one the parameter allows."""
        for value in self.filtered("is_answered"):
            parameter = value.parameter_id
            problem = parameter.kind == "number" and parameter._get_problem(
                value.value_number
            )
            if parameter.kind == "choice" and value.option_id.parameter_id != parameter:
                problem = self.env._(
                    "%(parameter)s: choose one of its own answers.",
                    parameter=parameter.name,
                )
            if problem:
                raise ValidationError(problem)

    @api.constrains("line_id", "request_id")
    def _check_line(self):
        """An answer belongs to a service of its own request."""
        for value in self:
            if value.line_id and value.line_id.request_id != value.request_id:
                raise ValidationError(
                    self.env._("The answer belongs to a service of another request.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """An answer to a question that is asked already goes into its row."""
        for vals in vals_list:
            if {"value_number", "value_boolean", "option_id"} & vals.keys():
                vals.setdefault("is_answered", True)
        if self.env.context.get("service_pricing") is PRICING:
            return super().create(vals_list)
        asked = {
            (row.request_id.id, row.line_id.id, row.parameter_id.id): row
            for row in self.search(
                [("request_id", "in", [vals.get("request_id") for vals in vals_list])]
            )
        }
        keys = [
            (vals.get("request_id"), vals.get("line_id") or False, vals["parameter_id"])
            for vals in vals_list
        ]
        for key, vals in zip(keys, vals_list, strict=True):
            if key in asked:
                asked[key].with_context(service_pricing=PRICING).write(vals)
        made = super().create(
            [
                vals
                for key, vals in zip(keys, vals_list, strict=True)
                if key not in asked
            ]
        )
        made = iter(made)
        rows = self.browse().concat(
            *(asked[key] if key in asked else next(made) for key in keys)
        )
        rows._update_request_prices()
        return rows

    def write(self, vals):
        if {"value_number", "value_boolean", "option_id"} & vals.keys():
            vals = {"is_answered": True, **vals}
        result = super().write(vals)
        self._update_request_prices()
        return result

    def unlink(self):
        requests = self.request_id
        result = super().unlink()
        requests.exists()._update_prices()
        return result

    def _update_request_prices(self):
        """Prices follow the answers, unless they are just being computed."""
        if self.env.context.get("service_pricing") is not PRICING:
            self.request_id._update_prices()

    def _get_answer(self):
        """The answer itself: a number, yes or no, a choice; ``None`` when open."""
        self.ensure_one()
        kind = self.parameter_id.kind
        if kind == "boolean":
            return self.value_boolean
        if not self.is_answered:
            return None
        return (self.option_id or None) if kind == "choice" else self.value_number

    @api.model
    def _prepare_answer_values(self, request, line, parameter):
        """Values of the row of a question that was not asked yet."""
        default = parameter._get_default()
        values = {
            "request_id": request.id,
            "line_id": line.id,
            "parameter_id": parameter.id,
            "is_answered": default is not None,
        }
        name = {
            "number": "value_number",
            "boolean": "value_boolean",
            "choice": "option_id",
        }[parameter.kind]
        if default is not None:
            values[name] = default.id if parameter.kind == "choice" else default
        return values
