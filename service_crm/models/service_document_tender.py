from odoo import models


class ServiceDocument(models.Model):
    """Document: the tender it was prepared for."""

    _name = "service.document"
    _inherit = ["service.document", "service.tender.mixin"]

    def _get_tenders(self):
        """The tenders a paper belongs to: its own, or that of its deal."""
        return self.tender_id | self.request_id.tender_id | self.contract_id.tender_id
