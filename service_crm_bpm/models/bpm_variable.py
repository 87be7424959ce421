from odoo import fields, models


class BpmVariable(models.Model):
    """A value that a process carries along, to be used in conditions and texts."""

    _name = "bpm.variable"
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

    _key_once = models.UniqueIndex(
        "(process_id, key)", "A name is used by one variable of the process."
    )
