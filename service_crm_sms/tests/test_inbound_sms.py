"""Answers by SMS: whose they are, to what, and what they do."""

from datetime import datetime, timedelta

from ..tools.gateways.base import Inbound
from ..tools.replies import Reply, read_reply
from .common import MessagesCommon

NUMBER = "+74951208115"


class TestInboundSms(MessagesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway = cls.env["sms.gateway"].create({"name": "Box", "kind": "sandbox"})

    @classmethod
    def build_sent(cls, record, address=NUMBER, **values):
        """A short message about a record, as it went out."""
        visit = record._name == "service.work.order" and record
        request = visit.request_id if visit else record
        return cls.messages.create(
            {
                "res_model": record._name,
                "res_id": record.id,
                "request_id": request._name == "crm.lead" and request.id,
                "work_order_id": visit and visit.id,
                "company_id": cls.env.company.id,
                "partner_id": cls.customer.id,
                "recipient_key": str(cls.customer.id),
                "audience": "customer",
                "channel": "sms",
                "address": address,
                "state": "delivered",
                "text": "Does it suit you?",
                **values,
            }
        )

    def receive(self, text, number=NUMBER, **values):
        """A short message of a customer, taken as a gateway's callback does."""
        return self.gateway._receive([Inbound(number, text, **values)])

    def build_proposed(self):
        visit = self.build_visit()
        visit.with_user(self.user_dispatcher).action_assign()
        self.assertEqual(visit.state, "assigned")
        return visit

    def assertAsked(self, request, count=1):
        kind = self.env.ref("service_crm_sms.mail_activity_answer")
        todo = request.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(len(todo), count)
        return todo

    def test_yes_confirms_the_visit(self):
        visit = self.build_proposed()
        self.build_sent(visit)
        inbound = self.receive(" Да, спасибо! ", remote_id="m-1")
        self.assertEqual(
            (inbound.state, inbound.channel, inbound.sender), ("done", "sms", NUMBER)
        )
        self.assertEqual(inbound.request_id, visit.request_id)
        self.assertTrue(visit.customer_confirmed)
        self.assertAsked(visit.request_id, 0)
        sms = visit.request_id.message_ids.filtered(lambda m: m.message_type == "sms")
        self.assertEqual(sms.author_id, self.customer)
        self.assertIn("Да, спасибо!", sms.body)
        # what the answer did stands in the customer's name, too
        self.assertEqual(
            visit.request_id.message_ids.filtered(
                lambda m: "time is fine" in (m.body or "")
            ).author_id,
            self.customer,
        )

    def test_the_same_message_comes_twice(self):
        visit = self.build_proposed()
        self.build_sent(visit)
        first = self.receive("да", remote_id="m-1")
        self.assertEqual(self.receive("да", remote_id="m-1"), first)
        # without a number of its own it is known by what it says and when
        at = datetime(2026, 11, 22, 10)
        second = self.receive("Когда приедете?", at=at)
        self.assertEqual(self.receive("Когда приедете?", at=at), second)
        later = self.receive("Когда приедете?", at=at + timedelta(hours=1))
        self.assertNotEqual(later, second)
        self.assertAsked(visit.request_id, 2)

    def test_no_asks_the_dispatcher_for_another_time(self):
        visit = self.build_proposed()
        self.build_sent(visit)
        self.receive("Нет, лучше завтра после 18")
        self.assertFalse(visit.customer_confirmed)
        wish = visit.request_id._get_customer_wishes()
        self.assertIn("лучше завтра после 18", wish.note)

    def test_cancel_asks_the_dispatcher(self):
        visit = self.build_proposed()
        self.build_sent(visit)
        self.receive("отмена")
        self.assertEqual(visit.state, "assigned")
        self.assertIn("отмена", visit.request_id._get_customer_wishes().note)

    def test_a_yes_with_a_condition_is_read_by_a_person(self):
        visit = self.build_proposed()
        self.build_sent(visit)
        self.receive("Да, но лучше в 15:00")
        self.assertFalse(visit.customer_confirmed)
        self.assertIn("лучше в 15:00", self.assertAsked(visit.request_id).note)

    def test_too_late_is_read_by_a_person(self):
        visit = self.build_proposed()
        self.build_sent(visit)
        visit.with_user(self.user_performer).action_on_the_way()
        self.receive("перенесите, пожалуйста")
        self.assertEqual(visit.state, "on_the_way")
        self.assertAsked(visit.request_id)

    def test_a_digit_rates_once(self):
        request = self.build_request()
        request._action_ask_rating()
        self.build_sent(request)
        self.receive("5! Отличный мастер")
        self.assertEqual(request.service_stars, "5")
        self.assertEqual(request.rating_ids.feedback, "Отличный мастер")
        self.receive("1")
        self.assertEqual(request.service_stars, "5")
        self.assertAsked(request)

    def test_a_digit_that_was_not_asked_for_is_read(self):
        request = self.build_request()
        self.build_sent(request)
        self.receive("5")
        self.assertFalse(request.service_rating_state)
        self.assertAsked(request)

    def test_staff_do_not_speak_for_the_customer(self):
        visit = self.build_proposed()
        self.build_sent(
            visit,
            "+79160001122",
            audience="performer",
            partner_id=self.performer_partner.id,
        )
        self.receive("да", "+79160001122")
        self.assertFalse(visit.customer_confirmed)
        self.assertAsked(visit.request_id)

    def test_the_last_message_decides(self):
        old = self.build_proposed()
        self.build_sent(old)
        new = self.build_proposed()
        self.build_sent(new)
        self.receive("да")
        self.assertTrue(new.customer_confirmed)
        self.assertFalse(old.customer_confirmed)

    def test_a_keyword_is_no_answer_to_advertising(self):
        visit = self.build_proposed()
        self.build_sent(visit)
        self.build_sent(self.customer, purpose="advertising")
        self.receive("да")
        self.assertTrue(visit.customer_confirmed)
        inbound = self.receive("А сколько это стоит?")
        self.assertEqual(inbound.state, "todo")
        self.assertEqual(inbound.partner_id, self.customer)
        self.assertEqual(inbound.activity_id.user_id, self.user_operator)

    def test_an_unsent_message_cannot_be_answered(self):
        visit = self.build_proposed()
        self.build_sent(visit, state="suppressed", reason="opted_out")
        inbound = self.receive("да")
        self.assertFalse(visit.customer_confirmed)
        self.assertEqual((inbound.state, inbound.partner_id), ("todo", self.customer))

    def test_strangers_wait_for_an_operator(self):
        inbound = self.receive("Лифт застрял", "+7 999 000-00-01")
        self.assertEqual((inbound.state, inbound.sender), ("unknown", "+79990000001"))
        queue = self.env["service.inbound"].with_user(self.user_operator)
        self.assertIn(
            inbound.with_user(self.user_operator),
            queue.search([("is_open", "=", True)]),
        )
        inbound.with_user(self.user_operator).action_make_request()
        request = inbound.request_id
        self.assertRecordValues(
            request,
            [
                {
                    "phone": "+79990000001",
                    "service_need": "Лифт застрял",
                    "service_channel": "sms",
                    "email_from": False,
                }
            ],
        )
        self.assertEqual(
            request.message_ids.filtered(lambda m: "Лифт застрял" in m.body)[
                :1
            ].message_type,
            "sms",
        )

    def test_one_number_of_two_customers_is_to_choose(self):
        one = self.build_partner(name="Beta", phone="+7 495 555-00-00")
        two = self.build_partner(name="Gamma", phone="+7 495 555-00-00")
        inbound = self.receive("Здравствуйте", "+74955550000")
        self.assertEqual(inbound.state, "choose")
        self.assertEqual(inbound.candidate_ids, one + two)

    def test_an_answer_to_a_lost_request_waits_for_an_operator(self):
        request = self.build_request()
        self.build_sent(request)
        request.active = False
        inbound = self.receive("Передумал, приезжайте")
        self.assertEqual((inbound.state, inbound.partner_id), ("todo", self.customer))

    def test_a_machine_that_writes_and_writes(self):
        number = "+79990000002"
        for count in range(31):
            last = self.receive(f"Auto {count}", number)
        self.assertEqual(last.state, "refused")
        self.assertTrue(last.is_open)

    def test_wrong_input_is_kept(self):
        for number, text in (("", ""), ("InfoBank", "Скидки"), ("12", "\x00да")):
            with self.subTest(number=number):
                inbound = self.receive(text, number)
                self.assertEqual(inbound.state, "unknown")
                self.assertEqual(inbound.sender or "", number)

    def test_several_at_once(self):
        visit = self.build_proposed()
        self.build_sent(visit)
        inbounds = self.gateway._receive(
            [Inbound(NUMBER, "да", "a"), Inbound("+79990000003", "нет", "b")]
        )
        self.assertEqual(inbounds.mapped("state"), ["done", "unknown"])
        self.assertTrue(visit.customer_confirmed)

    def test_what_words_mean(self):
        for text, kind in (
            ("Да", "yes"),
            ("ок!", "yes"),
            ("+", "yes"),
            ("Yes please", "yes"),
            ("no problem", ""),
            ("Нет.", "no"),
            ("STOP", "stop"),
            ("Отпишите меня", ""),
            ("не пишите мне больше", "stop"),
            ("стоп машина не едет", ""),
            ("12:30", ""),
            ("15", ""),
            ("5 минут опоздал", ""),
            ("", ""),
            (None, ""),
        ):
            with self.subTest(text=text):
                self.assertEqual(read_reply(text).kind, kind)
        self.assertEqual(
            read_reply("4 из 5, всё хорошо"), Reply("rate", 4, "всё хорошо")
        )
