from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.expression import ExpressionError, get_names
from ..tools.kit import check_quantity


class ProductTemplate(models.Model):
    """Catalogue item: the questions it asks, and what it is made of."""

    _inherit = "product.template"

    component_ids = fields.One2many(
        "service.component", "product_tmpl_id", "Components", copy=True
    )
    is_kit = fields.Boolean(
        "Computed",
        compute="_compute_is_kit",
        store=True,
        help="Quantities of it come from formulas.",
    )
    kit_parameter_ids = fields.Many2many(
        "service.parameter",
        "product_template_service_parameter_rel",
        string="Also Asks for",
        help="Questions that price rules need. Those of the formulas are asked anyway.",
    )
    kit_formula = fields.Char(
        "Own Quantity",
        help="The quantity of the kit itself: length * width. Empty: written by hand.",
    )
    kit_price = fields.Selection(
        [("components", "Sum of the Components"), ("own", "Price of Its Own")],
        default="components",
        required=True,
    )
    kit_state = fields.Selection(
        [("draft", "In Preparation"), ("published", "Published")],
        "Kit",
        default="draft",
        required=True,
        copy=False,
        help="Only published kits are computed in requests.",
    )

    @api.depends("component_ids", "kit_formula")
    def _compute_is_kit(self):
        for item in self:
            item.is_kit = bool(item.component_ids or item.kit_formula)

    @api.constrains("kit_formula", "uom_id")
    def _check_kit_formula(self):
        """The quantity formula of a kit can be read, with parameters there are."""
        items = self.filtered("kit_formula")
        types = items and self.env["service.parameter"]._get_all()._get_types()
        for item in items:
            if problem := item._get_kit_problem(types):
                raise ValidationError(problem)

    @api.constrains("kit_state", "component_ids", "uom_id")
    def _check_published(self):
        """What stands in the catalogue is complete."""
        for item in self.filtered(lambda item: item.kit_state == "published"):
            item._check_can_publish()

    @api.constrains("uom_id")
    def _check_component_units(self):
        """A formula made for square metres does not fit pieces."""
        # Where the item is used, also in kits of other companies.
        used = self.env["service.component"].sudo()
        used.search([("product_id.product_tmpl_id", "in", self.ids)])._check_formulas()

    def action_publish_kit(self):
        """Let requests compute the kit, once all quantities are known."""
        self.check_access("write")
        for item in self:
            item._check_can_publish()
        self.write({"kit_state": "published"})

    def action_prepare_kit(self):
        """Take the kit back; requests that have it stay as they are."""
        self.check_access("write")
        self.write({"kit_state": "draft"})

    def _check_can_publish(self):
        """Refuse a kit with a component whose quantity nobody can compute."""
        self.ensure_one()
        problems = [
            component._get_no_method_text()
            for component in self.component_ids
            if not component.quantity_method
        ]
        if not self.is_kit:
            problems.append(
                self.env._("Add components, or a formula for its own quantity.")
            )
        if problems:
            raise UserError(
                self.env._(
                    "%(kit)s can not be published yet:\n%(problems)s",
                    kit=self.display_name,
                    problems="\n".join(f"• {problem}" for problem in problems),
                )
            )

    def _get_kit_problem(self, types):
        """What is wrong with the own quantity, in words; ``None`` when it is right."""
        self.ensure_one()
        expression = self.env["service.expression"]
        unit = expression._get_unit(self.uom_id)
        try:
            check_quantity(self.kit_formula, unit, frozenset(types.items()))
        except ExpressionError as error:
            name = self.env._("%(kit)s, own quantity", kit=self.display_name)
            return expression._get_error_text(error, name, self.kit_formula)
        return None

    def _get_kit_types(self, types):
        """What the formulas of a kit's components may name: the parameters, and the
        quantity of the kit where it has a formula."""
        self.ensure_one()
        if not self.kit_formula:
            return types
        unit = self.env["service.expression"]._get_unit(self.uom_id)
        return {**types, "quantity": unit}

    def _get_formula_parameters(self, parameters):
        """The questions without whose answers the kit can not be computed.

        :param parameters: all active parameters there are
        """
        self.ensure_one()
        names = get_names(self.kit_formula)
        used = self.component_ids.parameter_ids
        return parameters.filtered(lambda p: p in used or p.code in names)

    def _get_kit_parameters(self, parameters):
        """All questions of an item: those of its formulas, and the further ones."""
        self.ensure_one()
        asked = self._get_formula_parameters(parameters) | self.kit_parameter_ids
        return parameters & asked

    def _asks_questions(self):
        """Whether the price of the item takes more than its quantity."""
        return bool(self.is_kit or self.kit_parameter_ids)

    def _is_published_kit(self):
        """Whether requests compute the item."""
        return self.is_kit and self.kit_state == "published"

    def _has_component_prices(self):
        """Whether the components carry the price, and the item itself costs nothing."""
        return bool(
            self._is_published_kit()
            and self.component_ids
            and self.kit_price == "components"
        )
