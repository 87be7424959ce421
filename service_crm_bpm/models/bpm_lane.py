from odoo import fields, models


class BpmLane(models.Model):
    """A role or department in the drawing of a process."""

    _name = "bpm.lane"
    _inherit = "bpm.definition.mixin"
    _description = "Lane of a Process"
    _order = "sequence, id"

    process_id = fields.Many2one(
        "bpm.process", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    key = fields.Char(help="Stays the same in all versions of the process.")
    sequence = fields.Integer(default=10)

    _key_once = models.UniqueIndex(
        "(process_id, key)", "A key is used by one lane of the process."
    )
