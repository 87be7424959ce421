from odoo import models


class CrmLead(models.Model):
    """Service request: the tender it is the deal of."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "service.tender.mixin"]

    def action_view_tender_prices(self):
        """Open the price monitoring of the tender."""
        self.ensure_one()
        return self.tender_id.action_view_offers()

    def _merge_get_fields_specific(self):
        """A merged request stays the deal of its tender."""
        fields_info = super()._merge_get_fields_specific()
        if self and all(self.mapped("is_service")):
            fields_info["tender_id"] = lambda _name, leads: leads.tender_id[:1].id
        return fields_info
