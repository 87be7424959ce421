from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import BaseCase

from ..tools import matching
from .common import ServiceCommon, requirement


class TestMatchingRules(BaseCase):
    """The plain rules behind the search for customers."""

    def test_search_key_knows_no_script_case_or_accent(self):
        for text, key in [
            ("Анна Петрова", "anna petrova"),
            ("ООО «Щучьё озеро»", "ooo shchuche ozero"),
            ("Ünïcode Straße", "unicode strasse"),
            ("株式", "x682ax5f0f"),
            ("  O'Brien, Ltd. ", "o brien ltd"),
            (False, ""),
        ]:
            self.assertEqual(matching.search_key(text), key)

    def test_names_need_three_letters(self):
        self.assertFalse(matching.search_words("Ан"))
        self.assertEqual(matching.search_words("Ан Петрова"), ["an", "petrova"])

    def test_what_looks_like_a_number_or_an_address(self):
        for text in ("8 (495) 120-81-15", "+74951208115", "12-34-5", "00 7 495 1"):
            self.assertTrue(matching.looks_like_phone(text), text)
        for text in ("1234", "Lift 12345", "", None, "SR/2026/00001"):
            self.assertFalse(matching.looks_like_phone(text), text)
        self.assertTrue(matching.looks_like_mail("anna@alfa.example.com"))
        self.assertFalse(matching.looks_like_mail("anna petrova"))

    def test_candidates_are_narrowed_but_never_guessed(self):
        entity = {1: 1, 2: 1, 3: 1, 4: 4}
        companies = {1}

        def choose(found):
            return matching.choose_candidates(found, entity, companies)

        self.assertEqual(choose({}), [])
        self.assertEqual(choose({4: {"mail"}}), [4])
        # a person beats the own company, two persons do not beat each other
        self.assertEqual(choose({1: {"phone"}, 2: {"phone"}}), [2])
        self.assertEqual(choose({2: {"phone"}, 3: {"phone"}}), [2, 3])
        # both keys beat one; contradicting keys are shown both
        self.assertEqual(choose({2: {"mail", "phone"}, 4: {"phone"}}), [2])
        self.assertEqual(choose({2: {"mail"}, 4: {"phone"}}), [2, 4])


class TestRequestMatching(ServiceCommon):
    """Finding the customer behind numbers, addresses and names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.ru")
        cls.lead = cls.env["crm.lead"]

    def find(self, **key):
        [partners] = self.lead._find_service_partners([key])
        return partners

    def test_by_number_in_any_spelling(self):
        for number in (
            "+74951208115",
            "8 (495) 120-81-15",
            "8-495-120-81-15",
            "+7 495 1208115",
        ):
            self.assertEqual(self.find(phone=number), self.customer, number)
        self.assertFalse(self.find(phone="+7 495 120-81-16"))
        self.assertFalse(self.find(phone="not a number"))
        self.assertFalse(self.find())

    def test_by_further_number_and_by_mail(self):
        self.customer.service_phone_ids = [
            Command.create({"phone": "8 916 555-66-77", "label": "Мобильный"})
        ]
        self.assertEqual(self.find(phone="+79165556677"), self.customer)
        self.assertEqual(
            self.find(email='"Anna P." <ANNA@Alfa.example.com>'), self.customer
        )
        self.assertEqual(
            self.find(phone="+79165556677", email="anna@alfa.example.com"),
            self.customer,
        )

    def test_the_company_shares_the_number_of_its_contact(self):
        self.company_customer.phone = "+7 495 120-81-15"
        self.assertEqual(self.find(phone="84951208115"), self.customer)
        self.assertEqual(
            self.find(email="office@alfa.example.com"), self.company_customer
        )

    def test_a_place_of_work_leads_to_its_owner(self):
        self.build_partner(
            name="Подъезд 2",
            type="other",
            parent_id=self.company_customer.id,
            phone="+7 495 999-88-77",
        )
        self.assertEqual(self.find(phone="+74959998877"), self.company_customer)

    def test_archived_and_other_companies_customers_are_not_found(self):
        second = self.env["res.company"].create({"name": "Вторая"})
        theirs = self.build_partner(
            name="Theirs", phone="+7 812 000-11-22", company_id=second.id
        )
        self.assertFalse(self.find(phone="+78120001122"))
        self.assertEqual(self.find(phone="+78120001122", company=second), theirs)
        self.customer.active = False
        self.assertFalse(self.find(phone="+74951208115"))

    def test_a_batch_takes_constant_queries(self):
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"Caller {n}",
                    "phone": f"+7 495 300-00-{n:02}",
                    "parent_id": self.company_customer.id,
                }
                for n in range(60)
            ]
        )
        keys = [{"phone": partner.phone} for partner in partners]
        self.env.flush_all()

        def cost(size):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.lead._find_service_partners(keys[:size])
            self.assertEqual([p.id for p in found], partners[:size].ids)
            return self.env.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(2), cost(60))
        self.assertLessEqual(cost(60), 6)

    @requirement("R21")
    def test_one_client_base_behind_all_doors(self):
        """Lead, deal and console find the same customer by number and address."""
        second = self.build_partner(name="Борис", email="boris@b.example.com")
        second.service_phone_ids = [Command.create({"phone": "8 (812) 333-44-55"})]
        for partner, phone, mail in [
            (self.customer, "8 (495) 120-81-15", "anna@alfa.example.com"),
            (second, "+78123334455", "boris@b.example.com"),
        ]:
            # the customer field of lead, deal and order
            names = self.env["res.partner"].with_user(self.user_operator)
            for text in (phone, mail):
                self.assertEqual([p[0] for p in names.name_search(text)], partner.ids)
            # a new lead, a deal's own search, the operator's console
            self.assertEqual(self.build_request(phone=phone).partner_id, partner)
            self.assertEqual(self.build_request(email_from=mail).partner_id, partner)
            deal = self.lead.create(
                {"name": "Deal", "type": "opportunity", "email_from": mail}
            )
            self.assertEqual(deal._find_matching_partner(), partner)
            console = self.env["service.console"].with_user(self.user_operator)
            for text in (phone, mail):
                found = console.action_console_find(text)
                self.assertEqual([c["id"] for c in found["customers"]], partner.ids)
                self.assertEqual(found["card"]["id"], partner.id)

    def test_names_are_found_in_any_script(self):
        partner = self.build_partner(name="Иннокентий Щукин")
        find = self.env["res.partner"].with_user(self.user_operator)
        for text in ("щукин", "ИННОКЕНТИЙ", "shchuk", "инн щук"):
            self.assertEqual(find._find_by_service_name(text), partner, text)
        self.assertFalse(find._find_by_service_name("Щу"))
        self.assertEqual(
            find.search([("service_find", "ilike", "щукин иннок")]), partner
        )

    def test_the_nearest_name_comes_first(self):
        far, near, nearest = (
            self.build_partner(name=name)
            for name in ("Заверетенов", "Иван Веретенов", "Веретенов")
        )
        self.assertEqual(
            self.env["res.partner"]._find_by_service_name("верет"),
            nearest + near + far,
        )

    def test_a_further_number_is_unique_per_contact_and_follows_the_country(self):
        phone = self.env["service.partner.phone"].create(
            {"partner_id": self.customer.id, "phone": "8 916 555-66-77"}
        )
        self.assertEqual(phone.phone_sanitized, "+79165556677")
        self.customer.country_id = self.env.ref("base.de")
        self.assertNotEqual(phone.phone_sanitized, "+79165556677")

    def test_rights_on_further_numbers(self):
        row = self.env["service.partner.phone"].with_user(self.user_operator)
        row = row.create({"partner_id": self.customer.id, "phone": "+7 916 555-66-77"})
        with self.assertRaises(AccessError):
            row.with_user(self.user_performer).phone = "+7 916 555-66-78"
