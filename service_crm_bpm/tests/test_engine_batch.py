from odoo.fields import Command

from odoo.addons.service_crm.tests.common import requirement

from .common_process import ProcessCommon

WAYS = [
    ("start", "call"),
    ("call", "both", "Согласен"),
    ("call", "end", "Отказ"),
    ("both", "note"),
    ("both", "big"),
    ("note", "met"),
    ("big", "visit", {"condition": "expected_revenue > 1000"}),
    ("big", "met", {"is_default": True}),
    ("visit", "met"),
    ("met", "act"),
    ("act", "end"),
]
STAGES = {
    "call": "work",
    "both": "split",
    "note": "automatic",
    "big": "decision",
    "visit": "work",
    "met": "inclusive_join",
    "act": "work",
}


class TestEngineBatch(ProcessCommon):
    """Any number of runs moves with the same number of queries, up to the hundred rows
    that Odoo writes in one statement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.publish(cls.build_process(stages=STAGES, ways=WAYS))

    def build_runs(self, count):
        requests = self.build_new(count)
        for number, request in enumerate(requests):
            request.expected_revenue = 2000 if number % 2 else 10
        return self.start(self.process, requests)

    def count_queries(self, step):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        step()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_a_step_of_many_runs_takes_the_queries_of_a_few(self):
        few, many = self.build_runs(10), self.build_runs(60)
        counts = [
            self.count_queries(
                lambda runs=runs: self.complete(runs, "call", "Согласен")
            )
            # the first ones read what is kept in memory from then on
            for runs in (few[:4], few[4:], many)
        ]
        self.assertEqual(counts[1], counts[2])
        self.assertEqual(len(self.get_open(many, "visit")), 30)
        self.assertEqual(len(self.get_open(many, "act")), 30)

    def test_a_start_of_many_runs_takes_the_queries_of_a_few(self):
        requests = self.build_new(90)
        self.start(self.process, requests[:10])
        counts = [
            self.count_queries(lambda some=some: self.start(self.process, some))
            for some in (requests[10:20], requests[20:])
        ]
        self.assertEqual(counts[0], counts[1])

    def test_a_person_completes_many_with_the_queries_of_a_few(self):
        stage = {
            "kind": "work",
            "responsible_mode": "first",
            "responsible_ids": [
                Command.create({"kind": "user", "user_id": self.user_dispatcher.id})
            ],
        }
        process = self.build_process(stages={"call": stage, "visit": stage})
        runs = self.start(self.publish(process), self.build_new(70))
        tokens = self.get_open(runs, "call").with_user(self.user_dispatcher)
        counts = []
        for some in (tokens[:2], tokens[2:10], tokens[10:]):
            step = lambda some=some: self.assertIs(some.action_complete(), True)  # noqa: E731
            counts.append(self.count_queries(step))
        self.assertEqual(counts[1], counts[2])
        self.assertEqual(len(self.get_open(runs, "visit").activity_id), 70)

    def test_who_fails_is_alone(self):
        runs = self.build_runs(9)
        broken = runs[4]
        self.env["crm.lead"].browse(broken.res_id).unlink()
        self.complete(runs, "call", "Согласен")
        states = dict.fromkeys(runs, "running") | {broken: "failed"}
        self.assertEqual({run: run.state for run in runs}, states)
        error = self.get_open(broken).filtered("error").error
        self.assertIn("does not exist any more", error)

    @requirement("R121")
    def test_at_the_end_nothing_is_left_open(self):
        runs = self.build_runs(4)
        timers = self.env["bpm.timer"]
        later = self.env.cr.now().replace(year=2100)
        timers._plan("timeout", dict.fromkeys(self.get_open(runs), later))
        self.complete(runs, "call", "Отказ")
        self.assertEqual(set(runs.mapped("state")), {"done"})
        self.assertTrue(all(runs.mapped("date_end")))
        self.assertFalse(self.get_open(runs))
        own = [("instance_id", "in", runs.ids)]
        self.assertFalse(timers.search(own))
        for run in runs:
            self.assertFalse(run.activity_ids)
            self.assertFalse(self.env["crm.lead"].browse(run.res_id).activity_ids)

    @requirement("R121")
    def test_an_end_for_all_stops_the_other_ways(self):
        process = self.publish(
            self.build_process(
                stages={
                    "both": "split",
                    "call": "work",
                    "visit": "work",
                    "stop": {"kind": "terminate", "is_success": True},
                },
                ways=[
                    ("start", "both"),
                    ("both", "call"),
                    ("both", "visit"),
                    ("call", "stop"),
                    ("visit", "stop"),
                ],
            )
        )
        runs = self.start(process, self.build_new(2))
        self.complete(runs[0], "call")
        self.assertEqual(runs.mapped("state"), ["done", "running"])
        self.assertTrue(runs[0].is_success)
        self.assertFalse(self.get_open(runs[0]))
        request = self.env["crm.lead"].browse(runs[0].res_id)
        self.assertFalse(request.activity_ids)
