"""Mailings: to whom, with whose consent, at which pace, once."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.service_crm.tests.common import requirement

from ..models import service_mailing_preview
from .common_mailing import NOON, MailingCommon


class TestMailing(MailingCommon):
    @requirement("R246")
    def test_only_members_with_consent(self):
        self.agree(self.people[:3])
        self.agree(self.people[2], "refused")
        self.env["phone.blacklist"].create({"number": "+79160001001"})
        stranger = self.build_partner(name="Stranger", phone="+7 916 000-20-00")
        self.agree(stranger)
        mailing = self.build_mailing()
        messages = self.start(mailing)
        self.assertEqual(mailing.state, "done")
        self.assertEqual(messages.partner_id, self.people)
        self.assertEqual(
            messages.mapped("reason"),
            [
                False,
                "blacklisted",
                "opted_out",
                "no_consent",
                "no_consent",
                "no_consent",
            ],
        )
        sms = self.sms_of(messages)
        self.assertEqual(sms.partner_id, self.people[0])
        self.assertIn("Клиент 0, проверим котёл до зимы?", sms.body)
        self.assertIn("/service/u/", sms.body)
        self.assertEqual(messages[0].purpose, "advertising")

    @requirement("R262")
    def test_who_left_the_stage_is_out_of_the_audience(self):
        stage = self.env["crm.stage"].create({"name": "Nurturing"})
        won = self.env["crm.stage"].create({"name": "Won", "is_won": True})
        team = self.env["crm.team"].create({"name": "Sales"})
        self.agree(self.people)
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": partner.name,
                    "partner_id": partner.id,
                    "stage_id": stage.id,
                    "team_id": team.id,
                    "type": kind,
                }
                for partner, kind in zip(
                    self.people[:4],
                    ("lead", "opportunity", "opportunity", "opportunity"),
                    strict=True,
                )
            ]
        )
        mailing = self.build_mailing(
            segment_ids=False, stage_ids=[Command.set(stage.ids)], per_hour=12
        )
        self.assertEqual(mailing.preview["total"], 4)
        leads[3].stage_id = won
        leads[2].active = False
        messages = self.start(mailing)
        self.assertEqual(messages.partner_id, self.people[0])
        # one left while the mailing was under way
        leads[1].stage_id = won
        self.run_portions(mailing, NOON + timedelta(hours=1))
        self.assertEqual(mailing.notification_ids.partner_id, self.people[0])
        self.assertEqual(mailing.state, "done")

    @requirement("R187")
    def test_birthday_greeting_once_and_none_to_who_opted_out(self):
        rule = self.only_rule("birthday", active=True, channel="sms", date_hour=9)
        born = date(1988, 2, 29)
        self.people.service_birthday = born
        self.people[5].service_birthday = date(1988, 3, 1)
        self.agree(self.people - self.people[2])
        self.agree(self.people[1], "refused")
        with freeze_time(datetime(2027, 2, 28, 7)):  # a common year, 10:00 in Moscow
            rule._plan_dates()
            rule._plan_dates()
            messages = self.messages.search([("rule_id", "=", rule.id)])
            messages.filtered_domain(messages._get_due_domain())._send_due()
        told = self.told(messages).filtered("text")
        self.assertEqual(told.partner_id, self.people[:5] - self.people[1:3])
        self.assertEqual(len(told), 3)
        reasons = {m.partner_id: (m.state, m.reason) for m in messages - told}
        self.assertEqual(
            {p: reasons[p] for p in self.people[1:3]},
            {
                self.people[1]: ("suppressed", "opted_out"),
                self.people[2]: ("suppressed", "no_consent"),
            },
        )

    @requirement("R187")
    def test_holiday_every_year(self):
        self.agree(self.people)
        day = datetime(2028, 2, 29, 6)
        mailing = self.build_mailing(date_start=day, yearly=True)
        with freeze_time(day - timedelta(days=30)):
            mailing.with_user(self.user_manager).action_start()
            self.assertIn("Begins on 2/29/28", mailing.progress_text)
        self.run_portions(mailing, day - timedelta(hours=1))
        self.assertFalse(mailing.notification_ids)
        self.run_portions(mailing, day)
        self.assertEqual(len(self.told(mailing.notification_ids)), 6)
        again = self.mailings.search([("name", "=", mailing.name)]) - mailing
        self.assertEqual(again.state, "sending")
        self.assertEqual(again.date_next, datetime(2029, 2, 28, 6))
        self.assertFalse(again.notification_ids)

    def test_mail_and_sms(self):
        self.agree(self.people)
        self.people[0].service_message_channel = "sms"
        self.people[1].service_message_channel = "both"
        self.people[2].email = False
        messages = self.start(self.build_mailing(channel="preferred"))
        self.assertEqual(
            [(m.partner_id, m.channel) for m in messages],
            [
                (self.people[0], "sms"),
                (self.people[1], "mail"),
                (self.people[1], "sms"),
                (self.people[2], "sms"),
                (self.people[3], "mail"),
                (self.people[4], "mail"),
                (self.people[5], "mail"),
            ],
        )
        mail = messages[1].mail_mail_id
        self.assertEqual(mail.subject, "Котёл до зимы")
        [email] = mail._prepare_outgoing_list()
        self.assertIn("List-Unsubscribe", email["headers"])
        self.assertIn("you agreed to news", email["body"])

    def test_preview_of_count_and_cost(self):
        self.agree(self.people[:4])
        self.people[0].phone = False
        self.people[1].phone = "12"
        self.env["sms.gateway.price"].create(
            {"gateway_id": self.gateway.id, "price": 2.5}
        )
        mailing = self.build_mailing(sms_unsubscribe=False)
        preview = mailing.preview
        self.assertEqual((preview["total"], preview["people"]), (6, 2))
        self.assertEqual(
            preview["reasons"], {"no_phone": 1, "bad_phone": 1, "no_consent": 2}
        )
        self.assertEqual((preview["parts"], preview["cost"]), (2, 5.0))
        self.assertEqual(mailing.preview_text, "2 of 6 customers get it.")
        self.assertIn("2 SMS parts", mailing.cost_text)
        self.assertEqual(mailing.sample_text, "Клиент 2, проверим котёл до зимы?")
        self.assertFalse(mailing.notification_ids)
        # it follows what is chosen, and can be counted again
        mailing.channel = "mail"
        self.assertEqual(mailing.preview["mail"], 4)
        self.agree(self.people)
        mailing.with_user(self.user_manager).action_count()
        self.assertEqual(mailing.preview["mail"], 6)
        mailing.excluded_segment_ids = self.segment
        self.assertEqual(mailing.preview["total"], 0)
        self.assertIn("Nobody yet", mailing.preview_text)

    def test_a_large_audience_is_estimated(self):
        self.agree(self.people)
        with patch.object(service_mailing_preview, "SAMPLE", 3):
            mailing = self.build_mailing()
        self.assertEqual(mailing.preview["looked"], 3)
        self.assertEqual(mailing.preview_text, "About 6 of 6 customers get it.")

    def test_pace_pause_and_going_on(self):
        self.agree(self.people)
        mailing = self.build_mailing(per_hour=24)
        messages = self.start(mailing)
        self.assertEqual(len(messages), 2)
        self.assertEqual(mailing.date_next, NOON + timedelta(minutes=5))
        self.assertIn("2 of 6", mailing.progress_text)
        self.assertEqual(round(mailing.progress), 33)
        mailing.with_user(self.user_manager).action_pause()
        self.run_portions(mailing, NOON + timedelta(hours=1))
        self.assertEqual(len(mailing.notification_ids), 2)
        self.start(mailing, NOON + timedelta(hours=2))
        self.assertEqual(len(mailing.notification_ids), 4)
        self.run_portions(mailing, NOON + timedelta(hours=3))
        self.run_portions(mailing, NOON + timedelta(hours=4))
        self.assertEqual(mailing.notification_ids.partner_id, self.people)
        self.assertEqual(len(mailing.notification_ids), 6)
        self.assertEqual((mailing.state, mailing.progress), ("done", 100))

    def test_cancelled_messages_are_taken_back(self):
        self.agree(self.people)
        mailing = self.build_mailing(per_hour=24)
        messages = self.start(mailing)
        mailing.with_user(self.user_manager).action_cancel()
        self.assertEqual(set(messages.mapped("state")), {"suppressed"})
        self.assertEqual(set(self.sms_of(messages).mapped("state")), {"canceled"})
        with self.assertRaises(UserError):
            mailing.with_user(self.user_manager).action_start()

    def test_one_address_gets_it_once(self):
        self.agree(self.people)
        self.people[1].phone = self.people[0].phone
        self.people[4].phone = self.people[0].phone
        mailing = self.build_mailing(per_hour=24)
        self.start(mailing)
        self.run_portions(mailing, NOON + timedelta(hours=1))
        self.run_portions(mailing, NOON + timedelta(hours=2))
        self.assertEqual(
            mailing.notification_ids.sorted("id").mapped("reason"),
            [False, "duplicate", False, False, "duplicate", False],
        )

    def test_at_night_it_waits_for_the_morning(self):
        self.agree(self.people)
        self.env["service.message.limit"].search([]).write(
            {"quiet_from": 22, "quiet_to": 8}
        )
        self.people[0].tz = "Asia/Vladivostok"  # 22:00 there, 15:00 in Moscow
        at = datetime(2026, 11, 23, 12)
        mailing = self.build_mailing()
        messages = self.start(mailing, at)
        self.assertEqual(messages[0].state, "waiting")
        self.assertGreater(messages[0].date_due, at)
        self.assertNotIn("waiting", messages[1:].mapped("state"))
        with freeze_time(messages[0].date_due):
            messages[0]._send_due()
        self.assertEqual(messages[0].state, "queued")
        self.assertIn("проверим котёл", messages[0].text)
        self.assertIn("/service/u/", messages[0].text)

    def test_a_poisoned_customer_stops_nobody(self):
        self.agree(self.people)
        self.text_news.sms_body = "{{ object.name }} {{ 1 / (object.color - 7) }}"
        self.people[2].color = 7
        with mute_logger(
            "odoo.addons.service_crm_sms.models.service_mailing_send",
            "odoo.addons.mail.models.mail_render_mixin",
        ):
            mailing = self.build_mailing()
            messages = self.start(mailing)
        self.assertEqual(
            messages.mapped("state"),
            ["queued", "queued", "failed", "queued", "queued", "queued"],
        )
        self.assertEqual(messages[2].reason, "template")
        self.assertEqual(mailing.state, "done")

    def test_queries_do_not_grow(self):
        def measure(count):
            partners = self.env["res.partner"].create(
                [
                    {
                        "name": f"Q{count}-{i}",
                        "phone": f"+7916{count:03d}{i:04d}",
                        "country_id": self.env.ref("base.ru").id,
                    }
                    for i in range(count)
                ]
            )
            self.agree(partners)
            segment = self.env["service.segment"].create(
                {"name": str(count), "partner_ids": [Command.set(partners.ids)]}
            )
            mailing = self.build_mailing(
                name=str(count), segment_ids=[Command.set(segment.ids)]
            )
            with freeze_time(NOON):
                mailing.action_start()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                mailing._send_portion()
                self.env.flush_all()
            return self.env.cr.sql_log_count - before

        measure(3)
        few, many = measure(10), measure(100)
        self.assertLessEqual(many - few, 10)

    def test_wrong_input(self):
        with self.assertRaises(ValidationError):
            self.build_mailing(domain="[('nothing', '=', 1)]")
        with self.assertRaises(ValidationError):
            self.build_mailing(domain="[(")
        with self.assertRaises(ValidationError):
            self.build_mailing(yearly=True)
        with self.assertRaises(ValidationError):
            self.build_mailing(template_id=self.text("slot_fixed").id)
        nobody = self.build_mailing(segment_ids=False)
        with self.assertRaises(UserError):
            nobody.action_start()
        self.text_news.sms_body = False
        with self.assertRaises(UserError):
            self.build_mailing().action_start()
        self.assertEqual(self.build_mailing(channel="mail").preview["sms"], 0)

    def test_another_companys_customers(self):
        second = self.env["res.company"].create({"name": "Second"})
        self.people[0].company_id = second
        self.agree(self.people)
        messages = self.start(self.build_mailing())
        self.assertEqual(messages.partner_id, self.people[1:])
        other = self.build_mailing(company_id=second.id)
        self.assertEqual(other.preview["total"], 6)

    def test_the_mailings_of_another_company(self):
        second = self.env["res.company"].create({"name": "Second"})
        mailing = self.build_mailing(company_id=second.id)
        with self.assertRaises(AccessError):
            mailing.with_user(self.user_manager).read(["name"])

    def test_two_jobs_do_not_write_twice(self):
        self.agree(self.people)
        mailing = self.build_mailing()
        self.start(mailing)
        values = mailing._prepare_messages(self.people[:1])
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
        ):
            self.messages.create(values)

    def test_an_example_to_oneself(self):
        self.user_manager.partner_id.phone = "+7 916 555-00-00"
        mailing = self.build_mailing(channel="both")
        mailing.with_user(self.user_manager).action_send_test()
        sent = self.messages.search([("example_id", "=", mailing.id)])
        self.assertEqual(sent.partner_id, self.user_manager.partner_id)
        self.assertEqual(set(sent.mapped("channel")), {"mail", "sms"})
        self.assertIn("Клиент 0", sent.filtered(lambda m: m.channel == "sms").text)
        self.assertFalse(mailing.notification_ids)

    def test_what_has_begun_is_not_deleted(self):
        self.agree(self.people)
        mailing = self.build_mailing()
        self.start(mailing)
        with self.assertRaises(UserError):
            mailing.unlink()
        self.build_mailing().unlink()

    def test_the_job_runs_all_that_is_due(self):
        self.agree(self.people)
        mailings = self.build_mailing() + self.build_mailing(name="Other")
        mailings.action_start()
        with self.enter_registry_test_mode():
            self.env.ref("service_crm_sms.ir_cron_mailings").method_direct_trigger()
        self.assertEqual(mailings.mapped("state"), ["done", "done"])

    def test_a_mailing_that_cannot_go_on_stops_no_other(self):
        self.agree(self.people)
        broken = self.build_mailing(name="Broken", domain="[('color', '<', 99)]")
        good = self.build_mailing()
        (broken + good).action_start()
        # the field of its condition went with its addon
        self.env.cr.execute(
            "UPDATE service_mailing SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", broken.id],
        )
        self.env.invalidate_all()
        with (
            self.enter_registry_test_mode(),
            self.assertLogs("odoo.addons.service_crm_sms.models.service_mailing_send"),
        ):
            self.env.ref("service_crm_sms.ir_cron_mailings").method_direct_trigger()
        self.assertEqual((broken.state, good.state), ("paused", "done"))
        self.assertIn("gone", "".join(broken.message_ids.mapped("body")))
