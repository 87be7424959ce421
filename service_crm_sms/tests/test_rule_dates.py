from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.service_crm.tests.common import requirement

from .common import CONFIRMED, MessagesCommon


class TestRuleDates(MessagesCommon):
    """Days that come: each is told once, at an hour of the recipient's day."""

    def plan(self, rule, now):
        """The job looks at the dates of a rule, and sends what is due."""
        with freeze_time(now):
            rule._plan_dates()
            self.messages.search(
                self.messages._get_due_domain() & self.of(rule)
            )._send_due()
        return self.messages.search(self.of(rule))

    def of(self, rule):
        return Domain("rule_id", "=", rule.id)

    @requirement("R143")
    def test_maintenance_is_told_days_before_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.text("maintenance").sms_template_id.with_context(
            lang="ru_RU"
        ).body = "Пора на ТО: {{ format_date(object.maintenance_date) }}"
        self.customer.lang = "ru_RU"
        rule = self.only_rule("maintenance", channel="both")
        foreign = self.build_partner(
            name="John", email="john@example.com", phone="+7 916 222-33-44"
        )
        due = date(2026, 12, 10)
        near, english, late, none = (
            self.build_request(maintenance_date=day, partner_id=partner.id)
            for day, partner in (
                (due, self.customer),
                (due, foreign),
                (due + timedelta(days=3), self.customer),
                (False, self.customer),
            )
        )
        self.assertFalse(self.plan(rule, datetime(2026, 11, 30, 12)), "too early")
        messages = self.plan(rule, datetime(2026, 12, 3, 6))  # 9:00 in Moscow
        self.assertEqual(set(messages.mapped("res_id")), {near.id, english.id})
        self.assertEqual(sorted(set(messages.mapped("channel"))), ["mail", "sms"])
        self.assertEqual(set(messages.mapped("state")), {"queued"})
        texts = {m.res_id: m.text for m in messages if m.channel == "sms"}
        self.assertIn("Пора на ТО: 10.12.2026", texts[near.id])
        self.assertIn("is due on 12/10/2026", texts[english.id])
        with self.subTest("once"):
            again = self.plan(rule, datetime(2026, 12, 3, 8))
            self.assertEqual(again, messages)
        self.assertFalse(messages & self.sent(late + none))

    @requirement("R144")
    def test_end_of_a_contract_is_a_task_and_a_message(self):
        rule = self.only_rule("contract_end", channel="both")
        contracts = self.env["service.contract"].create(
            [
                {
                    "subject": subject,
                    "partner_id": self.customer.id,
                    "user_id": self.user_manager.id,
                    "date_start": date(2026, 1, 1),
                    "date_end": date(2026, 12, 31),
                    "notice_days": 30,
                }
                for subject in ("Страховка", "Абонемент", "Черновик")
            ]
        )
        active = contracts[:2]
        active.with_user(self.user_manager).action_activate()
        messages = self.plan(rule, datetime(2026, 12, 1, 10))
        self.assertEqual(set(messages.mapped("res_id")), set(active.ids))
        self.assertEqual(len(messages), 4)
        self.assertEqual(messages.mapped("error"), [False] * 4)
        self.assertEqual(set(messages.mapped("state")), {"queued"})
        self.assertEqual(messages.partner_id, self.customer)
        self.assertTrue(all("12/31/2026" in text for text in messages.mapped("text")))
        with freeze_time("2026-12-01 06:00:00"):
            active._follow_terms()
        tasks = active.activity_ids
        self.assertEqual(tasks.user_id, self.user_manager)
        self.assertEqual(len(tasks), 2)
        with self.subTest("renewed meanwhile"):
            self.limits.write({"quiet_from": 7, "quiet_to": 12, "quiet_mail": True})
            active.date_end = date(2027, 1, 2)
            waiting = self.plan(rule, datetime(2026, 12, 3, 10)) - messages
            self.assertEqual(set(waiting.mapped("state")), {"waiting"})
            active.date_end = date(2028, 1, 2)
            self.send_waiting()
            self.assertEqual(set(waiting.mapped("reason")), {"outdated"})

    @requirement("R145")
    def test_next_service_is_proposed_after_its_period(self):
        check = self.build_product("Yearly check")
        cleaning = self.build_product("Cleaning")
        offer = {"offer_id": check.product_tmpl_id.id, "days": 180}
        cleaning.product_tmpl_id.service_follow_up_ids = [(0, 0, offer)]
        rule = self.only_rule("follow_up", channel="both")
        self.env["service.message.consent"].create(
            {
                "partner_id": self.customer.id,
                "purpose": "advertising",
                "state": "given",
            }
        )
        silent = self.build_partner(
            name="Не хочет", email="no@example.com", phone="+7 916 000-00-02"
        )
        requests = [
            self.build_request(partner_id=partner.id, user_id=self.user_manager.id)
            for partner in (self.customer, silent)
        ]
        for request in requests:
            self.build_line(request, cleaning)
            with freeze_time("2026-06-01 10:00:00"):
                request._move_to_phase("done", force=True)
            self.assertEqual(request.service_follow_up_date, date(2026, 11, 28))
        self.assertFalse(self.plan(rule, datetime(2026, 11, 26, 6)))
        messages = self.plan(rule, datetime(2026, 11, 28, 6))
        told = messages.filtered(lambda m: m.partner_id == self.customer)
        self.assertEqual(told.mapped("error"), [False] * 2)
        self.assertEqual(set(told.mapped("state")), {"queued"})
        self.assertTrue(all("Yearly check" in text for text in told.mapped("text")))
        refused = messages - told
        self.assertEqual(set(refused.mapped("reason")), {"no_consent"})

    def test_birthday_also_on_29_february_once_a_year(self):
        rule = self.rule("birthday")
        rule.write({"active": True, "channel": "mail"})
        leap = self.build_partner(
            name="Високосная",
            email="leap@example.com",
            service_birthday=date(2000, 2, 29),
        )
        common = self.build_partner(
            name="Обычный",
            email="common@example.com",
            service_birthday=date(1990, 2, 28),
        )
        off = self.build_partner(
            name="Не пишите",
            email="off@example.com",
            service_birthday=date(2000, 2, 29),
            service_no_messages=True,
        )
        # a greeting is for who agreed to news and greetings
        self.env["service.message.consent"].create(
            [
                {"partner_id": p.id, "purpose": "advertising", "state": "given"}
                for p in leap + common + off
            ]
        )
        told = self.plan(rule, datetime(2027, 2, 28, 9))
        self.assertEqual(told.partner_id, leap | common | off)
        self.assertEqual(
            {m.partner_id: m.state for m in told},
            {leap: "queued", common: "queued", off: "suppressed"},
        )
        self.assertEqual(self.plan(rule, datetime(2027, 2, 28, 15)), told, "once")
        self.assertEqual(self.plan(rule, datetime(2027, 3, 1, 9)), told, "no more")
        next_year = self.plan(rule, datetime(2028, 2, 29, 9)) - told
        self.assertIn(leap, next_year.partner_id)

    def test_reminder_of_a_visit_with_the_link_to_confirm_it(self):
        rule = self.only_rule("reminder", channel="both")
        confirmed = self.build_visit(state="assigned", **CONFIRMED)
        open_visit = self.build_visit(state="assigned")
        cancelled = self.build_visit(state="cancelled")
        early = self.plan(rule, datetime(2026, 11, 22, 8))
        self.assertEqual(set(early.mapped("state")), {"waiting"}, "planned for later")
        self.assertEqual(set(early.mapped("date_due")), {datetime(2026, 11, 22, 9)})
        messages = self.plan(rule, datetime(2026, 11, 22, 9))
        self.assertEqual(messages, early)
        self.assertFalse(messages.filtered(lambda m: m.res_id == cancelled.id))
        texts = {m.res_id: m.text for m in messages if m.channel == "sms"}
        self.assertIn("Please confirm", texts[open_visit.id])
        self.assertIn("Another time", texts[confirmed.id])
        self.assertIn(
            open_visit.request_id.access_token, self.follow(texts[open_visit.id])
        )
        with self.subTest("a new time is told anew, the old one not at all"):
            moved = self.build_visit(state="assigned")
            first = self.plan(rule, datetime(2026, 11, 22, 8)) - messages
            self.assertEqual(first.mapped("state"), ["waiting", "waiting"])
            moved.date_start = datetime(2026, 11, 23, 13)
            second = self.plan(rule, datetime(2026, 11, 22, 9)) - messages - first
            self.assertEqual(set(first.mapped("reason")), {"merged"})
            self.assertEqual(
                set(second.mapped("date_due")), {datetime(2026, 11, 22, 13)}
            )

    def test_deadline_near_is_told_to_the_dispatcher(self):
        rule = self.only_rule("deadline", channel="mail")
        request = self.build_request(dispatcher_id=self.user_dispatcher.id)
        done = self.build_request(dispatcher_id=self.user_dispatcher.id)
        (request | done).service_due = datetime(2026, 11, 23, 16)
        done._move_to_phase("closing", force=True)
        message = self.plan(rule, datetime(2026, 11, 23, 12))
        self.assertEqual(message.res_id, request.id)
        self.assertEqual(message.partner_id, self.user_dispatcher.partner_id)
        self.assertEqual(message.state, "queued")

    def test_any_date_after_days(self):
        field = self.env["ir.model.fields"]._get("service.equipment", "warranty_end")
        field = field or self.env["ir.model.fields"]._get("crm.lead", "wished_end")
        text = self.env["service.message.template"].create(
            {
                "name": "Wish",
                "model_id": field.model_id.id,
                "sms_body": "{{ object.name }}",
            }
        )
        self.rules.search([]).active = False
        rule = self.rules.create(
            {
                "event": "date_field",
                "date_field_id": field.id,
                "date_number": 3,
                "date_side": "after",
                "channel": "sms",
                "template_id": text.id,
            }
        )
        self.assertEqual(rule.model, "crm.lead")
        self.assertIn("3 days after", rule.sentence)
        request = self.build_request(wished_end=datetime(2026, 11, 20, 22))
        # 21 November in Moscow, and three days
        self.assertFalse(
            self.plan(rule, datetime(2026, 11, 23, 6)).filtered(
                lambda m: m.state == "queued"
            )
        )
        message = self.plan(rule, datetime(2026, 11, 24, 6))
        self.assertEqual((message.state, message.res_id), ("queued", request.id))

    def test_new_rule_does_not_tell_history(self):
        rule = self.only_rule("contract_end")
        self.env["service.contract"].create(
            {
                "subject": "Старый",
                "partner_id": self.customer.id,
                "date_end": date(2026, 12, 31),
            }
        ).with_user(self.user_manager).action_activate()
        self.assertFalse(self.plan(rule, datetime(2026, 12, 20, 9)))

    def test_morning_message_of_the_staff(self):
        rule = self.only_rule("morning")
        self.performer_partner.tz = "Europe/Moscow"
        self.performer_partner.email = "sergey@example.com"
        self.user_manager.partner_id.write(
            {"tz": "America/New_York", "email": "manager@example.com"}
        )
        today = self.build_visit(state="assigned")
        tomorrow = self.build_visit(
            state="assigned",
            date_start=datetime(2026, 11, 24, 9),
            date_end=datetime(2026, 11, 24, 11),
        )
        self.build_request().activity_schedule(
            "mail.mail_activity_data_todo",
            date(2026, 11, 23),
            user_id=self.user_manager.id,
        )
        morning = datetime(2026, 11, 23, 4, 30)  # 7:30 in Moscow
        told = self.plan(rule, morning)
        performer = told.filtered(lambda m: m.partner_id == self.performer_partner)
        self.assertEqual(performer.state, "queued")
        self.assertEqual(performer.subject, "Your day, visits: 1")
        self.assertIn("12:00 PM–2:00 PM", performer.text)
        self.assertIn(today._get_request_number(), performer.text)
        self.assertNotIn(tomorrow._get_request_number(), performer.text)
        self.assertNotIn(self.user_manager.partner_id, told.partner_id, "at night")
        self.assertNotIn(self.user_operator.partner_id, told.partner_id, "nothing")
        later = self.plan(rule, datetime(2026, 11, 23, 12, 30)) - told
        manager = later.filtered(lambda m: m.partner_id == self.user_manager.partner_id)
        self.assertIn("To-dos until today", manager.text)
        self.assertEqual(
            self.plan(rule, datetime(2026, 11, 23, 12, 40)), told | later, "once a day"
        )

    def test_morning_queries_do_not_grow(self):
        people = self.env["res.partner"].search([("user_ids", "!=", False)])
        self.assertGreater(len(people), 5)

        def count(part):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            part.sudo()._filter_service_day()
            return self.env.cr.sql_log_count - before

        count(people[:1])
        self.assertEqual(count(people[:2]), count(people))

    def test_job_and_wrong_rules(self):
        rule = self.rule("reminder")
        self.assertTrue(rule._get_events())
        for values, words in (
            ({"event": "date_field"}, "Choose the date"),
            ({"event": "called"}, "what kind of record"),
            ({"date_hour": 24}, "hour of the day"),
        ):
            with (
                self.subTest(words),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                self.rules.create(
                    {
                        "event": "visit_near",
                        "channel": "mail",
                        "template_id": self.text("reminder").id,
                        **values,
                    }
                )
        with self.enter_registry_test_mode():
            self.env.ref(
                "service_crm_sms.ir_cron_message_dates"
            ).method_direct_trigger()
