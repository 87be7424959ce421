from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ..tools import matching


class ResPartner(models.Model):
    """Customer and place of work; found by every number, mail and spelling."""

    _inherit = "res.partner"

    phone_sanitized = fields.Char(index="btree_not_null")
    email_normalized = fields.Char(index="btree_not_null")
    service_phone_ids = fields.One2many(
        "service.partner.phone", "partner_id", "Further Phones"
    )
    service_search_key = fields.Char(
        compute="_compute_service_search_key",
        store=True,
        index="trigram",
        help="The name in plain Latin letters, by which it is searched.",
    )
    service_request_ids = fields.One2many(
        "crm.lead", "partner_id", "Service Requests", domain=[("is_service", "=", True)]
    )
    service_request_count = fields.Integer(
        "Requests", compute="_compute_service_request_count"
    )

    service_find = fields.Char(
        "Name, phone or e-mail", store=False, search="_search_service_find"
    )

    @api.depends("complete_name")
    def _compute_service_search_key(self):
        for partner in self:
            partner.service_search_key = matching.search_key(partner.complete_name)

    @api.depends("service_request_ids")
    def _compute_service_request_count(self):
        """Open requests of the customer and all contacts of the company."""
        members = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        counts = dict(
            self.env["crm.lead"]._read_group(
                [("partner_id", "in", members.ids), ("is_service", "=", True)],
                ["partner_id"],
                ["__count"],
            )
        )
        self.service_request_count = 0
        for member in members:
            count, partner = counts.get(member, 0), member
            while count and partner:
                if partner in self:
                    partner.service_request_count += count
                partner = partner.parent_id

    @api.model
    def _search_service_find(self, operator, value):
        """What an operator types: a number, an address or parts of a name."""
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        if matching.looks_like_phone(value):
            return Domain("id", "in", self._find_by_service_phone([value]).ids)
        if matching.looks_like_mail(value):
            return Domain("email_normalized", "=", email_normalize(value) or value)
        return Domain.AND(
            Domain("service_search_key", "ilike", word)
            for word in matching.search_key(value).split()
        )

    @api.model
    def _search_display_name(self, operator, value):
        """A phone number typed into any customer field finds the customer, also by a
        further number. ``service_search`` in the context: names by our own index."""
        if operator == "ilike" and isinstance(value, str):
            if matching.looks_like_phone(value):
                partners = self._find_by_service_phone([value])
                if partners:
                    return Domain("id", "in", partners.ids)
            elif self.env.context.get("service_search") and matching.search_words(
                value
            ):
                return self._search_service_find(operator, value)
        return super()._search_display_name(operator, value)

    def action_choose_for_request(self):
        """This candidate is the customer of the request in the context."""
        self.ensure_one()
        request = self.env["crm.lead"].browse(self.env.context["service_request_id"])
        request.action_choose_customer(self.id)

    def action_view_service_requests(self):
        """The requests of this customer and of all contacts of the company."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_request_all"
        )
        action["domain"] = [
            ("is_service", "=", True),
            ("partner_id", "child_of", self.ids),
        ]
        action["context"] = {
            "default_partner_id": self[:1].id,
            "default_team_id": self.env["crm.team"]._get_service_team().id,
            "default_user_id": False,
            "default_type": "lead",
        }
        return action

    def _get_service_contact(self):
        """The contact or company to deal with: of a place of work its owner."""
        self.ensure_one()
        if self.parent_id and self.type != "contact":
            return self.parent_id
        return self

    @api.model
    def _get_phone_country(self, company):
        """The country of numbers without a country code.

        As ``company.country_id``, but without reading the whole card of the company,
        which would take longer than the search itself.
        """
        self.env["res.company"].flush_model(["partner_id"])
        self.flush_model(["country_id"])
        # Every user may know where the own company is.
        country = self.env["res.country"].sudo()
        return country.search_fetch(
            [
                (
                    "id",
                    "in",
                    SQL(
                        """(
                        SELECT partner.country_id
                          FROM res_company company
                          JOIN res_partner partner ON partner.id = company.partner_id
                         WHERE company.id = %s)""",
                        company.id,
                    ),
                )
            ],
            ["code", "phone_code"],
        )

    @api.model
    def _find_by_service_phone(self, numbers, country=False, limit=None):
        """Contacts that have one of these numbers, as main or as further number."""
        country = country or self._get_phone_country(self.env.company)
        formatted = {
            self.browse()._phone_format(number=number, country=country)
            for number in numbers
        }
        numbers = [number for number in formatted if number]
        if not numbers:
            return self.browse()
        self.flush_model(["phone_sanitized"])
        self.env["service.partner.phone"].flush_model(["partner_id", "phone_sanitized"])
        # Which contact a number belongs to is decided on the contact, by its rules.
        found = SQL(
            """(
            SELECT id FROM res_partner WHERE phone_sanitized = ANY(%(numbers)s)
             UNION
            SELECT partner_id FROM service_partner_phone
             WHERE phone_sanitized = ANY(%(numbers)s))""",
            numbers=numbers,
        )
        # With what a displayed name is made of: no second look at the whole card.
        return self.search_fetch(
            [("id", "in", found)],
            ["name", "parent_id", "type", "company_name"],
            limit=limit,
            order="id",
        )

    @api.model
    def _find_by_phone_part(self, text, limit):
        """Contacts whose main number holds these digits, by Odoo's own index."""
        digits = "".join(char for char in text if char.isdigit())
        if len(digits) < matching.MIN_PHONE_DIGITS:
            return self.browse()
        domain = [("phone_mobile_search", "ilike", digits), ("active", "=", True)]
        return self.browse(self._search(domain, limit=limit))

    @api.model
    def _find_by_service_name(self, text, limit=20):
        """Contacts whose name holds all typed words, in any script, nearest first.

        The database stops at the first few hundred hits; only those are sorted.
        """
        words = matching.search_words(text)
        if not words:
            return self.browse()
        domain = Domain("active", "=", True) & Domain.AND(
            Domain("service_search_key", "ilike", word) for word in words
        )
        # Not search(): it would sort every hit before taking the first.
        found = self.browse(self._search(domain, limit=limit * 10))
        found.fetch(["service_search_key"])
        return found.sorted(
            lambda partner: matching.rank_name(partner.service_search_key, words)
        )[:limit]
