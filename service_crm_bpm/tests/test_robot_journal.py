import psycopg2

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common import RobotCommon


class TestRobotJournal(RobotCommon):
    """What ran, what failed, and trying it again."""

    def _build_failing(self, **values):
        return self.build_robot(
            kind="activity",
            todo_type_id=self.env.ref("mail.mail_activity_data_todo").id,
            todo_summary="Сделать",
            todo_user_path="dispatcher_id",
            **values,
        )

    def test_what_is_kept(self):
        robot = self.build_field_robot({"city": "X"})
        request = self.build_new()
        self.move(request)
        log = self.get_logs(robot)
        self.assertEqual(log.res_name, request.display_name)
        self.assertEqual(log.entered, self.stages["dispatch"].name)
        self.assertEqual(log.attempts, 1)
        self.assertEqual(log.user_id, self.user_admin)
        self.assertTrue(log.date_done)
        self.assertGreater(log.duration, 0)
        self.assertEqual(log.action_open_document()["res_id"], request.id)

    @mute_logger("odoo.sql_db")
    def test_once_per_robot_and_entry_by_the_database(self):
        robot = self.build_field_robot({"city": "X"})
        self.move(self.build_new())
        with self.assertRaises(psycopg2.IntegrityError):
            self.get_logs(robot).sudo().copy()

    def test_retry(self):
        robot = self._build_failing()
        requests = self.build_new(3)
        self.move(requests)
        logs = self.get_logs(robot)
        self.assertEqual(logs.mapped("state"), ["failed"] * 3)
        requests[:2].dispatcher_id = self.user_dispatcher
        logs.with_user(self.user_admin).action_retry()
        self.assertEqual(logs.mapped("state"), ["done", "done", "failed"])
        self.assertEqual(logs.mapped("attempts"), [2, 2, 2])
        self.assertFalse(logs[0].error)
        self.assertEqual(len(self.get_logs(robot)), 3, "the same rows")
        self.assertIn("Сделать", requests[0].activity_ids.mapped("summary"))
        with self.assertRaises(UserError):
            logs[0].action_retry()

    def test_retry_also_when_the_document_has_moved_on(self):
        robot = self._build_failing()
        request = self.build_new()
        self.move(request)
        self.move(request, "agreed")
        request.dispatcher_id = self.user_dispatcher
        self.get_logs(robot).action_retry()
        self.assertEqual(self.get_logs(robot).state, "done")

    def test_run_now_and_call_off(self):
        robot = self.build_field_robot({"city": "X"}, delay=1)
        now, never = self.build_new(2)
        self.move(now + never)
        logs = self.get_logs(robot).with_user(self.user_admin)
        logs[0].action_run_now()
        logs[1].action_cancel()
        self.assertEqual(logs.mapped("state"), ["done", "skipped"])
        self.assertEqual((now + never).mapped("city"), ["X", False])
        self.assertIn(self.user_admin.name, logs[1].result)
        for name in ("action_run_now", "action_cancel"):
            with self.assertRaises(UserError):
                getattr(logs[1], name)()

    def test_counts_on_the_robot(self):
        robot = self._build_failing()
        late = self.build_field_robot({"city": "X"}, delay=1)
        requests = self.build_new(2)
        requests[0].dispatcher_id = self.user_dispatcher
        self.move(requests)
        self.assertEqual((robot.log_count, robot.failed_count), (2, 1))
        self.assertEqual(late.planned_count, 2)
        self.assertEqual(self.robots.search([("log_ids.state", "=", "failed")]), robot)
