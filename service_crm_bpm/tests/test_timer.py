from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo.fields import Command

from odoo.addons.service_crm.tests.common import requirement

from .common_process import ProcessCommon

MONDAY = datetime(2026, 11, 23, 7, 0)  # 10:00 in Moscow


class TimerCommon(ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_admin.tz = "Europe/Moscow"

    @classmethod
    def build_pause(cls, model="crm.lead", **values):
        """A published process: pause, then a person's stage."""
        calendar = values.pop("calendar", cls.env["resource.calendar"])
        stages = {"rest": {"kind": "pause", **values}, "call": "work"}
        process = cls.build_process(model, stages, calendar_id=calendar.id)
        return cls.publish(process)

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("service_crm_bpm.cron_timers").method_direct_trigger()
        self.env.invalidate_all()

    def get_timers(self, runs):
        return self.env["bpm.timer"].search([("instance_id", "in", runs.ids)])

    def get_due(self, process, start=MONDAY):
        """When the pause of a run started at a moment ends."""
        with freeze_time(start):
            run = self.start(process, self.build_new())
        return self.get_timers(run).date_due


class TestPause(TimerCommon):
    @requirement("R100")
    def test_goes_on_by_itself_exactly_once(self):
        for amount, unit, later in (
            (1, "minutes", timedelta(minutes=1)),
            (3, "years", timedelta(days=3 * 365 + 1)),
        ):
            process = self.build_pause(pause_amount=amount, pause_unit=unit)
            with freeze_time(MONDAY):
                runs = self.start(process, self.build_new(3))
                self.assertEqual(self.get_open(runs).mapped("state"), ["waiting"] * 3)
            with freeze_time(MONDAY + later - timedelta(seconds=10)):
                self.run_cron()
                self.assertEqual(self.get_places(runs), ["rest"] * 3)
            with freeze_time(MONDAY + later):
                self.run_cron()
                self.run_cron()
            self.assertEqual(self.get_places(runs), ["call"] * 3)
            for run in runs:
                self.assertEqual(self.get_path(run), ["start", "rest", "call"])
                self.assertEqual(self.get_events(run).count(("leave", "rest")), 1)
            self.assertFalse(self.get_timers(runs), "nothing is left behind")

    def test_the_cron_is_woken_at_the_minute(self):
        cron = self.env.ref("service_crm_bpm.cron_timers")
        triggers = self.env["ir.cron.trigger"].sudo()
        before = triggers.search([("cron_id", "=", cron.id)])
        process = self.build_pause(pause_amount=2, pause_unit="hours")
        with freeze_time(MONDAY):
            self.start(process, self.build_new(5))
        woken = triggers.search([("cron_id", "=", cron.id)]) - before
        self.assertEqual(
            woken.mapped("call_at"), [MONDAY + timedelta(hours=2, minutes=1)]
        )

    def test_days_keep_the_hour_when_the_clocks_change(self):
        self.user_admin.tz = "Europe/Berlin"
        process = self.build_pause(pause_amount=1, pause_unit="weeks")
        before = datetime(2026, 10, 22, 8, 0)  # 10:00, summer time
        self.assertEqual(
            self.get_due(process, before), datetime(2026, 10, 29, 9, 0), "10:00 again"
        )
        hours = self.build_pause(pause_amount=7 * 24, pause_unit="hours")
        self.assertEqual(self.get_due(hours, before), datetime(2026, 10, 29, 8, 0))

    def test_working_time(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "9–18",
                "tz": "Europe/Moscow",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": str(day),
                                "dayofweek": str(day),
                                "hour_from": 9,
                                "hour_to": 18,
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        friday = datetime(2026, 11, 27, 13, 0)  # 16:00 in Moscow
        cases = {
            (90, "minutes"): datetime(2026, 11, 27, 14, 30),
            (4, "hours"): datetime(2026, 11, 30, 8, 0),
            (1, "days"): datetime(2026, 11, 30, 13, 0),
            (5, "days"): datetime(2026, 12, 4, 13, 0),
            (300, "days"): datetime(2028, 1, 21, 13, 0),
            (1, "months"): datetime(2026, 12, 28, 6, 0),  # from Sunday to Monday
        }
        for (amount, unit), due in cases.items():
            process = self.build_pause(
                pause_amount=amount,
                pause_unit=unit,
                pause_working_time=True,
                calendar=calendar,
            )
            self.assertEqual(self.get_due(process, friday), due, (amount, unit))
        saturday = datetime(2026, 11, 28, 13, 0)
        process = self.build_pause(
            pause_amount=1,
            pause_unit="days",
            pause_working_time=True,
            calendar=calendar,
        )
        self.assertEqual(self.get_due(process, saturday), datetime(2026, 12, 1, 6, 0))

    def test_a_calendar_without_working_time_is_said(self):
        empty = self.env["resource.calendar"].create(
            {"name": "Никогда", "attendance_ids": [Command.clear()]}
        )
        self.start_unchecked()
        process = self.build_pause(
            pause_amount=1, pause_unit="hours", pause_working_time=True, calendar=empty
        )
        run = self.start(process, self.build_new())
        self.assertEqual(run.state, "failed")
        self.assertIn("Никогда", self.get_open(run).error)

    def test_until_a_date_of_the_document(self):
        process = self.build_pause(pause_mode="field", pause_path="date_deadline")
        with freeze_time(MONDAY):
            later, past, empty = self.build_new(3)
            later.date_deadline = "2026-12-01"
            past.date_deadline = "2026-11-01"
            runs = self.start(process, later + past + empty)
        self.assertEqual(
            [self.get_places(run) for run in runs[:2]], [["rest"], ["call"]]
        )
        self.assertEqual(
            self.get_timers(runs[0]).date_due,
            datetime(2026, 11, 30, 21, 0),
            "the day begins in the zone of the process",
        )
        failed = self.get_open(runs[2])
        self.assertEqual(failed.state, "failed")
        self.assertIn("empty", failed.error)
        with freeze_time(MONDAY):
            empty.date_deadline = "2026-12-02"
            failed._retry()
        self.assertEqual(
            self.get_timers(runs[2]).date_due, datetime(2026, 12, 1, 21, 0)
        )

    def test_days_before_a_date_of_the_document(self):
        process = self.build_pause(
            pause_mode="field",
            pause_path="date_deadline",
            pause_amount=-3,
            pause_unit="days",
        )
        request = self.build_new(date_deadline="2026-12-10")
        with freeze_time(MONDAY):
            run = self.start(process, request)
        self.assertEqual(self.get_timers(run).date_due, datetime(2026, 12, 6, 21, 0))

    def test_until_a_condition_holds(self):
        process = self.build_pause(
            pause_mode="condition", pause_condition="expected_revenue > 1000"
        )
        with freeze_time(MONDAY):
            small, big = self.build_new(2)
            big.expected_revenue = 5000
            runs = self.start(process, small + big)
            self.assertEqual(self.get_places(runs), ["call", "rest"])
        with freeze_time(MONDAY + timedelta(hours=1)):
            self.run_cron()
            self.assertEqual(self.get_places(runs), ["call", "rest"])
            small.expected_revenue = 1001
        with freeze_time(MONDAY + timedelta(hours=2)):
            self.run_cron()
        self.assertEqual(self.get_places(runs), ["call", "call"])
        self.assertFalse(self.get_timers(runs))


class TestTimerFaults(TimerCommon):
    def _start_due(self, count=4, **values):
        values = {"pause_amount": 1, "pause_unit": "hours", **values}
        with freeze_time(MONDAY):
            return self.start(self.build_pause(**values), self.build_new(count))

    def test_a_culprit_is_alone_and_tried_again(self):
        runs = self._start_due(5)
        culprit = runs[2]
        tokens = type(self.env["bpm.token"])
        origin = tokens._on_timer_pause

        def go_on(stood):
            if culprit in stood.instance_id:
                raise ValueError("сломано")
            return origin(stood)

        moment = MONDAY + timedelta(hours=1)
        with patch.object(tokens, "_on_timer_pause", go_on):
            for attempt, pause in enumerate((1, 10, 60), start=1):
                with freeze_time(moment):
                    self.run_cron()
                timer = self.get_timers(culprit)
                self.assertEqual(timer.attempts, attempt)
                self.assertEqual(timer.state, "waiting")
                moment += timedelta(minutes=pause)
                self.assertEqual(timer.date_due, moment)
            with freeze_time(moment):
                self.run_cron()
        self.assertEqual(self.get_places(runs - culprit), ["call"] * 4)
        token = self.get_open(culprit)
        self.assertEqual((token.state, culprit.state), ("failed", "failed"))
        self.assertIn("сломано", token.error)
        with freeze_time(moment):
            token._retry()
        self.assertEqual(self.get_places(culprit), ["call"])

    def test_a_failed_stage_is_tried_again_by_itself(self):
        process = self.publish(
            self.build_process(
                stages={"big": "decision", "call": "work"},
                ways=[
                    ("start", "big"),
                    ("big", "call", {"condition": "expected_revenue > 1000"}),
                    ("call", "end"),
                ],
            )
        )
        with freeze_time(MONDAY):
            request = self.build_new()
            run = self.start(process, request)
        self.assertEqual(run.state, "failed")
        self.assertEqual(self.get_timers(run).date_due, MONDAY + timedelta(minutes=1))
        with freeze_time(MONDAY + timedelta(minutes=2)):
            self.run_cron()
            self.assertEqual(run.state, "failed")
            self.assertEqual(
                self.get_timers(run).date_due, MONDAY + timedelta(minutes=12)
            )
            request.expected_revenue = 2000
        with freeze_time(MONDAY + timedelta(minutes=12)):
            self.run_cron()
        self.assertEqual((run.state, self.get_places(run)), ("running", ["call"]))
        self.assertFalse(self.get_timers(run))

    def test_further_attempts_come_to_an_end(self):
        process = self.build_pause(pause_mode="field", pause_path="date_deadline")
        moment = MONDAY
        with freeze_time(moment):
            run = self.start(process, self.build_new())
        for _attempt in range(6):
            moment += timedelta(hours=2)
            with freeze_time(moment):
                self.run_cron()
        self.assertFalse(self.get_timers(run))
        self.assertEqual(self.get_open(run).attempts, 4)
        self.assertEqual(run.state, "failed")

    def test_paused_runs_wait_until_they_go_on(self):
        runs = self._start_due(2)
        paused = runs[0]
        self.env["bpm.timer"]._hold(paused)
        paused.state = "paused"
        with freeze_time(MONDAY + timedelta(hours=2)):
            self.run_cron()
            self.assertEqual(self.get_places(runs), ["call", "rest"])
            paused.state = "running"
            self.env["bpm.timer"]._release(paused)
            self.run_cron()
        self.assertEqual(self.get_places(runs), ["call", "call"])

    def test_leaving_a_stage_takes_its_timers_away(self):
        runs = self._start_due(3)
        self.complete(runs[0], "rest")
        self.get_open(runs[1])._cancel()
        self.assertEqual(self.get_timers(runs).instance_id, runs[2])

    def test_a_race_is_repeated(self):
        runs = self._start_due(2)
        timers, calls = type(self.env["bpm.timer"]), []
        origin = timers._run_due

        def run_due(due):
            calls.append(1)
            if len(calls) == 1:
                raise SerializationFailure("another one was faster")
            return origin(due)

        self.patch(timers, "_run_due", run_due)
        crons = type(self.env["ir.cron"])
        with (
            patch.object(crons, "_commit_progress", lambda *a, **k: 1),
            patch.object(self.env.cr, "rollback", lambda: None),
            freeze_time(MONDAY + timedelta(hours=1)),
        ):
            self.env["bpm.timer"].sudo()._cron_run_due()
        self.assertEqual(len(calls), 2)
        self.assertEqual(self.get_places(runs), ["call", "call"])

    def test_batches_may_be_handed_to_a_queue(self):
        runs = self._start_due(2)
        queue = []
        timers = type(self.env["bpm.timer"])
        self.patch(timers, "_dispatch_due", lambda due: queue.append(due) or len(due))
        moment = MONDAY + timedelta(hours=1)
        with freeze_time(moment):
            self.run_cron()
            self.assertEqual(self.get_places(runs), ["rest", "rest"])
            jobs = self.env["bpm.timer"].sudo().browse(queue[0].ids)
            jobs._run_due()
            jobs._run_due()
        self.assertEqual(self.get_places(runs), ["call", "call"])
        for run in runs:
            self.assertEqual(self.get_path(run), ["start", "rest", "call"])

    def test_queries_do_not_grow_with_the_batch(self):
        counts = []
        for size in (2, 100):
            runs = self._start_due(size)
            self.get_timers(runs).sudo().date_due = MONDAY
            timers = self.get_timers(runs).sudo()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time(MONDAY):
                timers._run_due()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(self.get_places(runs), ["call"] * size)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
