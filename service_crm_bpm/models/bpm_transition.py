from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BpmTransition(models.Model):
    """The way from one stage to another (a sequence flow)."""

    _name = "bpm.transition"
    _inherit = "bpm.definition.mixin"
    _description = "Transition"
    _order = "source_sequence, sequence, id"

    process_id = fields.Many2one(
        "bpm.process", required=True, ondelete="cascade", index=True
    )
    model_name = fields.Char(related="process_id.model_name")
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

    _key_once = models.UniqueIndex(
        "(process_id, key)", "A key is used by one transition of the process."
    )

    @api.constrains("process_id", "source_id", "target_id")
    def _check_process_id(self):
        """A way stays within its process."""
        for way in self:
            if (way.source_id | way.target_id).process_id != way.process_id:
                raise ValidationError(
                    self.env._(
                        "A way leads from one stage to another of the same process."
                    )
                )

    @api.depends("name", "source_id.name", "target_id.name")
    def _compute_display_name(self):
        for way in self:
            way.display_name = (
                way.name or f"{way.source_id.name or ''} → {way.target_id.name or ''}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        sources = [
            self.env["bpm.stage"].browse(vals.get("source_id")) for vals in vals_list
        ]
        return super().create(
            [
                {"process_id": source.process_id.id, **vals}
                for source, vals in zip(sources, vals_list, strict=True)
            ]
        )
