from odoo.tests import new_test_user, tagged

from .common_race import RaceCommon


@tagged("post_install", "-at_install")
class TestRequestRace(RaceCommon):
    """Two operators, with transactions that really commit, press at the same time."""

    def make(self, env):
        users = env["res.users"]
        for name in ("Ольга", "Irina"):
            users |= new_test_user(
                env,
                f"race_{len(users)}",
                name=name,
                groups="service_crm.group_service_operator",
                context={"no_reset_password": True},
            )
        partner = env["res.partner"].create({"name": "Гонка"})
        request = env["crm.lead"].create(
            {
                "name": "Race",
                "team_id": env.ref("service_crm.team_service").id,
                "partner_id": partner.id,
            }
        )
        self.ids = {
            "crm.lead": request.ids,
            "res.users": users.ids,
            "res.partner": partner.ids + users.partner_id.ids,
        }

    def remove(self, env):
        self.forget_entries(env, "crm.lead")
        for model in ("crm.lead", "res.users", "res.partner"):
            self.get(env, model).unlink()

    def press_at_once(self, step):
        """Both operators take the step; both have seen the request before.

        :return: what each of them was told: the refusal, or nothing
        """
        return self.run_at_once(
            lambda env, number: getattr(self.get(env, "crm.lead"), step)(),
            users=self.ids["res.users"],
        )

    def count_entries(self, env, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return env["service.phase.log"].search_count(
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "in", self.ids["crm.lead"]),
                *domain,
            ]
        )

    def test_one_operator_takes_a_request(self):
        told = self.press_at_once("action_take")
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            operator = self.get(env, "crm.lead").operator_id
            self.assertIn(operator, self.get(env, "res.users"))
            winner = self.ids["res.users"].index(operator.id)
            self.assertEqual(told[winner], "")
            self.assertIn(f"{operator.name} has already taken", told[1 - winner])

    def test_a_request_becomes_a_deal_once(self):
        # The second one finds the deal made: nothing to complain about.
        self.assertEqual(self.press_at_once("action_convert_known"), ["", ""])
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            request = self.get(env, "crm.lead")
            self.assertEqual(request.type, "opportunity")
            self.assertEqual(self.count_entries(env, phase=request.service_phase), 1)
            partners = env["res.partner"].search_count([("name", "=", "Гонка")])
            self.assertEqual(partners, 1)
