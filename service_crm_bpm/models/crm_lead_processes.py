from odoo import models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "bpm.document.mixin"]

    def _get_process_links(self):
        orders = self.order_ids
        return [orders, orders.invoice_ids, self.made_contract_ids]
