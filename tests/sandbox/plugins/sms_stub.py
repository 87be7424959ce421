"""Providers of short messages for benches: a process that takes everything.

``/iap`` speaks as Odoo's own provider (many messages a call), ``/one`` takes one a call
and answers after a while. ``/count`` tells how many came, and how often the one that
came most.
"""

import json
import os
import signal
import socket
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Stub:
    """A server in a process of its own, until the ``with`` block ends.

    :param pause: seconds until a single message is answered
    """

    def __init__(self, pause=0.02):
        self.pause = pause

    def __enter__(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.pid = os.fork()
        if not self.pid:
            try:
                _serve(listener, self.pause)
            finally:
                os._exit(0)
        listener.close()
        return self

    def __exit__(self, *_error):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def _serve(listener, pause):
    taken, lock = Counter(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if "/iap" in self.path:
                numbers = [
                    number["uuid"]
                    for message in body["params"]["messages"]
                    for number in message["numbers"]
                ]
                result = [{"uuid": uuid, "state": "success"} for uuid in numbers]
                answer = {"jsonrpc": "2.0", "id": body.get("id"), "result": result}
            else:
                numbers = [body["id"]]
                answer = {"id": f"p{body['id']}"}
                time.sleep(pause)
            with lock:
                taken.update(numbers)
            self.answer(answer)

        def do_GET(self):
            with lock:
                most = max(taken.values(), default=0)
                self.answer({"taken": sum(taken.values()), "most": most})
                taken.clear()

        def answer(self, values):
            body = json.dumps(values).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(listener.getsockname(), Handler, False)
    server.socket.close()
    server.socket = listener
    server.daemon_threads = True
    server.serve_forever()
