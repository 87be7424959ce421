from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager


class ContractPortal(CustomerPortal):
    """The customer's contracts: the list, and the page of each."""

    def _prepare_home_portal_values(self, counters):
        """Count the user's contracts for the portal's home page."""
        values = super()._prepare_home_portal_values(counters)
        if "service_contract_count" in counters:
            # Portal users have no rights on contracts: the domain is the check.
            contracts = request.env["service.contract"].sudo()
            values["service_contract_count"] = contracts.search_count(
                self._get_own_contracts_domain()
            )
        return values

    @route(
        ["/my/contracts", "/my/contracts/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def my_contracts(self, page=1, **kwargs):
        """The contracts of the user's company, newest first."""
        # Portal users have no rights on contracts: the domain is the check.
        contracts = request.env["service.contract"].sudo()
        domain = self._get_own_contracts_domain()
        pager = portal_pager(
            url="/my/contracts",
            total=contracts.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "contracts": contracts.search(
                    domain, limit=self._items_per_page, offset=pager["offset"]
                ),
                "page_name": "service_contract",
                "pager": pager,
                "default_url": "/my/contracts",
            }
        )
        return request.render("service_crm.portal_my_contracts", values)

    @route("/my/contracts/<int:contract_id>", type="http", auth="public", website=True)
    def my_contract(self, contract_id, access_token=None, **kwargs):
        """The page of a contract; whoever has its link may see it."""
        try:
            contract = self._get_contract(contract_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = self._get_page_view_values(
            contract,
            access_token,
            self._prepare_contract_page_values(contract),
            "my_contracts_history",
            False,
            **kwargs,
        )
        response = request.render("service_crm.portal_contract_page", values)
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def _get_own_contracts_domain(self):
        """The contracts of the logged-in user's company; drafts are the office's."""
        partner = request.env.user.partner_id.commercial_partner_id
        return (
            Domain("commercial_partner_id", "=", partner.id)
            & Domain("direction", "=", "income")
            & Domain("state", "!=", "draft")
        )

    def _get_contract(self, contract_id, access_token):
        """The contract behind the link, or one of the user's own (superuser mode).

        :raise AccessError: it is somebody else's
        """
        # The domain or the token is the right: see _get_own_contracts_domain().
        contracts = request.env["service.contract"].sudo()
        own = contracts.search(
            self._get_own_contracts_domain() & Domain("id", "=", contract_id), limit=1
        )
        contract = own or self._document_check_access(
            "service.contract", contract_id, access_token
        )
        return contract.with_company(contract.company_id)

    def _prepare_contract_page_values(self, contract):
        """Values of the page of a contract. Extension point."""
        return {
            "contract": contract,
            "page_name": "service_contract",
            "payments": contract.payment_ids,
            "invoices": contract.move_ids.filtered(
                lambda move: (
                    move.state == "posted"
                    and move.move_type in ("out_invoice", "out_refund")
                )
            ).sorted("invoice_date", reverse=True),
            "requests": contract.request_ids.filtered("is_service").sorted(
                "id", reverse=True
            )[:10],
            "documents": contract._get_shown_documents(),
            "res_company": contract.company_id,
        }
