import threading
from datetime import timedelta
from pathlib import Path

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import BaseCase

from ..tools.routing import (
    Route,
    add_passed,
    choose,
    get_country,
    parse_passed,
    parse_prefixes,
)
from .common_gateways import GatewaysCommon

MTS, BEELINE, CZ = "+79161112233", "+79051112233", "+420777123456"


class TestRouting(BaseCase):
    """The rules without a database."""

    def test_prefixes_as_people_write_them(self):
        self.assertEqual(
            parse_prefixes("+7 (916), 7 917;\n+375"), ("+7916", "+7917", "+375")
        )
        self.assertEqual(parse_prefixes("нет, ,"), ())
        self.assertEqual(parse_prefixes(False), ())

    def test_what_a_route_serves(self):
        russia = Route(1, countries=frozenset({"RU"}), prefixes=("+375",))
        for number, serves in ((MTS, True), ("+375291112233", True), (CZ, False)):
            self.assertEqual(russia.serves(number, get_country(number), 1, ""), serves)
        self.assertFalse(Route(1, company_id=2).serves(MTS, "RU", 1, "service"))
        self.assertFalse(
            Route(1, purpose="advertising").serves(MTS, "RU", 1, "service")
        )
        self.assertTrue(Route(1).serves(CZ, "", 1, "service"))

    def test_the_order(self):
        a, b, down = Route(1), Route(2), Route(3, is_down=True)
        self.assertEqual(choose([down, a, b]), a)
        self.assertEqual(choose([a, b], "1"), b)
        self.assertEqual(choose([a, b], "1,2"), a, "another round")
        self.assertEqual(choose([a, b], "-1,2"), b, "one for good")
        self.assertIsNone(choose([a], "-1"))
        self.assertEqual(choose([down]), down, "it waits for it")
        self.assertIsNone(choose([Route(1, is_spent=True)]))

    def test_given_up(self):
        self.assertEqual(add_passed("", 3, False), "3")
        self.assertEqual(parse_passed(add_passed("3,-5", 3, True)), (set(), {3, 5}))


class TestGatewayRoute(GatewaysCommon):
    """Which gateway a message takes."""

    def test_country_prefix_purpose_company(self):
        other = self.env["res.company"].create({"name": "Вторая"})
        ads, _s = self.build_gateway("ads", purpose="advertising", sequence=1)
        theirs, _s = self.build_gateway("theirs", company_id=other.id, sequence=2)
        mts, _s = self.build_gateway("mts", prefixes="+7 916", sequence=3)
        russia, _s = self.build_gateway(
            "russia", country_ids=self.env.ref("base.ru").ids, sequence=4
        )
        world, _s = self.build_gateway("world", sequence=5)
        messages = self.messages
        for number, values, gateway in (
            (MTS, {}, mts),
            (BEELINE, {}, russia),
            (CZ, {}, world),
            (MTS, {"purpose": "advertising"}, ads),
            (CZ, {"company_id": other.id}, theirs),
        ):
            _sms, log = self.build_sms(1, number=number)
            log.write(values)
            messages |= log
            log.error = gateway.name
        self.run_queue_keeping(messages)

    def run_queue_keeping(self, messages):
        wanted = {message: message.error for message in messages}
        self.run_queue()
        self.assertEqual(
            {message: message.gateway_id.name for message in messages}, wanted
        )

    def test_service_before_advertising(self):
        _gateway, stub = self.build_gateway(abilities={"batch_size": 1})
        order = []
        for purpose in ("advertising", "service", "advertising", "service"):
            log = self.messages.create(
                {
                    "channel": "sms",
                    "state": "queued",
                    "purpose": purpose,
                    "recipient_key": "x",
                    "sms_uuid": f"{len(order):032x}",
                }
            )
            order.append(log.sms_uuid)
            self.build_sms(1, uuid=log.sms_uuid)
        self.run_queue()
        self.assertEqual(stub.sent, [order[1], order[3], order[0], order[2]])

    def test_one_that_is_down_is_passed_by_and_tried_again(self):
        first, stub = self.build_gateway(sequence=1, tries=3)
        _second, other = self.build_gateway("second", sequence=2)
        now = fields.Datetime.now()
        first.write({"failures": 4, "date_paused": now + timedelta(minutes=5)})
        self.assertEqual(first.health, "down")
        _sms, log = self.build_sms(1)
        with freeze_time(now):
            self.run_queue()
        self.assertEqual(len(other.sent), 1)
        _sms, log = self.build_sms(1)
        with freeze_time(now + timedelta(minutes=6)):
            self.run_queue()
        self.assertEqual(len(stub.sent), 1)
        self.assertEqual((first.failures, first.health), (0, "works"))

    def test_down_and_alone_it_is_waited_for(self):
        first, stub = self.build_gateway()
        now = fields.Datetime.now()
        first.write({"failures": 4, "date_paused": now + timedelta(minutes=5)})
        sms, log = self.build_sms(1)
        with freeze_time(now):
            self.run_queue()
        self.assertEqual((log.state, stub.calls), ("queued", []))
        with self.subTest("or a person says: now"):
            first.with_user(self.user_admin).action_resume()
            self.run_queue()
            self.assertEqual(log.state, "sent")

    def test_limit_of_messages_per_second(self):
        _gateway, stub = self.build_gateway(rate=50, abilities={"batch_size": 100})
        _sms, log = self.build_sms(12)
        self.run_queue()
        self.assertEqual(set(log.mapped("state")), {"sent"})
        self.assertGreater(len(stub.calls), 2, "not all at once")

    def test_side_by_side(self):
        """Several requests at once, from several threads."""
        meeting = threading.Barrier(3)
        _gateway, stub = self.build_gateway(
            abilities={"is_parallel": True, "batch_size": 1}, parallel=3
        )
        answer = stub.answer

        def meet(messages):
            meeting.wait(10)  # all three are here at the same time
            return answer(messages)

        stub.answer = meet
        _sms, log = self.build_sms(6)
        self.run_queue()
        self.assertEqual(set(log.mapped("state")), {"sent"})

    def test_a_copy_of_the_database_sends_nothing(self):
        gateway, _stub = self.build_gateway(
            account="me", secret="тайна", url="https://sms.example.com", sender="US"
        )
        self.env.flush_all()
        script = Path(__file__).parents[1] / "data" / "neutralize.sql"
        self.env.cr.execute(script.read_text())
        self.env.invalidate_all()
        self.assertEqual(set(self.gateways.search([]).mapped("kind")), {"sandbox"})
        self.assertFalse(gateway.secret or gateway.account or gateway.url)

    def test_secrets(self):
        gateway, _stub = self.build_gateway(secret="тайна")
        admin = gateway.with_user(self.user_admin)
        self.assertEqual(admin.secret, "тайна")
        self.assertFalse(gateway.copy().secret)
        for user in (self.user_operator, self.user_manager, self.user_performer):
            with self.assertRaises(AccessError, msg=user.login):
                gateway.with_user(user).read(["secret"])

    def test_buttons(self):
        gateway, stub = self.build_gateway()
        stub.answer = lambda messages: []
        self.build_sms(2)
        self.run_queue()
        self.build_sms(1)
        self.gateways._assign()
        self.env.invalidate_all()
        admin = gateway.with_user(self.user_admin)
        self.assertEqual((admin.unknown_count, admin.queued_count), (2, 1))
        unknown = admin.action_open_unknown()["domain"]
        self.assertEqual(self.messages.search_count(unknown), 2)
        queued = admin.action_open_queue()["domain"]
        self.assertEqual(self.messages.search_count(queued), 1)
        self.assertFalse(self.messages.search(admin.action_open_messages()["domain"]))
        self.assertEqual(admin.route_text, "All numbers")
