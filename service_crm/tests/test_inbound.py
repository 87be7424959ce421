import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules import module
from odoo.modules.registry import DummyRLock, Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from .common import ServiceCommon, requirement
from .mail_corpus import NEED, head, text_part

DAY = 24 * 60 * 60
LOGGER = "odoo.addons.service_crm.models.service_inbound"


class Killed(BaseException):
    """What no ``except Exception`` holds back: the process is gone."""


class TestInbound(ServiceCommon):
    """Doors, retries, other people's channels."""

    def receive(self, external_id=None, **request):
        return self.env["service.inbound"]._receive(
            "chat",
            NEED.encode(),
            external_id=external_id,
            sender="Ivan <ivan@stranger.example.org>",
            name="Lift stuck",
            preview=NEED,
            team_id=self.team.id,
            payload={"request": request},
        )

    def break_requests(self, error):
        """Requests cannot be made while this lasts."""

        def create(records, values):
            raise error

        return patch.object(
            type(self.env["service.inbound"]), "_create_request", create
        )

    def run_cron(self):
        """The cron as the scheduler runs it, long after the doors."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_inbound SET write_date = write_date - interval '5 minutes'"
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("service_crm.cron_inbound").method_direct_trigger()

    def test_what_fails_keeps_its_error_and_original(self):
        with self.break_requests(ValueError("broken part")), self.assertLogs(LOGGER):
            inbound = self.receive()
        self.assertEqual(inbound.state, "failed")
        self.assertIn("broken part", inbound.error)
        self.assertEqual(inbound.attempts, 1)
        self.assertEqual(inbound._get_raw().decode(), NEED)
        self.assertTrue(inbound.is_open)
        self.assertIn(
            inbound, self.env["service.inbound"].search([("is_open", "=", True)])
        )
        inbound.with_user(self.user_operator).action_retry()
        self.assertEqual(inbound.state, "done")
        self.assertEqual(inbound.request_id.service_need, NEED)
        self.assertFalse(inbound.error)

    def test_request_by_hand_of_what_keeps_failing(self):
        with self.break_requests(ValueError("broken part")), self.assertLogs(LOGGER):
            inbound = self.receive()
        inbound.with_user(self.user_operator).action_make_request()
        self.assertEqual(inbound.state, "done")
        message = inbound.mail_message_id
        self.assertIn(message, inbound.request_id.message_ids)
        self.assertIn(NEED, message.body)
        self.assertEqual(message.attachment_ids.raw.decode(), NEED)

    def test_a_poisoned_item_does_not_stop_the_batch(self):
        Inbound = self.env["service.inbound"]
        inbounds = Inbound.union(
            *(
                Inbound._receive(
                    "chat",
                    b"raw",
                    name=f"Item {number}",
                    team_id=self.team.id,
                    process=False,
                    payload={"request": {"type": "poison"} if number == 2 else {}},
                )
                for number in range(5)
            )
        )
        self.assertEqual(inbounds.mapped("state"), ["new"] * 5)
        with self.assertLogs(LOGGER):
            self.run_cron()
        self.assertEqual(
            inbounds.sorted("name").mapped("state"),
            ["done", "done", "failed", "done", "done"],
        )
        self.assertEqual(len(inbounds.request_id), 4)

    def test_the_cron_leaves_fresh_items_to_their_door(self):
        inbound = self.env["service.inbound"]._receive(
            "chat", b"raw", name="Fresh", team_id=self.team.id, process=False
        )
        self.assertNotIn(inbound, inbound.search(inbound._get_stale_domain()))

    def test_an_item_that_kills_the_process_is_not_tried_for_ever(self):
        inbound = self.env["service.inbound"]._receive(
            "chat", b"raw", name="Killer", team_id=self.team.id, process=False
        )
        with self.break_requests(Killed()):
            for attempt in range(3):
                with suppress(Killed):  # assertRaises would undo the attempt
                    inbound._process()
                self.assertEqual(
                    (inbound.state, inbound.attempts), ("new", attempt + 1)
                )
        self.run_cron()
        self.assertEqual(inbound.state, "failed")
        self.assertIn("3 times", inbound.error)
        inbound.with_user(self.user_operator).action_retry()
        self.assertEqual(inbound.state, "done")

    @requirement("R6")
    def test_every_channel_ends_in_the_operators_queue(self):
        for channel in self.env["crm.lead"]._get_service_channels():
            if channel in ("mail", "form"):
                continue  # have content of their own, see their tests
            inbound = self.env["service.inbound"]._receive(
                channel, b"raw", name="Lift", team_id=self.team.id
            )
            self.assertRecordValues(
                inbound.request_id,
                [
                    {
                        "service_channel": channel,
                        "service_phase": "new",
                        "type": "lead",
                        "user_id": False,
                        "dispatcher_id": False,
                        "team_id": self.team.id,
                    }
                ],
            )

    @requirement("R22")
    def test_a_third_addon_adds_a_channel(self):
        """One entry in the registry, one method: as the README's extending section."""

        def channels(lead):
            return {**original(lead), "beacon": {"name": "Beacon"}}

        def process_beacon(inbound):
            device = inbound._get_raw().decode()
            inbound._set_done(
                inbound._create_request({"service_need": f"Beacon of {device}"})
            )

        Lead, Inbound = type(self.env["crm.lead"]), type(self.env["service.inbound"])
        original = Lead._get_service_channels
        with (
            patch.object(Lead, "_get_service_channels", channels),
            patch.object(Inbound, "_process_beacon", process_beacon, create=True),
        ):
            receive = self.env["service.inbound"]._receive
            values = {
                "sender": self.customer.email,
                "name": "Alarm",
                "team_id": self.team.id,
            }
            first = receive("beacon", b"lift 7", external_id="b-1", **values)
            again = receive("beacon", b"lift 7", external_id="b-1", **values)
            self.assertEqual(again, first)
            request = first.request_id
            self.assertEqual(request.service_channel, "beacon")
            self.assertEqual(request.service_need, "Beacon of lift 7")
            # the customer is found and the operators get it, as from any other door
            self.assertEqual(request.partner_id, self.customer)
            self.assertEqual(request.service_phase, "new")
            # another channel may use the same numbers
            other = self.env["service.inbound"]._receive(
                "chat", b"x", external_id="b-1", name="Other", team_id=self.team.id
            )
            self.assertNotEqual(other, first)

    def test_old_items_go(self):
        done = self.receive("old")
        ignored = self.receive("old-2")
        ignored.state = "ignored"
        self.env["service.inbound"]._gc_inbound()
        self.assertTrue(done.raw and ignored.exists())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_inbound SET create_date = create_date - interval '1 year'"
        )
        self.env.invalidate_all()
        self.env["service.inbound"]._gc_inbound()
        self.assertFalse(ignored.exists())
        self.assertFalse(done.raw)
        self.assertEqual(self.receive("old"), done)


@tagged("post_install", "-at_install")
class TestInboundCommit(BaseCase):
    """With real transactions: what was stored is there after a kill.

    There is no transaction of the test's own: the real ones would wait for it.
    """

    RAW = head("killed") + text_part(NEED.encode())

    def setUp(self):
        super().setUp()
        # Whoever loads the registry waits for these tests and holds its lock meanwhile.
        self.patch(Registry, "_lock", DummyRLock())
        self.registry = Registry(get_db_name())

    @contextmanager
    def real_transactions(self):
        """Code commits as in production; what it left is removed at the end."""
        try:
            with patch.object(module, "current_test", False):
                yield
        finally:
            self.clear()

    def look(self):
        """States and requests as another process sees them."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return [
                (inbound.state, inbound.attempts, len(inbound.request_id))
                for inbound in env["service.inbound"].search([])
            ]

    def gateway(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            team = env.ref("service_crm.team_service")
            return env["mail.thread"].message_process(
                "crm.lead", self.RAW, custom_values={"team_id": team.id}
            )

    def kill_at(self, method):
        def kill(*args, **kwargs):
            raise Killed()

        return patch.object(self.registry["service.inbound"], method, kill)

    @mute_logger("odoo.sql_db")
    def test_killed_at_any_step_nothing_vanishes(self):
        with self.real_transactions():
            for step, seen in (
                # stored, and killed before anything else
                ("_process", [("new", 0, 0)]),
                # killed while it was processed: after the message, before the result
                ("_get_request_of", [("new", 1, 0)]),
            ):
                with self.kill_at(step), self.assertRaises(Killed):
                    self.gateway()
                self.assertEqual(self.look(), seen)
                # the sender's server tries again: the same one
                if step == "_process":
                    self.assertFalse(self.gateway())
                    self.assertEqual(self.look(), seen)
                    self.pick_up()
                    self.assertEqual(self.look(), [("done", 1, 1)])
                    self.clear()
            self.pick_up()
            self.assertEqual(self.look(), [("done", 2, 1)])

    def test_limits_hold_across_workers(self):
        """Four at once, each with a connection of its own: none is counted twice."""

        def post(_number):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["res.lang"].search_count([])  # each has begun before it counts
                barrier.wait(10)
                return env["service.rate.limit"]._allow("test", "192.0.2.1", 3, DAY)

        barrier = threading.Barrier(4)
        try:
            with (
                patch.object(module, "current_test", False),
                ThreadPoolExecutor(4) as pool,
            ):
                allowed = list(pool.map(post, range(4)))
            self.assertEqual(sorted(allowed), [False, True, True, True])
        finally:
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["service.rate.limit"].search([]).unlink()

    @mute_logger("odoo.sql_db")
    def test_two_deliveries_at_once_make_one(self):
        def deliver(_number):
            barrier.wait(10)
            return self.gateway()

        barrier = threading.Barrier(3)
        with self.real_transactions(), ThreadPoolExecutor(3) as pool:
            list(pool.map(deliver, range(3)))
            self.assertEqual(self.look(), [("done", 1, 1)])

    def pick_up(self):
        """What the cron does, for items of any age."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["service.inbound"].search([("state", "=", "new")])._process()

    def clear(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            inbounds = env["service.inbound"].search([])
            inbounds.request_id.unlink()
            inbounds.unlink()
