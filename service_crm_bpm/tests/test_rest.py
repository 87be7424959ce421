from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields

from odoo.addons.service_crm.tests.common import requirement

from .test_timer import TimerCommon


class TestRest(TimerCommon):
    """The example of the people who asked: a customer at rest."""

    @requirement("R101")
    def test_thirty_days_in_the_group_of_those_at_rest(self):
        group = self.env["res.partner.category"].create({"name": "Отдых"})
        process = self.build_process(
            "res.partner",
            {
                "rest": {"kind": "pause", "pause_amount": 30, "pause_unit": "days"},
                "call": "work",
            },
        )
        self.build_rest_robots(process, group)
        start = datetime(2026, 10, 20, 20, 30)  # 23:30 in Moscow
        with freeze_time(start):
            run = self.start(self.publish(process), self.company_customer)
        self.assertIn(group, self.company_customer.category_id)
        with freeze_time(start + timedelta(days=30, minutes=-1)):
            self.run_cron()
            self.assertIn(group, self.company_customer.category_id)
            self.assertEqual(self.get_places(run), ["rest"])
        with freeze_time(start + timedelta(days=30)):
            self.run_cron()
        self.assertEqual(self.get_places(run), ["call"])
        self.assertNotIn(group, self.company_customer.category_id)
        entered = self.get_open(run).date_enter
        local = fields.Datetime.context_timestamp(
            run.with_context(tz="Europe/Moscow"), entered
        )
        self.assertEqual(local.date(), datetime(2026, 11, 19).date())

    def build_rest_robots(self, process, group):
        """Into the group when the pause begins, out of it when it ends."""
        values = {
            "trigger": "process",
            "process_stage_id": self.get_stage(process, "rest").id,
            "user_id": self.user_admin.id,
        }
        link = {"value_ref": f"res.partner.category,{group.id}"}
        self.build_field_robot({"category_id": link}, "res.partner", **values)
        action = self.env["ir.actions.server"].create(
            {
                "name": "Из группы",
                "model_id": self.env["ir.model"]._get("res.partner").id,
                "state": "object_write",
                "update_path": "category_id",
                "update_m2m_operation": "remove",
                "resource_ref": f"res.partner.category,{group.id}",
            }
        )
        self.build_robot(
            trigger_on="leave", kind="server", action_id=action.id, **values
        )
