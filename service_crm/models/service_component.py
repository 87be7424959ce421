from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.expression import ExpressionError, get_names
from ..tools.kit import Part, check_condition, check_quantity


class ServiceComponent(models.Model):
    """A part of a kit: a material or a work, and how much of it is needed."""

    _name = "service.component"
    _description = "Component"
    _order = "product_tmpl_id, sequence, id"
    _rec_name = "product_id"

    sequence = fields.Integer(default=10)
    product_tmpl_id = fields.Many2one(
        "product.template", "Kit", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        "product.product",
        "Item",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('sale_ok', '=', True), ('type', '!=', 'combo')]",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity_method = fields.Selection(
        [("fixed", "Fixed"), ("formula", "By Formula")],
        "Quantity",
        help="How the quantity is found; a kit can not be published without it.",
    )
    quantity = fields.Float(
        "Fixed Quantity",
        digits="Product Unit",
        default=1.0,
        help="For one unit of the kit.",
    )
    formula = fields.Char(help="For example: 2 * (length + width) * height")
    condition = fields.Char(
        "Only If", help='For example: walls = "flat" and storey > 1'
    )
    waste = fields.Float("Waste, %", help="Added to the computed quantity.")
    pack_size = fields.Float(
        "Sold by",
        digits="Product Unit",
        help="The quantity is rounded up to whole packs of this size.",
    )
    is_optional = fields.Boolean(
        "Optional", help="The customer ticks it in the offer, or leaves it."
    )
    parameter_ids = fields.Many2many(
        "service.parameter",
        "service_component_use_rel",
        string="Asks for",
        compute="_compute_parameter_ids",
        store=True,
        help="The parameters of the formula and of the condition.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0 AND pack_size >= 0)",
        "Quantity and pack size of a component can not be negative.",
    )
    _waste_range = models.Constraint(
        "CHECK(waste IS NULL OR waste BETWEEN 0 AND 100)",
        "The waste of a component is between 0 and 100 %.",
    )

    @api.depends("formula", "condition", "quantity_method")
    def _compute_parameter_ids(self):
        names = {component: component._get_names() for component in self}
        parameters = self.env["service.parameter"]._find_by_names(
            set().union(*names.values())
        )
        for component in self:
            component.parameter_ids = parameters.filtered(
                lambda p, used=names[component]: p.code in used
            )

    @api.constrains(
        "formula", "condition", "quantity_method", "product_id", "product_tmpl_id"
    )
    def _check_formulas(self):
        """Formulas of components can be read, with parameters there are."""
        types = self.env["service.parameter"]._get_all()._get_types()
        for component in self:
            if problem := component._get_problem(types):
                raise ValidationError(problem)

    @api.constrains("product_id", "product_tmpl_id")
    def _check_no_nesting(self):
        """A kit is no component of a kit."""
        for component in self:
            kit = component.product_id.product_tmpl_id
            if kit == component.product_tmpl_id or kit.component_ids:
                raise ValidationError(
                    self.env._(
                        "%(item)s is a kit itself. Put its components into %(kit)s.",
                        item=component.product_id.display_name,
                        kit=component.product_tmpl_id.display_name,
                    )
                )

    def _get_names(self):
        """The parameters a component's formulas name, ``walls`` for ``walls.value``."""
        self.ensure_one()
        formula = self.quantity_method == "formula" and self.formula
        return get_names(formula) | get_names(self.condition)

    def _get_problem(self, types):
        """Why the component can not be computed, in words; ``None`` when it can.

        :param dict types: the parameters there are, ``{name: type}``
        """
        self.ensure_one()
        expression = self.env["service.expression"]
        item = self.product_id.display_name
        if not self.quantity_method:
            if self.product_tmpl_id.kit_state != "published":
                return None
            return self._get_no_method_text()
        types = frozenset(self.product_tmpl_id._get_kit_types(types).items())
        if self.quantity_method == "formula":
            name = self.env._("%(item)s, quantity", item=item)
            text = self.formula or ""
            try:
                check_quantity(text, expression._get_unit(self.product_uom_id), types)
            except ExpressionError as error:
                return expression._get_error_text(error, name, text)
        if self.condition:
            name = self.env._("%(item)s, only if", item=item)
            try:
                check_condition(self.condition, types)
            except ExpressionError as error:
                return expression._get_error_text(error, name, self.condition)
        return None

    def _get_no_method_text(self):
        """The refusal of a component whose quantity nobody knows."""
        self.ensure_one()
        return self.env._(
            "Choose how the quantity of %(item)s is found: fixed, or by formula.",
            item=self.product_id.display_name,
        )

    def _get_part(self, units):
        """The component as plain data for the computation.

        :param dict units: ``{uom: Unit}``
        """
        self.ensure_one()
        by_formula = self.quantity_method == "formula"
        return Part(
            unit=units[self.product_id.product_tmpl_id.uom_id],
            formula=(self.formula or "") if by_formula else "",
            condition=self.condition or "",
            quantity=Decimal(f"{self.quantity:.6f}").normalize(),
            waste=Decimal(f"{self.waste:.6f}").normalize(),
            pack=Decimal(f"{self.pack_size:.6f}").normalize(),
        )
