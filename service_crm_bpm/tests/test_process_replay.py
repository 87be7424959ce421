from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_process import ProcessCommon


@tagged("post_install", "-at_install")
class TestProcessReplay(ProcessCommon):
    """A new version over documents of the past, and runs moved to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.build_version(["call", "visit"])
        cls.requests = cls.build_new(3)
        cls.runs = cls.start(cls.publish(cls.old), cls.requests)

    @classmethod
    def build_version(cls, keys, **values):
        return cls.build_process(stages=dict.fromkeys(keys, "work"), **values)

    def build_next(self, keys):
        """The next version, with other stages; the old one is retired."""
        new = self.old.family_id._make_version(self.old)
        new.stage_ids.unlink()
        self.build_parts(new, stages=dict.fromkeys(keys, "work"))
        return new

    def publish_next(self, keys):
        new = self.build_next(keys)
        return self.publish(new)

    def build_migration(self, **values):
        return (
            self.env["bpm.migration"]
            .with_user(self.user_admin)
            .create({"family_id": self.old.family_id.id, **values})
        )

    def test_replay_tells_what_differs(self):
        self.complete(self.runs, "call")
        self.complete(self.runs[:1], "visit")
        new = self.build_next(["call", "check", "visit"])
        with self.enter_registry_test_mode():
            report = self.env["bpm.replay"]._replay(new, self.runs[:2])
        self.assertEqual(report[0]["before"], ["Start", "Call", "Visit", "End"])
        self.assertEqual(report[0]["after"], ["Start", "Call", "Check"])
        self.assertFalse(report[0]["is_same"])
        self.assertEqual(new.state, "draft")
        self.assertEqual(self.runs[:1].state, "done")
        self.assertEqual(self.get_places(self.runs[1]), ["visit"])

    def test_replay_of_the_same_way(self):
        self.complete(self.runs, "call")
        with self.enter_registry_test_mode():
            report = self.env["bpm.replay"]._replay(
                self.build_next(["call", "visit"]), self.runs
            )
        self.assertEqual([row["is_same"] for row in report], [True] * 3)

    def test_runs_are_moved_and_moved_back(self):
        self.complete(self.runs[:1], "call")
        new = self.publish_next(["check", "call", "visit"])
        migration = self.build_migration()
        self.assertEqual(migration.target_id, new)
        self.assertEqual(
            {line.source_id.key: line.target_id for line in migration.line_ids},
            {key: self.get_stage(new, key) for key in ("call", "visit")},
        )
        migration.action_apply()
        self.assertEqual(self.runs.process_id, new)
        self.assertEqual(self.get_places(self.runs), ["call", "call", "visit"])
        self.assertEqual(
            self.get_events(self.runs[1], "migrate"), [("migrate", "call")]
        )
        # the moved run goes on by the new version
        self.complete(self.runs[1], "call")
        self.assertEqual(
            self.get_open(self.runs[1]).stage_id, self.get_stage(new, "visit")
        )
        migration.action_undo()
        undone = migration.item_ids.filtered("is_undone").instance_id
        self.assertEqual(undone, self.runs[0] | self.runs[2])
        self.assertEqual(undone.process_id, self.old)
        self.assertIn("gone on", migration.item_ids.filtered("error").error)
        self.complete(self.runs[2], "call")
        self.assertEqual(
            self.get_open(self.runs[2]).stage_id, self.get_stage(self.old, "visit")
        )

    def test_a_rehearsal_tells_and_moves_nothing(self):
        self.publish_next(["call", "visit"])
        migration = self.build_migration()
        with self.enter_registry_test_mode():
            migration.action_rehearse()
        self.assertEqual(migration.item_ids.mapped("stages_after"), ["Call"] * 3)
        self.assertEqual(migration.state, "draft")
        self.assertEqual(self.runs.process_id, self.old)

    def test_every_place_needs_a_stage(self):
        self.publish_next(["ring", "visit"])
        migration = self.build_migration()
        with self.assertRaisesRegex(UserError, "takes the place of: Call"):
            migration.action_apply()
        migration.line_ids.target_id = self.get_stage(migration.target_id, "ring")
        migration.action_apply()
        self.assertEqual(self.get_places(self.runs), ["ring"] * 3)

    def build_pause_version(self, days):
        """The next version: the visit has become a pause."""
        new = self.build_next([])
        new.stage_ids.unlink()
        self.build_parts(
            new,
            stages={"call": "work", "visit": {"kind": "pause", "pause_amount": days}},
        )
        return self.publish(new)

    def get_timer(self, run, kind="pause"):
        return self.env["bpm.timer"].search(
            [("instance_id", "=", run.id), ("kind", "=", kind)]
        )

    def start_pauses(self, days):
        """Runs of a version with a pause, on their pauses."""
        first = self.build_pause_version(days)
        return first, self.start(first, self.build_new(3))

    def test_a_pause_ends_by_the_new_version_and_after_undo_by_the_old_one(self):
        with freeze_time("2026-11-20 07:00:00"):
            first, runs = self.start_pauses(4)
            self.complete(runs, "call")
        self.build_pause_version(9)
        with freeze_time("2026-11-22 07:00:00"):
            migration = self.build_migration()
            with self.enter_registry_test_mode():
                migration.action_rehearse()
            changes = migration.item_ids.filtered(
                lambda item: item.instance_id == runs[0]
            ).changes
            self.assertIn("“Visit” ends on 11/29/26", changes)
            self.assertIn("not on 11/24/26", changes)
            due = self.get_timer(runs[0])
            self.assertEqual(str(due.date_due), "2026-11-24 07:00:00", "a rehearsal")
            migration.action_apply()
            for run in runs:
                due = self.get_timer(run)
                self.assertEqual(str(due.date_due), "2026-11-29 07:00:00")
            migration.action_undo()
            for run in runs:
                due = self.get_timer(run)
                self.assertEqual(str(due.date_due), "2026-11-24 07:00:00")
            self.assertEqual(runs.process_id, first)
            self.assertEqual(self.get_places(runs), ["visit"] * 3)

    def test_a_pause_that_is_over_by_the_new_version(self):
        with freeze_time("2026-11-10 07:00:00"):
            first, runs = self.start_pauses(60)
            self.complete(runs, "call")
        self.build_pause_version(2)
        with freeze_time("2026-11-22 07:00:00"):
            migration = self.build_migration()
            migration.action_apply()
            items = migration.item_ids.filtered(lambda i: i.instance_id in runs)
            self.assertEqual(items.mapped("changes"), ["“Visit” is over at once."] * 3)
            self.get_timer(runs[0])._run_due()
            self.assertEqual(runs[0].state, "done")
            migration.action_undo()
            self.assertEqual(runs[1:].process_id, first)
            self.assertIn("gone on", items.filtered("error").error)

    def test_another_kind_of_stage_is_entered_anew_and_after_undo_again(self):
        with freeze_time("2026-11-20 07:00:00"):
            first, runs = self.start_pauses(4)
            self.complete(runs, "call")
        self.publish_next(["call", "visit"])
        with freeze_time("2026-11-22 07:00:00"):
            migration = self.build_migration()
            migration.action_apply()
            self.assertFalse(self.get_timer(runs[0]))
            migration.action_undo()
        due = self.get_timer(runs[0])
        self.assertEqual(str(due.date_due), "2026-11-24 07:00:00")
        self.assertEqual(self.get_open(runs[0]).state, "waiting")
        self.assertEqual(runs.process_id, first)

    def test_what_is_waited_for_is_what_the_new_version_says(self):
        """Events and their time-outs, and pauses until a date of the document."""
        stages = {
            "call": {
                "kind": "event",
                "event_kind": "signal",
                "event_signal": "старый",
                "timeout_amount": 2,
            },
            "late": "work",
        }
        ways = [
            ("start", "call"),
            ("call", "end"),
            ("call", "late", {"outcome": "timeout"}),
            ("late", "end"),
        ]
        first = self.build_next([])
        first.stage_ids.unlink()
        self.build_parts(first, stages, ways)
        request = self.build_new()
        with freeze_time("2026-11-20 07:00:00"):
            run = self.start(self.publish(first), request)
        second = self.build_next([])
        second.stage_ids.unlink()
        stages["call"] |= {"event_signal": "новый", "timeout_amount": 5}
        self.build_parts(second, stages, ways)
        self.publish(second)
        with freeze_time("2026-11-21 07:00:00"):
            migration = self.build_migration()
            migration.line_ids.filtered(
                lambda line: not line.target_id
            ).target_id = self.get_stage(second, "late")
            migration.action_apply()
            item = migration.item_ids.filtered(lambda i: i.instance_id == run)
            self.assertFalse(item.error)
            self.assertIn("the time is over on 11/25/26", item.changes)
        self.assertEqual(
            str(self.get_timer(run, "timeout").date_due), "2026-11-25 07:00:00"
        )
        waits = self.env["bpm.wait"]
        self.assertFalse(waits._signal("старый"))
        self.assertEqual(self.get_places(run), ["call"])
        self.assertEqual(waits._signal("новый"), 1 + len(self.runs))
        self.assertEqual(run.state, "done")

    def test_who_does_not_own_the_process_moves_nothing(self):
        self.publish_next(["call", "visit"])
        with self.assertRaises(AccessError):
            self.env["bpm.migration"].with_user(self.user_dispatcher).create(
                {"family_id": self.old.family_id.id}
            )
