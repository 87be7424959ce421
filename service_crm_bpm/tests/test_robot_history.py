from datetime import timedelta

from odoo import fields

from .common import RobotCommon


class TestRobotHistory(RobotCommon):
    """Old entries stay while a robot waits on them or failed on them."""

    def test_entries_of_waiting_and_failed_robots_stay(self):
        log = self.env["service.phase.log"]
        request = self.build_request()
        entries = log._log_entered(
            [
                {
                    "res_model": "crm.lead",
                    "res_id": request.id,
                    "field_name": "name",
                    "value": state,
                    "date": fields.Datetime.now() - timedelta(days=4 * 366),
                }
                for state in ("planned", "failed", "done", "last")
            ]
        )
        robot = self.build_field_robot({"priority": {"choice": "3"}})
        runs = self.env["bpm.robot.log"].create(
            [
                {
                    "robot_id": robot.id,
                    "entry_id": entry.id,
                    "res_model": entry.res_model,
                    "res_id": entry.res_id,
                    "state": entry.value,
                }
                for entry in entries[:3]
            ]
        )
        log._gc_entries()
        planned, failed, done, last = entries
        self.assertEqual(entries.exists(), planned | failed | last)
        self.assertEqual(runs.exists(), runs[:2])
        self.assertFalse(done.exists())
