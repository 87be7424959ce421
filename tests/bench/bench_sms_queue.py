"""Sending a queue of 10,000 short messages, against Odoo's own queue."""

import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import requests
from sms_stub import Stub
from workers import Workers

from odoo.addons.service_crm_sms.models.sms_sms import SmsSms
from odoo.addons.sms.models.sms_sms import SmsSms as OdooSms

DATABASES = [["service_crm", "service_crm_sms"]]

MANY = 10_000
SINGLE = 1_000
PARALLEL = 8
TRIES = 3  # one after the other, so that a busy machine is busy for both


def run(env, bench):
    with Stub() as stub:
        env["ir.config_parameter"].set_param("sms.endpoint", f"{stub.url}/iap")
        gateways = env["sms.gateway"].search([("active", "=", True)])
        gateways.active = False
        iap = env.ref("service_crm_sms.sms_gateway_odoo")
        iap.active = True
        env.cr.commit()
        pairs = [
            (_time(_send_odoo, env, MANY), _time(_send, env, MANY))
            for _try in range(TRIES)
        ]
        odoo, ours = (min(times) for times in zip(*pairs, strict=True))
        bench.note("Odoo's own queue of 10,000, ms each", round(odoo / MANY * 1000, 3))
        bench.note("our queue of 10,000, ms each", round(ours / MANY * 1000, 3))
        bench.note("ours / Odoo's own", round(ours / odoo, 2), limit=2)
        _share(env, bench, stub)
        iap.active = False
        _send_single(env, bench, stub)


def _send_odoo(env):
    """Odoo's own job, as it is without us, as often as it is called."""
    with patch.object(SmsSms, "_send", OdooSms._send):
        while env["sms.sms"].search_count([("state", "=", "outgoing")], limit=1):
            OdooSms._process_queue(env["sms.sms"])


def _send(env):
    env["sms.gateway"]._run_queue()


def _time(function, env, count):
    _fill(env, count)
    start = time.perf_counter()
    function(env)
    env.cr.commit()
    seconds = time.perf_counter() - start
    left = env["sms.sms"].search_count([("state", "in", ["outgoing", "process"])])
    assert not left, f"{left} were not sent"
    return seconds


def _fill(env, count):
    """A queue of so many, each with its row in the log."""
    env.cr.execute("DELETE FROM sms_sms")
    for start in range(0, count, 1000):
        env["sms.sms"].create(
            [
                {"number": f"+7916{number:07}", "body": f"Заказ {number % 50} готов"}
                for number in range(start, min(start + 1000, count))
            ]
        )
    env.cr.commit()
    env.cr.execute("ANALYZE sms_sms, service_notification")
    env.cr.commit()
    env.invalidate_all()


def _share(env, bench, stub):
    """Two cron workers share the queue."""
    requests.get(f"{stub.url}/count", timeout=10)
    _fill(env, MANY)
    workers = Workers(env.registry, 1)

    def work():
        with workers._env() as own:
            own["sms.gateway"]._run_queue()

    workers._wait([workers._fork(work) for _worker in range(2)], must_end_well=True)
    told = requests.get(f"{stub.url}/count", timeout=10).json()
    env.cr.rollback()
    bench.note("two workers: messages not sent", MANY - told["taken"], limit=0)
    bench.note("two workers: messages sent again", told["most"] - 1, limit=0)
    bench.note("two workers: other trouble", len(workers.wrong), limit=0)


def _send_single(env, bench, stub):
    """One message per request: how much of what the provider can answer is used."""
    env["ir.config_parameter"].set_param("service_crm.own_network_hosts", "127.0.0.1")
    gateway = env["sms.gateway"].create(
        {
            "name": "One by one",
            "kind": "http",
            "url": f"{stub.url}/one",
            "parallel": PARALLEL,
            "options": {
                "body_format": "json",
                "body": '{"id": "{id}", "to": "{number}", "text": "{text}"}',
                "id_path": "id",
            },
        }
    )
    pairs = [(_time(_send, env, SINGLE), _time_stub(stub)) for _try in range(TRIES)]
    ours, able = (min(times) for times in zip(*pairs, strict=True))
    bench.note("one per request, ours, a second", round(SINGLE / ours))
    bench.note("one per request, the provider alone", round(SINGLE / able))
    bench.note("time / time of the provider alone", round(ours / able, 2), limit=1.25)
    gateway.unlink()
    env.cr.commit()


def _time_stub(stub):
    """What the provider answers to as many requests at once."""

    def call(numbers):
        with requests.Session() as session:
            for number in numbers:
                body = {"id": f"x{number}", "to": "+7", "text": "x"}
                session.post(f"{stub.url}/one", json=body, timeout=10).json()

    start = time.perf_counter()
    with ThreadPoolExecutor(PARALLEL) as pool:
        parts = [range(start, SINGLE, PARALLEL) for start in range(PARALLEL)]
        list(pool.map(call, parts))
    return time.perf_counter() - start
