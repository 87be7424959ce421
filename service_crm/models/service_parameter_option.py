from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ServiceParameterOption(models.Model):
    """One of the answers a choice offers."""

    _name = "service.parameter.option"
    _description = "Choice of a parameter"
    _order = "parameter_id, sequence, id"

    sequence = fields.Integer(default=10)
    parameter_id = fields.Many2one(
        "service.parameter", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        "Name in Formulas", required=True, help='Written as walls = "flat".'
    )
    value = fields.Float(
        digits=(16, 6),
        help="A number that goes with the choice: walls.value in formulas.",
    )

    _code_uniq = models.UniqueIndex(
        "(parameter_id, code)", "The parameter has a choice of this name already."
    )

    @api.constrains("code")
    def _check_code(self):
        """The name of a choice can stand in a formula."""
        for option in self:
            if not option.code.strip() or '"' in option.code or len(option.code) > 64:
                raise ValidationError(
                    self.env._(
                        "The name of a choice in formulas is a short word without "
                        "quotation marks."
                    )
                )
