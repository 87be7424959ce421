from odoo import fields, models


class CrmLead(models.Model):
    """Service request: what the contract covers is not invoiced by an order."""

    _inherit = "crm.lead"

    def _action_invoice_works(self):
        """What was done under contracts is counted before it is invoiced."""
        self._get_reported_lines()._count_contract_uses()
        return super()._action_invoice_works()

    def _get_on_site_domain(self):
        """Consumption of a contract is billed by the contract, not by an order."""
        domain = super()._get_on_site_domain()
        return domain & fields.Domain("contract_use_ids", "=", False)

    def _get_reported_lines(self):
        """Without what is consumption of a contract."""
        return (
            super()
            ._get_reported_lines()
            .filtered(lambda line: not line.contract_use_ids)
        )
