from odoo.addons.service_crm.tests.common import requirement

from ..models import bpm_token_child
from .common_process import ProcessCommon


class TestEngineChild(ProcessCommon):
    """Processes that start processes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.child = cls.publish(
            cls.build_process(
                name="Доставка",
                stages={
                    "pack": "work",
                    "bring": "work",
                    "given": {"kind": "end", "is_success": True},
                    "lost": {"kind": "end", "is_success": False},
                },
                ways=[
                    ("start", "pack"),
                    ("pack", "bring"),
                    ("bring", "given", "Отдано"),
                    ("bring", "lost", "Утрачено"),
                ],
            )
        )

    def build_parent(self, **stage):
        """Start, the child process, a person's stage, end; a way for its failure."""
        stage = {"kind": "child", "child_process_id": self.child.id, **stage}
        return self.publish(
            self.build_process(
                name="Продажа",
                stages={"child": stage, "thank": "work", "sorry": "work"},
                ways=[
                    ("start", "child"),
                    ("child", "thank"),
                    ("child", "sorry", {"outcome": "failure"}),
                    ("thank", "end"),
                    ("sorry", "end"),
                ],
            )
        )

    @requirement("R102")
    def test_in_turn_the_parent_waits_for_the_child(self):
        runs = self.start(self.build_parent(child_mode="wait"), self.build_new(2))
        self.assertEqual(self.get_places(runs), ["child", "child"])
        self.assertEqual(len(runs.child_ids), 2)
        self.assertEqual(runs.child_ids.mapped("res_id"), runs.mapped("res_id"))
        self.complete(runs.child_ids, "pack")
        self.complete(runs[0].child_ids, "bring", "Отдано")
        self.assertEqual([self.get_places(r) for r in runs], [["thank"], ["child"]])
        self.complete(runs[1].child_ids, "bring", "Утрачено")
        self.assertEqual(self.get_places(runs[1]), ["sorry"])

    @requirement("R102")
    def test_side_by_side_the_parent_does_not_wait(self):
        run = self.start(self.build_parent(child_mode="detached"), self.build_new())
        self.assertEqual(self.get_places(run), ["thank"])
        self.assertEqual(self.get_places(run.child_ids), ["pack"])
        self.complete(run, "thank")
        self.assertEqual((run.state, run.child_ids.state), ("done", "running"))

    @requirement("R103")
    def test_a_detached_child_goes_on_when_the_parent_is_cancelled(self):
        run = self.start(self.build_parent(child_mode="detached"), self.build_new())
        run._cancel_run("Клиент передумал")
        child = run.child_ids
        self.assertEqual((run.state, child.state), ("cancelled", "running"))
        self.assertEqual(child.parent_id, run)
        self.complete(child, "pack")
        self.complete(child, "bring", "Отдано")
        self.assertEqual((child.state, child.parent_id), ("done", run))

    def test_a_child_that_is_waited_for_is_cancelled_with_its_parent(self):
        run = self.start(self.build_parent(child_mode="wait"), self.build_new())
        run._cancel_run("Клиент передумал")
        self.assertEqual(run.child_ids.state, "cancelled")
        self.assertFalse(self.get_open(run + run.child_ids))

    def test_a_cancelled_child_has_failed_for_its_parent(self):
        run = self.start(self.build_parent(child_mode="wait"), self.build_new())
        run.child_ids._cancel_run()
        self.assertEqual(self.get_places(run), ["sorry"])

    @requirement("R177")
    def test_the_parent_shows_the_progress_of_its_children(self):
        run = self.start(self.build_parent(child_mode="wait"), self.build_new())
        token, child = self.get_open(run), run.child_ids
        self.assertEqual(token.child_progress, 33)  # on the first of three steps
        self.complete(child, "pack")
        token.invalidate_recordset()
        child.invalidate_recordset()
        self.assertEqual((child.progress, token.child_progress), (67, 67))
        self.assertEqual((token.child_count, token.child_done_count), (1, 0))
        self.complete(child, "bring", "Отдано")
        self.env.invalidate_all()
        self.assertEqual((token.child_progress, token.child_done_count), (100, 1))

    def test_one_child_for_each_document_of_a_list(self):
        child = self.publish(
            self.build_process("res.partner", name="Обзвон", stages={"call": "work"})
        )
        parent = self.publish(
            self.build_process(
                "res.partner",
                stages={
                    "each": {
                        "kind": "child",
                        "child_process_id": child.id,
                        "child_path": "child_ids",
                    },
                },
            )
        )
        company = self.build_partner(name="ООО «Бета»", is_company=True)
        people = self.env["res.partner"].create(
            [{"name": f"Сотрудник {n}", "parent_id": company.id} for n in range(3)]
        )
        nobody = self.build_partner(name="ООО «Гамма»", is_company=True)
        run, empty = self.start(parent, company + nobody)
        self.assertEqual(empty.state, "done")
        children = run.child_ids.sorted("res_id")
        self.assertEqual(children.mapped("res_id"), people.ids)
        self.complete(children[:2], "call")
        self.assertEqual(self.get_places(run), ["each"])
        self.complete(children[2], "call")
        self.assertEqual(run.state, "done")

    def build_calls(self, count, call="work", **stage):
        """A run with a stage that starts a call for each of so many contacts."""
        child = self.publish(
            self.build_process("res.partner", name="Обзвон", stages={"call": call})
        )
        stage = {
            "kind": "child",
            "child_process_id": child.id,
            "child_path": "child_ids",
            **stage,
        }
        parent = self.publish(
            self.build_process("res.partner", stages={"each": stage, "after": "work"})
        )
        companies = self.env["res.partner"].create(
            [{"name": f"ООО «Бета» {n}", "is_company": True} for n in range(2)]
        )
        self.env["res.partner"].create(
            [
                {"name": f"Сотрудник {n}", "parent_id": company.id}
                for company in companies
                for n in range(count)
            ]
        )
        return self.start(parent, companies)

    def run_timers(self, runs):
        """One look at the timers; what is planned by it is left for the next one."""
        timers = self.env["bpm.timer"].search([("instance_id", "in", runs.ids)])
        timers._run_due()
        self.env.invalidate_all()
        return len(runs.child_ids)

    def test_very_many_children_start_in_batches(self):
        self.patch(bpm_token_child, "CHILD_BATCH", 3)
        runs = self.build_calls(4)
        self.assertEqual(len(runs.child_ids), 3, "no more at once, of all runs")
        token = self.get_open(runs[0])
        self.assertEqual((token.child_count, token.child_progress), (4, 38))
        self.complete(runs.child_ids, "call")
        self.assertEqual(self.get_places(runs), ["each", "each"], "one is to come")
        self.assertEqual([self.run_timers(runs) for _n in range(3)], [6, 8, 8])
        self.assertFalse(self.env["bpm.timer"].search([("token_id", "=", token.id)]))
        documents = [sorted(run.child_ids.mapped("res_id")) for run in runs]
        self.assertEqual(
            documents,
            [
                sorted(self.env["res.partner"].browse(run.res_id).child_ids.ids)
                for run in runs
            ],
            "each of them once",
        )
        self.complete(runs[0].child_ids.filtered(lambda c: c.state != "done"), "call")
        self.assertEqual([self.get_places(r) for r in runs], [["after"], ["each"]])
        runs[1]._cancel_run()
        self.assertEqual(
            set(runs[1].child_ids.mapped("state")), {"cancelled"}, "all of them"
        )

    def test_children_that_end_at_once(self):
        """The stage is left with the last batch, not with the first."""
        self.patch(bpm_token_child, "CHILD_BATCH", 3)
        runs = self.build_calls(4, call="automatic")
        self.assertEqual(runs.child_ids.mapped("state"), ["done"] * 3)
        self.assertEqual(self.get_places(runs), ["each", "each"])
        self.assertEqual(self.run_timers(runs), 6)
        self.assertEqual([self.get_places(r) for r in runs], [["after"], ["each"]])
        self.assertEqual(self.run_timers(runs), 8)
        self.assertEqual(self.get_places(runs), ["after", "after"])

    def test_detached_children_start_in_batches_too(self):
        self.patch(bpm_token_child, "CHILD_BATCH", 5)
        runs = self.build_calls(4, child_mode="detached")
        self.assertEqual([self.get_places(r) for r in runs], [["after"], ["each"]])
        self.complete(runs[1].child_ids, "call")
        self.assertEqual(self.get_places(runs[1]), ["each"], "three are to come")
        self.assertEqual(self.run_timers(runs), 8)
        self.assertEqual(self.get_places(runs[1]), ["after"])

    def test_a_batch_that_fails_starts_nobody_twice(self):
        self.patch(bpm_token_child, "CHILD_BATCH", 5)
        runs = self.build_calls(4)
        child = runs.child_ids.process_id
        busy = self.env["res.partner"].browse(runs[1].res_id).child_ids[-1:]
        other = self.start(child, busy)
        self.assertEqual(self.run_timers(runs), 5)
        timer = self.env["bpm.timer"].search([("instance_id", "=", runs[1].id)])
        self.assertIn("under way for the document already", timer.error)
        token = self.get_open(runs[1])
        token._fail("Повторить", again=False)
        other._cancel_run()
        token._retry()
        self.env.invalidate_all()
        self.assertEqual(len(runs.child_ids), 8)
        self.complete(runs.child_ids, "call")
        self.assertEqual(self.get_places(runs), ["after", "after"])

    def test_a_child_that_is_not_published_is_said(self):
        self.start_unchecked()
        parent = self.build_parent(child_mode="wait")
        self.child.action_retire()
        run = self.start(parent, self.build_new())
        self.assertEqual(run.state, "failed")
        self.assertIn("“Доставка” is not published", self.get_open(run).error)

    def test_a_child_of_another_kind_of_document_is_said(self):
        self.start_unchecked()
        parent = self.build_parent(child_mode="wait", child_path="partner_id")
        run = self.start(parent, self.build_new())
        self.assertIn("another kind of document", self.get_open(run).error)

    def test_processes_that_start_each_other_end_at_the_limit(self):
        process = self.build_process(
            stages={"again": {"kind": "child", "child_mode": "detached"}},
            start_once=False,
        )
        self.get_stage(process, "again").child_process_id = process
        run = self.start(self.publish(process), self.build_new())
        family = self.env["bpm.instance"].search([("process_id", "=", process.id)])
        self.assertIn("failed", family.mapped("state"))
        self.assertLess(len(family), 60)
        self.assertEqual(run.state, "done")
