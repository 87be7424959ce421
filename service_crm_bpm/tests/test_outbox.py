import json
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..models import bpm_outbox_send
from ..tools.signature import check
from .common_process import ProcessCommon
from .common_receiver import ReceiverMixin

NOW = datetime(2026, 11, 23, 7, 0)


def keep_silent(handler):
    """Say nothing until who asked has gone."""
    handler.rfile.read(1)


class TestOutbox(ReceiverMixin, ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outbox = cls.env["bpm.outbox"]

    def setUp(self):
        super().setUp()
        self.receiver = self.build_receiver()
        self.patch(bpm_outbox_send, "TIMEOUT", 0.3)

    def build(self, count=1, **values):
        return self.outbox._send(
            [
                {
                    "name": f"Оплачено {number}",
                    "url": f"{self.receiver.url}/hook/{number}",
                    "payload": {"заказ": f"S{number}", "сумма": 10.5},
                    **values,
                }
                for number in range(count)
            ]
        )

    def send(self, moment=None, *answers):
        """Run the cron while the receiver answers so; what it got."""
        self.receiver.answers = list(answers) or [(200, "ok")]
        before = len(self.receiver.got)
        self.env.flush_all()
        with (
            freeze_time(moment or fields.Datetime.now() + timedelta(seconds=1)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("service_crm_bpm.cron_outbox").method_direct_trigger()
        self.env.invalidate_all()
        return self.receiver.got[before:]

    def test_sent_once_after_the_commit(self):
        with freeze_time(NOW):
            rows = self.build(3, secret="тайна")
        self.assertEqual(rows.mapped("state"), ["waiting"] * 3)
        self.assertFalse(self.receiver.got)
        posts = self.send(NOW)
        self.assertEqual(
            [path for path, *_ in posts], ["/hook/0", "/hook/1", "/hook/2"]
        )
        self.assertEqual(rows.mapped("state"), ["sent"] * 3)
        self.assertEqual(rows[0].response, "200 OK\nok")
        _path, headers, body = posts[0]
        self.assertEqual(json.loads(body), {"заказ": "S0", "сумма": 10.5})
        with freeze_time(NOW):
            timestamp = headers["X-Service-Timestamp"]
            signature = headers["X-Service-Signature"]
            self.assertFalse(check("тайна", timestamp, body, signature))
            self.assertTrue(check("другая", timestamp, body, signature))
            self.assertTrue(check("тайна", timestamp, body + b" ", signature))
        self.assertEqual(len({row.delivery for row in rows}), 3)
        self.assertFalse(self.send(NOW))

    def test_the_cron_is_woken(self):
        cron = self.env.ref("service_crm_bpm.cron_outbox")
        triggers = self.env["ir.cron.trigger"].sudo()
        before = triggers.search([("cron_id", "=", cron.id)])
        self.build(2)
        woken = triggers.search([("cron_id", "=", cron.id)]) - before
        self.assertTrue(woken)
        self.assertLessEqual(max(woken.mapped("call_at")), datetime.now())

    def test_repeated_with_the_same_number_until_it_arrives(self):
        with freeze_time(NOW):
            row = self.build()
        first = self.send(NOW, (503, "позже"))
        self.assertEqual((row.state, row.attempts), ("waiting", 1))
        self.assertIn("позже", row.response)
        self.assertEqual(row.date_due, NOW + timedelta(minutes=1))
        self.assertFalse(self.send(NOW + timedelta(seconds=30)))
        second = self.send(NOW + timedelta(minutes=1), keep_silent)
        self.assertIn("did not answer in time", row.response)
        self.assertEqual(row.date_due, NOW + timedelta(minutes=6))
        third = self.send(NOW + timedelta(minutes=6))
        self.assertEqual((row.state, row.attempts), ("sent", 3))
        numbers = {p[0][1]["X-Service-Delivery"] for p in (first, second, third)}
        self.assertEqual(numbers, {row.delivery})

    def test_a_redirect_is_neither_taken_nor_followed(self):
        inner = self.build_receiver(host="127.0.0.2")

        def redirect(handler):
            handler.send_response(302)
            handler.send_header("Location", f"{inner.url}/admin")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        row = self.build()
        self.send(None, redirect)
        self.assertEqual(row.state, "waiting")
        self.assertIn("302", row.response)
        self.assertFalse(inner.got)

    def test_given_up_is_in_plain_sight_and_can_be_sent_again(self):
        process = self.publish(self.build_process(stages={"call": "work"}))
        run = self.start(process, self.build_new())
        with freeze_time(NOW):
            row = self.build(instance_id=run.id)
        moment = NOW
        for _attempt in range(9):
            self.send(moment, (500, "нет"))
            moment += timedelta(days=1)
        self.assertEqual((row.state, row.attempts), ("failed", 9))
        failures = run.journal_ids.filtered(lambda entry: entry.event == "fail")
        self.assertIn(row.url, failures.text)
        row.with_user(self.user_admin).action_resend()
        self.assertEqual((row.state, row.attempts), ("waiting", 0))
        self.send()
        self.assertEqual(row.state, "sent")

    def test_what_is_on_its_way_is_not_sent_again(self):
        with self.assertRaisesRegex(UserError, "on its way"):
            self.build().with_user(self.user_admin).action_resend()

    def test_a_silent_host_does_not_stop_the_others(self):
        dumb = self.build_receiver(keep_silent, host="127.0.0.2")
        with freeze_time(NOW):
            silent = self.build(3, url=f"{dumb.url}/a")
            others = self.build(2)
        self.assertEqual(len(self.send(NOW)), 2)
        self.assertEqual(len(dumb.got), 1, "the silent one is asked once")
        self.assertEqual(others.mapped("state"), ["sent"] * 2)
        self.assertEqual(silent.mapped("state"), ["waiting"] * 3)
        self.assertEqual(silent.mapped("attempts"), [1, 0, 0])

    def test_only_addresses_of_the_web(self):
        for url in (
            "",
            False,
            "ftp://example.com",
            "file:///etc/passwd",
            "пример",
            "//x",
        ):
            with self.assertRaisesRegex(UserError, "https://"):
                self.build(url=url)

    def test_the_secret_is_nobodys(self):
        row = self.build(secret="тайна")
        as_admin = row.with_user(self.user_admin)
        self.assertEqual(as_admin.read(["name"])[0]["name"], "Оплачено 0")
        with self.assertRaises(AccessError):
            as_admin.read(["secret"])
