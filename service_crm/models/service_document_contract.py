from odoo import models


class ServiceDocument(models.Model):
    """Contract: what its print form takes from contract, order and request."""

    _inherit = "service.document"

    def _get_contract_parties(self):
        """``(contractor, customer)``: of a contract with a supplier we are customer."""
        self.ensure_one()
        ours = self.company_id.partner_id
        other = self.partner_id.commercial_partner_id
        if self.contract_id.direction == "expense":
            return other, ours
        return ours, other

    def _get_contract_subject(self):
        """What is agreed, in one sentence."""
        self.ensure_one()
        request = self.request_id
        subject = self.contract_id.subject or request.service_need or request.name
        return (subject or "").strip().rstrip(".")

    def _get_contract_sites(self):
        """Places of work as lines: name and address."""
        self.ensure_one()
        sites = self.contract_id.site_ids or self.request_id.site_id
        return [
            ", ".join(filter(None, (site.name, site._get_paper_address())))
            for site in sites
        ]

    def _get_contract_equipment(self):
        """What is serviced."""
        self.ensure_one()
        return self.contract_id.equipment_ids or self.request_id.equipment_id

    def _get_contract_prices(self):
        """What the services cost, as sentences; empty when the plan says it all."""
        self.ensure_one()
        contract = self.contract_id
        prices = []
        if contract.billing_amount and contract.billing != "none":
            prices.append(
                {
                    "month": self.env._("The price is %(amount)s per month."),
                    "quarter": self.env._("The price is %(amount)s per quarter."),
                    "year": self.env._("The price is %(amount)s per year."),
                }[contract.billing_period]
                % {"amount": self._get_amount_and_words(contract.billing_amount)}
            )
        if contract.billing == "usage":
            prices.append(
                self.env._(
                    "What is used beyond the quantities included is paid at the prices "
                    "above, after each period."
                )
            )
        if contract.amount_total:
            prices.append(
                self.env._(
                    "The price of the contract is %(amount)s, taxes included.",
                    amount=self._get_amount_and_words(contract.amount_total),
                )
            )
        return prices

    def _get_amount_and_words(self, amount):
        """1 000.00 € (one thousand euros 00 cents)"""
        currency = self.contract_id.currency_id
        words = self._get_paper_words(amount, currency)
        return f"{currency.format(amount)} ({words})"

    def _get_line_sources(self):
        """A contract with services of its own lists them, not those of an order."""
        if self.kind == "contract" and self.contract_id.line_ids:
            return []
        return super()._get_line_sources()

    def _get_contract_payments(self):
        """Planned payments, by date."""
        self.ensure_one()
        model = self.env["service.contract.payment"]
        for name, record in (
            ("contract_id", self.contract_id),
            ("order_id", self.order_id),
        ):
            if payments := record and model.search([(name, "=", record.id)]):
                return payments.sorted("date")
        return model

    def _get_contract_signers(self, contractor_role, customer_role):
        """Lines to sign on, the contractor's first."""
        self.ensure_one()
        ours, theirs = contractor_role, customer_role
        if self.contract_id.direction == "expense":
            ours, theirs = theirs, ours
        signers = [
            self._get_paper_company_signer(ours),
            self._get_paper_customer_signer(theirs),
        ]
        return signers if ours == contractor_role else signers[::-1]
