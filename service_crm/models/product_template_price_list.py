from odoo import api, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model
    def action_print_service_prices(self):
        """Print the whole service catalogue at the list prices."""
        return self.env.company.partner_id.action_print_service_prices()
