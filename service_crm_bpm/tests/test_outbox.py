import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest.mock import patch

import requests
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..tools.signature import check
from .common_process import ProcessCommon

NOW = datetime(2026, 11, 23, 7, 0)


class Answer:
    """What a receiver answered."""

    reason = "Reason"
    encoding = "utf-8"

    def __init__(self, status_code, text="ok"):
        self.status_code = status_code
        self.text = text

    def __enter__(self):
        return self

    def __exit__(self, *_args):
        pass

    def iter_content(self, size):
        yield self.text.encode()[:size]


TAKEN = Answer(200)


class TestOutbox(ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outbox = cls.env["bpm.outbox"]
        cls.posts = []

    def build(self, count=1, **values):
        return self.outbox._send(
            [
                {
                    "name": f"Оплачено {number}",
                    "url": f"https://1c{number}.example.com/hook",
                    "payload": {"заказ": f"S{number}", "сумма": 10.5},
                    **values,
                }
                for number in range(count)
            ]
        )

    def send(self, moment=None, answers=(TAKEN,)):
        """Run the cron while receivers answer so; what they got."""
        posts, answers = [], list(answers)

        def post(url, data, headers, **kwargs):
            self.assertTrue(kwargs["timeout"])
            posts.append((url, data, headers))
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        self.env.flush_all()
        with (
            freeze_time(moment or fields.Datetime.now() + timedelta(seconds=1)),
            patch.object(requests, "post", post),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("service_crm_bpm.cron_outbox").method_direct_trigger()
        self.env.invalidate_all()
        return posts

    def test_sent_once_after_the_commit(self):
        with freeze_time(NOW):
            rows = self.build(3, secret="тайна")
        self.assertEqual(rows.mapped("state"), ["waiting"] * 3)
        posts = self.send(NOW)
        self.assertEqual([url for url, *_ in posts], rows.mapped("url"))
        self.assertEqual(rows.mapped("state"), ["sent"] * 3)
        self.assertEqual(rows[0].response, "200 Reason\nok")
        url, body, headers = posts[0]
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
        first = self.send(NOW, [Answer(503, "позже")])
        self.assertEqual((row.state, row.attempts), ("waiting", 1))
        self.assertIn("позже", row.response)
        self.assertEqual(row.date_due, NOW + timedelta(minutes=1))
        self.assertFalse(self.send(NOW + timedelta(seconds=30)))
        second = self.send(NOW + timedelta(minutes=1), [requests.ConnectTimeout("нет")])
        self.assertEqual(row.date_due, NOW + timedelta(minutes=6))
        third = self.send(NOW + timedelta(minutes=6))
        self.assertEqual((row.state, row.attempts), ("sent", 3))
        numbers = {p[0][2]["X-Service-Delivery"] for p in (first, second, third)}
        self.assertEqual(numbers, {row.delivery})

    def test_a_redirect_is_not_taken(self):
        row = self.build()
        self.send(answers=[Answer(302)])
        self.assertEqual(row.state, "waiting")

    def test_given_up_is_in_plain_sight_and_can_be_sent_again(self):
        process = self.publish(self.build_process(stages={"call": "work"}))
        run = self.start(process, self.build_new())
        with freeze_time(NOW):
            row = self.build(instance_id=run.id)
        moment = NOW
        for _attempt in range(9):
            self.send(moment, [Answer(500)])
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
        with freeze_time(NOW):
            silent = self.build(3, url="https://silent.example.com/a")
            others = self.build(2)
        posts = self.send(NOW, [requests.ConnectTimeout("нет"), Answer(200)])
        self.assertEqual(len(posts), 3, "the silent one is asked once")
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

    def test_through_a_real_connection(self):
        got = []

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                got.append((dict(self.headers), self.rfile.read(size)))
                self.send_response(201)
                self.end_headers()
                self.wfile.write("принято".encode())

            def log_message(self, *_args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Receiver)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        row = self.build(url=f"http://127.0.0.1:{server.server_port}/x", secret="s")
        with patch.object(requests.Session, "request", _direct):
            self.assertTrue(row._send_row())
        self.assertEqual(row.state, "sent")
        self.assertEqual(row.response, "201 Created\nпринято")
        headers, body = got[0]
        stamp, mark = headers["X-Service-Timestamp"], headers["X-Service-Signature"]
        self.assertFalse(check("s", stamp, body, mark))


_origin = requests.Session.request


def _direct(session, method, url, **kwargs):
    """Without the sandbox's proxy."""
    session.trust_env = False
    return _origin(session, method, url, **kwargs)
