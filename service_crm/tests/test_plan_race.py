from odoo.tests import new_test_user, tagged

from ..tools import board
from .common_race import RaceCommon
from .test_dispatch_race import FROM, MONDAY, UNTIL


@tagged("post_install", "-at_install")
class TestPlanRace(RaceCommon):
    """A plan is applied at the moment somebody moves a job, in real transactions."""

    def make(self, env):
        env = env(context=dict(env.context, no_reset_password=True))
        users = [
            new_test_user(
                env,
                login=f"race_plan_{number}",
                groups="service_crm.group_service_dispatcher",
            )
            for number in range(2)
        ]
        performers = env["resource.resource"].create(
            [
                {
                    "name": f"Race {number}",
                    "is_performer": True,
                    "tz": "UTC",
                    "calendar_id": False,
                }
                for number in range(2)
            ]
        )
        partner = env["res.partner"].create({"name": "Гонка"})
        orders = env["service.work.order"].create(
            [{"partner_id": partner.id, "planned_hours": 1} for _number in range(3)]
        )
        plan = env["service.plan"].create(
            {
                "date_start": MONDAY.date(),
                "date_end": MONDAY.date(),
                "performer_ids": performers.ids,
                "state": "proposed",
            }
        )
        env.flush_all()
        # The first two one after the other with the first performer, one elsewhere.
        env["service.plan.line"].create(
            [
                {
                    "plan_id": plan.id,
                    "order_id": order.id,
                    "kind": "new",
                    "version": order.plan_version,
                    "to_performer_id": performers[number // 2].id,
                    "to_start": FROM.replace(hour=9 + number % 2),
                    "to_end": UNTIL.replace(hour=10 + number % 2),
                }
                for number, order in enumerate(orders)
            ]
        )
        self.ids = {
            "res.users": [user.id for user in users],
            "resource.resource": performers.ids,
            "res.partner": partner.ids,
            "service.work.order": orders.ids,
            "service.plan": plan.ids,
        }

    def remove(self, env):
        self.get(env, "service.plan").unlink()
        self.remove_visits(env)

    def race(self, move):
        """One applies the plan while the other moves; who moved, was he answered?"""
        answers = {}

        def work(env, number):
            if number:
                answers["moved"] = env["service.dispatch.board"].action_move([move])
            else:
                self.get(env, "service.plan").action_apply()

        told = self.run_at_once(work, users=self.ids["res.users"])
        self.assertEqual(told, ["", ""])
        return bool(answers["moved"]["orders"])

    def look(self, function):
        with self.registry.cursor() as cr:
            return function(self.environment(cr))

    def get_results(self):
        return self.look(
            lambda env: {
                line.order_id.id: line.result
                for line in self.get(env, "service.plan").line_ids
            }
        )

    def assertNothingTwice(self):
        def check(env):
            taken = sorted(
                (order.performer_id.id, order.date_start, order.date_end)
                for order in self.get(env, "service.work.order")
                if order.date_start
            )
            for one, other in zip(taken, taken[1:], strict=False):
                self.assertTrue(one[0] != other[0] or one[2] <= other[1], taken)

        self.look(check)

    def test_somebody_moves_a_job_of_the_plan(self):
        first, *others = self.ids["service.work.order"]
        performer = self.ids["resource.resource"][1]
        version = self.look(
            lambda env: self.get(env, "service.work.order")[0].plan_version
        )
        moved = self.race(
            {
                "id": first,
                "version": version,
                "performer": performer,
                "start": board.to_milliseconds(FROM.replace(hour=15)),
                "end": board.to_milliseconds(FROM.replace(hour=16)),
            }
        )
        results = self.get_results()
        self.assertEqual(results[first], "conflict" if moved else "applied")
        self.assertEqual({results[key] for key in others}, {"applied"})
        start = self.look(lambda env: self.get(env, "service.work.order")[0].date_start)
        self.assertEqual(start.hour, 15 if moved else 9)
        self.assertNothingTwice()

    def test_somebody_takes_a_slot_of_the_plan(self):
        """With a job the plan knows nothing of."""
        other = self.look(
            lambda env: (
                env["service.work.order"]
                .create({"partner_id": self.ids["res.partner"][0], "planned_hours": 1})
                .ids
            )
        )
        self.ids["service.work.order"] += other
        version = self.look(
            lambda env: env["service.work.order"].browse(other).plan_version
        )
        moved = self.race(
            {
                "id": other[0],
                "version": version,
                "performer": self.ids["resource.resource"][0],
                "start": board.to_milliseconds(FROM),
                "end": board.to_milliseconds(UNTIL),
            }
        )
        results = self.get_results()
        first = self.ids["service.work.order"][0]
        self.assertEqual(results[first], "refused" if moved else "applied")
        self.assertNothingTwice()
