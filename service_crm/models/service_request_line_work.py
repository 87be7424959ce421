from odoo import models


class ServiceRequestLine(models.Model):
    _inherit = "service.request.line"

    def _prepare_work_order_line_values(self):
        """Values of the work order line planned for it. Extension point."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "name": self.name,
            "quantity_planned": self.quantity,
            "sequence": self.sequence,
            "sale_line_id": False,
        }
