from datetime import datetime

from odoo.tests import tagged

from .common_race import RaceCommon

SLOT = {
    "date_start": datetime(2030, 1, 7, 9),
    "date_end": datetime(2030, 1, 7, 10),
}


@tagged("post_install", "-at_install")
class TestWorkOrderRace(RaceCommon):
    """Transactions that really commit book the same performer at the same time."""

    def make(self, env):
        performer = env["resource.resource"].create(
            {"name": "Race", "is_performer": True, "tz": "UTC"}
        )
        self.performer_id = performer.id
        self.partner_id = env["res.partner"].create({"name": "Race"}).id
        self.team_id = env.ref("service_crm.team_service").id

    def remove(self, env):
        orders = env["service.work.order"].search(
            [("partner_id", "=", self.partner_id)]
        )
        self.ids["service.work.order"] = orders.ids
        self.forget_entries(env, "service.work.order")
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

    def test_exactly_one_of_two_wins(self):
        results = self.run_at_once(lambda env, number: self.book(env))
        self.assertEqual(results.count(""), 1, results)
        self.assertIn("already booked", next(filter(None, results)))
        self.assertEqual(self.booked(), 1)

    def test_a_crew_of_two_takes_two_of_four(self):
        with self.registry.cursor() as cr:
            crew = self.environment(cr)["resource.resource"].browse(self.performer_id)
            crew.service_capacity = 2
        results = self.run_at_once(lambda env, number: self.book(env), workers=4)
        self.assertEqual(results.count(""), 2, results)
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

        results = self.run_at_once(move)
        self.assertEqual(results.count(""), 1, results)
