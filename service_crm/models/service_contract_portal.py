from odoo import fields, models


class ServiceContract(models.Model):
    """Contract: the customer's own page."""

    _inherit = "service.contract"

    # Whoever knows it sees the page, with papers that wait for a signature.
    access_token = fields.Char(groups="base.group_system")
    document_ids = fields.One2many("service.document", "contract_id", "Documents")
    document_count = fields.Integer(
        "Number of Documents", compute="_compute_document_count"
    )

    def _compute_document_count(self):
        counts = dict(
            self.env["service.document"]._read_group(
                [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
            )
        )
        for contract in self:
            contract.document_count = counts.get(contract._origin, 0)

    def action_open_customer_page(self):
        """Open the page as the customer sees it."""
        self.ensure_one()
        self.env.user._check_service_role("operator", "manager", "dispatcher")
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": self.get_portal_url(),
            "target": "new",
        }

    def action_view_documents(self):
        """Open the papers of the contracts."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Documents of %(contract)s", contract=self.display_name),
            "res_model": "service.document",
            "view_mode": "list,form",
            "domain": [("contract_id", "in", self.ids)],
            "context": {
                "default_contract_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_request_id": self.request_id.id,
            },
        }

    def get_portal_url(self, *args, **kwargs):
        """The customer's link, for those who talk to customers only."""
        if not self.env.su:
            self.env.user._check_service_role("operator", "manager", "dispatcher")
        self.check_access("read")
        return super().get_portal_url(*args, **kwargs)

    def _portal_ensure_token(self):
        # sudo: the token goes into the link of the page, whoever opens or sends it
        return super(ServiceContract, self.sudo())._portal_ensure_token()

    def _get_shown_documents(self):
        """Papers of the contract that the customer may see. Extension point."""
        self.ensure_one()
        return self.document_ids.filtered(
            lambda document: document._is_shown_to_customer()
        )

    def _sign_token(self, pid):
        # sudo: the signature in a mail does not show the token
        return super(ServiceContract, self.sudo())._sign_token(pid)
