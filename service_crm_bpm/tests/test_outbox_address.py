import socket
import time
from unittest.mock import patch

from odoo.exceptions import UserError

from ..models import bpm_outbox_send
from .common_process import ProcessCommon
from .common_receiver import ReceiverMixin


class TestOutboxAddress(ReceiverMixin, ProcessCommon):
    """Webhooks never reach into the own network, unless that is allowed."""

    def setUp(self):
        super().setUp()
        self.receiver = self.build_receiver()
        port = self.receiver.server.server_port
        self.by_name = f"http://receiver.example.com:{port}/x"

    def build(self, url, **values):
        vals = {"name": "Оплачено", "url": url, "payload": {"n": 1}, **values}
        return self.env["bpm.outbox"]._send([vals])

    def resolve_to(self, *addresses):
        """From here on names lead to these addresses, one after the other."""
        asked = []

        def resolve(host, port, *_args, **_kwargs):
            if host[0].isdigit():
                address = host
            else:
                asked.append(host)
                address = addresses[min(len(asked), len(addresses)) - 1]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        self.patch(socket, "getaddrinfo", resolve)
        return asked

    def test_an_inner_address_is_refused_when_it_is_written(self):
        self.allow("")
        for url in ("http://127.0.0.1:8069/x", "http://10.0.0.1", "http://localhost"):
            with self.assertRaisesRegex(UserError, "own network"):
                self.build(url)
            with self.assertRaisesRegex(UserError, "own network"):
                self.build_robot(kind="webhook", webhook_url=url)

    def test_a_name_that_leads_inward_fails_at_once_and_in_words(self):
        self.allow("")
        self.resolve_to("127.0.0.1")
        row = self.build(self.by_name)
        self.assertTrue(row._send_row(), "the host is not called silent")
        self.assertEqual((row.state, row.attempts), ("failed", 1))
        self.assertIn("receiver.example.com (127.0.0.1)", row.response)
        self.assertIn("own_network_hosts", row.response)
        self.assertFalse(self.receiver.got)
        self.allow("receiver.example.com")
        row.with_user(self.user_admin).action_resend()
        row._send_row()
        self.assertEqual(row.state, "sent")
        self.assertEqual(len(self.receiver.got), 1)
        self.assertEqual(
            self.receiver.got[0][1]["Host"].partition(":")[0], "receiver.example.com"
        )

    def test_a_name_that_changes_its_address_changes_nothing(self):
        """The name is resolved once; the connection goes to what was checked."""
        self.allow("127.0.0.1")
        second = self.build_receiver(host="127.0.0.2")
        asked = self.resolve_to("127.0.0.1", "127.0.0.2")
        row = self.build(self.by_name)
        row._send_row()
        self.assertEqual(asked, ["receiver.example.com"])
        self.assertEqual(row.state, "sent")
        self.assertFalse(second.got)

    def test_a_proxy_of_the_environment_is_not_asked(self):
        proxy = self.build_receiver(host="127.0.0.2")
        with patch.dict(
            "os.environ", http_proxy=proxy.url, all_proxy=proxy.url, no_proxy=""
        ):
            self.build(f"{self.receiver.url}/x")._send_row()
        self.assertEqual(len(self.receiver.got), 1)
        self.assertFalse(proxy.got)

    def test_a_long_answer_is_not_read_to_its_end(self):
        sent = []

        def talk(handler):
            handler.send_response(200)
            handler.end_headers()
            try:
                for _number in range(20_000):
                    handler.wfile.write(b"x" * 10_000)
                    sent.append(1)
            except OSError:
                handler.close_connection = True

        self.receiver.answers = [talk]
        row = self.build(self.receiver.url)
        row._send_row()
        self.assertEqual(row.state, "sent")
        self.assertLess(len(row.response), 1100)
        self.assertLess(len(sent), 20_000)

    def test_who_answers_drop_by_drop_is_cut(self):
        def drip(handler):
            try:
                handler.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
                for _number in range(200):
                    handler.wfile.write(b"x")
                    handler.wfile.flush()
                    time.sleep(0.05)
            except OSError:
                handler.close_connection = True

        self.receiver.answers = [drip]
        self.patch(bpm_outbox_send, "DEADLINE", 0.5)
        row = self.build(self.receiver.url)
        begun = time.monotonic()
        self.assertFalse(row._send_row())
        self.assertLess(time.monotonic() - begun, 5)
        self.assertEqual(row.state, "waiting")
        self.assertIn("did not answer in time", row.response)

    def test_nobody_there(self):
        self.receiver.server.socket.close()
        row = self.build(self.receiver.url)
        self.assertFalse(row._send_row())
        self.assertIn("cannot be reached", row.response)
        self.assertNotIn("HTTPConnectionPool", row.response)

    def test_a_certificate_of_nobody(self):
        row = self.build(self.receiver.url.replace("http:", "https:"))
        row._send_row()
        self.assertEqual(row.state, "waiting")
        self.assertIn("certificate", row.response)
