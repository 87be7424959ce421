from odoo import models
from odoo.exceptions import AccessError

# Models whose kept files and signatures are proofs.
DOCUMENT = "service.document"
ORDER = "sale.order"
VISIT = "service.work.order"


class IrAttachment(models.Model):
    """Files: what was issued, sent or signed stays as it was.

    Who may write a document, an order or a visit could else put another file in the
    place of the one that was signed.
    """

    _inherit = "ir.attachment"

    def _check_access(self, operation):
        """Nobody but the system changes or deletes files of papers that went out."""
        refused = super()._check_access(operation)
        if operation not in ("write", "unlink") or self.env.su:
            return refused
        kept = self._filter_kept()
        if not kept:
            return refused
        if refused:
            return refused[0] | kept, refused[1]
        return kept, lambda: AccessError(
            self.env._(
                "%(files)s: what was issued, sent or signed stays as it was.",
                files=", ".join(kept.sudo().mapped("name")),  # told, not shown
            )
        )

    def _filter_kept(self):
        """The files that only the steps write."""
        # Which record a file belongs to is no secret of the file.
        files = self.sudo().filtered("res_id")
        kept = files.filtered(
            lambda file: file.res_model in (DOCUMENT, VISIT) and file.res_field
        )
        if papers := files.filtered(lambda file: file.res_model == DOCUMENT):
            rows = self.env[DOCUMENT].sudo()  # whoever sees them
            rows = rows.browse(papers.mapped("res_id")).exists()
            kept |= papers & (
                rows.attachment_id | rows.docx_attachment_id | rows._get_signed_scans()
            )
        if offers := files.filtered(lambda file: file.res_model == ORDER):
            versions = self.env["sale.order.version"].sudo()  # as above
            versions = versions.search([("order_id", "in", offers.mapped("res_id"))])
            kept |= offers & versions.attachment_id
        return kept.sudo(False)
