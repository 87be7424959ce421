"""Senders of short messages that are killed between sending and storing.

In each round two cron workers share the queue; one is killed (SIGKILL) while requests
are under way, in some rounds the other loses its connections as well. The gateways are
a server on loopback that counts what it took. Whatever happens: no message goes out
twice, none is forgotten; where nobody knows who got one, the gateway is asked, if it
can be.
"""

import json
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from workers import Workers

MESSAGES = 30  # per gateway and round
START = 20  # seconds in which the first requests come
PLAIN, ASKED, KNOWN = "+7901", "+7902", "+7903"  # beginnings of numbers, by gateway


class SmsFaults(Workers):
    """Rounds of trouble; ``wrong`` tells what was lost or doubled."""

    def __init__(self, env, seed=20261122):
        super().__init__(env.registry, seed)
        self.sent = 0
        self.server = Provider()
        env["sms.gateway"].search([("active", "=", True)]).active = False
        env["ir.config_parameter"].set_param(
            "service_crm.own_network_hosts", "127.0.0.1"
        )
        common = {
            "method": "POST",
            "body_format": "json",
            "body": '{"id": "{id}", "to": "{number}"}',
            "id_path": "id",
        }
        asked = {
            **common,
            "status_url": self.server.url + "/status?id={id}",
            "status_path": "state",
            "states": "sent = sent\ndelivered = delivered\nnever = temporary",
        }
        for prefix, options in (
            (PLAIN, common),
            (ASKED, asked),
            (KNOWN, {**common, "takes_id": True}),
        ):
            env["sms.gateway"].create(
                {
                    "name": prefix,
                    "kind": "http",
                    "url": self.server.url + "/send",
                    "prefixes": prefix,
                    "options": options,
                    "parallel": 3,
                }
            )
        env.cr.commit()

    def run(self, rounds):
        for number in range(rounds):
            uuids = self._fill()
            before = self.server.count
            workers = [self._fork(self._work), self._fork(self._work)]
            until = time.monotonic() + START
            while self.server.count < before + 2 and time.monotonic() < until:
                time.sleep(0.002)
            time.sleep(self.random.uniform(0, 0.1))
            self._kill(workers[number % 2])
            if number % 4 == 3:
                self._disconnect()
            self._wait(workers)
            for _call in range(8):  # the next crons, as often as something is due
                if not self._make_due(uuids):
                    break
                self._wait([self._fork(self._watch)], must_end_well=True)
                self._wait([self._fork(self._work)], must_end_well=True)
            self._check(number, uuids)
        self.server.close()
        return self.wrong

    def _fill(self):
        """Messages in the queue, and nothing else due."""
        with self._env() as env:
            sms = env["sms.sms"].create(
                [
                    {
                        "number": f"{prefix}{self.random.randrange(10**7):07}",
                        "body": "x",
                    }
                    for _number in range(MESSAGES)
                    for prefix in (PLAIN, ASKED, KNOWN)
                ]
            )
            return sms.mapped("uuid")

    def _work(self):
        """A cron worker: sends what is due."""
        with self._env() as env:
            env["sms.gateway"]._run_queue()

    def _watch(self):
        """The job that looks after messages whose sender died."""
        with self._env() as env:
            env["sms.gateway"]._cron_watch()

    def _make_due(self, uuids):
        """Time passes: leases end, pauses are over. How many messages wait for that."""
        with self._env() as env:
            env.cr.execute("UPDATE sms_gateway SET date_paused = NULL, failures = 0")
            env.cr.execute(
                "UPDATE service_notification SET date_query = '2020-01-01'"
                " WHERE date_query IS NOT NULL AND sms_uuid = ANY(%s)",
                [uuids],
            )
            waiting = env.cr.rowcount
            env.cr.execute(
                "UPDATE sms_sms SET service_date_due = '2020-01-01'"
                " WHERE uuid = ANY(%s) AND (state = 'outgoing'"
                " OR state = 'process' AND service_date_due IS NOT NULL)",
                [uuids],
            )
            return waiting + env.cr.rowcount

    def _check(self, number, uuids):
        """Nothing twice, nothing forgotten."""
        with self._env() as env:
            rows = env["service.notification"].search([("sms_uuid", "in", uuids)])
            if len(rows) != len(uuids):
                self.wrong.append(f"round {number}: {len(uuids)} became {len(rows)}")
            for row in rows:
                taken = self.server.taken[row.sms_uuid]
                requests = self.server.requests[row.sms_uuid]
                kind = row.address[:5]
                self.told[row.state] += 1
                self.sent += taken
                if taken > 1 or (kind != KNOWN and requests > 1):
                    self.wrong.append(f"round {number}: {kind} taken {taken} times")
                if row.state == "unknown" and kind == PLAIN:
                    continue  # a person decides
                if row.state not in ("sent", "delivered") or taken != 1:
                    self.wrong.append(
                        f"round {number}: {kind} is {row.state}, taken {taken} times"
                    )


class Provider:
    """A provider on loopback: takes messages, answers late, tells what it has."""

    def __init__(self, pause=(0.002, 0.02)):
        self.pause = pause
        self.requests, self.taken = Counter(), Counter()
        self.count = 0
        self.lock = threading.Lock()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                size = int(self.headers["Content-Length"])
                content = self.rfile.read(size)
                if len(content) < size:
                    return  # the sender was killed
                body = json.loads(content)
                provider.take(body)
                time.sleep(random.uniform(*provider.pause))
                self.answer({"id": f"p{body['id']}", "state": "sent"})

            def do_GET(self):
                wanted = parse_qs(urlsplit(self.path).query)["id"][0]
                has = provider.taken[wanted]
                self.answer(
                    {"id": f"p{wanted}", "state": "delivered"}
                    if has
                    else {"state": "never"}
                )

            def answer(self, values):
                body = json.dumps(values).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments):
                pass

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # the sender was killed

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def take(self, body):
        with self.lock:
            own = body["id"]
            self.count += 1
            self.requests[own] += 1
            if not (body["to"].startswith(KNOWN) and self.taken[own]):
                self.taken[own] += 1

    def close(self):
        self.http.shutdown()
        self.http.server_close()


def check(env, rounds):
    """Raise when a message was lost or doubled, or hardly any trouble was made."""
    start = time.monotonic()
    faults = SmsFaults(env)
    wrong = faults.run(rounds)
    told = ", ".join(f"{count} {name}" for name, count in faults.told.items())
    print(f"{rounds} rounds: {told} in {time.monotonic() - start:.0f} s")
    assert not wrong, "\n".join(wrong[:20])
    assert faults.told["killed"] >= rounds / 2, told
    return told
