from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tools import mute_logger

from ..tools.gateways.base import (
    DELIVERED,
    FAILED,
    SENT,
    NotSent,
    OutcomeUnknown,
    Report,
)
from .common_gateways import GatewaysCommon

SEND = "odoo.addons.service_crm_sms.models.sms_gateway_answer"


def raising(error):
    def answer(messages):
        raise error

    return answer


class TestGatewaySend(GatewaysCommon):
    """From the queue to the gateway, and what came back."""

    def test_batch_is_sent_once_and_logged(self):
        gateway, stub = self.build_gateway()
        sms, log = self.build_sms(250)
        self.run_queue()
        self.assertEqual(sorted(stub.sent), sorted(sms.mapped("uuid")))
        self.assertEqual([len(call) for call in stub.calls], [100, 100, 50])
        self.assertEqual(set(log.mapped("state")), {"sent"})
        self.assertEqual(log.gateway_id, gateway)
        self.assertEqual(log[0].remote_id, f"r{log[0].sms_uuid[:8]}")
        self.assertTrue(all(log.mapped("date_sent")))
        self.assertEqual(set(sms.mapped("state")), {"pending"})
        self.run_queue()
        self.assertEqual(len(stub.sent), 250)

    def test_claimed_before_the_call(self):
        """What a sender has in hand is committed before the gateway hears of it."""
        _gateway, stub = self.build_gateway()
        sms, log = self.build_sms(3)
        seen = []

        def answer(messages):
            self.env.invalidate_all()
            seen.append((sms.mapped("state"), log.mapped("state")))
            return [Report(id=m.id, state=DELIVERED) for m in messages]

        stub.answer = answer
        self.run_queue()
        self.assertEqual(seen, [(["process"] * 3, ["sending"] * 3)])
        self.assertEqual(log.mapped("state"), ["delivered"] * 3)

    def test_not_sent_is_tried_later_then_elsewhere(self):
        first, stub = self.build_gateway(tries=2, sequence=1)
        _second, other = self.build_gateway("second", sequence=2)
        stub.answer = raising(NotSent("503"))
        sms, log = self.build_sms(2)
        now = fields.Datetime.now()
        with freeze_time(now):
            self.run_queue()
        self.assertEqual(log.mapped("state"), ["queued"] * 2)
        self.assertEqual(log.mapped("reason"), ["server"] * 2)
        self.assertEqual(sms[0].service_tries, 1)
        with freeze_time(now + timedelta(seconds=10)):
            self.run_queue()
        self.assertEqual(len(stub.sent), 2, "not before its time")
        with freeze_time(now + timedelta(seconds=40)):
            self.run_queue()
        self.assertTrue(first.date_paused)
        with freeze_time(now + timedelta(seconds=140)):
            self.run_queue()
        self.assertEqual(len(stub.sent), 4)
        self.assertEqual(sorted(other.sent), sorted(sms.mapped("uuid")))
        self.assertEqual(log.mapped("state"), ["sent"] * 2)
        self.assertFalse(any(log.mapped("reason")))

    def test_a_limit_of_the_gateway_is_no_failure(self):
        gateway, stub = self.build_gateway()
        stub.answer = raising(NotSent("429", retry_after=90))
        sms, log = self.build_sms(1)
        now = fields.Datetime.now().replace(microsecond=0)
        with freeze_time(now):
            self.run_queue()
        self.assertEqual(gateway.date_paused, now + timedelta(seconds=90))
        self.assertEqual((gateway.failures, sms.service_tries), (0, 0))
        del stub.answer
        with freeze_time(now + timedelta(seconds=91)):
            self.run_queue()
        self.assertEqual(log.state, "sent")

    def test_unknown_is_never_sent_again_by_itself(self):
        _gateway, stub = self.build_gateway()
        stub.answer = raising(OutcomeUnknown("Read timed out"))
        sms, log = self.build_sms(2)
        self.run_queue()
        self.assertEqual(log.mapped("state"), ["unknown"] * 2)
        self.assertEqual(log[0].error, "Read timed out")
        del stub.answer
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.gateways._recover()
            self.run_queue()
        self.assertEqual(len(stub.sent), 2)
        with self.subTest("a late report tells"):
            self.gateways._apply_reports([Report(id=sms[0].uuid, state=DELIVERED)])
            self.assertEqual(log.mapped("state"), ["delivered", "unknown"])

    def test_a_gateway_that_knows_our_id_gets_it_again(self):
        _gateway, stub = self.build_gateway(abilities={"takes_id": True})
        _second, other = self.build_gateway("second")
        stub.answer = raising(OutcomeUnknown("Read timed out"))
        sms, log = self.build_sms(1)
        self.run_queue()
        self.assertEqual((log.state, sms.service_is_pinned), ("queued", True))
        del stub.answer
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            self.run_queue()
        self.assertEqual(stub.sent, [sms.uuid] * 2)
        self.assertFalse(other.sent)
        self.assertEqual(log.state, "sent")

    def test_an_error_nobody_thought_of(self):
        _gateway, stub = self.build_gateway()
        stub.answer = raising(KeyError("sid"))
        _sms, log = self.build_sms(1)
        with mute_logger(SEND):
            self.run_queue()
        self.assertEqual((log.state, log.reason), ("unknown", "interrupted"))

    def test_an_answer_that_forgets_one(self):
        _gateway, stub = self.build_gateway()
        stub.answer = lambda messages: [Report(id=messages[0].id)]
        _sms, log = self.build_sms(2)
        self.run_queue()
        self.assertEqual(log.mapped("state"), ["sent", "unknown"])

    def test_poisoned_message_stops_nobody(self):
        """A gateway that refuses a whole call because of one message in it."""
        _gateway, stub = self.build_gateway()
        sms, log = self.build_sms(60)
        poison = sms[17].uuid

        def answer(messages):
            if poison in [m.id for m in messages]:
                raise NotSent("400: wrong sign in the text", "refused")
            return [Report(id=m.id) for m in messages]

        stub.answer = answer
        now = fields.Datetime.now()
        for minutes in range(0, 30, 5):
            with freeze_time(now + timedelta(minutes=minutes)):
                self.run_queue()
        self.assertEqual(set((log - log[17]).mapped("state")), {"sent"})
        others = [uuid for call in stub.calls for uuid, *_rest in call]
        self.assertEqual(log[17].state, "queued")
        self.assertIn([poison], [[m[0] for m in call] for call in stub.calls])
        self.assertTrue(others)
        with freeze_time(now + timedelta(days=1)):
            self.run_queue()
        self.assertEqual((log[17].state, log[17].reason), ("failed", "refused"))

    def test_poisoned_report_stops_nobody(self):
        _gateway, stub = self.build_gateway()
        sms, log = self.build_sms(3)
        stub.answer = lambda messages: [
            Report(id=m.id, state=SENT, remote_id="7\x00", error="\x00\ud800" * 400)
            for m in messages
        ]
        self.run_queue()
        self.assertEqual(log.mapped("state"), ["sent"] * 3)
        self.assertEqual(log[0].remote_id, "7")

    def test_messages_that_cannot_be_sent_reach_no_gateway(self):
        _gateway, stub = self.build_gateway()
        for values, reason in (
            ({"number": "нет"}, "bad_phone"),
            ({"number": False}, "no_phone"),
            ({"body": "  "}, "template"),
        ):
            sms, log = self.build_sms(1, **{"number": "+79160001122", **values})
            self.run_queue()
            self.assertEqual((log.state, log.reason), ("failed", reason))
            self.assertEqual(sms.state, "error")
        self.assertFalse(stub.calls)

    def test_written_as_people_write_numbers(self):
        _gateway, stub = self.build_gateway()
        sms, _log = self.build_sms(1, number="8 (916) 555-66-77")
        self.run_queue()
        self.assertEqual(stub.calls[0][0][1], "+79165556677")
        self.assertEqual(sms.number, "+79165556677")

    def test_refused_for_good_goes_elsewhere_at_once(self):
        _first, stub = self.build_gateway(sequence=1)
        _second, other = self.build_gateway("second", sequence=2)
        stub.answer = lambda messages: [
            Report(id=m.id, state=FAILED, reason="account", error="no money")
            for m in messages
        ]
        sms, log = self.build_sms(1)
        self.run_queue()
        self.assertEqual((stub.sent, other.sent), ([sms.uuid], [sms.uuid]))
        self.assertEqual(log.state, "sent")
        with self.subTest("and fails with its words when there is no other"):
            _second.active = False
            sms, log = self.build_sms(1)
            self.run_queue()
            self.assertEqual((log.state, log.reason), ("failed", "account"))
            self.assertEqual(log.error, "no money")
            self.assertEqual(sms.failure_type, "sms_credit")

    def test_sender_that_died(self):
        """What it had in hand is unknown, or sent again where that is safe."""
        gateway, stub = self.build_gateway()
        sms, log = self.build_sms(2)
        self.gateways._assign()
        claimed = gateway._claim(10)
        self.assertEqual([m.id for m, _tries in claimed], sms.mapped("uuid"))
        self.run_queue()
        self.assertFalse(stub.calls)
        self.gateways._recover()
        self.assertEqual(log.mapped("state"), ["sending"] * 2, "it may still live")
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.gateways._recover()
        self.env.invalidate_all()
        self.assertEqual(log.mapped("state"), ["unknown"] * 2)
        self.assertEqual(log.mapped("reason"), ["interrupted"] * 2)

    def test_gateway_taken_away(self):
        gateway, _stub = self.build_gateway(sequence=1)
        _second, other = self.build_gateway("second", sequence=2)
        sms, log = self.build_sms(1)
        self.gateways._assign()
        self.env.invalidate_all()
        self.assertEqual(sms.service_gateway_id, gateway)
        gateway.active = False
        self.run_queue()
        self.assertEqual(other.sent, [sms.uuid])
        self.assertEqual(log.gateway_id.name, "second")

    def test_no_gateway(self):
        self.build_gateway(prefixes="+7")
        sms, log = self.build_sms(1, number="+420777123456")
        self.run_queue()
        self.assertEqual((log.state, log.reason), ("failed", "no_gateway"))

    def test_queries_do_not_grow(self):
        _gateway, _stub = self.build_gateway()
        counts = []
        for size in (10, 90, 90):
            self.build_sms(size)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.run_queue()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 1)
        self.assertLessEqual(counts[1], counts[0] + 5)

    def test_the_only_gateway_that_knows_it_is_taken_away(self):
        gateway, stub = self.build_gateway(abilities={"takes_id": True})
        _second, other = self.build_gateway("second", sequence=20)
        stub.answer = raising(OutcomeUnknown("Read timed out"))
        _sms, log = self.build_sms(1)
        self.run_queue()
        gateway.active = False
        with freeze_time(fields.Datetime.now() + timedelta(minutes=5)):
            self.run_queue()
            self.gateways._give_up_pinned()
        self.env.invalidate_all()
        self.assertEqual((log.state, log.reason), ("unknown", "interrupted"))
        self.assertFalse(other.sent)
