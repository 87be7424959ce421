from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import mute_logger

from .common import MessagesCommon

NIGHT = datetime(2026, 11, 23, 20)  # 23:00 in Moscow
MORNING = datetime(2026, 11, 24, 5)


class TestLimits(MessagesCommon):
    """What keeps a message back, and lets it wait; the reason is in the log."""

    def test_switch_of_a_person_and_of_a_customer(self):
        self.only_rule("received", channel="sms")
        for partner in (self.customer, self.company_customer):
            with self.subTest(partner.name):
                partner.service_no_messages = True
                message = self.sent(self.build_request())
                self.assertEqual(
                    (message.state, message.reason), ("suppressed", "switched_off")
                )
                self.assertFalse(self.sms_of(message))
                partner.service_no_messages = False
        self.assertEqual(self.sent(self.build_request()).state, "queued")

    def test_who_refused_is_not_told_even_once_more(self):
        self.only_rule("received", channel="sms")
        self.env["service.message.consent"].create(
            {
                "partner_id": self.customer.id,
                "purpose": "service",
                "state": "refused",
            }
        )
        message = self.sent(self.build_request())
        self.assertEqual((message.state, message.reason), ("suppressed", "opted_out"))
        message.with_user(self.user_operator).action_retry()
        self.assertEqual((message.state, message.reason), ("suppressed", "opted_out"))
        self.assertFalse(self.sms_of(message))

    def test_advertising_needs_a_yes(self):
        self.only_rule("received", channel="mail")
        self.text("received").purpose = "advertising"
        message = self.sent(self.build_request())
        self.assertEqual((message.state, message.reason), ("suppressed", "no_consent"))
        self.env["service.message.consent"].create(
            {
                "partner_id": self.customer.id,
                "purpose": "advertising",
                "state": "given",
            }
        )
        self.assertEqual(self.sent(self.build_request()).state, "queued")

    @freeze_time(NIGHT)
    def test_quiet_hours_in_the_time_zone_of_the_recipient(self):
        self.limits.write({"quiet_from": 22, "quiet_to": 8})
        self.only_rule("received", channel="both", at_any_hour=False)
        mail, sms = self.sent(self.build_request()).sorted("channel")
        self.assertEqual((mail.channel, mail.state), ("mail", "queued"))
        self.assertEqual((sms.state, sms.date_due), ("waiting", MORNING))
        self.assertFalse(sms.text, "it is written in the morning")
        self.site.tz = "America/New_York"
        day = self.sent(self.build_request()).sorted("channel")[1]
        self.assertEqual(day.state, "queued")
        with freeze_time(MORNING - timedelta(minutes=1)):
            self.assertFalse(self.messages.search(self.messages._get_due_domain()))
        with freeze_time(MORNING):
            due = self.messages.search(self.messages._get_due_domain())
            self.assertEqual(due, sms)
            due._send_due()
        self.assertEqual(sms.state, "queued")
        self.assertEqual(self.sms_of(sms).body, sms.text)

    @freeze_time(NIGHT)
    def test_who_may_disturb_at_night(self):
        self.limits.write({"quiet_from": 22, "quiet_to": 8, "quiet_mail": True})
        rule = self.only_rule("received", channel="both", at_any_hour=True)
        states = self.sent(self.build_request()).mapped("state")
        self.assertEqual(states, ["queued", "queued"])
        rule.at_any_hour = False
        states = self.sent(self.build_request()).mapped("state")
        self.assertEqual(states, ["waiting", "waiting"])

    def test_job_is_woken_when_the_first_is_due(self):
        self.limits.write({"quiet_from": 22, "quiet_to": 8})
        self.only_rule("received", channel="sms", at_any_hour=False)
        job = self.env.ref("service_crm_sms.ir_cron_due_messages")
        triggers = self.env["ir.cron.trigger"]
        triggers.search([("cron_id", "=", job.id)]).unlink()
        with freeze_time(NIGHT):
            self.sent(self.build_request())
        self.assertEqual(triggers.search([("cron_id", "=", job.id)]).call_at, MORNING)

    @freeze_time(MORNING)
    def test_what_a_paused_mailing_left_for_the_morning_stays(self):
        mailing = self.env["service.mailing"].create(
            {"name": "Зима", "template_id": self.text("birthday").id}
        )
        message = self.messages.create(
            {
                "mailing_id": mailing.id,
                "res_model": "res.partner",
                "res_id": self.customer.id,
                "recipient_key": str(self.customer.id),
                "channel": "sms",
                "state": "waiting",
                "date_due": MORNING,
            }
        )
        domain = self.messages._get_due_domain()
        for state, found in (("paused", 0), ("sending", 1)):
            mailing.sudo().state = state
            self.assertEqual(len(message.filtered_domain(domain)), found)
            self.assertEqual(
                self.messages.search_count(domain & Domain("id", "=", message.id)),
                found,
            )

    @freeze_time("2026-11-23 09:00:00")
    def test_cap_across_all_rules(self):
        self.limits.daily_cap = 2
        self.customer.service_message_channel = "both"
        (self.rules.search([]) - self.rule("received")).active = False
        # one rule more for the same person
        self.rule("received").copy({"template_id": self.text("ready").id})
        first = self.sent(self.build_request())
        self.assertEqual(first.mapped("state"), ["queued"] * 4, "mail and SMS: one")
        self.set_told("2026-11-23 06:00:00")
        second = self.sent(self.build_request())
        self.assertEqual(set(second.mapped("state")), {"suppressed"})
        self.assertEqual(set(second.mapped("reason")), {"cap"})
        with self.subTest("others have a count of their own"):
            other = self.build_partner(name="Борис", email="boris@example.com")
            told = self.sent(self.build_request(partner_id=other.id))
            self.assertEqual(set(told.mapped("state")), {"queued"})
        with self.subTest("a day later"), freeze_time("2026-11-24 09:00:00"):
            told = self.sent(self.build_request())
            self.assertEqual(set(told.mapped("state")), {"queued"})

    def set_told(self, moment):
        """All was told then; the clock of the database is not ours to stop."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_notification SET create_date = %s", [moment]
        )
        self.env.invalidate_all()

    @freeze_time("2026-11-23 09:00:00")
    def test_cap_is_for_customers_only(self):
        self.limits.daily_cap = 1
        self.only_rule("assigned", channel="sms")
        visits = self.build_visit() + self.build_visit() + self.build_visit()
        visits.with_user(self.user_dispatcher).action_assign()
        self.assertEqual(self.sent(visits).mapped("state"), ["queued"] * 3)

    def test_limits_of_a_company(self):
        other = self.env["res.company"].create({"name": "Второй сервис"})
        settings = self.limits._get_settings
        self.limits.create({"company_id": other.id, "daily_cap": 3, "quiet_from": 20})
        self.assertEqual(settings(other.id), (20.0, 8.0, False, 3))
        self.assertEqual(settings(self.env.company.id), (0.0, 0.0, False, 0))
        self.limits.search([]).unlink()
        self.assertEqual(settings(other.id), (0.0, 0.0, False, 0))

    def test_wrong_limits(self):
        with self.assertRaisesRegex(ValidationError, "times of day"):
            self.limits.quiet_from = 25
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.limits.create({})

    def test_queries_do_not_grow(self):
        """Limits ask for a batch what they ask for one."""
        self.limits.write({"daily_cap": 100, "quiet_from": 1, "quiet_to": 2})
        people = self.env["res.partner"].create(
            [{"name": f"№ {i}", "phone": f"+7 916 000-{i:04}"} for i in range(60)]
        )

        def count(part):
            vals_list = [
                {
                    "partner_id": partner.id,
                    "recipient_key": str(partner.id),
                    "channel": "sms",
                    "address": partner.phone,
                    "state": "queued",
                    "purpose": "service",
                    "company_id": self.env.company.id,
                    "tz": "Europe/Moscow",
                }
                for partner in part
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.messages._apply_limits(vals_list)
            return self.env.cr.sql_log_count - before

        count(people[:1])
        self.assertEqual(count(people[:3]), count(people))
