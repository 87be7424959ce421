from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from unittest.mock import patch

from odoo import api
from odoo.exceptions import UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

SLOT = {
    "date_start": datetime(2030, 1, 7, 9),
    "date_end": datetime(2030, 1, 7, 10),
}


@tagged("post_install", "-at_install")
class TestWorkOrderRace(BaseCase):
    """Transactions that really commit book the same performer at the same time."""

    def setUp(self):
        super().setUp()
        # Whoever loads the registry waits for these tests and holds its lock meanwhile.
        self.patch(Registry, "_lock", DummyRLock())
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            team = env.ref("service_crm.team_service")
            self.performer_id = (
                env["resource.resource"]
                .create({"name": "Race", "is_performer": True, "tz": "UTC"})
                .id
            )
            self.partner_id = env["res.partner"].create({"name": "Race"}).id
            self.team_id = team.id
        self.addCleanup(self.remove)

    def environment(self, cr):
        return api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})

    def remove(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            orders = env["service.work.order"].search(
                [("partner_id", "=", self.partner_id)]
            )
            env["service.phase.log"].search(
                [("res_model", "=", "service.work.order"), ("res_id", "in", orders.ids)]
            ).unlink()
            orders.write({"state": "cancelled"})
            orders.unlink()
            env["resource.resource"].browse(self.performer_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()

    def book(self, env, **values):
        return env["service.work.order"].create(
            {
                "partner_id": self.partner_id,
                "team_id": self.team_id,
                "performer_id": self.performer_id,
                **SLOT,
                **values,
            }
        )

    def booked(self):
        with self.registry.cursor() as cr:
            return self.environment(cr)["service.work.order"].search_count(
                [("performer_id", "=", self.performer_id)]
            )

    def run_at_once(self, workers, job):
        """Run ``job(env, number)`` in threads whose snapshots are all taken before."""
        barrier = Barrier(workers)

        def work(number):
            with self.registry.cursor() as cr:
                env = self.environment(cr)
                env["service.work.order"].search_count([])  # the snapshot is taken
                barrier.wait(30)
                try:
                    retrying(lambda: job(env, number), env)
                    cr.commit()  # pylint: disable=invalid-commit
                except UserError as error:
                    cr.rollback()
                    return str(error)
            return "booked"

        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.time.sleep"),
            ThreadPoolExecutor(workers) as pool,
        ):
            return list(pool.map(work, range(workers), timeout=60))

    def test_exactly_one_of_two_wins(self):
        results = self.run_at_once(2, lambda env, number: self.book(env))
        self.assertEqual(results.count("booked"), 1, results)
        self.assertIn("already booked", next(r for r in results if r != "booked"))
        self.assertEqual(self.booked(), 1)

    def test_a_crew_of_two_takes_two_of_four(self):
        with self.registry.cursor() as cr:
            crew = self.environment(cr)["resource.resource"].browse(self.performer_id)
            crew.service_capacity = 2
        results = self.run_at_once(4, lambda env, number: self.book(env))
        self.assertEqual(results.count("booked"), 2, results)
        self.assertEqual(self.booked(), 2)

    def test_two_moves_into_the_same_hour(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            ids = [
                self.book(
                    env,
                    date_start=datetime(2030, 1, day, 9),
                    date_end=datetime(2030, 1, day, 10),
                ).id
                for day in (8, 9)
            ]

        def move(env, number):
            env["service.work.order"].browse(ids[number]).write(SLOT)

        results = self.run_at_once(2, move)
        self.assertEqual(results.count("booked"), 1, results)
