import json
import time

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.service_crm.tests.common import requirement

from ..tools.signature import sign
from .common_process import ProcessCommon


@tagged("post_install", "-at_install")
class TestWebhook(HttpCase, ProcessCommon):
    """The door by which other programs start processes and tell them of events."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.rate.limit"].search([]).unlink()
        cls.process = cls.build_process(
            stages={
                "wait": {
                    "kind": "event",
                    "event_kind": "webhook",
                    "event_signal": "goods_arrived",
                },
                "call": "work",
            },
            variable_ids=[
                (0, 0, {"name": "Сумма", "key": "total", "kind": "number"}),
                (0, 0, {"name": "Город", "key": "town", "default_value": "Тула"}),
            ],
        )
        cls.publish(cls.process)
        cls.process.with_user(cls.user_admin).action_open_endpoint()
        cls.endpoint = cls.env["bpm.endpoint"].search([])
        cls.path = f"/service/process/hook/{cls.endpoint.key}"

    def post(self, message, delivery=None, secret=None, age=0, path=None, **headers):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        stamp = str(int(time.time()) - age)
        secret = self.endpoint.secret if secret is None else secret
        headers = {
            "Content-Type": "application/json",
            "X-Service-Timestamp": stamp,
            "X-Service-Signature": sign(secret, stamp, body),
            **headers,
        }
        if delivery:
            headers["X-Service-Delivery"] = delivery
        answer = self.url_open(path or self.path, data=body, headers=headers)
        self.env.invalidate_all()
        return answer

    def get_received(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["bpm.webhook"].search(domain)

    def get_runs(self):
        return self.env["bpm.instance"].search([("process_id", "=", self.process.id)])

    def test_starts_a_run_with_values(self):
        request = self.build_new()
        answer = self.post(
            {"document": request.id, "values": {"total": "1000,5"}}, delivery="no-1"
        )
        self.assertEqual(answer.status_code, 200)
        run = self.get_runs()
        self.assertEqual(answer.json(), {"ok": True, "runs": run.ids})
        self.assertEqual((run.res_id, run.user_id), (request.id, self.user_admin))
        self.assertEqual(run.variables, {"total": 1000.5, "town": "Тула"})
        self.assertEqual(self.get_received().run_ids, run)

    def test_by_the_name_of_the_document(self):
        request = self.build_new()
        request.name = "Заявка № 5"
        self.assertEqual(self.post({"document": "Заявка № 5"}).status_code, 200)
        self.assertEqual(self.get_runs().res_id, request.id)
        for value in (None, "нет такой", True, [1], {"a": 1}, -1, 10**30, ""):
            answer = self.post({"document": value})
            self.assertEqual(answer.status_code, 422, value)
            self.assertIn("names no single document", answer.json()["error"])

    def test_an_event_for_the_runs_that_wait(self):
        requests = self.build_new(3)
        runs = self.start(self.process, requests)
        self.post({"event": "goods_arrived", "document": requests[0].id})
        self.post({"event": "goods_arrived", "run": runs[1].id, "values": {"total": 7}})
        self.assertEqual(
            [self.get_places(run) for run in runs], [["call"], ["call"], ["wait"]]
        )
        self.assertEqual(runs[1].variables["total"], 7)
        events = runs[0].journal_ids.filtered(lambda row: row.event == "event")
        self.assertIn("goods_arrived", events.text)
        answer = self.post({"event": "goods_arrived", "document": requests[0].id}, "2")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("No run waits", answer.json()["error"])

    def test_the_same_delivery_is_taken_once(self):
        self.process.with_user(self.user_admin).action_draft()
        self.process.start_once = False
        self.publish(self.process)
        request = self.build_new()
        answers = [self.post({"document": request.id}, "A-1") for _i in range(3)]
        self.assertEqual([a.status_code for a in answers], [200] * 3)
        self.assertEqual(len({str(a.json()) for a in answers}), 1)
        self.assertEqual(len(self.get_runs()), 1)
        self.post({"document": request.id}, "A-2")
        self.assertEqual(len(self.get_runs()), 2)

    def test_what_is_not_signed_is_refused_and_seen(self):
        message = {"document": self.build_new().id}
        wrong = [
            self.post(message, secret="чужая"),
            self.post(message, **{"X-Service-Signature": ""}),
            self.post(message, **{"X-Service-Timestamp": "0"}),
            self.post(message, **{"X-Service-Timestamp": "x"}),
        ]
        self.assertEqual([a.status_code for a in wrong], [401] * 4)
        old = self.post(message, age=3600)
        self.assertEqual(old.status_code, 401)
        self.assertFalse(self.get_runs())
        refused = self.get_received(state="refused").sorted("id")
        self.assertEqual(refused.mapped("refusal"), ["signature", "age"])
        self.assertEqual(refused.mapped("times"), [4, 1])
        self.assertEqual(set(refused.mapped("network")), {"127.0.0.1"})

    def test_too_many_are_refused(self):
        self.endpoint.per_minute = 2
        answers = [
            self.post({"document": self.build_new().id}).status_code for _i in range(4)
        ]
        self.assertEqual(answers[:2], [200, 200])
        self.assertEqual(answers[-1], 429)
        self.assertEqual(self.get_received(state="refused").refusal, "limit")

    def test_too_big_is_refused(self):
        body = b'{"document": "' + b"x" * 70_000 + b'"}'
        self.assertEqual(self.post(body).status_code, 413)
        self.assertFalse(self.get_received())

    def test_unknown_addresses(self):
        for path in ("/service/process/hook/x", "/service/process/hook/%00"):
            self.assertEqual(self.post({}, path=path).status_code, 404)
        self.endpoint.active = False
        self.assertEqual(self.post({}).status_code, 404)

    def test_nonsense_is_kept_and_said(self):
        for number, body in enumerate(
            (
                b" ",
                b"{",
                b"[]",
                b'"a"',
                b'{"values": 1}',
                b"\xff\x00",
                "не JSON".encode(),
            )
        ):
            answer = self.post(body, delivery=f"N{number}")
            self.assertEqual(answer.status_code, 422, body)
            self.assertTrue(answer.json()["error"])
        unknown = {"document": self.build_new().id, "values": {"нет": 1}}
        self.assertIn("нет", self.post(unknown).json()["error"])
        wrong = {"document": self.build_new().id, "values": {"total": "много"}}
        self.assertEqual(self.post(wrong).status_code, 422)
        self.assertFalse(self.get_runs())

    def test_what_failed_is_tried_again(self):
        self.process.with_user(self.user_admin).action_draft()
        request = self.build_new()
        self.assertEqual(self.post({"document": request.id}).status_code, 422)
        received = self.get_received(state="failed")
        self.assertIn("not published", received.error)
        self.publish(self.process)
        received.with_user(self.user_admin).action_retry()
        self.assertEqual(received.state, "done")
        self.assertEqual(self.get_runs().res_id, request.id)
        with self.assertRaises(UserError):
            received.with_user(self.user_admin).action_retry()

    def test_the_address_stays_the_same_in_all_versions(self):
        action = self.process.with_user(self.user_admin).action_new_version()
        version = self.env["bpm.process"].browse(action["res_id"])
        action = version.with_user(self.user_admin).action_open_endpoint()
        self.assertEqual(action["res_id"], self.endpoint.id)

    def test_only_events_when_it_may_not_start(self):
        self.endpoint.may_start = False
        answer = self.post({"document": self.build_new().id})
        self.assertIn("does not start by webhooks", answer.json()["error"])

    def test_a_new_secret(self):
        old = self.endpoint.secret
        self.endpoint.with_user(self.user_admin).action_new_secret()
        self.assertNotEqual(self.endpoint.secret, old)
        message = {"document": self.build_new().id}
        self.assertEqual(self.post(message, secret=old).status_code, 401)
        self.assertEqual(self.post(message).status_code, 200)

    def test_a_document_of_another_company(self):
        other = self.env["res.company"].create({"name": "Бета"})
        request = self.build_new(company_id=other.id, team_id=False)
        self.assertEqual(self.post({"document": request.id}).status_code, 422)


class TestProcessApi(ProcessCommon):
    """Starting by a call of another program, with the rights of its user."""

    @requirement("R73")
    def test_starts_as_by_hand(self):
        process = self.publish(self.build_process(stages={"call": "work"}))
        request = self.build_request(dispatcher_id=self.user_dispatcher.id)
        run_id = process.with_user(self.user_dispatcher).action_start_run(
            request.id, note="Из 1С"
        )
        run = self.env["bpm.instance"].browse(run_id)
        self.assertEqual((run.res_id, run.note), (request.id, "Из 1С"))
        self.assertEqual(run.user_id, self.user_dispatcher)
        with self.assertRaises(RedirectWarning):
            process.with_user(self.user_dispatcher).action_start_run(request.id)
        for nothing in (False, "x", 10**9, [request.id]):
            with self.assertRaises(UserError):
                process.with_user(self.user_dispatcher).action_start_run(nothing)
        with self.assertRaises(UserError):
            process.with_user(self.user_performer).action_start_run(request.id)
