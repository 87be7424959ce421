from datetime import datetime

from odoo.fields import Datetime
from odoo.tests import new_test_user, tagged

from ..tools.phone_time import to_milliseconds
from .common_race import RaceCommon


@tagged("post_install", "-at_install")
class TestMyDayRace(RaceCommon):
    """The phone sends the same thing twice at once, while the dispatcher moves it."""

    def make(self, env):
        user = new_test_user(
            env,
            "race_performer",
            groups="service_crm.group_service_performer",
            context={"no_reset_password": True},
        )
        performer = env["resource.resource"].create(
            {"name": "Race", "user_id": user.id, "is_performer": True, "tz": "UTC"}
        )
        partner = env["res.partner"].create({"name": "Race"})
        order = env["service.work.order"].create(
            {
                "partner_id": partner.id,
                "team_id": env.ref("service_crm.team_service").id,
                "performer_id": performer.id,
                "date_start": datetime(2030, 1, 7, 9),
                "date_end": datetime(2030, 1, 7, 10),
            }
        )
        order._action_assign()
        self.ids = {
            "service.work.order": order.ids,
            "resource.resource": performer.ids,
            "res.partner": partner.ids,
            "res.users": user.ids,
        }
        self.user_id = user.id

    def remove(self, env):
        self.get(env, "service.work.order").activity_ids.unlink()
        env["service.phone.action"].search([("user_id", "=", self.user_id)]).unlink()
        order = self.get(env, "service.work.order")
        self.forget_entries(env, "service.work.order")
        order.write({"state": "cancelled"})
        order.unlink()
        for model in ("resource.resource", "res.partner"):
            self.get(env, model).unlink()
        user = self.get(env, "res.users")
        partner = user.partner_id
        user.unlink()
        partner.unlink()

    def prepare(self, env, kind, key, **values):
        order = self.get(env, "service.work.order")
        now = to_milliseconds(Datetime.now())
        return {
            "key": key,
            "kind": kind,
            "order": order.id,
            "token": env["service.my.day"]._get_order_token(order),
            "made": now,
            "sent": now,
            "values": values,
        }

    def send_at_once(self, workers, *args, **values):
        answers = {}

        def send(env, number):
            post = self.prepare(env, *args, **values)
            answers[number] = env["service.phone.action"]._receive(post)

        told = self.run_at_once(send, workers, users=[self.user_id] * workers)
        self.assertEqual(told, [""] * workers)
        return answers

    def test_the_same_key_at_once_has_one_effect_and_one_answer(self):
        answers = self.send_at_once(
            3, "material", "same-key-at-once-1", name="Болт", quantity=1
        )
        lines = {answer["result"]["line"] for answer in answers.values()}
        self.assertEqual(len(lines), 1)
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            self.assertEqual(self.get(env, "service.work.order").line_ids.ids, [*lines])
            rows = env["service.phone.action"].search([("user_id", "=", self.user_id)])
            self.assertEqual(rows.mapped("state"), ["done"])

    def test_accepting_while_the_dispatcher_takes_it_back(self):
        """One of them wins; the phone is told either way and nothing is lost."""
        answers = {}

        def work(env, number):
            if number:
                orders = self.get(env, "service.work.order")
                orders.sudo()._action_cancel("Клиент отказался")
                return
            post = self.prepare(env, "step", "accept-at-once-1", step="accept")
            answers[0] = env["service.phone.action"]._receive(post)

        told = self.run_at_once(work, users=[self.user_id, 1])
        self.assertEqual(told, ["", ""])
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            order = self.get(env, "service.work.order")
            row = env["service.phone.action"].search([("user_id", "=", self.user_id)])
            self.assertEqual(order.state, "cancelled")
            self.assertEqual(row.state, answers[0]["state"])
            self.assertEqual(bool(order.performer_confirmed), row.state == "done")
            if row.state == "refused":
                self.assertIn("cancelled", answers[0]["text"])
