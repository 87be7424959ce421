from decimal import Decimal

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.expression import FUNCTION_NAMES, is_name
from ..tools.units import PLAIN, Quantity

# What formulas know besides the parameters.
RESERVED = FUNCTION_NAMES | {"amount", "price", "quantity"}


class ServiceParameter(models.Model):
    """A question whose answer prices need: length of the room, floor, urgency."""

    _name = "service.parameter"
    _description = "Parameter"
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        "Name in Formulas",
        required=True,
        help="A word without spaces: length, storey, urgency.",
    )
    question = fields.Char(
        translate=True,
        help="As the customer is asked on the phone: “How long is the room?”",
    )
    kind = fields.Selection(
        [("number", "A Number"), ("boolean", "Yes or No"), ("choice", "Choice")],
        "Answer",
        required=True,
        default="number",
    )
    uom_id = fields.Many2one("uom.uom", "Unit", ondelete="restrict")
    scope = fields.Selection(
        [("request", "Once per request"), ("line", "For each service")],
        "Is Asked",
        required=True,
        default="line",
    )
    has_limits = fields.Boolean(
        "Limits", default=True, help="Refuse numbers outside of the limits."
    )
    minimum = fields.Float("From", digits=(16, 6))
    maximum = fields.Float("To", digits=(16, 6), default=1000.0)
    has_default = fields.Boolean(
        "Usual Answer", help="Taken until somebody answers the question."
    )
    default_number = fields.Float("Usual Number", digits=(16, 6))
    default_boolean = fields.Boolean("Usually Yes")
    default_option_id = fields.Many2one(
        "service.parameter.option",
        "Usual Choice",
        domain="[('parameter_id', '=', id)]",
        ondelete="set null",
    )
    option_ids = fields.One2many(
        "service.parameter.option", "parameter_id", "Choices", copy=True
    )
    component_ids = fields.Many2many(
        "service.component", "service_component_use_rel", string="Used by"
    )

    _code_uniq = models.UniqueIndex(
        "(lower(code)) WHERE active", "There is a parameter of this name already."
    )
    _limits_order = models.Constraint(
        "CHECK(NOT has_limits OR minimum <= maximum)",
        "The lower limit of a parameter can not be above the upper one.",
    )

    @api.depends("name", "uom_id")
    def _compute_display_name(self):
        for parameter in self:
            unit = parameter.kind == "number" and parameter.uom_id.name
            name = parameter.name or ""
            parameter.display_name = f"{name}, {unit}" if unit else name

    @api.constrains("code")
    def _check_code(self):
        """The name of a parameter can stand in a formula."""
        for parameter in self:
            if not is_name(parameter.code) or parameter.code.lower() in RESERVED:
                raise ValidationError(
                    self.env._(
                        "“%(code)s” can not be the name of a parameter in formulas: "
                        "use one word of letters and digits that begins with a letter "
                        "and is no word of the formulas themselves, such as "
                        "room_length.",
                        code=parameter.code,
                    )
                )

    @api.constrains("has_default", "default_number", "minimum", "maximum", "has_limits")
    def _check_default(self):
        """The usual number is within the limits of the parameter."""
        for parameter in self:
            if parameter.kind == "number" and parameter.has_default:
                problem = parameter._get_problem(parameter.default_number)
                if problem:
                    raise ValidationError(problem)

    @api.constrains("default_option_id")
    def _check_default_option(self):
        """The usual choice is one of the parameter's own."""
        for parameter in self:
            if parameter.default_option_id.parameter_id - parameter:
                raise ValidationError(
                    self.env._(
                        "The usual choice of %(parameter)s has to be one of its own.",
                        parameter=parameter.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        self.env.registry.clear_cache()
        return parameters

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def write(self, vals):
        renamed = {"code", "kind", "uom_id"} & vals.keys()
        if renamed or ("active" in vals and not vals["active"]):
            self.filtered(
                lambda parameter: any(
                    name == "active" or parameter._is_changed(name, vals[name])
                    for name in renamed | ({"active"} & vals.keys())
                )
            )._check_unused()
        result = super().write(vals)
        if {"active", "sequence"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()

    def _is_changed(self, name, value):
        """Whether a value to write differs from the present one."""
        self.ensure_one()
        present = self._fields[name].convert_to_write(self[name], self)
        return present != value

    def _check_unused(self):
        """Formulas must not lose what they are made of."""
        # Kits of other companies count as well.
        for parameter in self.sudo():
            kits = parameter.component_ids.product_tmpl_id
            if kits:
                raise UserError(
                    self.env._(
                        "%(parameter)s is used in the formulas of %(kits)s. Change "
                        "these formulas first.",
                        parameter=parameter.name,
                        kits=", ".join(kits[:5].mapped("display_name")),
                    )
                )

    def _get_problem(self, number):
        """Why a number can not be the answer, in words; ``None`` when it can."""
        self.ensure_one()
        if not self.has_limits or self.minimum <= number <= self.maximum:
            return None
        return self.env._(
            "%(parameter)s: %(number)s %(unit)s is not between %(minimum)s and "
            "%(maximum)s. Check the number; the limits are set by the administrator.",
            parameter=self.name,
            number=f"{number:.6g}" if abs(number) < 1e6 else f"{number:.0f}",
            unit=self.uom_id.name or "",
            minimum=f"{self.minimum:.6g}",
            maximum=f"{self.maximum:.6g}",
        )

    def _get_types(self):
        """What the parameters are in formulas: ``{name: type}``.

        A choice is a text, ``walls``, and the number that goes with it,
        ``walls.value``.
        """
        units = self.env["service.expression"]._get_units(self.uom_id)
        types = {}
        for parameter in self:
            if parameter.kind == "boolean":
                types[parameter.code] = "bool"
            elif parameter.kind == "choice":
                types[parameter.code] = "text"
                types[f"{parameter.code}.value"] = PLAIN
            else:
                types[parameter.code] = units.get(parameter.uom_id, PLAIN)
        return types

    def _get_values(self, value, types):
        """An answer as formulas take it: ``{name: value}``.

        :param value: a number, yes or no, or a choice (``service.parameter.option``)
        :param dict types: as of `_get_types`
        """
        self.ensure_one()
        code = self.code
        if self.kind == "boolean":
            return {code: bool(value)}
        if self.kind == "choice":
            return {code: value.code, f"{code}.value": Decimal(f"{value.value:.6f}")}
        number = Decimal(f"{value:.6f}").normalize()
        unit = types[code]
        return {code: Quantity(number, unit) if unit is not PLAIN else number}

    def _get_default(self):
        """The usual answer; ``None`` when somebody has to be asked."""
        self.ensure_one()
        if self.kind == "boolean":
            return self.has_default and self.default_boolean
        if not self.has_default:
            return None
        if self.kind == "choice":
            return self.default_option_id or None
        return self.default_number

    @api.model
    def _get_all(self):
        """All parameters in use, in their order."""
        return self.browse(self._get_all_ids())

    @api.model
    @tools.ormcache()
    def _get_all_ids(self):
        """Ids of all parameters; asked at every price, so kept."""
        return tuple(self.sudo().search(Domain.TRUE).ids)  # ids say nothing

    @api.model
    def _find_by_names(self, names):
        """The parameters of these names in formulas."""
        names = list(names)
        return self.search([("code", "in", names)]) if names else self.browse()

    def _get_answer_problem(self, answer):
        """Why an answer can not be taken, in words; ``None`` when it can."""
        self.ensure_one()
        if self.kind == "number" and answer is not None:
            return self._get_problem(answer)
        return None

    def _prepare_question(self):
        """What an input for the answer needs to know."""
        self.ensure_one()
        number = self.kind == "number"
        return {
            "parameter_id": self.id,
            "code": self.code,
            "label": self.name,
            "question": self.question or "",
            "kind": self.kind,
            "unit": (self.uom_id.name or "") if number else "",
            "minimum": self.minimum if number and self.has_limits else None,
            "maximum": self.maximum if number and self.has_limits else None,
            "options": [
                {"id": option.id, "name": option.name} for option in self.option_ids
            ],
        }
