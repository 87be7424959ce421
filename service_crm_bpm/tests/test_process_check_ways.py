from odoo.fields import Command

from .common_check import CheckCommon


class TestProcessCheckWays(CheckCommon):
    """What publishing finds about the ways between stages."""

    def test_graph(self):
        """Each error of the graph names its stage."""
        self.assertFinds(
            self.build_process(
                stages={"call": "work", "lost": "work"},
                ways=[("start", "call"), ("call", "end"), ("lost", "end")],
            ),
            lost="never reached",
        )
        self.assertFinds(
            self.build_process(
                stages={"call": "work", "a": "work", "b": "work"},
                ways=[
                    ("start", "call"),
                    ("call", "end", "Да"),
                    ("call", "a", "Нет"),
                    ("a", "b"),
                    ("b", "a"),
                ],
            ),
            a="leads to no end",
            b="leads to no end",
        )
        self.assertFinds(
            self.build_process(
                stages={"a": "automatic", "b": "decision"},
                ways=[
                    ("start", "a"),
                    ("a", "b"),
                    ("b", "a", {"condition": "expected_revenue > 1"}),
                    ("b", "end"),
                ],
            ),
            a="A → B → A goes round without end",
        )
        self.assertFinds(
            self.build_process(
                stages={"split": "split", "a": "work", "b": "work", "join": "join"},
                ways=[
                    ("start", "split"),
                    ("split", "a"),
                    ("split", "b"),
                    ("a", "join"),
                    ("b", "join", "Готово"),
                    ("b", "end", "Отменено"),
                    ("join", "end"),
                ],
            ),
            join="nothing may come from “B”",
        )
        process = self.build_process(stages={"call": "work"})
        end, call = self.get_stage(process, "end"), self.get_stage(process, "call")
        self.env["bpm.transition"].create({"source_id": end.id, "target_id": call.id})
        self.assertFinds(process, end="a way leads out of it")

    def test_a_loop_with_a_person_or_a_pause_is_fine(self):
        for stage in (
            {"kind": "work"},
            {"kind": "pause", "pause_amount": 30},
            {"kind": "event", "event_kind": "reply"},
            {
                "kind": "approval",
                "responsible_ids": [Command.create({"kind": "initiator"})],
            },
        ):
            process = self.build_process(
                stages={"a": stage, "b": "decision"},
                ways=[
                    ("start", "a"),
                    ("a", "b"),
                    ("b", "a", {"condition": "expected_revenue > 1"}),
                    ("b", "end"),
                ],
            )
            with self.subTest(kind=stage["kind"]):
                self.assertFine(process)

    def test_ways(self):
        def build(kind, *ways, **values):
            stages = {"d": {"kind": kind, **values}, "a": "work", "b": "work"}
            return self.build_process(
                stages=stages,
                ways=[
                    ("start", "d"),
                    ("d", "a", {"key": "one", **ways[0]}),
                    ("d", "b", {"key": "two", **ways[1]}),
                    ("a", "end"),
                    ("b", "end"),
                ],
            )

        self.assertFine(build("decision", {"condition": "expected_revenue > 5"}, {}))
        self.assertFine(build("work", {"name": "Да"}, {"name": "Нет"}))
        cases = [
            (build("decision", {"condition": "x > 5"}, {}), "there is no “x”"),
            (build("decision", {"condition": "city"}, {}), "A condition is needed"),
            (build("decision", {"condition": "(city"}, {}), "ends too early"),
            (
                build("decision", {"condition": "city > 5"}, {}),
                "can not be compared",
            ),
            (build("decision", {"domain": "[('x', '=', 1)]"}, {}), "understood"),
            (build("split", {"condition": "active"}, {}), "takes all its ways"),
            (build("decision", {"outcome": "approved"}, {}), "does not happen"),
            (build("work", {"outcome": "timeout"}, {}), "has no time-out"),
        ]
        for process, words in cases:
            with self.subTest(words=words):
                self.assertFinds(process, one=words)
        self.assertFinds(build("decision", {}, {}), two="never taken")
        self.assertFinds(
            build("work", {}, {}), one="name the result", two="name the result"
        )
        process = build("work", {"name": "Да"}, {"name": "Нет"}, timeout_amount=3)
        self.assertFinds(process, d="no way is taken when the time is over")
        approval = {"responsible_ids": [Command.create({"kind": "initiator"})]}
        process = build(
            "approval", {"outcome": "rejected"}, {"outcome": "rejected"}, **approval
        )
        self.assertFinds(process, d="no way is taken for “Approved”")

    def test_ways_taken_by_themselves(self):
        def build(kind, text):
            return self.build_process(
                stages={"call": kind, "visit": "work"},
                ways=[
                    ("start", "call"),
                    ("call", "visit", {"key": "one", "auto_domain": text}),
                    ("visit", "end"),
                ],
            )

        self.assertFine(build("work", "[('partner_id.city', '=', 'Тверь')]"))
        self.assertFine(build("work", "[]"))
        cases = [
            ("work", "[('город', '=', 'Тверь')]", "cannot be understood"),
            ("work", "[('partner_id.boss', '=', 1)]", "cannot be understood"),
            ("work", "[('city', '=', кто)]", "cannot be understood"),
            ("work", "[('city', '='", "cannot be understood"),
            ("work", "[(1, '=', 1)]", "fits every document"),
            ("automatic", "[('city', '=', 'Тверь')]", "of the kind “Work”"),
        ]
        for kind, text, words in cases:
            with self.subTest(text=text):
                self.assertFinds(build(kind, text), one=words)

    def test_choices_in_which_a_run_could_get_stuck(self):
        """No way fits: said before, unless the conditions leave nothing out."""

        def build(kind, *ways, **values):
            return self.build_process(
                stages={"d": {"kind": kind, **values}, "a": "work", "b": "work"},
                ways=[
                    ("start", "d"),
                    ("d", "a", ways[0]),
                    ("d", "b", ways[1]),
                    ("a", "end"),
                    ("b", "end"),
                ],
                variable_ids=[
                    Command.create({"name": "Срочно", "key": "urgent", "kind": "bool"})
                ],
            )

        def by_formula(one, other):
            return build("decision", {"condition": one}, {"condition": other})

        def by_domain(one, other):
            return build("decision", {"domain": one}, {"domain": other})

        stuck = [
            by_formula("expected_revenue > 5", "expected_revenue < 5"),
            by_formula("urgent", 'city = "Тверь"'),
            by_domain("[('city', '=', 'Тверь')]", "[('city', '=', 'Тула')]"),
            by_domain("[('date_closed', '>', '2026-01-01')]", "[('active', '=', 0)]"),
            build(
                "decision",
                {"condition": "urgent", "domain": "[('city', '=', 'Тверь')]"},
                {"condition": "not urgent"},
            ),
            build(
                "decision",
                {"condition": "urgent"},
                {"condition": 'city = "Тверь"', "is_default": True},
            ),
            build("inclusive_split", {"condition": "urgent"}, {"condition": "active"}),
        ]
        for process in stuck:
            with self.subTest(ways=process.transition_ids.mapped("condition")):
                self.assertFinds(process, d="could get stuck here")
        fine = [
            by_formula("expected_revenue > 5", "expected_revenue <= 5"),
            by_formula("not urgent", "urgent"),
            by_formula('city = "Тверь" or urgent', 'not (city = "Тверь" or urgent)'),
            by_domain("[('city', '=', 'Тверь')]", "[('city', '!=', 'Тверь')]"),
            by_domain("[('partner_id', '=', False)]", "[('partner_id', '!=', False)]"),
            by_domain("[('active', '=', True)]", "[('active', '=', False)]"),
            build(
                "work",
                {"name": "Да", "condition": "urgent"},
                {"name": "Нет", "condition": 'city = "Тверь"'},
            ),
        ]
        for process in fine:
            with self.subTest(ways=process.transition_ids.mapped("condition")):
                self.assertFine(process)
        approval = {"responsible_ids": [Command.create({"kind": "initiator"})]}
        process = build(
            "approval",
            {"outcome": "approved", "condition": "urgent"},
            {"outcome": "rejected"},
            **approval,
        )
        self.assertFinds(process, d="all ways for “Approved” have conditions")

    def test_conditions_know_fields_variables_and_results(self):
        process = self.build_process(
            stages={"call": "work", "d": "decision"},
            ways=[
                ("start", "call"),
                ("call", "d", "Да"),
                ("d", "call", {"condition": "discount > 5 and urgent"}),
                ("d", "call", {"condition": 'partner_id.city = "Тверь"'}),
                ("d", "call", {"condition": 'result.call = "Да"'}),
                ("d", "call", {"condition": 'date_deadline < date("2030-01-01")'}),
                ("d", "end"),
            ],
            variable_ids=[
                Command.create({"name": "Скидка", "key": "discount", "kind": "number"}),
                Command.create({"name": "Срочно", "key": "urgent", "kind": "bool"}),
            ],
        )
        self.assertFine(process)
