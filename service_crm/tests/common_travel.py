import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class RoadMap:
    """A real server on loopback with a table of ways as OSRM gives it.

    :param answer: function of the handler that answers instead
    """

    def __init__(self, seconds=600, answer=None):
        self.seconds, self.answer = seconds, answer
        self.asked = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def _make_handler(roads):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                roads.asked.append(self.path)
                if roads.answer:
                    roads.answer(self)
                    return
                query = dict(
                    part.split("=") for part in self.path.split("?")[1].split("&")
                )
                rows = len(query["sources"].split(";"))
                columns = len(query["destinations"].split(";"))
                table = [[roads.seconds] * columns] * rows
                self.reply(
                    200,
                    json.dumps({"code": "Ok", "durations": table, "distances": table}),
                )

            def reply(self, status, text):
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:  # who asked has had enough
                    self.close_connection = True

            def log_message(self, *_args):
                pass

        return Handler
