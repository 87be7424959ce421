from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from unittest.mock import patch

from odoo import api
from odoo.exceptions import UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestRequestRace(BaseCase):
    """Two operators, with transactions that really commit, press at the same time."""

    def setUp(self):
        super().setUp()
        # Whoever loads the registry waits for these tests and holds its lock meanwhile.
        self.patch(Registry, "_lock", DummyRLock())
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self.environment(cr)
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
        self.addCleanup(self.remove)

    def environment(self, cr, uid=api.SUPERUSER_ID):
        return api.Environment(cr, uid, {"mail_notrack": True})

    def get(self, env, model):
        return env[model].browse(self.ids[model])

    def remove(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            env["service.phase.log"].search(
                [
                    ("res_model", "=", "crm.lead"),
                    ("res_id", "in", self.ids["crm.lead"]),
                ]
            ).unlink()
            for model in ("crm.lead", "res.users", "res.partner"):
                self.get(env, model).unlink()

    def press_at_once(self, step):
        """Both operators take the step; both have seen the request before.

        :return: what each of them was told: the refusal, or nothing
        """
        barrier = Barrier(2)

        def work(uid):
            with self.registry.cursor() as cr:
                env = self.environment(cr, uid)
                self.get(env, "crm.lead").read(["operator_id", "type"])
                barrier.wait(30)
                try:
                    retrying(lambda: getattr(self.get(env, "crm.lead"), step)(), env)
                except UserError as error:
                    return str(error)
                return ""

        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.time.sleep"),
            ThreadPoolExecutor(2) as pool,
        ):
            return list(pool.map(work, self.ids["res.users"], timeout=60))

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
