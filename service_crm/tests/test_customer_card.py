"""The customer's card: what is asked per kind of customer, and checked requisites."""

from odoo.exceptions import ValidationError
from odoo.tests import Form

from ..tools import requisites
from .common import ServiceCommon, requirement

INN, INN_PERSON = "7707083893", "500100732259"
OGRN, OGRNIP = "1027700132195", "304500116000157"
EDRPOU = "32855961"
KPP = "773601001"


class TestCustomerCard(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chain, cls.house = cls.env["service.customer.type"].create(
            [
                {
                    "name": "Сеть аптек",
                    "properties_definition": [
                        {
                            "name": "category",
                            "string": "Категория сети",
                            "type": "selection",
                            "selection": [["a", "А"], ["b", "Б"]],
                        },
                        {
                            "name": "principle",
                            "string": "Принцип закупки",
                            "type": "char",
                        },
                    ],
                },
                {
                    "name": "Управляющая компания",
                    "properties_definition": [
                        {"name": "houses", "string": "Домов", "type": "integer"}
                    ],
                },
            ]
        )
        cls.pharmacy = cls.build_partner(
            name="Аптека 36,6",
            is_company=True,
            service_customer_type_id=cls.chain.id,
            service_properties={"category": "a", "principle": "Централизованно"},
        )

    def read_labels(self, partner):
        """What the tab of the form shows: the labels of the properties."""
        [values] = partner.web_read({"service_properties": {}})
        return [p["string"] for p in values["service_properties"]]

    @requirement("R199")
    def test_each_kind_of_customer_has_questions_of_its_own(self):
        partner = self.pharmacy.with_user(self.user_manager)
        self.assertEqual(
            self.read_labels(partner), ["Категория сети", "Принцип закупки"]
        )
        with Form(partner) as form:
            form.service_customer_type_id = self.house
        self.assertEqual(self.read_labels(partner), ["Домов"])
        partner.service_properties = {"houses": 12}
        Partner = self.env["res.partner"].with_user(self.user_operator)
        domain = [("service_properties.houses", "=", 12)]
        self.assertEqual(Partner.search(domain), partner)
        plain = self.build_partner(name="Частное лицо").with_user(self.user_manager)
        self.assertEqual(self.read_labels(plain), [])

    def test_the_tab_is_for_those_who_deal_with_customers(self):
        arch = self.env["res.partner"].with_user(self.user_operator).get_view()["arch"]
        self.assertIn("service_card", arch)
        performer = self.env["res.partner"].with_user(self.user_performer)
        self.assertNotIn("service_card", performer.get_view()["arch"])

    def test_kinds_in_use_stay(self):
        kinds = self.chain + self.house
        self.assertEqual(kinds.mapped("partner_count"), [1, 0])

    @requirement("R234")
    def test_wrong_check_digits_are_refused(self):
        cases = [
            ({"vat": "7707083894"}, "INN"),
            ({"vat": "500100732258"}, "INN"),
            ({"vat": "77070838"}, "INN"),
            ({"vat": "77О7083893"}, "INN"),  # a Cyrillic letter for a zero
            ({"vat": "٧٧٠٧٠٨٣٨٩٣"}, "INN"),  # digits of another script
            ({"company_registry": "1027700132196"}, "OGRN"),
            ({"company_registry": "10277001321"}, "OGRN"),
            ({"kpp": "77360100"}, "KPP"),
            ({"kpp": "77360100Я"}, "KPP"),
            ({"vat": INN_PERSON, "kpp": KPP}, "KPP"),
        ]
        company = self.company_customer.with_user(self.user_manager)
        for values, name in cases:
            with (
                self.subTest(values=values),
                self.assertRaises(ValidationError) as refused,
            ):
                company.write(values)
            self.assertRegex(str(refused.exception), f"(?s)Alfa LLC.*{name} “")
        company.write({"vat": INN, "kpp": KPP, "company_registry": OGRN})
        self.assertEqual(company.child_ids.mapped("kpp"), [KPP])
        company.write({"vat": INN_PERSON, "kpp": False, "company_registry": OGRNIP})
        company.write({"vat": "/", "company_registry": False})

    def test_each_country_by_its_own_rules(self):
        ukraine, germany = self.env.ref("base.ua"), self.env.ref("base.de")
        partners = self.env["res.partner"].with_user(self.user_manager)
        with self.assertRaisesRegex(ValidationError, "EDRPOU"):
            partners.create(
                {
                    "name": "Дніпро",
                    "is_company": True,
                    "country_id": ukraine.id,
                    "company_registry": "32855962",
                }
            )
        good = partners.create(
            [
                {
                    "name": "Дніпро",
                    "is_company": True,
                    "country_id": ukraine.id,
                    "company_registry": EDRPOU,
                },
                {
                    "name": "Müller GmbH",
                    "is_company": True,
                    "country_id": germany.id,
                    "company_registry": "HRB 1234",
                    "vat": "DE136695976",
                },
            ]
        )
        self.assertEqual(good.mapped("requisites_country"), ["UA", "DE"])
        with self.assertRaises(ValidationError):
            good[1].country_id = self.env.ref("base.ru")
        self.assertEqual(good[0].company_registry_label, "EDRPOU")
        self.assertEqual(self.company_customer.company_registry_label, "OGRN")

    def test_without_a_country_the_companys_counts(self):
        partners = self.env["res.partner"].with_user(self.user_manager)
        self.env.company.country_id = self.env.ref("base.us")
        values = {"name": "Контора", "is_company": True, "vat": "123"}
        self.assertTrue(partners.create(values))
        self.env.company.country_id = self.env.ref("base.ru")
        with self.assertRaisesRegex(ValidationError, "set the country"):
            partners.create(values)

    def test_contacts_are_not_asked_for_the_companys_numbers_again(self):
        self.company_customer.write({"vat": INN, "kpp": KPP})
        contact = self.build_partner(
            name="Пётр",
            parent_id=self.company_customer.id,
            country_id=self.env.ref("base.de").id,
        )
        self.assertEqual((contact.vat, contact.kpp), (INN, KPP))

    def test_a_new_customer_with_a_wrong_number_is_told_which(self):
        request = self.build_request(
            stage_id=self.stages["qualification"].id,
            user_id=self.user_manager.id,
            contact_name="Борис",
            partner_name="Бета",
            phone="+7 495 555-00-02",
            country_id=self.env.ref("base.ru").id,
            customer_vat="7707083894",
        )
        with self.assertRaisesRegex(ValidationError, "INN “7707083894”"):
            request.with_user(self.user_manager).action_convert_new()

    def test_plain_rules(self):
        self.assertEqual(requisites.check_ru(None, None, None), {})
        self.assertEqual(requisites.check_ru(" 770 708-3893 ", OGRN, KPP), {})
        self.assertEqual(
            requisites.check_ru("770708389X", "1" * 13, "12"),
            {
                "vat": "inn_format",
                "company_registry": "ogrn_digits",
                "kpp": "kpp_format",
            },
        )
        self.assertEqual(requisites.check_ua("1759013776"), {})
        self.assertTrue(requisites.check_ua("1759013777"))
        self.assertTrue(requisites.check_ua("123"))
