"""The sandbox's phones: what customers would see, and what they would answer."""

from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.service_crm.tests.common import TourCase

from .common_gateways import GatewaysCommon

NUMBER = "+79161208115"


class SandboxCommon(GatewaysCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = cls.gateways.create(
            {"name": "Sandbox", "kind": "sandbox", "sender": "Мастер"}
        )
        cls.request = cls.build_request()

    @classmethod
    def build_message(cls, text, number=NUMBER, **values):
        return cls.messages.create(
            {
                "res_model": "crm.lead",
                "res_id": cls.request.id,
                "request_id": cls.request.id,
                "partner_id": cls.customer.id,
                "recipient": "Анна",
                "recipient_key": "x",
                "channel": "sms",
                "state": "delivered",
                "address": number,
                "text": text,
                "gateway_id": cls.sandbox.id,
                "company_id": cls.env.company.id,
                **values,
            }
        )

    def open_phone(self, number="", user=None):
        gateways = self.gateways.with_user(user or self.user_operator)
        return gateways.action_sandbox_phone(number)

    def answer(self, text, number=NUMBER, user=None):
        gateways = self.gateways.with_user(user or self.user_operator)
        return gateways.action_sandbox_answer(number, text)

    def get_texts(self, phone):
        return [(row["text"], row["is_answer"]) for row in phone["messages"]]


class TestSandbox(SandboxCommon):
    def test_a_message_arrives_on_the_phone(self):
        self.customer.phone = NUMBER
        self.request._message_sms("Мастер едет", partner_ids=self.customer.ids)
        self.run_queue()
        phone = self.open_phone()
        self.assertEqual(phone["sender"], "Мастер")
        self.assertEqual(phone["number"], NUMBER)
        [row] = phone["messages"]
        self.assertEqual((row["text"], row["state"]), ("Мастер едет", "delivered"))
        self.assertEqual(row["segments"], 1)
        self.assertEqual(row["request"]["id"], self.request.id)

    def test_phones_by_their_last_message(self):
        self.build_message("Первое", date_sent=datetime(2026, 11, 20))
        self.build_message("Другому", "+79160000001", date_sent=datetime(2026, 11, 21))
        self.build_message("Второе", date_sent=datetime(2026, 11, 22))
        phone = self.open_phone()
        self.assertEqual(
            [(row["number"], row["text"]) for row in phone["phones"]],
            [(NUMBER, "Второе"), ("+79160000001", "Другому")],
        )
        self.assertEqual(phone["number"], NUMBER)
        self.assertEqual(self.get_texts(phone), [("Первое", False), ("Второе", False)])
        other = self.open_phone("+79160000001")
        self.assertEqual(self.get_texts(other), [("Другому", False)])

    def test_answers_land_with_the_request(self):
        self.build_message("Удобно?", date_sent=datetime(2026, 11, 20))
        phone = self.answer(" Да, жду ")
        self.assertEqual(self.get_texts(phone), [("Удобно?", False), ("Да, жду", True)])
        inbound = self.env["service.inbound"].search([("channel", "=", "sms")])
        self.assertEqual(inbound.request_id, self.request)
        self.assertEqual(inbound.gateway_id, self.sandbox)
        with self.subTest("twice is twice"):
            phone = self.answer("Да, жду")
            self.assertEqual(len(phone["messages"]), 3)

    def test_a_stranger_writes(self):
        phone = self.answer("Сломался лифт", "8 916 555-44-33")
        self.assertEqual(phone["number"], "+79165554433")
        self.assertEqual(self.get_texts(phone), [("Сломался лифт", True)])
        self.assertTrue(phone["messages"][0]["is_open"])

    def test_wrong_input(self):
        for number, text, words in (
            ("123", "Да", "is no phone number"),
            ("", "Да", "is no phone number"),
            (NUMBER, "  ", "Write a text"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.answer(text, number)
        self.sandbox.active = False
        with self.assertRaisesRegex(UserError, "kind Sandbox"):
            self.answer("Да")
        self.assertFalse(self.open_phone()["is_ready"])

    def test_messages_of_other_gateways_are_on_no_phone(self):
        other = self.gateways.create({"name": "SMS.ru", "kind": "sms_ru"})
        self.build_message("Настоящее", gateway_id=other.id)
        self.assertFalse(self.open_phone()["phones"])

    def test_other_companies(self):
        other = self.env["res.company"].create({"name": "Другая"})
        self.build_message("Чужое", company_id=other.id)
        self.sandbox.copy({"company_id": other.id})
        self.assertFalse(self.open_phone()["phones"])
        own = self.gateways.with_user(self.user_operator)
        self.assertEqual(own._get_sandboxes(), self.sandbox)

    def test_who_sees_them(self):
        self.build_message("Удобно?")
        for user in (
            self.user_operator,
            self.user_manager,
            self.user_dispatcher,
            self.user_admin,
        ):
            self.assertTrue(self.open_phone(user=user)["messages"])
        plain = new_test_user(self.env, "plain", groups="base.group_user")
        for user in (self.user_performer, plain):
            with self.assertRaises(AccessError):
                self.open_phone(user=user)
            with self.assertRaises(AccessError):
                self.answer("Да", user=user)

    def test_menu_only_where_a_sandbox_is_in_use(self):
        menus = self.env["ir.ui.menu"]
        phone = self.env.ref("service_crm_sms.menu_sms_sandbox_phone")
        self.assertNotIn(phone.id, menus._load_menus_blacklist())
        self.sandbox.active = False
        self.assertIn(phone.id, menus._load_menus_blacklist())

    def test_queries_do_not_grow(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.open_phone(NUMBER)
            return self.env.cr.sql_log_count - before

        self.build_message("Одно")
        self.answer("Да")
        self.open_phone()
        few = count()
        for number in range(30):
            self.build_message(f"Текст {number}")
            self.build_message("Другому", f"+791600000{number:02}")
        self.env.flush_all()
        self.assertLessEqual(count(), few + 2)


@tagged("post_install", "-at_install")
class TestSandboxScreen(TourCase, SandboxCommon):
    def test_phone(self):
        self.build_message("Does it suit you? https://example.com/r/1.")
        self.start_tour(
            "/odoo/sms-phones", "service_sms_phone", login=self.user_operator.login
        )
        inbounds = self.env["service.inbound"].search([("channel", "=", "sms")])
        self.assertEqual(set(inbounds.mapped("preview")), {"Yes", "The lift is stuck"})
