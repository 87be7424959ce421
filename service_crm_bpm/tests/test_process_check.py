from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from odoo.addons.service_crm.tests.common import requirement

from .common_check import CheckCommon


class TestProcessCheck(CheckCommon):
    """What publishing finds: every error, with the element it is about."""

    @requirement("R87")
    def test_exactly_one_start(self):
        process = self.env["bpm.process"].create(
            {
                "name": "Без начала",
                "user_id": self.user_admin.id,
                "owner_id": self.user_admin.id,
                "stage_ids": [
                    Command.create({"name": "Звонок", "key": "call"}),
                    Command.create({"name": "Конец", "kind": "end", "key": "end"}),
                ],
            }
        )
        stages = process.stage_ids
        self.env["bpm.transition"].create(
            {"source_id": stages[0].id, "target_id": stages[1].id}
        )
        self.assertFinds(process, process="no start")
        process = self.build_process(
            stages={
                "first": "start",
                "second": "start",
                "call": "work",
                "end": "end",
            },
            ways=[("first", "call"), ("second", "call"), ("call", "end")],
        )
        self.assertFinds(process, first="more than one start")

    @requirement("R88")
    def test_any_number_of_ends(self):
        process = self.build_process(
            stages={
                "start": "start",
                "call": "work",
                "won": "end",
                "lost": {"kind": "end", "is_success": False},
                "stopped": "terminate",
            },
            ways=[
                ("start", "call"),
                ("call", "won", "Согласен"),
                ("call", "lost", "Отказ"),
                ("call", "stopped", "Ошибка"),
            ],
        )
        self.assertFine(process)
        for result in ("Согласен", "Отказ", "Ошибка"):
            run = self.start(process, self.build_new())
            self.complete(run, "call", result)
            self.assertEqual(run.state, "done", result)
        process = self.build_process(stages={"call": "work"})
        self.get_stage(process, "end").unlink()
        self.assertFinds(process, process="no end", call="no way out")

    @requirement("R89")
    def test_every_stage_but_the_last_ones_goes_on(self):
        process = self.build_process(
            stages={"call": "work", "visit": "work", "end": "end"},
            ways=[("start", "call"), ("call", "visit", "Да"), ("call", "end", "Нет")],
        )
        self.assertFinds(process, visit="“Visit” has no way out")

    @requirement("R74")
    def test_missing_parameters_are_named_with_their_block(self):
        """Blocks come without parameters; publishing names block and parameter."""
        cases = {
            "pause": "“Block”: “Pause” is not filled in",
            "event": "“Block”: “Waits For” is not filled in",
            "child": "“Block”: “Child Process” is not filled in",
            "approval": "“Block”: “Responsible” is not filled in",
        }
        for kind, words in cases.items():
            with self.subTest(kind=kind):
                self.assertFinds(
                    self.build_process(stages={"block": kind}), block=words
                )
        cases = [
            ({"kind": "pause", "pause_mode": "field"}, "“Date Field” is not filled in"),
            ({"kind": "pause", "pause_mode": "condition"}, "“Until” is not filled in"),
            ({"kind": "event", "event_kind": "signal"}, "“Signal” is not filled in"),
            (
                {
                    "kind": "approval",
                    "approval_mode": "count",
                    "approval_count": 0,
                    "approval_customer": True,
                },
                "“How Many” is not filled in",
            ),
            (
                {"kind": "work", "responsible_ids": [Command.create({"kind": "user"})]},
                "a responsible person is not named",
            ),
            (
                {"kind": "work", "responsible_ids": [Command.create({"kind": "path"})]},
                "the field with the responsible person is not named",
            ),
        ]
        for stage, words in cases:
            with self.subTest(words=words):
                self.assertFinds(
                    self.build_process(stages={"block": stage}), block=words
                )

    def test_unknown_fields_and_names(self):
        cases = [
            ({"kind": "pause", "pause_mode": "field", "pause_path": "дата"}, "дата"),
            ({"kind": "pause", "pause_mode": "field", "pause_path": "name"}, "no date"),
            (
                {
                    "kind": "pause",
                    "pause_mode": "condition",
                    "pause_condition": "скидка > 1",
                },
                "there is no “скидка”",
            ),
            (
                {
                    "kind": "pause",
                    "pause_mode": "condition",
                    "pause_condition": "1 = 2",
                },
                "nothing that could change",
            ),
            (
                {
                    "kind": "pause",
                    "pause_mode": "condition",
                    "pause_condition": "expected_revenue + 1",
                },
                "A condition is needed",
            ),
            (
                {
                    "kind": "work",
                    "responsible_ids": [
                        Command.create({"kind": "path", "path": "stage_id"})
                    ],
                },
                "names no person",
            ),
            (
                {
                    "kind": "work",
                    "responsible_ids": [
                        Command.create({"kind": "path", "path": "user_id.boss"})
                    ],
                },
                "there is no “user_id.boss”",
            ),
            ({"kind": "work", "task_summary": "Звонок {{kto}}"}, "there is no “kto”"),
            (
                {
                    "kind": "work",
                    "required_field_ids": [
                        Command.link(self.get_field("res.partner", "city").id)
                    ],
                },
                "of other documents",
            ),
            (
                {
                    "kind": "event",
                    "event_kind": "change",
                    "event_domain": "[('nothing', '=', 1)]",
                },
                "cannot be understood",
            ),
        ]
        for stage, words in cases:
            with self.subTest(words=words):
                self.assertFinds(
                    self.build_process(stages={"block": stage}), block=words
                )

    def test_people_who_are_gone(self):
        gone = new_test_user(self.env, "gone", groups="base.group_user")
        process = self.build_process(
            stages={
                "call": {
                    "kind": "work",
                    "responsible_ids": [Command.create({"user_id": gone.id})],
                    "task_user_id": gone.id,
                }
            },
            owner_id=gone.id,
        )
        self.assertEqual(self.find(process), {})
        gone.active = False
        self.assertFinds(process, call="is archived", process="owner")

    def test_rights_of_the_identity(self):
        """The process can do nothing that its identity may not: said beforehand."""
        plain = new_test_user(self.env, "plain", groups="base.group_user")
        process = self.build_process(stages={"call": "work"}, user_id=plain.id)
        self.assertFinds(process, process="may not see documents")
        company = self.env["res.company"].create({"name": "Филиал"})
        process = self.build_process(stages={"call": "work"}, company_id=company.id)
        self.assertFinds(process, process="does not work in Филиал")
        process = self.build_process(
            model="res.partner", stages={"call": "work"}, user_id=plain.id
        )
        self.env["bpm.robot"].create(
            {
                "trigger": "process",
                "process_stage_id": self.get_stage(process, "call").id,
                "kind": "fields",
                "value_ids": self.build_lines({"city": "Тверь"}, "res.partner"),
            }
        )
        self.assertFinds(process, call="may not change “City”")

    def test_children(self):
        child = self.build_process(stages={"call": "work"})
        partners = self.build_process(model="res.partner", stages={"call": "work"})
        stage = {"kind": "child", "child_process_id": child.id}
        process = self.build_process(stages={"part": stage})
        self.assertFinds(process, part="has no published version")
        self.publish(child)
        self.assertEqual(self.find(process), {})
        self.publish(partners)
        part = self.get_stage(process, "part")
        part.child_process_id = partners
        self.assertFinds(process, part="is about other documents")
        part.child_path = "partner_id"
        self.assertEqual(self.find(process), {})
        part.child_path = "chief_id"
        self.assertFinds(process, part="there is no “chief_id”")
        group = self.env["res.groups"].create({"name": "Бухгалтерия"})
        closed = self.build_process(stages={"a": "work"}, start_group_ids=group.ids)
        self.publish(closed)
        part.write({"child_process_id": closed.id, "child_path": False})
        self.assertFinds(process, part="may not start")

    def test_timers_that_never_fire(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "Никогда", "attendance_ids": [Command.clear()]}
        )
        stage = {"kind": "pause", "pause_amount": 3, "pause_working_time": True}
        process = self.build_process(stages={"a": stage}, calendar_id=calendar.id)
        self.assertFinds(process, a="has no working hours")
        stage = {"kind": "work", "planned_hours": 3}
        process = self.build_process(stages={"a": stage}, calendar_id=calendar.id)
        self.assertFinds(process, a="has no working hours")

    def test_start_by_itself(self):
        process = self.build_process(stages={"a": "work"}, start_mode="condition")
        self.assertFinds(process, process="all match now")
        process.start_domain = "[('x', '=', 1)]"
        self.assertFinds(process, process="cannot be understood")
        process.start_domain = "[('expected_revenue', '>', 1000)]"
        self.assertFine(process)
        process = self.build_process(
            model="bpm.instance", stages={"a": "work"}, start_mode="create"
        )
        self.assertFinds(process, process="about no kind of document")

    @requirement("R84")
    def test_only_a_correct_process_starts(self):
        """By no door: button, code, or a version that broke after publishing."""
        broken = self.build_process(stages={"a": "pause"}).with_user(self.user_admin)
        with self.assertRaises(UserError):
            broken.action_publish()
        with self.assertRaises(UserError):
            broken.write({"state": "published"})
        with self.assertRaises(UserError):
            self.start(broken.sudo(), self.build_new())
        gone = new_test_user(self.env, "gone", groups="service_crm.group_service_admin")
        process = self.build_process(
            stages={
                "call": {
                    "kind": "work",
                    "responsible_ids": [Command.create({"user_id": gone.id})],
                }
            }
        )
        process.action_publish()
        self.start(process, self.build_new())
        gone.active = False
        with self.assertRaisesRegex(UserError, "is archived"):
            self.start(process, self.build_new())
        gone.active = True
        self.start(process, self.build_new())

    def test_found_while_it_is_drawn(self):
        """What is not saved yet is looked at as well; the drawing shows it."""
        process = self.build_process(stages={"call": "work"})
        self.assertFalse(process.problems)
        with Form(process) as form:
            with form.stage_ids.new() as stage:
                stage.name = "Пауза"
                stage.kind = "pause"
            texts = [problem["text"] for problem in form.problems]
            self.assertIn(
                "“Пауза” has no way out: say where it goes from there.", texts
            )
            self.assertIn("“Пауза”: “Pause” is not filled in.", texts)
        self.assertEqual(
            {p["id"] for p in process.problems if p["element"] == "stage"},
            {str(process.stage_ids.filtered(lambda s: s.kind == "pause").id)},
        )

    def test_robots_belong_to_the_definition(self):
        process = self.build_process(stages={"call": "work"})
        stage = self.get_stage(process, "call")
        robot = self.env["bpm.robot"].create(
            {
                "trigger": "process",
                "process_stage_id": stage.id,
                "kind": "fields",
                "value_ids": self.build_lines({"city": "Тверь"}),
            }
        )
        self.assertFine(process)
        for change in (
            lambda: robot.write({"condition": "[('id', '>', 0)]"}),
            lambda: robot.value_ids.write({"value": "Псков"}),
            lambda: robot.value_ids.unlink(),
            lambda: robot.unlink(),
            lambda: robot.copy(),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        version = process.browse(process.action_new_version()["res_id"])
        copied = version.robot_ids
        self.assertEqual(copied.process_stage_id, self.get_stage(version, "call"))
        self.assertEqual(copied.value_ids.value, "Тверь")

    def test_server_actions_lock_a_process_for_designers(self):
        """A way in front of a server action says where it runs."""
        process = self.build_process(stages={"call": "work"})
        action = self.env["ir.actions.server"].create(
            {
                "name": "Всё можно",
                "model_id": self.env["ir.model"]._get("crm.lead").id,
                "state": "code",
            }
        )
        self.env["bpm.robot"].create(
            {
                "trigger": "process",
                "process_stage_id": self.get_stage(process, "call").id,
                "kind": "server",
                "action_id": action.id,
            }
        )
        designer = new_test_user(
            self.env, "designer", groups="service_crm_bpm.group_bpm_designer"
        )
        mine = process.with_user(designer)
        admin = process.with_user(self.user_admin)
        for attempt in (
            mine.action_take_over,
            mine.copy,
            admin.action_publish,
            admin.action_take_over,
            admin.copy,
            lambda: admin.stage_ids[1].write({"name": "Иначе"}),
            lambda: admin.transition_ids[0].write({"domain": "[]"}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
        process.action_publish()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            admin.action_new_version()
