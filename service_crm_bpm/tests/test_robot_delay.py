from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields

from .common import RobotCommon


class TestRobotDelay(RobotCommon):
    """Robots that wait."""

    def _build_late(self, **values):
        return self.build_field_robot(
            {"city": "Пора"}, delay=2, delay_unit="hours", **values
        )

    def _run_cron(self, robot, due=True):
        self.env.flush_all()
        if due:
            self.get_logs(robot, state="planned").sudo().date_due = (
                fields.Datetime.now() - timedelta(minutes=1)
            )
        with self.enter_registry_test_mode():
            self.env.ref("service_crm_bpm.cron_robots").method_direct_trigger()

    def test_waits_and_is_woken_near_the_minute(self):
        cron = self.env.ref("service_crm_bpm.cron_robots")
        triggers = self.env["ir.cron.trigger"].sudo()
        before = triggers.search([("cron_id", "=", cron.id)])
        robot = self._build_late()
        requests = self.build_new(3)
        self.move(requests)
        logs = self.get_logs(robot)
        self.assertEqual(logs.mapped("state"), ["planned"] * 3)
        due = logs[0].date_due
        self.assertAlmostEqual(
            due, fields.Datetime.now() + timedelta(hours=2), delta=timedelta(minutes=1)
        )
        woken = triggers.search([("cron_id", "=", cron.id)]) - before
        self.assertEqual(len(woken), 1, "one for the whole batch")
        self.assertLess(abs(woken.call_at - due), timedelta(minutes=2))
        self._run_cron(robot, due=False)
        self.assertEqual(requests.mapped("city"), [False] * 3)

    def test_runs_when_due(self):
        robot = self._build_late()
        requests = self.build_new(3)
        self.move(requests)
        self._run_cron(robot)
        logs = self.get_logs(robot)
        self.assertEqual(logs.mapped("state"), ["done"] * 3)
        self.assertEqual(logs.mapped("attempts"), [1] * 3)
        self.assertEqual(requests.mapped("city"), ["Пора"] * 3)
        self._run_cron(robot)
        self.assertEqual(len(self.get_logs(robot)), 3)

    def test_not_when_the_document_has_left(self):
        robot = self._build_late()
        stays, leaves = self.build_new(2)
        self.move(stays + leaves)
        self.move(leaves, "agreed")
        self._run_cron(robot)
        self.assertEqual((stays + leaves).mapped("city"), ["Пора", False])
        skipped = self.get_logs(robot, state="skipped")
        self.assertEqual(skipped.res_id, leaves.id)
        self.assertTrue(skipped.result)

    def test_only_the_last_of_two_entries(self):
        robot = self._build_late()
        request = self.build_new()
        self.move(request)
        self.move(request, "new")
        self.move(request)
        self._run_cron(robot)
        self.assertEqual(self.get_logs(robot).mapped("state"), ["skipped", "done"])

    def test_every_entry_when_leaving_does_not_matter(self):
        robot = self.build_robot(
            kind="note",
            text="Ещё раз",
            delay=1,
            delay_unit="days",
            stop_when_left=False,
        )
        request = self.build_new()
        self.move(request)
        self.move(request, "new")
        self.move(request)
        self.move(request, "agreed")
        self._run_cron(robot)
        self.assertEqual(self.get_logs(robot).mapped("state"), ["done", "done"])
        notes = request.message_ids.filtered(lambda m: "Ещё раз" in (m.body or ""))
        self.assertEqual(len(notes), 2)

    def test_after_leaving_unless_it_came_back(self):
        robot = self._build_late(trigger_on="leave")
        gone, back = self.build_new(2)
        self.move(gone + back)
        self.move(gone + back, "agreed")
        self.move(gone, "execution")
        self.move(back)
        self._run_cron(robot)
        self.assertEqual((gone + back).mapped("city"), ["Пора", False])

    def test_the_condition_is_looked_at_again(self):
        robot = self._build_late(condition="[('priority', '=', '2')]")
        meets, stops, never = self.build_new(3)
        (meets + stops).priority = "2"
        self.move(meets + stops + never)
        self.assertEqual(self.get_logs(robot).mapped("res_id"), (meets + stops).ids)
        stops.priority = "0"
        self._run_cron(robot)
        self.assertEqual(meets.city, "Пора")
        self.assertEqual(self.get_logs(robot, state="skipped").res_id, stops.id)

    def test_deleted_documents_and_robots_switched_off(self):
        robot, off = self._build_late(), self._build_late()
        kept, deleted = self.build_new(2)
        self.move(kept + deleted)
        deleted.unlink()
        off.active = False
        self._run_cron(robot + off)
        self.assertEqual(self.get_logs(robot, state="done").res_id, kept.id)
        self.assertEqual(len(self.get_logs(robot, state="skipped")), 1)
        self.assertEqual(self.get_logs(off).mapped("state"), ["skipped"] * 2)

    def test_a_failure_stops_neither_the_others_nor_the_cron(self):
        robot = self.build_robot(
            kind="activity",
            todo_type_id=self.env.ref("mail.mail_activity_data_todo").id,
            todo_user_path="dispatcher_id",
            delay=1,
        )
        requests = self.build_new(5, dispatcher_id=self.user_dispatcher.id)
        self.move(requests)
        requests[2].dispatcher_id = False
        self._run_cron(robot)
        failed = self.get_logs(robot, state="failed")
        self.assertEqual(failed.res_id, requests[2].id)
        self.assertEqual(len(self.get_logs(robot, state="done")), 4)
        self.assertEqual(len(robot.activity_ids), 1)

    def test_what_a_late_robot_enters_starts_the_next(self):
        robot = self.build_field_robot(
            {"stage_id": {"value_ref": f"crm.stage,{self.stages['agreed'].id}"}},
            delay=5,
            delay_unit="minutes",
        )
        self.build_field_robot({"city": "Согласовано"}, phase="agreed")
        request = self.build_new()
        self.move(request)
        self._run_cron(robot)
        self.assertEqual(request.service_phase, "agreed")
        self.assertEqual(request.city, "Согласовано")

    def test_robots_that_start_each_other_by_delays_are_stopped(self):
        values = {"delay": 1, "delay_unit": "minutes"}
        there = self.build_field_robot(
            {"stage_id": {"value_ref": f"crm.stage,{self.stages['agreed'].id}"}},
            **values,
        )
        back = self.build_field_robot(
            {"stage_id": {"value_ref": f"crm.stage,{self.stages['dispatch'].id}"}},
            phase="agreed",
            **values,
        )
        self.move(self.build_new())
        for _turn in range(60):
            planned = self.get_logs(there + back, state="planned").sudo()
            if not planned:
                break
            planned._run_again()
        failed = self.get_logs(there + back, state="failed")
        self.assertEqual(len(failed), 1)
        self.assertIn("within an hour", failed.error)

    def test_a_race_in_the_cron_is_repeated(self):
        robot = self._build_late()
        request = self.build_new()
        self.move(request)
        self.get_logs(robot).sudo().date_due = "2020-01-01"
        log_class = type(self.env["bpm.robot.log"])
        origin, calls = log_class._run_again, []

        def run_again(rows, **kwargs):
            calls.append(1)
            if len(calls) == 1:
                raise SerializationFailure("another one was faster")
            return origin(rows, **kwargs)

        self.patch(log_class, "_run_again", run_again)
        with (
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 1
            ),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self.env["bpm.robot.log"].sudo()._cron_run_due()
        self.assertEqual(len(calls), 2)
        self.assertEqual(self.get_logs(robot).state, "done")
