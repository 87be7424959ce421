from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, email_normalize

from ..tools import matching


class CrmLead(models.Model):
    """Service request: finding the customer behind a phone number or mail address."""

    _inherit = "crm.lead"

    @api.model
    def _find_service_partners(self, keys):
        """Who is behind these phone numbers and mail addresses? Two searches a batch.

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
        get_country = self.env["res.partner"]._get_phone_country
        countries = {
            company: get_country(company)
            for company in {
                key.get("company") or self.env.company
                for key in keys
                if key.get("phone") and not key.get("country")
            }
        }
        wanted = [self._prepare_match_key(key, countries) for key in keys]
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
    def _prepare_match_key(self, key, countries):
        """``(normalised mail, E.164 number, company)`` of one wanted customer.

        :param countries: the country of each company
        """
        company = key.get("company") or self.env.company
        mail = email_normalize(key.get("email") or "", strict=False)
        phone = key.get("phone") and self.env["res.partner"]._phone_format(
            number=key["phone"],
            country=key.get("country") or countries[company],
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
        self.env["res.partner"].flush_model(
            ["active", "email_normalized", "phone_sanitized"]
        )
        self.env["service.partner.phone"].flush_model(["partner_id", "phone_sanitized"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 'mail', email_normalized, id FROM res_partner
                 WHERE email_normalized = ANY(%(mails)s) AND active
                 UNION
                SELECT 'phone', phone_sanitized, id FROM res_partner
                 WHERE phone_sanitized = ANY(%(phones)s) AND active
                 UNION
                SELECT 'phone', further.phone_sanitized, partner.id
                  FROM service_partner_phone further
                  JOIN res_partner partner ON partner.id = further.partner_id
                 WHERE further.phone_sanitized = ANY(%(phones)s) AND partner.active
                 ORDER BY 3
                """,
                mails=list(mails),
                phones=list(phones),
            )
        )
        # The system looks for the customer, whoever files the request; the company
        # is compared by the caller. All found are read at once.
        partners = self.env["res.partner"].sudo().browse({row[2] for row in rows})
        by_id = {partner.id: partner for partner in partners}
        for kind, value, partner_id in rows:
            by_key.setdefault((kind, value), []).append(by_id[partner_id])
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
