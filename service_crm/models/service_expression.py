from decimal import Decimal

from odoo import api, models
from odoo.tools import LazyTranslate

from ..tools.units import PLAIN, UNITS, Unit

_lt = LazyTranslate(__name__)

# Odoo's reference units: of which dimension they are, and how many base units.
REFERENCES = {
    "uom.product_uom_millimeter": ("length", 1, "0.001"),
    "uom.product_uom_square_meter": ("length", 2, "1"),
    "uom.product_uom_milliliter": ("length", 3, "0.000001"),
    "uom.product_uom_gram": ("mass", 1, "0.001"),
    "uom.product_uom_hour": ("time", 1, "1"),
}
ERRORS = {
    "empty": _lt("The formula is empty."),
    "too_long": _lt("The formula is longer than %(maximum)s characters: split it."),
    "too_many": _lt("The formula has too many parts: split it."),
    "too_deep": _lt("There are too many brackets inside each other: split it."),
    "too_big": _lt("The number is too big for a price or a quantity."),
    "name_too_long": _lt("The name is longer than %(maximum)s characters."),
    "string_too_long": _lt("The text is longer than %(maximum)s characters."),
    "bad_string": _lt("A text in quotes has no quotation marks or line ends in it."),
    "open_string": _lt("The quotation mark is not closed."),
    "bad_character": _lt("“%(character)s” does not belong here."),
    "decimal_comma": _lt(
        "%(left)s,%(right)s may be one number or two. Write %(left)s.%(right)s for the "
        "decimal number, or %(left)s, %(right)s with a space for two values."
    ),
    "unknown_unit": _lt(
        "“%(unit)s” is no known unit. Known are mm, cm, m, km, m², m³, l, g, kg, t, "
        "min, h, pcs and %%; a product is written with *."
    ),
    "unknown_function": _lt(
        "There is no function “%(function)s”. There are: %(known)s."
    ),
    "unknown_name": _lt(
        "There is no parameter “%(name)s”. There are: %(known)s. Correct the name, or "
        "make the parameter first."
    ),
    "arguments": _lt("%(function)s has too few or too many values in its brackets."),
    "unfinished": _lt("The formula ends too early."),
    "unexpected": _lt(
        "“%(found)s” is not expected here: a sign or bracket is missing."
    ),
    "bad_power": _lt("A power is a whole number from 2 to %(maximum)s."),
    "bad_date": _lt("“%(value)s” is no date: write 2026-12-31 or 31.12.2026."),
    "chain": _lt("Compare two values at a time and join comparisons with “and”."),
    "table_key": _lt("The left side of a table row is a number or a text."),
    "table_order": _lt("The rows of a table go from the smallest number up."),
    "table_double": _lt("A row of the table is there twice."),
    "table_missing": _lt("The table has no row for %(value)s: add one."),
    "unit_add": _lt(
        "%(left)s and %(right)s can not be added: only values of the same unit can. "
        "Multiply, or write the unit after the number."
    ),
    "unit_compare": _lt(
        "%(left)s can not be compared with %(right)s. Write the unit after the number, "
        "as in 5 m."
    ),
    "unit_if": _lt(
        "The possible results are of different kinds, %(left)s and %(right)s: give "
        "them the same unit."
    ),
    "unit_result": _lt(
        "The result is in %(result)s, but the item is ordered in %(wanted)s. Bring the "
        "formula to %(wanted)s, or change the unit of the item."
    ),
    "no_step": _lt("Say to what step it is rounded: %(function)s(…, 1 %(unit)s)."),
    "bad_step": _lt("The step to round to has to be greater than 0."),
    "not_a_number": _lt("A number is needed here."),
    "not_a_condition": _lt("A condition is needed here: something that is yes or no."),
    "no_order": _lt("Words are equal or not: use = or != in place of %(operator)s."),
    "no_comparison": _lt("The two values are of different kinds."),
    "no_value": _lt("“%(name)s” has no value."),
    "division_by_zero": _lt(
        "Something is divided by 0. Check the answers, or write "
        "if(x = 0, 0, … / x) in the formula."
    ),
    "negative": _lt(
        "The quantity comes to %(result)s: it can not be negative. Check the answers, "
        "or write max(0, …) in the formula."
    ),
}
KINDS = {
    "number": _lt("a number without unit"),
    "bool": _lt("yes or no"),
    "text": _lt("a text"),
    "date": _lt("a date"),
    "": _lt("pieces (no unit)"),
}


class ServiceExpression(models.AbstractModel):
    """Formulas and the database: units of Odoo, and errors in the reader's language."""

    _name = "service.expression"
    _description = "Formulas"

    @api.model
    def _get_units(self, uoms):
        """The units of formulas for Odoo's: ``{uom: Unit}``.

        Units that hang on none of Odoo's references (roll, visit) are counted as
        pieces, unless their name is that of a unit in formulas (м²).
        """
        # Ids alone, from the cache: units are asked for at each keystroke.
        find = self.env["ir.model.data"]._xmlid_to_res_id
        references = {find(xmlid): row for xmlid, row in REFERENCES.items()}
        return {uom: self._make_unit(uom, references) for uom in uoms}

    @api.model
    def _make_unit(self, uom, references):
        """One of Odoo's units as a unit of formulas."""
        factor = Decimal(f"{uom.factor:.12g}")
        root = int((uom.parent_path or f"{uom.id}/").split("/", 1)[0])
        if root in references:
            name, power, base = references[root]
            return Unit(uom.name, ((name, power),), factor * Decimal(base))
        named = UNITS.get(uom.name)
        if named and uom.id == root:
            return named
        return Unit(uom.name, (), factor)

    @api.model
    def _get_unit(self, uom):
        """The unit of formulas for one of Odoo's; without one, a plain number."""
        return self._get_units(uom)[uom] if uom else PLAIN

    @api.model
    def _get_error_text(self, error, name="", text=""):
        """An error of a formula, as a person understands it.

        :param ExpressionError error: what the formula's parser or check said
        :param str name: which formula it is, as “Wallpaper, quantity”
        :param str text: the formula
        :return: the name, the place and what to do, in the user's language
        """
        details = {
            key: self._get_detail_text(key, value)
            for key, value in error.details.items()
        }
        # A text of the table above in the user's language, then filled in.
        text_of_error = self.env._(ERRORS[error.code])
        problem = text_of_error % details
        place = ""
        if error.position is not None and text:
            place = text[error.position : error.position + 20].strip()
        if name and place:
            return self.env._(
                "%(name)s, at “%(place)s”: %(problem)s",
                name=name,
                place=place,
                problem=problem,
            )
        if name:
            return self.env._("%(name)s: %(problem)s", name=name, problem=problem)
        return problem

    @api.model
    def _get_detail_text(self, key, value):
        """A detail of an error: names as a list, units and kinds in words."""
        if isinstance(value, tuple):
            return ", ".join(map(str, value[:30]))
        if key in ("left", "right", "result", "wanted") and value in KINDS:
            return self.env._(KINDS[value])
        return value
