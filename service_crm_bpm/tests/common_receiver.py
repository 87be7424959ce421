import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

from odoo.tests.common import _super_send

TAKEN = (200, "ok")


class Receiver:
    """A real HTTP server on loopback: what it gets, and what it answers.

    :param answers: ``(status, text)``, or functions called with the handler, one after
        the other; the last one stays
    """

    def __init__(self, *answers, host="127.0.0.1"):
        self.answers = list(answers or [TAKEN])
        self.got = []  # [(path, headers, body)]
        self.server = ThreadingHTTPServer((host, 0), self._make_handler())
        self.server.daemon_threads = True
        self.url = f"http://{host}:{self.server.server_port}"
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def _make_handler(receiver):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                body = self.rfile.read(size)
                receiver.got.append((self.path, dict(self.headers), body))
                more = len(receiver.answers) > 1
                answer = receiver.answers.pop(0) if more else receiver.answers[0]
                if callable(answer):
                    answer(self)
                    return
                status, text = answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_args):
                pass

        return Handler


class ReceiverMixin:
    """Tests that send for real, to servers of their own on loopback."""

    def setUp(self):
        super().setUp()
        # Odoo lets tests reach 127.0.0.1 only; where these may go is what they test
        self.patch(requests.Session, "send", _super_send)
        self.allow("127.0.0.0/8")

    def allow(self, hosts):
        """Let webhooks be sent to these hosts of the own network."""
        self.env["ir.config_parameter"].set_param(
            "service_crm.own_network_hosts", hosts
        )

    def build_receiver(self, *answers, host="127.0.0.1"):
        receiver = Receiver(*answers, host=host)
        self.addCleanup(receiver.close)
        return receiver
