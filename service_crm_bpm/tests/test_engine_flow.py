from odoo.exceptions import UserError

from odoo.addons.service_crm.tests.common import requirement

from .common_process import ProcessCommon


class TestEngineFlow(ProcessCommon):
    """Stages follow each other as the drawing says."""

    def test_work_waits_and_goes_on_by_its_result(self):
        process = self.publish(
            self.build_process(
                stages={"call": "work", "visit": "work"},
                ways=[
                    ("start", "call"),
                    ("call", "visit", "Согласен"),
                    ("call", "end", "Отказ"),
                    ("visit", "end"),
                ],
            )
        )
        first, second = self.start(process, self.build_new(2))
        self.assertEqual(self.get_places(first + second), ["call", "call"])
        self.complete(first, "call", "Согласен")
        self.complete(second, "call", "Отказ")
        self.assertEqual(self.get_places(first), ["visit"])
        self.assertEqual(second.state, "done")
        self.assertEqual(self.get_path(second), ["start", "call", "end"])
        self.assertEqual(
            self.get_events(second),
            [
                ("start", False),
                ("leave", "start"),
                ("enter", "call"),
                ("leave", "call"),
                ("leave", "end"),
                ("end", False),
            ],
        )

    def test_conditions_choose_and_the_default_comes_last(self):
        process = self.publish(
            self.build_process(
                stages={"big": "decision", "visit": "work", "call": "work"},
                ways=[
                    ("start", "big"),
                    ("big", "call", {"is_default": True}),
                    ("big", "visit", {"condition": "expected_revenue > 1000"}),
                    ("visit", "end"),
                    ("call", "end"),
                ],
            )
        )
        small, big = self.build_new(2)
        big.expected_revenue = 5000
        runs = self.start(process, small + big)
        self.assertEqual([self.get_places(r) for r in runs], [["call"], ["visit"]])

    def test_no_way_fits_is_said_and_can_be_retried(self):
        process = self.publish(
            self.build_process(
                stages={"big": "decision"},
                ways=[
                    ("start", "big"),
                    ("big", "end", {"condition": "expected_revenue > 1000"}),
                ],
            )
        )
        small, big = self.build_new(2)
        big.expected_revenue = 5000
        failed, done = self.start(process, small + big)
        self.assertEqual((failed.state, done.state), ("failed", "done"))
        token = self.get_open(failed)
        self.assertIn("No way out of the stage “Big” fits", token.error)
        small.expected_revenue = 2000
        token._retry()
        self.assertEqual(failed.state, "done")

    @requirement("R110")
    def test_without_a_split_a_run_stands_on_one_stage(self):
        keys = ["call", "visit", "act", "pay"]
        process = self.publish(self.build_process(stages=dict.fromkeys(keys, "work")))
        runs = self.start(process, self.build_new(3))
        for key in keys:
            self.assertEqual(self.get_places(runs), [key] * 3)
            for run in runs:
                self.assertEqual(len(self.get_open(run)), 1)
            self.complete(runs, key)
        self.assertFalse(self.get_open(runs))

    def test_split_and_join(self):
        process = self.publish(
            self.build_process(
                stages={"both": "split", "a": "work", "b": "work", "met": "join"},
                ways=[
                    ("start", "both"),
                    ("both", "a"),
                    ("both", "b"),
                    ("a", "met"),
                    ("b", "met"),
                    ("met", "end"),
                ],
            )
        )
        run = self.start(process, self.build_new())
        self.assertEqual(self.get_places(run), ["a", "b"])
        self.complete(run, "a")
        self.assertEqual(self.get_places(run), ["b", "met"])
        self.complete(run, "b")
        self.assertEqual(run.state, "done")
        self.assertEqual(self.get_path(run).count("end"), 1)

    def test_only_published_processes_start(self):
        process = self.build_process()
        with self.assertRaises(UserError):
            self.start(process, self.build_new())
