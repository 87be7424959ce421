from odoo import fields, models


class ServiceDocumentCancel(models.TransientModel):
    """Why documents are cancelled."""

    _name = "service.document.cancel"
    _description = "Cancelling documents"

    document_ids = fields.Many2many(
        "service.document", string="Documents", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_cancel(self):
        """Cancel the documents with the reason on them."""
        self.document_ids.action_cancel(reason=self.reason)
        return {"type": "ir.actions.act_window_close"}
