from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..tools import board
from .common_race import RaceCommon

MONDAY = datetime(2030, 1, 7)
FROM, UNTIL = MONDAY.replace(hour=9), MONDAY.replace(hour=10)


@tagged("post_install", "-at_install")
class TestDispatchRace(RaceCommon):
    """Dispatchers and performers do it at the same moment, in real transactions."""

    def make(self, env):
        env = env(context=dict(env.context, no_reset_password=True))
        roles = ("dispatcher", "dispatcher", "performer")
        users = [
            new_test_user(
                env,
                login=f"race_board_{number}",
                groups=f"service_crm.group_service_{role}",
            )
            for number, role in enumerate(roles)
        ]
        performers = env["resource.resource"].create(
            [
                {
                    "name": f"Race {number}",
                    "is_performer": True,
                    "tz": "UTC",
                    "calendar_id": False,
                    "user_id": users[2].id if number == 0 else False,
                }
                for number in range(2)
            ]
        )
        partner = env["res.partner"].create({"name": "Race"})
        orders = env["service.work.order"].create(
            [{"partner_id": partner.id, "planned_hours": 1} for number in range(2)]
        )
        self.ids = {
            "res.users": [user.id for user in users],
            "resource.resource": performers.ids,
            "res.partner": partner.ids,
            "service.work.order": orders.ids,
        }
        self.user_ids = [user.id for user in users]

    def remove(self, env):
        self.remove_visits(env)

    def move(self, order, performer_id, start=FROM, end=UNTIL):
        return {
            "id": order.id,
            "version": order.plan_version,
            "performer": performer_id,
            "start": board.to_milliseconds(start),
            "end": board.to_milliseconds(end),
        }

    def prepare(self, function):
        """Do something first, for good."""
        with self.registry.cursor() as cr:
            return function(self.environment(cr))

    def race(self, job, users=None):
        """Run ``job`` twice at once; what each was answered, and told.

        What an attempt was answered counts only when it was not tried again.
        """
        answers = {}

        def work(env, number):
            try:
                answers[number] = job(env, number)
            except AccessError as error:
                raise UserError(str(error)) from error

        told = self.run_at_once(work, users=users or self.user_ids[:2])
        return answers, told

    def booked(self):
        """What the first performer has at that time."""
        with self.registry.cursor() as cr:
            return self.environment(cr)["service.work.order"].search(
                [
                    ("booked_ids", "in", self.ids["resource.resource"][:1]),
                    ("date_start", "<", UNTIL),
                    ("date_end", ">", FROM),
                ]
            )

    def test_two_dispatchers_drop_on_the_same_slot(self):
        first = self.ids["resource.resource"][0]
        moves = self.prepare(
            lambda env: [
                self.move(order, first) for order in self.get(env, "service.work.order")
            ]
        )
        answers, told = self.race(
            lambda env, number: env["service.dispatch.board"].action_move(
                [moves[number]]
            )
        )
        self.assertEqual(told, ["", ""])
        won = [n for n, answer in answers.items() if answer["orders"]]
        self.assertEqual(len(won), 1, answers)
        loser = answers[1 - won[0]]
        self.assertIn("already booked", loser["refused"][0]["text"])
        self.assertEqual(len(self.booked()), 1)

    def test_two_dispatchers_move_the_same_order(self):
        performers = self.ids["resource.resource"]
        moves = self.prepare(
            lambda env: [
                self.move(self.get(env, "service.work.order")[0], performer)
                for performer in performers
            ]
        )
        answers, told = self.race(
            lambda env, number: env["service.dispatch.board"].action_move(
                [moves[number]]
            )
        )
        self.assertEqual(told, ["", ""])
        won = [n for n, answer in answers.items() if answer["orders"]]
        self.assertEqual(len(won), 1, answers)
        [conflict] = answers[1 - won[0]]["conflicts"]
        self.assertIn("was changed meanwhile", conflict["text"])
        self.assertEqual(conflict["order"]["performer"], performers[won[0]])

    def test_two_dispatchers_change_places_of_the_same_two(self):
        """Locks are taken in one order: nobody waits for ever."""
        performers = self.ids["resource.resource"]

        def plan(env):
            orders = self.get(env, "service.work.order")
            for order, performer in zip(orders, performers, strict=True):
                order.write(
                    {
                        "performer_id": performer,
                        "date_start": FROM,
                        "date_end": UNTIL,
                    }
                )
            env.flush_all()
            one, two = orders
            return [
                [self.move(one, performers[1]), self.move(two, performers[0])],
                [self.move(two, performers[0]), self.move(one, performers[1])],
            ]

        moves = self.prepare(plan)
        answers, told = self.race(
            lambda env, number: env["service.dispatch.board"].action_move(moves[number])
        )
        self.assertEqual(told, ["", ""])
        self.assertEqual(
            sorted(len(answer["conflicts"]) for answer in answers.values()), [0, 2]
        )

    def test_performer_accepts_while_the_dispatcher_reassigns(self):
        performers = self.ids["resource.resource"]

        def offer(env):
            order = self.get(env, "service.work.order")[0]
            order.write(
                {"performer_id": performers[0], "date_start": FROM, "date_end": UNTIL}
            )
            order.action_offer()
            env.flush_all()
            return self.move(order, performers[1])

        move = self.prepare(offer)

        def job(env, number):
            if number:
                return self.get(env, "service.work.order")[:1].action_accept()
            return env["service.dispatch.board"].action_move([move])

        answers, told = self.race(job, users=[self.user_ids[0], self.user_ids[2]])
        self.assertFalse(told[0])
        order = self.prepare(
            lambda env: self.get(env, "service.work.order")[0].read(
                ["performer_id", "state", "performer_confirmed", "booked_ids"]
            )[0]
        )
        if answers[0]["orders"]:
            # The dispatcher was first: the performer is told it is not his any more.
            self.assertTrue(told[1])
            self.assertEqual(order["performer_id"][0], performers[1])
            self.assertFalse(order["performer_confirmed"])
        else:
            # The performer was first: the dispatcher is told and sees it.
            self.assertFalse(told[1])
            [conflict] = answers[0]["conflicts"]
            self.assertEqual(conflict["order"]["state"], "assigned")
            self.assertEqual(order["performer_id"][0], performers[0])
            self.assertTrue(order["performer_confirmed"])
        self.assertEqual(order["booked_ids"], [order["performer_id"][0]])
