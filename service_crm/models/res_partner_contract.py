from odoo import api, fields, models


class ResPartner(models.Model):
    """Customer: contracts, what they cost, what is paid and what is left."""

    _inherit = "res.partner"

    service_contract_ids = fields.One2many(
        "service.contract",
        compute="_compute_service_contracts",
        string="Contracts",
        groups="service_crm.group_service_operator,service_crm.group_service_manager,"
        "service_crm.group_service_dispatcher",
        help="Of the company and all its contacts.",
    )
    service_contract_payment_ids = fields.One2many(
        "service.contract.payment",
        compute="_compute_service_contracts",
        string="Planned Payments",
        groups="service_crm.group_service_operator,service_crm.group_service_manager,"
        "service_crm.group_service_dispatcher",
    )
    service_contract_count = fields.Integer(
        compute="_compute_service_contracts",
        groups="service_crm.group_service_operator,service_crm.group_service_manager,"
        "service_crm.group_service_dispatcher",
    )

    @api.depends("commercial_partner_id")
    def _compute_service_contracts(self):
        """A company has the contracts of all its people, a person the own ones."""
        contracts = self.env["service.contract"].search(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)]
        )
        payments = self.env["service.contract.payment"].search(
            [("contract_id", "in", contracts.ids)]
        )
        for partner in self:
            partner.service_contract_ids = contracts.filtered(
                lambda contract, partner=partner: (
                    partner in (contract.commercial_partner_id, contract.partner_id)
                )
            )
            partner.service_contract_count = len(partner.service_contract_ids)
            partner.service_contract_payment_ids = payments.filtered(
                lambda row, partner=partner: (
                    row.contract_id in partner.service_contract_ids
                )
            )

    def action_view_service_contracts(self):
        """Open the contracts of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "service_crm.action_service_contract"
        )
        action["domain"] = [("id", "in", self.service_contract_ids.ids)]
        action["context"] = {"default_partner_id": self.id, "active_test": False}
        return action
