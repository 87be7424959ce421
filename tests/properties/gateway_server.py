"""A provider on loopback: answers as it was told, keeps what it got."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CUT = "cut"  # reads the call and closes the connection
HALF = "half"  # announces more than it sends
SLOW = "slow"  # answers after the caller lost patience
TRICKLE = "trickle"  # byte by byte, without end


class Provider:
    """``answers`` is a list; the last one repeats.

    An answer is a way to fail, a dict (JSON), a text, or ``(status, body, headers)``,
    or a function that makes one of the call.
    """

    def __init__(self, answers):
        self.answers = list(answers)
        self.calls = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65536  # one packet per answer

            def do_GET(self):
                provider._serve(self)

            do_POST = do_GET

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def form(self):
        """Fields of the last call that were posted as a form."""
        fields = parse_qs(self.calls[-1]["body"].decode(), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}

    @property
    def query(self):
        """Fields in the address of the last call."""
        fields = parse_qs(urlsplit(self.calls[-1]["path"]).query)
        return {name: values[0] for name, values in fields.items()}

    def stop(self):
        self._stopped.set()
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def _serve(self, handler):
        size = int(handler.headers.get("Content-Length") or 0)
        call = {
            "method": handler.command,
            "path": handler.path,
            "headers": dict(handler.headers),
            "body": handler.rfile.read(size),
        }
        with self._lock:
            self.calls.append(call)
            more = len(self.answers) > 1
            answer = self.answers.pop(0) if more else self.answers[0]
        if callable(answer):
            answer = answer(call)
        if answer in (CUT, HALF, SLOW, TRICKLE):
            handler.close_connection = True
            getattr(self, f"_{answer}")(handler)
            return
        if not isinstance(answer, tuple):
            answer = (200, answer, {})
        status, body, headers = answer
        if isinstance(body, dict | list):
            body = json.dumps(body)
        body = body.encode()
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": len(body)}.items():
            handler.send_header(name, str(value))
        handler.end_headers()
        handler.wfile.write(body)

    def _cut(self, handler):
        pass

    def _half(self, handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"status": "OK", "sta')

    def _slow(self, handler):
        self._stopped.wait(2)

    def _trickle(self, handler):
        handler.send_response(200)
        handler.end_headers()
        end = time.monotonic() + 3
        while time.monotonic() < end and not self._stopped.wait(0.05):
            try:
                handler.wfile.write(b" " * 16384)
                handler.wfile.flush()
            except OSError:
                return


@contextmanager
def provider(*answers):
    """A provider for the length of a block."""
    running = Provider(answers)
    try:
        yield running
    finally:
        running.stop()
