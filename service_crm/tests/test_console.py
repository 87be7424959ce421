from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceCommon, TourCase, requirement


class TestConsole(ServiceCommon):
    """The calls behind the operator's console."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.ru")
        cls.site = cls.build_partner(
            name="БЦ Север",
            type="other",
            parent_id=cls.company_customer.id,
            street="Ленина 5",
            city="Москва",
        )

    def setUp(self):
        super().setUp()
        self.console = self.env["service.console"].with_user(self.user_operator)

    def test_a_call_shows_who_it_is(self):
        self.company_customer.user_id = self.user_manager
        open_request = self.build_request(
            partner_id=self.customer.id, service_need="Дверь"
        )
        done = self.build_request(partner_id=self.customer.id)
        done._move_to_phase("done")
        found = self.console.action_console_find("8 (495) 120-81-15")
        self.assertEqual(found["kind"], "phone")
        card = found["card"]
        self.assertEqual(card["name"], "Anna Petrova")
        self.assertEqual(card["company"]["name"], "Alfa LLC")
        self.assertEqual(card["manager"]["name"], self.user_manager.name)
        self.assertEqual(card["sites"][0]["name"], "БЦ Север, Ленина 5, Москва")
        self.assertEqual([r["id"] for r in card["requests"]], open_request.ids)

    def test_every_kind_of_text(self):
        request = self.build_request(phone="+7 999 000-11-22", name="Кран течёт")
        for text, kind in [
            ("8 495", "short"),
            ("Ан", "short"),
            ("анна", "name"),
            ("anna@alfa.example.com", "mail"),
            ("+7 999 000-11-22", "phone"),
            (request.service_number, "number"),
            (request.service_number[-5:-1], "number"),
            ("", "short"),
            ("%_'\"\\", "short"),
        ]:
            found = self.console.action_console_find(text)
            self.assertEqual(found["kind"], kind, text)
        found = self.console.action_console_find(request.service_number)
        self.assertEqual([r["id"] for r in found["requests"]], request.ids)
        found = self.console.action_console_find("8 999 000 11 22")
        self.assertFalse(found["customers"])
        self.assertEqual([r["id"] for r in found["requests"]], request.ids)
        found = self.console.action_console_find("120-81-15")
        self.assertEqual([c["id"] for c in found["customers"]], self.customer.ids)

    def test_a_request_is_filed_and_passed_on_at_once(self):
        filed = self.console.action_console_file(
            {
                "partner_id": self.customer.id,
                "service_need": "Лифт стоит\nна третьем",
                "site_id": self.site.id,
                "dispatcher_id": self.user_dispatcher.id,
                "stage_id": self.stages["done"].id,
                "user_id": self.user_operator.id,
            }
        )
        request = self.env["crm.lead"].browse(filed["id"])
        self.assertTrue(filed["passed"])
        self.assertEqual(request.name, "Лифт стоит")
        self.assertEqual(request.service_phase, "dispatch")
        self.assertEqual(request.type, "opportunity")
        self.assertEqual(request.operator_id, self.user_operator)
        self.assertEqual(request.service_channel, "phone")
        self.assertNotEqual(request.user_id, self.user_operator)
        self.assertEqual(request.site_id, self.site)

    def test_an_unknown_caller_waits_with_the_operator(self):
        filed = self.console.action_console_file(
            {"service_need": "Нужен монтаж", "phone": "8 999 123-45-67"}
        )
        self.assertFalse(filed["passed"])
        queue = self.console.action_console_queue()
        self.assertEqual([r["id"] for r in queue["own"]], [filed["id"]])
        self.assertEqual(queue["own"][0]["next_step"], "pass_to_manager")
        self.assertNotIn(filed["id"], [r["id"] for r in queue["requests"]])

    @requirement("R6")
    def test_the_queue_shows_what_nobody_took(self):
        requests = self.build_request(service_channel="form") + self.build_request(
            service_channel="mail"
        )
        queue = self.console.action_console_queue()
        ids = [r["id"] for r in queue["requests"]]
        self.assertTrue(set(requests.ids) <= set(ids))
        requests[0].with_user(self.user_operator).action_take()
        queue = self.console.action_console_queue()
        self.assertNotIn(requests[0].id, [r["id"] for r in queue["requests"]])
        self.assertIn(requests[0].id, [r["id"] for r in queue["own"]])

    def test_the_queue_takes_constant_queries(self):
        def cost(count):
            self.env["crm.lead"].create(
                [
                    {
                        "name": f"Request {n}",
                        "team_id": self.team.id,
                        "partner_id": self.customer.id,
                    }
                    for n in range(count)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.console.action_console_queue()
            return self.env.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(1), cost(25))

    def test_attaching_keeps_everything_in_the_older_request(self):
        old = self.build_request(partner_id=self.customer.id, service_need="Дверь")
        new = self.build_request(service_need="И ещё свет", type="opportunity")
        new.message_post(body="Фото в приложении")
        number = new.service_number
        self.console.action_console_attach(new.id, old.id)
        self.assertFalse(new.exists())
        self.assertIn("И ещё свет", old.service_need)
        bodies = " ".join(old.message_ids.mapped("body"))
        self.assertIn("Фото в приложении", bodies)
        self.assertIn(number, bodies)
        done = self.build_request()
        done._move_to_phase("done")
        other = self.build_request()
        with self.assertRaisesRegex(UserError, "finished"):
            self.console.action_console_attach(other.id, done.id)
        with self.assertRaises(UserError):
            self.console.action_console_attach(other.id, other.id)

    @requirement("R23")
    def test_only_those_who_talk_to_customers_use_it(self):
        console = self.env["service.console"].with_user(self.user_performer)
        request = self.build_request()
        for call in (
            lambda: console.action_console_find("anna"),
            lambda: console.action_console_card(self.customer.id),
            lambda: console.action_console_queue(),
            lambda: console.action_console_file({"service_need": "x"}),
            lambda: console.action_console_attach(request.id, request.id),
        ):
            with self.assertRaises(AccessError):
                call()


@tagged("post_install", "-at_install")
class TestConsoleBrowser(ServiceCommon, TourCase):
    """The console in a real browser, without a mouse."""

    def test_a_known_customer_calls(self):
        self.build_partner(name="Sergey Lift", phone="+7 495 222-33-44")
        self.env.ref("base.main_company").country_id = self.env.ref("base.ru")
        self.user_operator.password = "service_operator"
        self.start_tour(
            "/odoo/service-console", "service_console_call", login="service_operator"
        )
        request = self.env["crm.lead"].search(
            [("service_need", "=", "Lift is stuck"), ("is_service", "=", True)]
        )
        self.assertEqual(len(request), 1)
        self.assertEqual(request.partner_id.name, "Sergey Lift")
        self.assertEqual(request.operator_id, self.user_operator)
