from unittest.mock import patch

from odoo.exceptions import AccessError

from odoo.addons.sms.tools.sms_api import SmsApi

from .common import MessagesCommon


class TestDelivery(MessagesCommon):
    """What becomes of the messages after they were queued."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.only_rule("received", channel="both")

    def message(self, channel, **values):
        return self.sent(self.build_request(**values), channel=channel)

    def send_sms(self, messages, answer="success"):
        """Send what is queued through a gateway that gives this answer; return the
        ids it got, by company."""
        calls = []

        def send(api, messages, delivery_reports_url=False):
            uuids = [n["uuid"] for m in messages for n in m["numbers"]]
            calls.append((api.env.company, uuids))
            return [{"uuid": uuid, "state": answer} for uuid in uuids]

        self.env.flush_all()
        with (
            patch.object(SmsApi, "_send_sms_batch", send),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("sms.ir_cron_sms_scheduler_action").method_direct_trigger()
        self.env.invalidate_all()
        return calls

    def test_sent_then_delivered(self):
        message = self.message("sms")
        self.send_sms(message)
        self.assertEqual(message.state, "sent")
        self.assertTrue(message.date_sent)
        tracker = self.env["sms.tracker"].search([("sms_uuid", "=", message.sms_uuid)])
        self.assertEqual(tracker.mail_notification_id.notification_status, "pending")
        tracker._action_update_from_sms_state("sent")
        self.assertEqual(message.state, "delivered")
        with self.subTest("a report that comes late turns nothing back"):
            tracker._action_update_from_sms_state("pending")
            tracker._action_update_from_provider_error("not_delivered")
            self.assertEqual(message.state, "delivered")

    def test_report_after_odoo_forgot_the_sms(self):
        message = self.message("sms")
        self.send_sms(message)
        self.env.flush_all()
        self.env["sms.sms"]._gc_device()
        self.env.invalidate_all()
        self.assertFalse(self.sms_of(message))
        tracker = self.env["sms.tracker"].search([("sms_uuid", "=", message.sms_uuid)])
        tracker._action_update_from_provider_error("not_delivered")
        self.assertEqual((message.state, message.reason), ("failed", "undelivered"))

    def test_gateway_refuses(self):
        for answer, reason in (
            ("insufficient_credit", "account"),
            ("wrong_number_format", "bad_phone"),
            ("server_error", "server"),
            ("something_new", "unknown"),
        ):
            message = self.message("sms")
            self.send_sms(message, answer)
            self.assertEqual((message.state, message.reason), ("failed", reason))

    def test_two_companies_in_one_batch(self):
        other = self.env["res.company"].create({"name": "Второй сервис"})
        team = self.team.copy({"company_id": other.id})
        stage = self.stages["new"].copy({"team_ids": [(6, 0, team.ids)]})
        messages = self.message("sms") + self.message(
            "sms", team_id=team.id, company_id=other.id, stage_id=stage.id
        )
        calls = self.send_sms(messages)
        self.assertEqual(
            dict(calls),
            {
                self.env.company: [messages[0].sms_uuid],
                other: [messages[1].sms_uuid],
            },
        )
        self.assertEqual(messages.mapped("state"), ["sent", "sent"])

    def test_removed_from_the_queue(self):
        cancelled, deleted = self.message("sms"), self.message("sms")
        self.sms_of(cancelled).action_set_canceled()
        self.sms_of(deleted).unlink()
        for message in (cancelled, deleted):
            self.assertEqual(
                (message.state, message.reason), ("suppressed", "cancelled")
            )
        mail = self.message("mail")
        mail.mail_mail_id.cancel()
        self.assertEqual((mail.state, mail.reason), ("suppressed", "cancelled"))

    def test_mail_states(self):
        message = self.message("mail")
        mail = message.mail_mail_id
        mail._postprocess_sent_message([], [], "Mailbox unknown", "mail_email_invalid")
        self.assertEqual((message.state, message.reason), ("failed", "bad_email"))
        self.assertEqual(message.error, "Mailbox unknown")
        mail.mark_outgoing()
        self.assertEqual(message.state, "queued")
        mail._postprocess_sent_message([self.customer], [])
        self.assertEqual(message.state, "sent")
        self.assertTrue(message.mail_mail_id, "the mail stays in the chatter")

    def test_bounce(self):
        message = self.message("mail")
        message._update_state("sent")
        self.env["mail.thread"]._routing_handle_bounce(
            None,
            {
                "email_from": "mailer-daemon@example.com",
                "to": "bounce@example.com",
                "message_id": "<1@example.com>",
                "bounced_email": self.customer.email,
                "bounced_partner": self.customer,
                "bounced_msg_ids": [],
                "bounced_message": message.mail_message_id,
                "body": "<p>User unknown</p>",
            },
        )
        self.assertEqual((message.state, message.reason), ("failed", "undelivered"))
        self.assertEqual(message.error, "User unknown")

    def test_retry_with_the_present_number(self):
        lost = self.build_partner(name="Ольга")
        message = self.message("sms", partner_id=lost.id)
        self.assertEqual((message.state, message.reason), ("suppressed", "no_phone"))
        lost.phone = "8 916 555-66-77"
        operator = message.with_user(self.user_operator)
        self.assertEqual(operator.action_retry()["params"]["type"], "success")
        self.assertEqual((message.state, message.address), ("queued", "+79165556677"))
        self.assertEqual(self.sms_of(message).number, "+79165556677")

    def test_retry_sends_once(self):
        message = self.message("sms")
        self.send_sms(message, "server_error")
        first = self.sms_of(message)
        for _press in range(2):
            message.with_user(self.user_dispatcher).action_retry()
        second = self.sms_of(message)
        self.assertEqual(first.state, "canceled")
        self.assertEqual((len(second), second.state), (1, "outgoing"))
        self.assertNotEqual(first, second)
        self.assertEqual(message.attempts, 2)

    def test_retry_of_a_mail(self):
        message = self.message("mail")
        old = message.mail_mail_id
        old.write({"state": "exception"})
        old._postprocess_sent_message([], [], "No route", "mail_smtp")
        self.assertEqual((message.state, message.reason), ("failed", "server"))
        message.with_user(self.user_manager).action_retry()
        self.assertEqual(old.state, "cancel")
        self.assertEqual(message.mail_mail_id.state, "outgoing")
        self.assertNotEqual(message.mail_mail_id, old)

    def test_who_may_see_and_retry(self):
        message = self.message("sms")
        with self.assertRaises(AccessError):
            message.with_user(self.user_performer).action_retry()
        with self.assertRaises(AccessError):
            message.with_user(self.user_operator).write({"state": "sent"})
        with self.assertRaises(AccessError):
            message.with_user(self.user_admin).unlink()

    def test_buttons_of_the_records(self):
        request = self.build_request().with_user(self.user_operator)
        self.send_messages()
        self.assertEqual(request.service_notification_count, 2)
        action = request.action_service_notifications()
        found = self.messages.with_user(self.user_operator).search(action["domain"])
        self.assertEqual(found, self.sent(request))
        rule = self.rule("received").with_user(self.user_admin)
        self.assertGreaterEqual(rule.notification_count, 2)
        action = rule.action_open_notifications()
        self.assertIn(found[:1], self.messages.search(action["domain"]))
        opened = found[:1].action_open_document()
        self.assertEqual(
            (opened["res_model"], opened["res_id"]), ("crm.lead", request.id)
        )
