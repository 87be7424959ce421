from odoo import api, models


class ServiceConsole(models.AbstractModel):
    """Operator's console: the contracts of a customer."""

    _inherit = "service.console"

    @api.model
    def _prepare_card(self, partner):
        """The running contracts of the caller and what they cover."""
        card = super()._prepare_card(partner)
        contracts = self.env["service.contract"].search(
            [
                ("commercial_partner_id", "=", partner.commercial_partner_id.id),
                ("direction", "=", "income"),
                ("state", "in", ("active", "paused")),
            ],
            limit=10,
        )
        card["contracts"] = [
            {
                "id": contract.id,
                "term": contract.term_label,
                "subject": contract.subject,
                "paused": contract.state == "paused",
                "covers": ", ".join(
                    [
                        *contract.equipment_ids[:3].mapped("display_name"),
                        *contract.site_ids[:3].mapped("name"),
                    ]
                ),
                "overdue": contract.amount_overdue
                and contract.currency_id.format(contract.amount_overdue),
            }
            for contract in contracts
        ]
        return card
