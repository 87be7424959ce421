from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.service_crm.tools.expression import is_name


class BpmVariable(models.Model):
    """A value that a process carries along, to be used in conditions and texts."""

    _name = "bpm.variable"
    _inherit = "bpm.definition.mixin"
    _description = "Variable of a Process"
    _order = "sequence, id"

    process_id = fields.Many2one(
        "bpm.process", required=True, ondelete="cascade", index=True
    )
    name = fields.Char("Label", required=True, translate=True)
    key = fields.Char(
        "Name in Conditions", required=True, help="Small letters, digits and _."
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("number", "Number"),
            ("text", "Text"),
            ("bool", "Yes or No"),
            ("date", "Date"),
        ],
        "Type",
        required=True,
        default="text",
    )
    default_value = fields.Char("At the Start")
    by_people = fields.Boolean(
        "Set by Who Works on It",
        help="Who is responsible for a stage of the run just now may change it, not "
        "only who manages the process.",
    )

    _key_once = models.UniqueIndex(
        "(process_id, key)", "A name is used by one variable of the process."
    )

    @api.constrains("key")
    def _check_key(self):
        """The name of a variable can stand in conditions."""
        for variable in self:
            if not is_name(variable.key) or variable.key.lower() != variable.key:
                raise ValidationError(
                    self.env._(
                        "“%(key)s” cannot be a name in conditions: use small letters, "
                        "digits and _, and begin with a letter.",
                        key=variable.key,
                    )
                )
