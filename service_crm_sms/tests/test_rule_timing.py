from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from .common import CONFIRMED, MessagesCommon

NOW = datetime(2026, 11, 20, 9)


class TestRuleTiming(MessagesCommon):
    """Later, merged, in two steps; and not told when it is no longer true."""

    def move(self, visit, *days):
        for day in days:
            visit.with_user(self.user_dispatcher).action_reschedule(
                reason="Перенос", date_start=datetime(2026, 11, day, 9)
            )
            self.send_messages()

    def test_a_slot_moved_three_times_is_one_message(self):
        self.only_rule("slot_moved", channel="sms")
        with freeze_time(NOW):
            visit = self.build_visit(state="assigned")
            self.move(visit, 24, 25)
        with freeze_time(NOW + timedelta(minutes=1)):
            self.move(visit, 26)
            messages = self.sent(visit).sorted("id")
        self.assertEqual(
            messages.mapped("state"), ["suppressed", "suppressed", "waiting"]
        )
        self.assertEqual(messages.mapped("reason"), ["merged", "merged", False])
        self.assertEqual(messages[-1].date_due, NOW + timedelta(minutes=3))
        with freeze_time(NOW + timedelta(minutes=3)):
            self.messages.search(self.messages._get_due_domain())._send_due()
        self.assertEqual(messages[-1].state, "queued")
        self.assertIn("26 November", self.sms_of(messages).body)

    def test_moved_several_times_before_the_job_runs(self):
        self.only_rule("slot_moved", channel="sms")
        visit = self.build_visit(state="assigned")
        for day in (24, 25, 26):
            visit.with_user(self.user_dispatcher).action_reschedule(
                reason="Перенос", date_start=datetime(2026, 11, day, 9)
            )
        messages = self.sent(visit).sorted("id")
        self.assertEqual(messages.mapped("reason"), ["merged", "merged", False])
        self.send_waiting()
        self.assertIn("26 November", self.sms_of(messages).body)

    @freeze_time(NOW)
    def test_delay_and_what_is_outdated_by_then(self):
        self.only_rule("slot_fixed", channel="sms", delay_number=2, delay_unit="hours")
        visits = self.env["service.work.order"].concat(
            *[self.build_visit(state="assigned") for _number in range(3)]
        )
        visits.with_user(self.user_dispatcher).action_confirm_customer()
        visits.with_user(self.user_dispatcher).action_confirm_performer()
        messages = self.sent(visits).sorted("res_id")
        self.assertEqual(messages.mapped("state"), ["waiting"] * 3)
        self.assertEqual(set(messages.mapped("date_due")), {NOW + timedelta(hours=2)})
        told, unfixed, lost = visits.sorted("id")
        unfixed.with_user(self.user_dispatcher).action_cancel(reason="Передумали")
        self.rule("slot_fixed").condition = f"[('id', '!=', {lost.id})]"
        self.send_waiting()
        self.assertEqual(
            messages.mapped(lambda m: (m.state, m.reason)),
            [("queued", False)] + [("suppressed", "outdated")] * 2,
        )
        self.assertEqual(messages[0].res_id, told.id)

    def test_document_that_is_gone(self):
        self.only_rule("received", channel="sms", delay_number=5)
        request = self.build_request()
        message = self.sent(request)
        request.unlink()
        self.send_waiting()
        self.assertEqual((message.state, message.reason), ("suppressed", "outdated"))

    def test_rule_that_was_switched_off_meanwhile(self):
        rule = self.only_rule("received", channel="sms", delay_number=5)
        message = self.sent(self.build_request())
        rule.active = False
        self.send_waiting()
        self.assertEqual((message.state, message.reason), ("suppressed", "outdated"))

    def test_present_address_and_language(self):
        self.only_rule("received", channel="sms", delay_number=5)
        message = self.sent(self.build_request())
        self.customer.phone = "8 916 555-66-77"
        self.send_waiting()
        self.assertEqual(message.address, "+79165556677")
        self.assertEqual(self.sms_of(message).number, "+79165556677")

    def test_one_that_cannot_be_written_stops_nobody(self):
        self.only_rule("received", channel="sms", delay_number=5)
        self.text("received").sms_body = "{{ 1 / len(object.description or []) }}"
        good, bad = (
            self.sent(self.build_request(description=text)) for text in ("да", False)
        )
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            self.send_waiting()
        self.assertEqual(good.state, "queued")
        self.assertEqual((bad.state, bad.reason), ("failed", "template"))

    def escalate(self, name="received", **values):
        """Mail and waiting SMS about a new request."""
        self.only_rule(name, channel="mail_then_sms", escalate_minutes=30, **values)
        with freeze_time(NOW):
            messages = self.sent(self.build_request()).sorted("channel")
        self.assertEqual(messages.mapped("channel"), ["mail", "sms"])
        self.assertEqual(messages.mapped("state"), ["queued", "waiting"])
        self.assertEqual(messages[1].date_due, NOW + timedelta(minutes=30))
        return messages

    def test_sms_when_the_mail_was_not_read(self):
        mail, sms = self.escalate()
        mail._update_state("sent")
        self.send_waiting()
        self.assertEqual(sms.state, "queued")
        self.assertTrue(self.sms_of(sms).body)

    def test_no_sms_when_the_mail_was_read(self):
        mail, sms = self.escalate()
        mail._mark_read()
        self.send_waiting()
        self.assertEqual((sms.state, sms.reason), ("suppressed", "not_needed"))
        self.assertFalse(self.sms_of(sms))

    def test_sms_at_once_when_the_mail_failed(self):
        mail, sms = self.escalate()
        mail._update_state("failed", "bad_email")
        self.assertLessEqual(sms.date_due, fields.Datetime.now())
        self.send_waiting()
        self.assertEqual(sms.state, "queued")

    def test_mail_when_the_sms_did_not_arrive(self):
        self.only_rule("received", channel="sms_then_mail")
        first, second = self.build_request(), self.build_request()
        for request in (first, second):
            sms = self.sent(request, channel="sms")
            self.assertEqual(sms.state, "queued")
            sms._update_state("delivered" if request == first else "sent")
        self.send_waiting()
        self.assertEqual(self.sent(first, channel="mail").reason, "not_needed")
        self.assertEqual(self.sent(second, channel="mail").state, "queued")

    def test_one_channel_alone_is_told_at_once(self):
        self.only_rule("received", channel="mail_then_sms")
        partner = self.build_partner(name="Без почты", phone="+7 916 000-00-01")
        message = self.sent(self.build_request(partner_id=partner.id))
        self.assertEqual((message.channel, message.state), ("sms", "queued"))

    def test_job_sends_what_is_due(self):
        self.only_rule("received", channel="sms", delay_number=5)
        messages = self.sent(self.build_request() + self.build_request())
        messages.date_due = fields.Datetime.now()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("service_crm_sms.ir_cron_due_messages").method_direct_trigger()
        self.assertEqual(messages.mapped("state"), ["queued", "queued"])

    def test_wrong_numbers(self):
        rule = self.rule("received")
        with self.assertRaisesRegex(ValidationError, "a minute later"):
            rule.write({"channel": "mail_then_sms", "escalate_minutes": 0})

    def test_due_queries_do_not_grow(self):
        self.only_rule("slot_fixed", channel="both", delay_number=5)

        def waiting(number):
            visits = self.env["service.work.order"].concat(
                *[
                    self.build_visit(state="assigned", **CONFIRMED)
                    for _index in range(number)
                ]
            )
            return self.sent(visits)

        def count(messages):
            messages.date_due = fields.Datetime.now()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            messages._send_due()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few, many = waiting(2), waiting(20)
        self.assertEqual(len(many), 40)
        count(waiting(1))
        self.assertEqual(count(few), count(many))
        self.assertEqual(set(many.mapped("state")), {"queued"})
