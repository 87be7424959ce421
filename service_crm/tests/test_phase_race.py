from contextlib import ExitStack
from unittest.mock import patch

from odoo import api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestPhaseRace(BaseCase):
    """Two transactions that really commit move the same request at the same time."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})
            team = env.ref("service_crm.team_service")
            stages = env["crm.stage"].search([("team_ids", "in", team.ids)])
            self.stage_id = stages.filtered(
                lambda stage: stage.service_phase == "dispatch"
            )[:1].id
            self.request_id = (
                env["crm.lead"].create({"name": "Race", "team_id": team.id}).id
            )
        self.addCleanup(self._remove)

    def _remove(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})
            env["crm.lead"].browse(self.request_id).unlink()
            env["service.phase.log"].search(
                [("res_model", "=", "crm.lead"), ("res_id", "=", self.request_id)]
            ).unlink()

    def _move(self, env):
        request = env["crm.lead"].browse(self.request_id)
        request.write({"stage_id": self.stage_id})
        env.flush_all()

    def test_one_entry_when_a_user_and_a_cron_race(self):
        with ExitStack() as stack:
            cursors = [stack.enter_context(self.registry.cursor()) for _ in range(2)]
            user, cron = (
                api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})
                for cr in cursors
            )
            # both have looked at the request before either of them moves it
            for env in (user, cron):
                self.assertNotEqual(
                    env["crm.lead"].browse(self.request_id).stage_id.id, self.stage_id
                )
            self._move(user)
            user.cr.commit()
            tries = []

            def repeat():
                tries.append(1)
                self._move(cron)

            with (
                mute_logger("odoo.sql_db", "odoo.service.model"),
                patch("odoo.service.model.time.sleep"),
            ):
                retrying(repeat, cron)
            self.assertEqual(len(tries), 2, "the second one had to be repeated")
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            rows = env["service.phase.log"].search_count(
                [
                    ("res_model", "=", "crm.lead"),
                    ("res_id", "=", self.request_id),
                    ("phase", "=", "dispatch"),
                ]
            )
        self.assertEqual(rows, 1)
