from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from ..tools.gateways.base import (
    DELIVERED,
    FAILED,
    SENT,
    GatewayError,
    OutcomeUnknown,
    Report,
)
from .common_gateways import GatewaysCommon


class TestGatewayQuery(GatewaysCommon):
    """Reports: late, doubled, out of order, early; asking; the next gateway."""

    def watch(self, **after):
        """The job that asks, after a while."""
        self.env.flush_all()
        with (
            freeze_time(fields.Datetime.now() + timedelta(**after)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("service_crm_sms.cron_sms_watch").method_direct_trigger()
        self.env.invalidate_all()

    def test_late_doubled_out_of_order(self):
        gateway, _stub = self.build_gateway()
        _sms, log = self.build_sms(3)
        self.run_queue()
        ids = log.mapped("remote_id")
        at = fields.Datetime.now().replace(microsecond=0) - timedelta(minutes=3)
        delivered = Report(remote_id=ids[0], state=DELIVERED, at=at, segments=2)
        found = gateway._apply_reports(
            [
                delivered,
                delivered,
                Report(remote_id=ids[0], state=SENT),
                Report(remote_id=ids[1], state=FAILED, reason="undelivered"),
                Report(remote_id=ids[1], state=SENT),
                Report(remote_id="nobody's", state=DELIVERED),
            ]
        )
        self.assertEqual(found, 2)
        self.assertEqual(log.mapped("state"), ["delivered", "failed", "sent"])
        self.assertEqual((log[0].date_delivered, log[0].segments), (at, 2))
        gateway._apply_reports([Report(remote_id=ids[0], state=FAILED)])
        self.assertEqual(log[0].state, "delivered")

    def test_ids_of_another_gateway(self):
        self.build_gateway(sequence=1)
        other, _stub = self.build_gateway("second", sequence=2)
        _sms, log = self.build_sms(1)
        self.run_queue()
        other._apply_reports([Report(remote_id=log.remote_id, state=DELIVERED)])
        self.assertEqual(log.state, "sent")

    def test_report_faster_than_the_answer(self):
        gateway, _stub = self.build_gateway()
        _sms, log = self.build_sms(1)
        remote_id = f"r{log.sms_uuid[:8]}"
        early = Report(
            remote_id=remote_id, state=DELIVERED, price=2.5, currency="RUB", segments=1
        )
        for _twice in range(2):
            self.assertFalse(gateway._apply_reports([early]))
        kept = self.env["sms.gateway.report"].search([])
        self.assertEqual(kept.remote_id, remote_id)
        self.run_queue()
        self.assertEqual(log.state, "delivered")
        self.assertFalse(kept.exists())

    def test_reports_of_nobody_are_forgotten(self):
        gateway, _stub = self.build_gateway()
        gateway._apply_reports([Report(remote_id="9", state=DELIVERED)])
        kept = self.env["sms.gateway.report"].search([])
        self.assertTrue(kept)
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            kept._gc_reports()
        self.assertFalse(kept.exists())

    def test_odoos_notification_follows(self):
        _gateway, _stub = self.build_gateway()
        self.only_rule("received", channel="sms")
        message = self.sent(self.build_request(), channel="sms")
        self.run_queue()
        note = self.env["sms.tracker"].search([("sms_uuid", "=", message.sms_uuid)])
        self.assertEqual(note.mail_notification_id.notification_status, "pending")
        self.gateways._apply_reports(
            [
                Report(
                    id=message.sms_uuid, state=FAILED, reason="undelivered", error="нет"
                )
            ]
        )
        notification = note.mail_notification_id
        self.assertEqual(
            (notification.notification_status, notification.failure_type),
            ("exception", "sms_not_delivered"),
        )
        self.assertEqual(notification.failure_reason, "нет")

    def test_asked_until_the_last_word(self):
        _gateway, stub = self.build_gateway(abilities={"can_query": True})
        _sms, log = self.build_sms(2)
        self.run_queue()
        self.watch(minutes=1)
        self.assertFalse(stub.asked)
        stub.tell = lambda messages: [
            Report(remote_id=messages[0].remote_id, state=DELIVERED)
        ]
        self.watch(minutes=3)
        self.assertEqual(len(stub.asked), 1)
        self.assertEqual(
            set(stub.asked[0]),
            set(zip(log.mapped("sms_uuid"), log.mapped("remote_id"), strict=True)),
        )
        self.assertEqual(sorted(log.mapped("state")), ["delivered", "sent"])
        still = log.filtered(lambda m: m.state == "sent")
        self.assertTrue(still.date_query)
        self.watch(minutes=3, seconds=10)
        self.assertEqual(len(stub.asked), 1, "not at once again")
        self.watch(hours=1)
        self.assertEqual([i for i, _r in stub.asked[-1]], still.mapped("sms_uuid"))
        self.watch(days=4)
        self.assertFalse(still.date_query, "nobody asks for ever")

    def test_unknown_is_asked_by_our_id(self):
        _gateway, stub = self.build_gateway(
            abilities={"can_query": True, "can_query_own": True}
        )

        def lose(messages):
            raise OutcomeUnknown("cut off")

        stub.answer = lose
        sms, log = self.build_sms(2)
        self.run_queue()
        self.assertEqual(log.mapped("state"), ["unknown"] * 2)
        arrived, lost = sms.mapped("uuid")
        stub.tell = lambda messages: [
            Report(id=arrived, remote_id="77", state=SENT),
            Report(id=lost, state=FAILED, temporary=True),
        ]
        del stub.answer
        self.watch(minutes=1)
        self.assertEqual(log.mapped("state"), ["sent", "queued"])
        self.assertEqual(log[0].remote_id, "77")
        with freeze_time(fields.Datetime.now() + timedelta(minutes=2)):
            self.run_queue()
        self.assertEqual(log.mapped("state"), ["sent", "sent"])
        self.assertEqual(stub.sent.count(arrived), 1)
        self.assertEqual(stub.sent.count(lost), 2)

    def test_sender_that_died_is_asked_for(self):
        gateway, stub = self.build_gateway(
            abilities={"can_query": True, "can_query_own": True}
        )
        sms, log = self.build_sms(2)
        self.gateways._assign()
        gateway._claim(10)
        stub.tell = lambda messages: [
            Report(id=m.id, remote_id="1", state=DELIVERED) for m in messages
        ]
        self.watch(hours=1)
        self.assertEqual(log.mapped("state"), ["unknown"] * 2)
        self.watch(hours=1, minutes=2)
        self.assertEqual(log.mapped("state"), ["delivered"] * 2)
        self.assertFalse(stub.sent)

    def test_a_silent_gateway_stops_no_other_questions(self):
        _first, stub = self.build_gateway(
            abilities={"can_query": True}, prefixes="+7916"
        )
        _second, other = self.build_gateway("second", {"can_query": True})
        _sms, log = self.build_sms(1)
        _sms, log2 = self.build_sms(1, number="+420777123456")

        def fail(messages):
            raise GatewayError("503")

        stub.tell = fail
        other.tell = lambda messages: [
            Report(id=m.id, state=DELIVERED) for m in messages
        ]
        self.run_queue()
        self.watch(minutes=5)
        self.assertEqual((log.state, log2.state), ("sent", "delivered"))
        self.assertEqual(len(stub.asked), 1)

    def test_undelivered_goes_by_the_next(self):
        first, stub = self.build_gateway(is_passing_on=True, sequence=1)
        second, other = self.build_gateway("second", is_passing_on=True, sequence=2)
        sms, log = self.build_sms(2)
        self.run_queue()
        self.env["sms.sms"]._gc_device()  # Odoo forgets what was sent
        self.env.invalidate_all()
        number, text = log[0].address, log[0].text
        lost = Report(remote_id=log[0].remote_id, state=FAILED, reason="undelivered")
        dead = Report(remote_id=log[1].remote_id, state=FAILED, reason="bad_phone")
        first._apply_reports([lost, dead])
        self.env.invalidate_all()
        self.assertEqual(log.mapped("state"), ["queued", "failed"])
        self.run_queue()
        self.assertEqual(other.calls, [[(log[0].sms_uuid, number, text)]])
        self.assertEqual((log[0].state, log[0].gateway_id), ("sent", second))
        with self.subTest("and ends where no further gateway is"):
            second._apply_reports(
                [Report(id=log[0].sms_uuid, state=FAILED, reason="undelivered")]
            )
            self.env.invalidate_all()
            self.assertEqual((log[0].state, log[0].reason), ("failed", "undelivered"))
