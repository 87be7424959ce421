from odoo.tests import tagged

from odoo.addons.service_crm.tests.common_race import RaceCommon

from ..tools.flow import Choice
from .common_process import build_process


@tagged("post_install", "-at_install")
class TestEngineRace(RaceCommon):
    """Two transactions move the same run at the same moment."""

    def make(self, env):
        child = build_process(env, "bpm.instance", {"pack": "work"})
        process = build_process(
            env,
            "bpm.instance",
            {
                "both": "split",
                "a": "work",
                "b": "work",
                "met": "join",
                "children": {"kind": "child", "child_process_id": child.id},
                "act": "work",
            },
            [
                ("start", "both"),
                ("both", "a"),
                ("both", "b"),
                ("a", "met"),
                ("b", "met"),
                ("met", "children"),
                ("children", "act"),
                ("act", "end"),
            ],
        )
        documents = build_process(
            env, "res.partner", {"call": "work"}, name="Один на документ"
        )
        for made in (child, process, documents):
            made._publish()
        run = process._start([{}])
        self.ids["bpm.process"] = (process + child + documents).ids
        self.ids["bpm.instance"] = run.ids
        self.ids["res.partner"] = env["res.partner"].create({"name": "Гонка"}).ids

    def remove(self, env):
        runs = env["bpm.instance"].search(
            [("process_id", "in", self.ids["bpm.process"])]
        )
        runs.activity_ids.unlink()
        runs.unlink()
        processes = self.get(env, "bpm.process")
        processes.action_retire()
        processes.active = False
        self.get(env, "res.partner").unlink()

    def get_open(self, env, *keys):
        runs = self.get(env, "bpm.instance")
        return (
            (runs | runs.child_ids)
            ._get_open_tokens()
            .filtered(lambda token: not keys or token.stage_id.key in keys)
        )

    def complete(self, *keys):
        """Each key's stage is completed by a transaction of its own."""
        return self.run_at_once(
            lambda env, number: self.get_open(env, keys[number])._complete(), len(keys)
        )

    def check(self, *keys):
        """Where the run stands, and that no stage was entered twice."""
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            self.assertEqual(self.get_open(env).mapped("stage_id.key"), list(keys))
            rows = self.get(env, "bpm.instance").journal_ids
            entered = rows.filtered(lambda row: row.event == "enter").mapped("stage_id")
            left = rows.filtered(lambda row: row.event == "leave")
            self.assertEqual(len(left), len(left.token_id))
            return entered.mapped("key")

    def test_two_ways_that_arrive_at_a_join_together_meet(self):
        self.complete("a", "b")
        self.assertCountEqual(
            self.check("children", "pack"),
            ["a", "b", "met", "children"],
        )

    def test_a_stage_that_two_complete_is_left_once(self):
        self.complete("a", "a", "a")
        self.check("b", "met")

    def test_children_that_end_together_let_their_parent_go_on(self):
        self.complete("a", "b")
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            parent = self.get_open(env, "children")
            process = parent.stage_id._get_child_process()
            process._start([parent._prepare_child_values(False)])
            packing = self.get_open(env, "pack").ids
        self.assertEqual(len(packing), 2)
        self.run_at_once(
            lambda env, number: env["bpm.token"].browse(packing[number])._complete()
        )
        self.check("act")

    def test_cancelling_and_completing_at_once_is_one_of_both(self):
        def work(env, number):
            if number:
                self.get(env, "bpm.instance")._cancel_run("Не нужно")
            else:
                tokens = self.get_open(env, "a", "b")
                tokens._complete(dict.fromkeys(tokens.ids, Choice()))

        self.run_at_once(work)
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            self.assertEqual(self.get(env, "bpm.instance").state, "cancelled")
            self.assertFalse(self.get_open(env))

    def test_one_run_for_a_document_though_two_start_it(self):
        def work(env, _number):
            process = self.get(env, "bpm.process")[2]
            process._start([{"res_id": self.ids["res.partner"][0]}])

        told = self.run_at_once(work)
        self.assertEqual(sorted(told)[0], "")
        self.assertIn("under way for the document already", sorted(told)[1])
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            runs = env["bpm.instance"].search(
                [("process_id", "=", self.ids["bpm.process"][2])]
            )
            self.assertEqual(len(runs), 1)
