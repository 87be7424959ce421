"""Settings of each kind of gateway, and whether they work."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tests.common import _super_send

from .common_gateways import GatewaysCommon

INNER = ("172.16.0.9", 80)
KINDS = ("sandbox", "twilio", "sms_ru", "smsc_ru", "vonage", "http", "smpp")

URLS = {"http": "https://sms.example.com/send", "smpp": "smpps://sms.example.com"}


class TestGatewaySetting(GatewaysCommon):
    def build(self, kind, **values):
        values = {"name": kind, "kind": kind} | values
        if kind in URLS:
            values.setdefault("url", URLS[kind])
        return self.gateways.create(values)

    def open_provider(self, status, answer):
        """A provider on loopback that answers everything alike."""

        class Provider(BaseHTTPRequestHandler):
            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_args):
                pass

        self.allow("127.0.0.1")
        server = HTTPServer(("127.0.0.1", 0), Provider)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def check(self, gateway):
        action = gateway.with_user(self.user_admin).action_check_connection()
        return action["params"]["message"]

    def test_every_kind_says_what_it_needs(self):
        kinds = self.gateways._get_kinds()
        types = {"char", "secret", "text", "boolean", "integer", "selection"}
        for key in KINDS:
            options = kinds[key].get("options", [])
            names = [option["name"] for option in options]
            self.assertEqual(len(names), len(set(names)), key)
            for option in options:
                self.assertIn(option["kind"], types)
                self.assertTrue(option["label"])
                self.assertEqual(option["kind"] == "selection", "choices" in option)

    def test_form_of_every_kind(self):
        for key in KINDS:
            with Form(self.gateways.with_user(self.user_admin)) as form:
                form.name = key
                form.kind = key
                if key in URLS:
                    form.url = URLS[key]
            gateway = form.save()
            self.assertEqual(gateway.kind, key)
            self.assertEqual(
                gateway.has_callback, key not in ("sandbox", "http", "smpp")
            )

    def test_options_reach_the_kind(self):
        gateway = self.build(
            "http", options={"callback_state": "status", "takes_id": True}
        )
        self.assertTrue(gateway.has_callback)
        self.assertTrue(gateway._get_adapter().takes_id)

    def test_settings_that_cannot_be_read(self):
        for values, words in (
            ({"url": False}, "Enter the address"),
            ({"url": "sms.example.com"}, "is no address"),
            ({"url": "file:///etc/passwd"}, "is no address"),
            ({"options": {"states": "ok -> sent"}}, "Meaning of the States"),
            ({"options": {"states": "ok = eaten"}}, "ok = eaten"),
            ({"options": {"headers": "X-Key"}}, "Headers cannot be read"),
            ({"options": {"body": "text"}}, "Text of the Body"),
            ({"options": {"body": "{", "body_format": "json"}}, "Text of the Body"),
        ):
            with self.assertRaisesRegex(ValidationError, words):
                self.build("http", **values)

    def test_addresses_of_lines(self):
        for url in ("https://sms.example.com", "smpp://", "smpp://host:port"):
            with self.assertRaisesRegex(ValidationError, "no address|The address"):
                self.build("smpp", url=url)

    def test_check_connection(self):
        url = self.open_provider(200, {"balance": "14.53", "currency": "USD"})
        gateway = self.build("twilio", account="AC1", secret="s", url=url)
        self.assertEqual(
            self.check(gateway), "The connection works. Balance: 14.53 USD"
        )

    def test_check_of_a_wrong_account(self):
        url = self.open_provider(401, {"code": 20003, "message": "Authenticate"})
        gateway = self.build("twilio", account="AC1", secret="s", url=url)
        with self.assertRaises(UserError) as refused:
            self.check(gateway)
        self.assertIn("Authenticate", str(refused.exception))
        self.assertIn("password or key", str(refused.exception))

    def test_check_of_a_wrong_address(self):
        self.allow("127.0.0.1")
        gateway = self.build("twilio", account="AC1", url="http://127.0.0.1:1")
        with self.assertRaisesRegex(UserError, "Check the address"):
            self.check(gateway)

    def test_the_own_network(self):
        inner = "http://10.0.0.1/x?to={digits}"
        for kind, values in (
            ("http", {"url": inner}),
            ("http", {"options": {"status_url": inner}}),
            ("twilio", {"url": "http://localhost:8069"}),
            ("smpp", {"url": "smpp://192.168.1.7:2775"}),
        ):
            with self.assertRaisesRegex(UserError, "own network.*system administrator"):
                self.build(kind, **values)
        url = self.open_provider(200, {"balance": "14.53", "currency": "USD"})
        self.allow("10.0.0.0/24, localhost")
        self.build("http", url=inner)
        gateway = self.build("twilio", url=url.replace("127.0.0.1", "localhost"))
        self.check(gateway)
        # Odoo lets tests reach 127.0.0.1 only; these go nowhere
        self.patch(requests.Session, "send", _super_send)
        self.patch(socket, "getaddrinfo", lambda *_args: [(2, 1, 6, "", INNER)])
        gateway.url = "http://sms.example.com"
        line = self.build("smpp", url="smpp://sms.example.com")
        for found in (gateway, line):
            with self.assertRaisesRegex(UserError, r"\(172.16.0.9\).*\n.*administr"):
                self.check(found)

    def test_a_kind_that_cannot_be_asked(self):
        with self.assertRaisesRegex(UserError, "Send a test message"):
            self.check(self.build("http"))

    def test_test_message(self):
        sandbox = self.build("sandbox", prefixes="+1", sequence=99)
        wizard = self.env["sms.gateway.test"].with_user(self.user_admin)
        test = wizard.create({"gateway_id": sandbox.id, "number": "8 916 120-81-15"})
        self.assertEqual(test.size, "28 signs, parts: 1")
        action = test.action_send()
        message = self.messages.browse(action["res_id"])
        self.assertEqual(message.address, "+79161208115")
        self.run_queue()
        self.assertEqual((message.state, message.gateway_id), ("delivered", sandbox))

    def test_test_message_to_no_number(self):
        wizard = self.env["sms.gateway.test"].with_user(self.user_admin)
        test = wizard.create({"gateway_id": self.build("sandbox").id, "number": "12"})
        with self.assertRaisesRegex(UserError, "is no phone number"):
            test.action_send()

    def test_secrets_are_the_administrators(self):
        gateway = self.build("vonage", secret="s", options={"signature_secret": "t"})
        for user in (self.user_operator, self.user_manager, self.user_dispatcher):
            for name in ("secret", "account", "options", "callback_url"):
                with self.assertRaises(AccessError):
                    gateway.with_user(user).read([name])
        copied = gateway.copy()
        self.assertFalse(copied.secret)
