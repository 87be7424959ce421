from collections import Counter

from odoo.tests import new_test_user, tagged

from .common_race import RaceCommon


@tagged("post_install", "-at_install")
class TestAssignmentRace(RaceCommon):
    """Requests that arrive at the same moment, given out in turn."""

    def make(self, env):
        people = env["res.users"].union(
            *(
                new_test_user(
                    env,
                    f"turn_race_{number}",
                    groups="service_crm.group_service_dispatcher",
                )
                for number in range(2)
            )
        )
        rule = env["service.assignment.rule"].create(
            {
                "name": "Turn",
                "role": "dispatcher",
                "method": "turn",
                "user_ids": people.ids,
            }
        )
        self.ids = {
            "res.users": people.ids,
            "res.partner": people.partner_id.ids,
            "service.assignment.rule": rule.ids,
        }
        self.team_id = env.ref("service_crm.team_service").id

    def remove(self, env):
        requests = env["crm.lead"].search([("name", "=", "Turn race")])
        self.ids["crm.lead"] = requests.ids
        self.forget_entries(env, "crm.lead")
        requests.unlink()
        for model in ("service.assignment.rule", "res.users", "res.partner"):
            self.get(env, model).unlink()

    def test_turns_are_fair_over_parallel_transactions(self):
        def file(env, number):
            env["crm.lead"].create(
                [{"name": "Turn race", "team_id": self.team_id} for _index in range(3)]
            )

        told = self.run_at_once(file, workers=4)
        self.assertEqual(told, [""] * 4)
        with self.registry.cursor() as cr:
            requests = self.environment(cr)["crm.lead"].search(
                [("name", "=", "Turn race")]
            )
            counts = Counter(request.dispatcher_id.id for request in requests)
        self.assertEqual(counts, dict.fromkeys(self.ids["res.users"], 6))
