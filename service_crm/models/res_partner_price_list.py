from odoo import models


class ResPartner(models.Model):
    """Customer: the price list at his prices."""

    _inherit = "res.partner"

    def action_print_service_prices(self):
        """Print the service catalogue at the prices of these customers."""
        self.env.user._check_service_role("operator", "manager", "dispatcher")
        self.check_access("read")
        report = self.env.ref("service_crm.action_report_service_price_list")
        return report.report_action(self.ids)
