from odoo import fields, models


class BpmTransition(models.Model):
    """The way from one stage to another (a sequence flow)."""

    _name = "bpm.transition"
    _description = "Transition"
    _order = "source_sequence, sequence, id"

    process_id = fields.Many2one(
        "bpm.process", required=True, ondelete="cascade", index=True
    )
    source_id = fields.Many2one(
        "bpm.stage", "From", required=True, ondelete="cascade", index=True
    )
    source_sequence = fields.Integer(
        related="source_id.sequence", store=True, string="Order of Stages"
    )
    target_id = fields.Many2one(
        "bpm.stage", "To", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(
        "Result", translate=True, help="The result of the stage that leads this way."
    )
    key = fields.Char(help="Stays the same in all versions of the process.")
    sequence = fields.Integer(default=10)
    outcome = fields.Selection(
        [
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("timeout", "Time is over"),
            ("success", "Child ended well"),
            ("failure", "Child ended badly"),
            ("error", "The stage failed"),
        ],
        "Only When",
        help="For approvals, waiting, child processes and automatic stages.",
    )
    domain = fields.Char(
        "Document Matches", default="[]", help="Only when the document matches."
    )
    condition = fields.Char(
        help="A formula that is yes or no, over fields of the document and variables "
        "of the process, e.g. expected_revenue > 1000 and urgent."
    )
    is_default = fields.Boolean(
        "Otherwise", help="Taken when no other way of the stage fits."
    )
