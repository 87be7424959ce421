"""From the queue over a real connection to a provider and back."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo.tests import tagged

from odoo.addons.service_crm.tests.common import TourCase

from .common_gateways import GatewaysCommon

SETTINGS = {
    "body_format": "json",
    "body": '{"to": "{digits}", "text": "{text}", "ref": "{id}"}',
    "id_path": "id",
    "state_path": "status",
    "states": "ok = sent\nread = delivered\nno = failed bad_phone",
    "price_path": "price",
    "callback_state": "status",
    "callback_id": "id",
    "callback_mark": "word",
    "callback_field": "key",
    "callback_secret": "слово",
}


@tagged("post_install", "-at_install")
class TestGatewayWire(TourCase, GatewaysCommon):
    def setUp(self):
        super().setUp()
        self.got, self.answers = [], []
        case = self

        class Provider(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                case.got.append(json.loads(self.rfile.read(size)))
                status, answer, headers = case.answers.pop(0)
                body = json.dumps(answer).encode()
                self.send_response(status)
                headers = {**headers, "Content-Length": str(len(body))}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.allow("127.0.0.1")
        self.gateway = self.gateways.create(
            {
                "name": "Оператор",
                "kind": "http",
                "url": f"http://127.0.0.1:{server.server_port}/send",
                "options": SETTINGS,
                "parallel": 1,
            }
        )

    def run_queue(self):
        """The job of the queue; a test of the browser is in test mode already."""
        self.env.flush_all()
        self.env.ref("sms.ir_cron_sms_scheduler_action").method_direct_trigger()
        self.env.invalidate_all()

    def test_sent_then_delivered(self):
        self.answers.append((200, {"id": 81, "status": "ok", "price": "2,5"}, {}))
        sms, message = self.build_sms(1)
        self.run_queue()
        self.assertEqual(
            self.got, [{"to": "79160000000", "text": "Привет 0", "ref": sms.uuid}]
        )
        self.assertEqual((message.state, message.remote_id), ("sent", "81"))
        path = f"/service/sms/{self.gateway.callback_token}/callback"
        report = {"id": 81, "status": "read"}
        for key, status in (("", 403), ("слово", 200), ("слово", 200)):
            answer = self.url_open(path, json={**report, "key": key})
            self.assertEqual(answer.status_code, status)
        self.env.invalidate_all()
        self.assertEqual(message.state, "delivered")
        self.assertEqual(self.gateway.refusal_ids.error, "Wrong signature")

    def test_refused_number_stops_no_other(self):
        self.answers += [
            (200, {"status": "no"}, {}),
            (200, {"id": 82, "status": "ok"}, {}),
        ]
        _sms, messages = self.build_sms(2)
        self.run_queue()
        self.assertEqual(messages.mapped("state"), ["failed", "sent"])
        self.assertEqual(messages[0].reason, "bad_phone")

    def test_nobody_knows(self):
        """A server that fails after it took the message: it is not sent again."""
        self.answers.append((500, {"error": "oops"}, {}))
        _sms, message = self.build_sms(1)
        self.run_queue()
        self.run_queue()
        self.assertEqual((message.state, len(self.got)), ("unknown", 1))

    def test_too_fast(self):
        self.answers.append((429, {}, {"Retry-After": "60"}))
        _sms, message = self.build_sms(1)
        self.run_queue()
        self.assertEqual((message.state, len(self.got)), ("queued", 1))
        self.assertTrue(self.gateway.date_paused)

    def test_the_own_network_is_not_called(self):
        """The message waits; the gateway says what is wrong and who may allow it."""
        self.allow("")
        _sms, messages = self.build_sms(3)
        self.run_queue()
        self.assertEqual(set(messages.mapped("state")), {"queued"})
        self.assertIn("own_network", messages.mapped("reason"))
        self.assertRegex(self.gateway.last_error, "127.0.0.1.*system administrator")
        self.assertFalse(self.got)
        self.allow("127.0.0.0/8")
        self.answers += [(200, {"id": n, "status": "ok"}, {}) for n in range(3)]
        self.gateway.with_user(self.user_admin).action_resume()
        self.run_queue()
        self.assertEqual(set(messages.mapped("state")), {"sent"})
        self.assertFalse(self.gateway.last_error)

    def test_set_up_on_the_form(self):
        self.start_tour(
            "/odoo/sms-gateways/new",
            "service_sms_gateway",
            login=self.user_admin.login,
        )
        gateway = self.gateways.search([("name", "=", "Local operator")])
        self.assertEqual(
            gateway.options,
            {
                "states": "ok = sent",
                "method": "GET",
                "takes_id": True,
                "currency": "EUR",
            },
        )
