from odoo import fields, models


class BpmResponsible(models.Model):
    """One line of who is responsible for a stage; the upper line goes first."""

    _name = "bpm.responsible"
    _inherit = "bpm.definition.mixin"
    _description = "Responsible for a Stage"
    _definition_path = "stage_id.process_id"
    _order = "sequence, id"

    stage_id = fields.Many2one(
        "bpm.stage", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("user", "Person"),
            ("group", "Role"),
            ("path", "Person on the document"),
            ("manager", "Manager of the person on the document"),
            ("initiator", "Who started the process"),
            ("previous", "Who did the stage before"),
        ],
        required=True,
        default="user",
    )
    user_id = fields.Many2one("res.users", "Person", domain=[("share", "=", False)])
    group_id = fields.Many2one("res.groups", "Role")
    path = fields.Char("Field", help="E.g. user_id or partner_id.user_id.")
