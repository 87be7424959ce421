from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "bpm.document.mixin"]

    def _get_process_links(self):
        return [self.invoice_ids]
