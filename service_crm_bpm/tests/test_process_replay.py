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

    def test_who_does_not_own_the_process_moves_nothing(self):
        self.publish_next(["call", "visit"])
        with self.assertRaises(AccessError):
            self.env["bpm.migration"].with_user(self.user_dispatcher).create(
                {"family_id": self.old.family_id.id}
            )
