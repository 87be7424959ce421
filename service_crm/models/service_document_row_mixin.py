from odoo import api, models


class ServiceDocumentRowMixin(models.AbstractModel):
    """A row that is printed on a paper: changed only while the paper is a draft."""

    _name = "service.document.row.mixin"
    _description = "Row of a document"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_draft()
        return rows

    def write(self, vals):
        self._check_draft()
        result = super().write(vals)
        if "document_id" in vals:
            self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        self._check_draft()

    def _check_draft(self):
        """Refuse to change what is printed of papers that are issued."""
        self.document_id._check_rows_open()
