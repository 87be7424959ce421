from odoo.exceptions import UserError

from .common_process import ProcessCommon


class TestEngineFail(ProcessCommon):
    """What cannot go on stops in plain sight, and can be tried again."""

    def build_deciding(self, **error_way):
        ways = [
            ("start", "call"),
            ("call", "visit", {"condition": "expected_revenue > 1000"}),
            ("visit", "end"),
        ]
        if error_way:
            ways += [("call", "help", error_way), ("help", "end")]
        return self.publish(
            self.build_process(
                stages={"call": "work", "visit": "work", "help": "work"}
                if error_way
                else {"call": "work", "visit": "work"},
                ways=ways,
            )
        )

    def test_a_stage_that_cannot_be_left_is_left_by_the_next_attempt(self):
        request = self.build_new()
        run = self.start(self.build_deciding(), request)
        token = self.get_open(run)
        self.complete(run, "call")
        self.assertEqual((token.state, run.state), ("failed", "failed"))
        request.expected_revenue = 5000
        run._retry_run()
        self.assertEqual(self.get_places(run), ["visit"])
        self.assertEqual(run.state, "running")
        # it was not entered a second time: the person is not asked again
        self.assertEqual(self.get_path(run), ["start", "call", "visit"])
        self.assertEqual(
            self.get_events(run, "enter"), [("enter", "call"), ("enter", "visit")]
        )

    def test_a_person_is_told_at_once_and_nothing_has_happened(self):
        run = self.start(self.build_deciding(), self.build_new())
        token = self.get_open(run)
        with self.assertRaisesRegex(UserError, "No way out of the stage"):
            token._complete(strict=True)
        self.assertNotEqual(token.state, "failed")
        self.assertEqual(run.state, "running")

    def test_a_way_for_errors_is_taken_after_the_last_attempt(self):
        run = self.start(self.build_deciding(outcome="error"), self.build_new())
        token = self.get_open(run)
        self.complete(run, "call")
        self.assertEqual(token.state, "failed")
        while token.state == "failed":
            token._retry()
        self.assertEqual(self.get_places(run), ["help"])
        self.assertEqual(run.state, "running")

    def test_a_way_for_errors_that_does_not_fit_is_no_loop(self):
        request = self.build_new()
        way = {"outcome": "error", "domain": "[('name', '=', 'никогда')]"}
        run = self.start(self.build_deciding(**way), request)
        token = self.get_open(run)
        self.complete(run, "call")
        for _attempt in range(5):
            token._retry()
        self.assertEqual((token.state, run.state), ("failed", "failed"))
        request.expected_revenue = 5000
        token._retry()
        self.assertEqual(self.get_places(run), ["visit"])

    def test_a_loop_without_a_person_is_stopped_with_its_path(self):
        process = self.publish(
            self.build_process(
                stages={"one": "automatic", "two": "automatic"},
                ways=[("start", "one"), ("one", "two"), ("two", "one")],
            )
        )
        run = self.start(process, self.build_new())
        self.assertEqual(run.state, "failed")
        self.assertIn("One → Two → One", self.get_open(run).error)

    def test_a_loop_that_multiplies_is_stopped(self):
        process = self.publish(
            self.build_process(
                stages={"both": "split", "one": "automatic", "two": "automatic"},
                ways=[
                    ("start", "both"),
                    ("both", "one"),
                    ("both", "two"),
                    ("one", "both"),
                    ("two", "both"),
                ],
            )
        )
        run = self.start(process, self.build_new())
        self.assertEqual(run.state, "failed")
        self.assertLess(len(run.token_ids), 5000)

    def test_a_join_that_waits_for_nobody_says_so(self):
        process = self.publish(
            self.build_process(
                stages={"either": "decision", "call": "work", "met": "join"},
                ways=[
                    ("start", "either"),
                    ("either", "call", {"condition": "expected_revenue > 1000"}),
                    ("either", "met", {"is_default": True}),
                    ("call", "met"),
                    ("met", "end"),
                ],
            )
        )
        run = self.start(process, self.build_new())
        self.assertEqual(run.state, "failed")
        token = self.get_open(run)
        self.assertIn("“Met” waits for all its ways", token.error)
        token._skip("Ждать некого")
        self.assertEqual(run.state, "done")

    def test_the_identity_may_not_see_the_document(self):
        process = self.build_process(
            stages={"big": "decision", "visit": "work"},
            ways=[
                ("start", "big"),
                ("big", "visit", {"condition": "expected_revenue > 1000"}),
                ("big", "end", {"is_default": True}),
                ("visit", "end"),
            ],
            user_id=self.user_performer.id,
        )
        run = self.start(self.publish(process), self.build_new())
        self.assertEqual(run.state, "failed")
        self.assertTrue(self.get_open(run).error)

    def test_an_archived_identity_is_said(self):
        process = self.build_process(
            stages={"call": "work"},
            ways=[
                ("start", "call"),
                ("call", "end", {"condition": "expected_revenue > 1000"}),
            ],
            user_id=self.user_manager.id,
        )
        run = self.start(self.publish(process), self.build_new())
        self.user_manager.active = False
        self.complete(run, "call")
        self.assertIn("is archived", self.get_open(run).error)

    def test_one_run_at_a_time_for_a_document(self):
        process = self.publish(self.build_process(stages={"call": "work"}))
        one, two = self.build_new(2)
        first = self.start(process, one)
        self.assertEqual(self.start(process, one + two).res_id, two.id)
        self.complete(first, "call")
        self.assertTrue(self.start(process, one))

    def test_results_and_variables_in_conditions(self):
        process = self.build_process(
            stages={"call": "work", "wait": "work", "which": "decision", "a": "work"},
            ways=[
                ("start", "call"),
                ("call", "wait", "Согласен"),
                ("call", "wait", "Подумает"),
                ("wait", "which"),
                ("which", "a", {"condition": 'result.call = "Согласен" and sum > 10'}),
                ("which", "end", {"is_default": True}),
                ("a", "end"),
            ],
        )
        self.env["bpm.variable"].create(
            {"process_id": process.id, "name": "Сумма", "key": "sum", "kind": "number"}
        )
        runs = self.start(self.publish(process), self.build_new(3))
        runs[:2]._set_variables({"sum": 20})
        self.complete(runs[0] + runs[2], "call", "Согласен")
        self.complete(runs[1], "call", "Подумает")
        self.complete(runs, "wait")
        self.assertEqual([self.get_places(run) for run in runs], [["a"], [], []])
