from odoo import fields, models


class BpmStageCheck(models.Model):
    """One point of the checklist of a stage."""

    _name = "bpm.stage.check"
    _inherit = "bpm.definition.mixin"
    _description = "Checklist Point of a Stage"
    _definition_path = "stage_id.process_id"
    _order = "sequence, id"

    stage_id = fields.Many2one(
        "bpm.stage", required=True, ondelete="cascade", index=True
    )
    name = fields.Char("What to Do", required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_required = fields.Boolean(
        "Required", default=True, help="The stage is not completed without it."
    )
