from odoo import fields, models


class BpmReplayLine(models.TransientModel):
    """One document of a replay."""

    _name = "bpm.replay.line"
    _description = "Document of a Replay"
    _order = "is_same, id"

    wizard_id = fields.Many2one(
        "bpm.replay.wizard", required=True, ondelete="cascade", index=True
    )
    name = fields.Char("Document")
    before = fields.Char("Went")
    after = fields.Char("Would Go")
    state = fields.Char("Would Be")
    error = fields.Char("Would Fail")
    is_same = fields.Boolean("Same Way")
