from odoo import fields, models


class ServiceDocumentDecision(models.Model):
    """One decision of a meeting: what, who, until when."""

    _name = "service.document.decision"
    _inherit = "service.document.row.mixin"
    _description = "Decision of a meeting"
    _order = "document_id, sequence, id"

    document_id = fields.Many2one(
        "service.document", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("What", required=True)
    partner_id = fields.Many2one("res.partner", "Who", ondelete="restrict")
    date_due = fields.Date("Until")
