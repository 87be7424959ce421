from odoo import api, fields, models


class ServiceDocumentDecision(models.Model):
    """One decision of a meeting: what, who, until when."""

    _name = "service.document.decision"
    _description = "Decision of a meeting"
    _order = "document_id, sequence, id"

    document_id = fields.Many2one(
        "service.document", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("What", required=True)
    partner_id = fields.Many2one("res.partner", "Who", ondelete="restrict")
    date_due = fields.Date("Until")

    @api.model_create_multi
    def create(self, vals_list):
        decisions = super().create(vals_list)
        decisions.document_id._check_rows_open()
        return decisions

    def write(self, vals):
        self.document_id._check_rows_open()
        result = super().write(vals)
        if "document_id" in vals:
            self.document_id._check_rows_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        self.document_id._check_rows_open()
