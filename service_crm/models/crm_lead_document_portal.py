from odoo import models
from odoo.tools import format_date


class CrmLead(models.Model):
    """Service request: the papers on the customer's page."""

    _inherit = "crm.lead"

    def _prepare_customer_page_values(self):
        """The documents the customer may open, and which wait for his signature."""
        documents = self.document_ids.filtered(lambda d: d._is_shown_to_customer())
        return {
            **super()._prepare_customer_page_values(),
            "documents": [
                {
                    "name": document.display_name,
                    "day": format_date(self.env, document.date),
                    "url": document._get_customer_page_url(),
                    "to_sign": document._may_customer_sign(),
                    "signed": document.state == "signed",
                }
                for document in documents.sorted("id")
            ],
        }
