from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_process import ProcessCommon


@tagged("post_install", "-at_install")
class TestProcessTests(ProcessCommon):
    """Tests that are kept with a process, and what a rehearsal leaves behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.build_process(
            stages={"call": "work", "big": "decision", "visit": "work"},
            ways=[
                ("start", "call"),
                ("call", "big", "Agreed"),
                ("call", "end", "Refused"),
                ("big", "visit", {"condition": "expected_revenue > 1000"}),
                ("big", "end", {"is_default": True}),
                ("visit", "end"),
            ],
        )

    def build_test(self, *lines, given=None):
        """A stored test; lines: ``(kind, stage key, values)``."""
        return self.env["bpm.process.test"].create(
            {
                "name": "Большая заявка",
                "process_id": self.process.id,
                "given_ids": [
                    Command.create(
                        {
                            "field_id": self.get_field("crm.lead", name).id,
                            "value": value,
                        }
                    )
                    for name, value in (given or {}).items()
                ],
                "line_ids": [
                    Command.create(
                        {
                            "kind": kind,
                            "stage_id": key and self.get_stage(self.process, key).id,
                            "sequence": number,
                            **values,
                        }
                    )
                    for number, (kind, key, values) in enumerate(lines)
                ],
            }
        )

    def agreed(self):
        return {"result_id": self.get_way(self.process, "call", "Agreed").id}

    def run_tests(self, tests):
        with self.enter_registry_test_mode():
            tests.with_user(self.user_admin).action_run()

    def test_a_test_finds_the_way_and_leaves_nothing(self):
        leads = self.env["crm.lead"].search_count([])
        test = self.build_test(
            ("at", "call", {}),
            ("complete", "call", self.agreed()),
            ("at", "visit", {}),
            ("complete", "visit", {}),
            ("state", False, {"run_state": "done"}),
            given={"expected_revenue": "2 000", "partner_id": "ООО Ромашка Тест"},
        )
        self.run_tests(test)
        self.assertEqual(test.state, "passed", test.message)
        self.assertEqual(test.path, "Start → Call → Big → Visit → End")
        self.assertEqual(self.process.state, "draft")
        self.assertEqual(self.env["crm.lead"].search_count([]), leads)
        self.assertFalse(
            self.env["bpm.instance"].search([("process_id", "=", self.process.id)])
        )
        self.assertFalse(
            self.env["res.partner"].search([("name", "=", "ООО Ромашка Тест")])
        )

    def test_a_wrong_expectation_names_the_line(self):
        test = self.build_test(
            ("complete", "call", self.agreed()),
            ("at", "visit", {}),
            given={"expected_revenue": "500"},
        )
        self.run_tests(test)
        self.assertEqual(test.state, "failed")
        self.assertIn("2. ", test.message)
        self.assertIn("its end", test.message)

    def test_fields_are_set_and_looked_at_with_the_rights_of_the_process(self):
        city = {"field_id": self.get_field("crm.lead", "city").id, "value": "Тверь"}
        test = self.build_test(("write", False, city), ("field", False, city))
        self.run_tests(test)
        self.assertEqual(test.state, "passed", test.message)
        self.process.user_id = self.user_performer
        with self.enter_registry_test_mode():
            test.action_run()  # the system may act as anybody
        self.assertEqual(test.state, "failed")
        self.run_tests(test)
        self.assertEqual(test.state, "passed", "with the rights of who runs it")
        self.assertEqual(self.process.user_id, self.user_performer)

    def test_a_designer_gets_no_rights_of_the_identity(self):
        """Neither reads nor writes what only the user may whom the process runs as."""
        designer = new_test_user(
            self.env, "tester", groups="service_crm_bpm.group_bpm_designer"
        )
        self.build_new(city="Тайный город")
        revenue = {"field_id": self.get_field("crm.lead", "city").id, "value": "Тверь"}
        test = self.build_test(("write", False, revenue), ("field", False, revenue))
        given = {
            "test_id": test.id,
            "field_id": self.get_field("crm.lead", "city").id,
            "value": "Тверь",
        }
        own = test.with_user(designer)
        attempts = [
            lambda: own.create({"name": "Свой", "process_id": self.process.id}),
            lambda: own.write({"name": "Иной"}),
            lambda: own.unlink(),
            lambda: own.line_ids[0].write({"value": "Тула"}),
            lambda: own.line_ids.unlink(),
            lambda: own.line_ids.create({"test_id": test.id, "kind": "at"}),
            lambda: own.given_ids.create(given),
            lambda: own.write({"line_ids": [Command.clear()]}),
            lambda: own.write({"state": "passed"}),
        ]
        for number, attempt in enumerate(attempts):
            with (
                self.subTest(attempt=number),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                attempt()
        with self.enter_registry_test_mode():
            own.action_run()
        self.assertEqual(test.state, "failed", "requests are not the designer's")
        self.assertNotIn("Тайный", test.message)

    def test_a_server_action_is_described_not_run(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Город",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "state": "code",
                "code": "record.write({'city': 'Тула'})",
            }
        )
        self.build_robot(
            trigger="process",
            process_stage_id=self.get_stage(self.process, "call").id,
            user_id=self.process.user_id.id,
            kind="server",
            action_id=action.id,
        )
        city = {"field_id": self.get_field("crm.lead", "city").id, "value": "Тула"}
        test = self.build_test(("at", "call", {}), ("field", False, city))
        self.run_tests(test)
        self.assertEqual(test.state, "failed")
        self.assertIn("2. ", test.message)

    def test_publishing_can_require_green_tests(self):
        self.process.requires_tests = True
        check = self.env["bpm.process.test"]._check_green
        with self.assertRaisesRegex(UserError, "it has none"):
            check(self.process)
        test = self.build_test(("at", "visit", {}))
        with (
            self.enter_registry_test_mode(),
            self.assertRaisesRegex(UserError, test.name),
        ):
            check(self.process)
        test.line_ids.stage_id = self.get_stage(self.process, "call")
        with self.enter_registry_test_mode():
            check(self.process)

    def test_a_rehearsal_refuses_a_commit_and_sends_no_mail(self):
        with self.enter_registry_test_mode():
            with (
                self.assertRaisesRegex(UserError, "commits"),
                self.env["bpm.rehearsal"]._rehearse() as env,
            ):
                env.cr.commit()
            with self.env["bpm.rehearsal"]._rehearse() as env:
                server = env["ir.mail_server"]
                message = server._build_email__(
                    "a@b.example", ["c@d.example"], "S", "T"
                )
                self.assertEqual(server.send_email(message), message["Message-Id"])
        self.assertFalse(self.env["bpm.rehearsal"]._is_rehearsed())
