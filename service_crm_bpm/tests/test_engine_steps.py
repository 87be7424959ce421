from odoo.exceptions import UserError

from .common_process import ProcessCommon


class TestEngineSteps(ProcessCommon):
    """What people do against the way of a run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        keys = ("call", "visit", "act")
        cls.line = cls.publish(cls.build_process(stages=dict.fromkeys(keys, "work")))
        cls.both = cls.publish(
            cls.build_process(
                stages={
                    "call": "work",
                    "both": "split",
                    "a": "work",
                    "b": "work",
                    "met": "join",
                    "act": "work",
                },
                ways=[
                    ("start", "call"),
                    ("call", "both"),
                    ("both", "a"),
                    ("both", "b"),
                    ("a", "met"),
                    ("b", "met"),
                    ("met", "act"),
                    ("act", "end"),
                ],
            )
        )

    def test_what_happens_during_a_pause_is_done_on_resuming(self):
        runs = self.start(self.line, self.build_new(2))
        runs._pause("Ждём запчасть")
        self.assertEqual(runs.mapped("state"), ["paused", "paused"])
        self.complete(runs[0], "call")
        self.assertEqual(self.get_places(runs), ["call", "call"])
        runs._resume("Пришла")
        self.assertEqual([self.get_places(r) for r in runs], [["visit"], ["call"]])
        self.assertEqual(runs.mapped("state"), ["running", "running"])
        events = [event for event, _stage in self.get_events(runs[0])]
        self.assertEqual(events[2:5], ["enter", "pause", "resume"])
        self.assertEqual(
            runs[0].journal_ids.filtered(lambda r: r.event == "pause").text,
            "Ждём запчасть",
        )

    def test_a_person_is_told_of_the_pause(self):
        run = self.start(self.line, self.build_new())
        run._pause()
        with self.assertRaisesRegex(UserError, "paused"):
            self.get_open(run)._complete(strict=True)
        with self.assertRaisesRegex(UserError, "paused"):
            self.get_open(run)._skip()

    def test_cancel(self):
        runs = self.start(self.both, self.build_new(2))
        self.complete(runs, "call")
        runs[0]._cancel_run("Дубль")
        self.assertEqual(runs.mapped("state"), ["cancelled", "running"])
        self.assertTrue(runs[0].date_end)
        self.assertFalse(self.get_open(runs[0]))
        self.assertEqual(self.get_places(runs[1]), ["a", "b"])
        runs[0]._cancel_run()  # nothing happens twice
        self.assertEqual(len(self.get_events(runs[0], "cancel")), 1)

    def test_skip(self):
        run = self.start(self.line, self.build_new())
        self.get_open(run)._skip("Звонить незачем")
        self.assertEqual(self.get_places(run), ["visit"])
        self.assertEqual(self.get_events(run, "skip"), [("skip", "call")])

    def test_skipping_a_join_goes_on_with_what_is_there(self):
        run = self.start(self.both, self.build_new())
        self.complete(run, "call")
        self.complete(run, "a")
        self.get_open(run, "b")._cancel()
        self.get_open(run, "met")._skip("Второй части не будет")
        self.assertEqual(self.get_places(run), ["act"])

    def test_step_back_to_the_stage_before_and_the_one_before_it(self):
        run = self.start(self.line, self.build_new())
        self.complete(run, "call")
        self.complete(run, "visit")
        self.get_open(run)._step_back("Не тот адрес")
        self.assertEqual(self.get_places(run), ["visit"])
        self.get_open(run)._step_back()
        self.assertEqual(self.get_places(run), ["call"])
        with self.assertRaisesRegex(UserError, "no stage before"):
            self.get_open(run)._step_back()
        self.assertEqual(
            self.get_events(run, "back"), [("back", "act"), ("back", "visit")]
        )
        for key in ("call", "visit", "act"):
            self.complete(run, key)
        self.assertEqual(run.state, "done")

    def test_step_back_over_a_split_takes_its_ways_away(self):
        run = self.start(self.both, self.build_new())
        self.complete(run, "call")
        self.complete(run, "a")
        self.get_open(run, "b")._step_back("Начать заново")
        self.assertEqual(self.get_places(run), ["call"])
        for key in ("call", "a", "b", "act"):
            self.complete(run, key)
        self.assertEqual(run.state, "done")

    def test_no_step_back_over_a_join(self):
        run = self.start(self.both, self.build_new())
        for key in ("call", "a", "b"):
            self.complete(run, key)
        with self.assertRaisesRegex(UserError, "Several ways have met in “Met”"):
            self.get_open(run)._step_back()
        self.assertEqual(self.get_places(run), ["act"])

    def test_variables_are_checked_and_their_change_is_written_down(self):
        process = self.build_process(stages={"call": "work", "big": "decision"})
        self.env["bpm.variable"].create(
            [
                {"process_id": process.id, "name": "Сумма", "key": "sum", **values}
                for values in [{"kind": "number", "default_value": "1 000,50"}]
            ]
            + [
                {"process_id": process.id, "name": "Срочно", "key": "hot"}
                | {"kind": "bool", "default_value": "yes"},
                {
                    "process_id": process.id,
                    "name": "Срок",
                    "key": "due",
                    "kind": "date",
                },
                {"process_id": process.id, "name": "Слово", "key": "word"},
            ]
        )
        run = self.start(self.publish(process), self.build_new())
        self.assertEqual(
            run.variables, {"sum": 1000.5, "hot": True, "due": None, "word": None}
        )
        run._set_variables({"sum": "2000", "due": "2026-12-01", "hot": "no"})
        self.assertEqual(
            run.variables,
            {"sum": 2000, "hot": False, "due": "2026-12-01", "word": None},
        )
        row = run.journal_ids.filtered(lambda r: r.text == "Сумма")
        self.assertEqual(
            (row.event, row.value_from, row.value_to), ("change", "1000.5", "2000")
        )
        with self.assertRaisesRegex(UserError, "no value of “Сумма”"):
            run._set_variables({"sum": "много"})
        with self.assertRaisesRegex(UserError, "no variable “other”"):
            run._set_variables({"other": 1})

    def test_the_protocol_is_not_changed(self):
        run = self.start(self.line, self.build_new())
        with self.assertRaises(UserError):
            run.journal_ids.sudo().write({"text": "иначе"})
        with self.assertRaises(UserError):
            run.journal_ids.sudo().unlink()
