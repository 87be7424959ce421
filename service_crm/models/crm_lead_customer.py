from odoo import models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """Service request: contact and company of a new customer."""

    _inherit = "crm.lead"

    def _convert_to_deal(self):
        """Lead to opportunity, with the customer it has."""
        for partner, leads in (
            self.filtered(lambda lead: lead.type == "lead")
            .grouped("partner_id")
            .items()
        ):
            leads.convert_opportunity(partner)

    def _create_or_reuse_customer(self):
        """Contact and company of a new customer, linked; found ones are reused."""
        self.ensure_one()
        [contact] = self._find_service_partners(
            [
                {
                    "email": self.email_from,
                    "phone": self.phone,
                    "country": self.country_id,
                    "company": self.company_id,
                }
            ]
        )
        if len(contact) > 1:
            self.write(self._prepare_found_values(contact))
            raise UserError(
                self.env._(
                    "%(request)s: there are customers with this number or address "
                    "already. Choose one: %(names)s.",
                    request=self.display_name,
                    names=", ".join(contact.mapped("display_name")),
                )
            )
        contact = contact.with_env(self.env)
        if not contact:
            company = self._find_customer_company()
            contact = self._create_customer(with_parent=company or None)
        self.partner_id = contact

    def _find_customer_company(self):
        """The company of the request when it is a customer already: by tax id, else
        by its exact name."""
        self.ensure_one()
        partners = self.env["res.partner"]
        domain = [
            ("is_company", "=", True),
            ("company_id", "in", [False, self.company_id.id]),
        ]
        company = partners
        if self.customer_vat:
            company = partners.search(
                [*domain, ("vat", "=", self.customer_vat)], limit=1
            )
        if not company and self.partner_name:
            company = partners.search(
                [*domain, ("name", "=", self.partner_name.strip())], limit=1
            )
        return company

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """A customer of service is shared by companies and has requisites."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if self.is_service:
            values["company_id"] = False
            if is_company:
                values["vat"] = self.customer_vat
                values["company_registry"] = self.customer_company_registry
            if is_company and self.contact_name:
                # Number and address are the person's; the company is found by name.
                values["phone"] = values["email"] = False
        return values
