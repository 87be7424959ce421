from collections import Counter

from odoo.tests import new_test_user, tagged

from .common_race import RaceCommon


class AssignmentRace(RaceCommon):
    """A rule about two dispatchers, and requests that arrive at the same moment."""

    method = max_open = None

    def make(self, env):
        people = env["res.users"].union(
            *(
                new_test_user(
                    env,
                    f"{self.method}_race_{number}",
                    groups="service_crm.group_service_dispatcher",
                )
                for number in range(2)
            )
        )
        rule = env["service.assignment.rule"].create(
            {
                "name": "Race",
                "role": "dispatcher",
                "method": self.method,
                "max_open": self.max_open or 0,
                "user_ids": people.ids,
                "sequence": 0,
            }
        )
        self.ids = {
            "res.users": people.ids,
            "res.partner": people.partner_id.ids,
            "service.assignment.rule": rule.ids,
        }
        self.team_id = env.ref("service_crm.team_service").id

    def remove(self, env):
        requests = env["crm.lead"].search([("name", "=", "Assignment race")])
        self.ids["crm.lead"] = requests.ids
        self.forget_entries(env, "crm.lead")
        requests.unlink()
        for model in ("service.assignment.rule", "res.users", "res.partner"):
            self.get(env, model).unlink()

    def file_at_once(self, count, workers=4):
        """File requests in parallel transactions; how many each dispatcher has got."""

        def file(env, number):
            values = {"name": "Assignment race", "team_id": self.team_id}
            env["crm.lead"].create([values] * count)

        told = self.run_at_once(file, workers)
        self.assertEqual(told, [""] * workers)
        with self.registry.cursor() as cr:
            requests = self.environment(cr)["crm.lead"].search(
                [("name", "=", "Assignment race")]
            )
            return Counter(request.dispatcher_id.id for request in requests)


@tagged("post_install", "-at_install")
class TestAssignmentRace(AssignmentRace):
    method = "turn"

    def test_turns_are_fair_over_parallel_transactions(self):
        counts = self.file_at_once(3)
        self.assertEqual(counts, dict.fromkeys(self.ids["res.users"], 6))


@tagged("post_install", "-at_install")
class TestLeastLoadRace(AssignmentRace):
    method = "load"

    def test_who_is_being_given_a_request_has_it_to_do(self):
        counts = self.file_at_once(1)
        self.assertEqual(counts, dict.fromkeys(self.ids["res.users"], 2))


@tagged("post_install", "-at_install")
class TestLimitRace(AssignmentRace):
    method = "fixed"
    max_open = 1

    def test_nobody_gets_more_than_the_limit(self):
        counts = self.file_at_once(1)
        people = self.ids["res.users"]
        self.assertEqual([counts[person] for person in people], [1, 1])
