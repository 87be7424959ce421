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

    def build_log(self, robot, years, **values):
        """A row of the journal of robots, as many years old."""
        request = self.build_request()
        done = fields.Datetime.now() - timedelta(days=years * 366)
        [entry] = self.env["service.phase.log"]._log_entered(
            [
                {
                    "res_model": "crm.lead",
                    "res_id": request.id,
                    "field_name": "stage_id",
                    "value": "1",
                    "date": done,
                }
            ]
        )
        return self.env["bpm.robot.log"].create(
            {
                "robot_id": robot.id,
                "entry_id": entry.id,
                "res_model": "crm.lead",
                "res_id": request.id,
                "state": "done",
                "date_done": done,
                **values,
            }
        )

    def test_the_journal_of_robots_is_thinned(self):
        robot = self.build_field_robot({"city": "Тула"})
        old = self.build_log(robot, 4)
        skipped = self.build_log(robot, 4, state="skipped")
        failed = self.build_log(robot, 4, state="failed")
        new = self.build_log(robot, 1)
        logs = self.env["bpm.robot.log"]
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("service_crm_bpm.robot_log_months", "0")
        self.assertEqual(logs._gc_logs(), (0, False))
        parameters.set_param("service_crm_bpm.robot_log_months", "36")
        self.assertEqual(logs._gc_logs(), (2, False))
        self.assertEqual((old + skipped + failed + new).exists(), failed + new)
        parameters.set_param("service_crm_bpm.robot_log_months", "6")
        logs._gc_logs()
        self.assertFalse(new.exists())
        self.assertTrue(failed.exists(), "what failed waits for somebody")

    def test_what_a_robot_has_done_is_not_forgotten(self):
        """A document is not made twice, nor is what is taken back later lost."""
        once = self.build_robot(
            kind="create",
            create_model_id=self.env["ir.model"]._get_id("res.partner"),
            value_ids=self.build_lines({"name": "{{name}}"}, "res.partner"),
        )
        dated = self.build_robot(
            trigger="date",
            model_id=self.env["ir.model"]._get_id("crm.lead"),
            delay_mode="after_date",
            delay_field_id=self.get_field("crm.lead", "date_deadline").id,
            kind="note",
            text="Пора",
        )
        undone = self.build_field_robot({"city": "Тула"}, undo_when_left=True)
        kept = self.build_log(once, 4, made_model="res.partner", made_id=1)
        kept += self.build_log(dated, 4)
        kept += self.build_log(undone, 4, changes="[{}, {}]")
        gone = self.build_log(once, 4)
        gone += self.build_log(undone, 4, date_undone=fields.Datetime.now())
        # the entry is not the last one of its document any more
        for log in kept + gone:
            self.env["service.phase.log"]._log_entered(
                [
                    {
                        "res_model": log.res_model,
                        "res_id": log.res_id,
                        "field_name": "stage_id",
                        "value": "2",
                    }
                ]
            )
        self.env["service.phase.log"]._gc_entries()
        self.assertEqual((kept + gone).exists(), kept)
        self.env["bpm.robot.log"]._gc_logs()
        self.assertEqual(kept.exists(), kept)
