"""Gateways that keep reports and replies until they are fetched."""

from ..tools.gateways.base import (
    DELIVERED,
    Answer,
    GatewayError,
    Inbound,
    NotSent,
    Report,
)
from .common_gateways import GatewaysCommon


class TestGatewayFetch(GatewaysCommon):
    def watch(self):
        """The job that looks after messages, as the server runs it."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("service_crm_sms.cron_sms_watch").method_direct_trigger()
        self.env.invalidate_all()

    def test_fetched_by_the_job(self):
        answers = [
            Answer(
                reports=[Report(remote_id="81", state=DELIVERED)],
                inbound=[Inbound("+79161208115", "Да", remote_id="i1")],
            )
        ]

        def fetch(_adapter, keep):
            while answers:
                keep(answers.pop())

        gateway, _stub = self.build_gateway(
            abilities={"can_fetch": True, "fetch": fetch}
        )
        message = self.messages.create(
            {
                "res_model": "crm.lead",
                "res_id": self.build_request().id,
                "recipient_key": "x",
                "channel": "sms",
                "state": "sent",
                "sms_uuid": "f" * 32,
                "remote_id": "81",
                "gateway_id": gateway.id,
            }
        )
        self.watch()
        self.assertEqual(message.state, "delivered")
        inbound = self.env["service.inbound"].search([("gateway_id", "=", gateway.id)])
        self.assertEqual(inbound.preview, "Да")

    def test_one_out_of_reach_stops_no_other(self):
        fetched = []

        def fail(_adapter, _keep):
            raise GatewayError("out of reach")

        def miss(_adapter, _keep):
            raise NotSent("The library is missing")

        for key, fetch in (
            ("first", fail),
            ("second", miss),
            ("third", lambda _adapter, _keep: fetched.append("third")),
        ):
            self.build_gateway(key, {"can_fetch": True, "fetch": fetch})
        self.watch()
        self.assertEqual(fetched, ["third"])
