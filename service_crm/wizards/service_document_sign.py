from odoo import api, fields, models


class ServiceDocumentSign(models.TransientModel):
    """Who signed a document: on the screen, or on paper with a scan."""

    _name = "service.document.sign"
    _description = "Signature of a document"

    document_id = fields.Many2one("service.document", required=True, readonly=True)
    signed_by = fields.Char(
        "Name of Who Signs",
        compute="_compute_signed_by",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    signature = fields.Binary()
    scan_ids = fields.Many2many("ir.attachment", string="Scan of the Signed Paper")

    @api.depends("document_id")
    def _compute_signed_by(self):
        for wizard in self:
            document = wizard.document_id
            people = {
                "customer": document.partner_id.name,
                "performer": document.performer_id.name,
                "company": self.env.user.name,
            }
            wizard.signed_by = people.get(document.type_id.signer, wizard.signed_by)

    def action_sign(self):
        """Note the signature on the document."""
        self.ensure_one()
        scans = self.scan_ids | self.document_id.scan_ids
        self.document_id.action_sign(
            signed_by=self.signed_by, signature=self.signature, scan_ids=scans.ids
        )
        return {"type": "ir.actions.act_window_close"}
