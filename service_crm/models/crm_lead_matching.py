from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import email_normalize

from ..tools import matching


class CrmLead(models.Model):
    """Service request: finding the customer behind a phone number or mail address."""

    _inherit = "crm.lead"

    @api.model
    def _find_service_partners(self, keys):
        """Who is behind these phone numbers and mail addresses? Two queries a batch.

        :param keys: list of dicts with any of ``email``, ``phone`` (as typed),
            ``country`` (``res.country``, for numbers without a country code; the
            company's when missing) and ``company`` (``res.company``; only its
            customers and those of no company count; the current one when missing)
        :return: list of ``res.partner`` recordsets in the order of ``keys``: empty
            for an unknown customer, one contact for a known one, several when
            somebody has to choose

        Found by the main number, a further number or the mail address of a contact
        or company; a place of work leads to the contact or company it belongs to.
        """
        wanted = [self._prepare_match_key(key) for key in keys]
        by_key = self._search_match_keys(wanted)
        partners = self.env["res.partner"]
        result = []
        for mail, phone, company in wanted:
            found = {}
            for kind, value in (("mail", mail), ("phone", phone)):
                for partner in by_key.get((kind, value), ()):
                    if not partner.company_id or partner.company_id == company:
                        owner = partner._get_service_contact()
                        found.setdefault(owner.id, set()).add(kind)
            contacts = partners.browse(found)
            result.append(
                partners.browse(
                    matching.choose_candidates(
                        found,
                        {c.id: c.commercial_partner_id.id for c in contacts},
                        set(contacts.filtered("is_company").ids),
                    )
                )
            )
        return result

    @api.model
    def _prepare_match_key(self, key):
        """``(normalised mail, E.164 number, company)`` of one wanted customer."""
        company = key.get("company") or self.env.company
        mail = email_normalize(key.get("email") or "", strict=False)
        partner = self.env["res.partner"]
        phone = key.get("phone") and partner._phone_format(
            number=key["phone"],
            country=key.get("country") or partner._get_phone_country(company),
        )
        return mail or False, phone or False, company

    @api.model
    def _search_match_keys(self, wanted):
        """Contacts by key: ``{("mail" | "phone", value): [contacts]}``."""
        mails = {mail for mail, _phone, _company in wanted if mail}
        phones = {phone for _mail, phone, _company in wanted if phone}
        by_key = {}
        if not mails and not phones:
            return by_key
        # The system looks for the customer, whoever files the request; the company
        # is compared by the caller.
        partner_model = self.env["res.partner"].sudo()
        rows = partner_model.env["service.partner.phone"]
        domain = Domain.FALSE
        if phones:
            rows = rows.search_fetch(
                [("phone_sanitized", "in", list(phones))],
                ["partner_id", "phone_sanitized"],
            )
            domain |= Domain("phone_sanitized", "in", list(phones))
            domain |= Domain("id", "in", rows.partner_id.ids)
        if mails:
            domain |= Domain("email_normalized", "in", list(mails))
        found = partner_model.browse(
            partner_model._search(domain & Domain("active", "=", True))
        )
        for partner in found:
            by_key.setdefault(("mail", partner.email_normalized), []).append(partner)
            by_key.setdefault(("phone", partner.phone_sanitized), []).append(partner)
        for row in rows.filtered(lambda row: row.partner_id in found):
            by_key.setdefault(("phone", row.phone_sanitized), []).append(row.partner_id)
        by_key.pop(("mail", False), None)
        by_key.pop(("phone", False), None)
        return by_key

    @api.model
    def _prepare_match_values(self, vals_list):
        """Complete the values of new requests by what the search finds, in place.

        One candidate is the customer; of several none is taken, the operator
        chooses.
        """
        searched = []
        for vals in vals_list:
            if vals.get("partner_id"):
                vals.setdefault("match_state", "known")
            elif not vals.get("match_state"):
                searched.append(vals)
        countries = self.env["res.country"]
        companies = self.env["res.company"]
        found = self._find_service_partners(
            [
                {
                    "email": vals.get("email_from"),
                    "phone": vals.get("phone"),
                    "country": countries.browse(vals.get("country_id") or ()),
                    "company": companies.browse(vals.get("company_id") or ()),
                }
                for vals in searched
            ]
        )
        for vals, partners in zip(searched, found, strict=True):
            vals.update(self._prepare_found_values(partners))

    @api.model
    def _prepare_found_values(self, partners):
        """Values of a request for which the search found these contacts."""
        if len(partners) == 1:
            return {"match_state": "known", "partner_id": partners.id}
        if partners:
            return {
                "match_state": "choose",
                "match_partner_ids": [Command.set(partners.ids)],
            }
        return {"match_state": "none"}

    @api.model
    def _prepare_chosen_partner_values(self):
        """Values that go with a customer chosen by hand."""
        return {"match_state": "known", "match_partner_ids": [Command.clear()]}

    def action_search_customer(self):
        """Search the customer again, after a number or address was corrected."""
        self.check_access("write")
        self._check_service_role("operator", "manager", "dispatcher")
        requests = self.filtered(lambda lead: lead.is_service and not lead.partner_id)
        found = self._find_service_partners(
            [
                {
                    "email": lead.email_from,
                    "phone": lead.phone,
                    "country": lead.country_id,
                    "company": lead.company_id,
                }
                for lead in requests
            ]
        )
        for lead, partners in zip(requests, found, strict=True):
            lead.write(lead._prepare_found_values(partners))

    def action_choose_customer(self, partner_id):
        """The operator says which of the candidates it is, or names another one."""
        self.ensure_one()
        self.check_access("write")
        self._check_service_role("operator", "manager", "dispatcher")
        partner = self.env["res.partner"].browse(partner_id).exists()
        if not partner:
            raise UserError(self.env._("This customer no longer exists. Search again."))
        partner.check_access("read")
        self.partner_id = partner
