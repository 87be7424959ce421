from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common_process import ProcessCommon


class TestRobotAttempts(ProcessCommon):
    """Ways to get more rights by a robot; each is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.designer = new_test_user(
            cls.env,
            "designer",
            groups="service_crm_bpm.group_bpm_designer,"
            "service_crm.group_service_dispatcher",
        )
        cls.process = cls.build_process(
            stages={"call": "work"}, user_id=cls.designer.id, owner_id=cls.designer.id
        )
        cls.stage = cls.process.stage_ids.filtered(lambda s: s.key == "call")
        cls.theirs = cls.build_process(stages={"call": "work"})
        cls.values = {
            "trigger": "process",
            "process_stage_id": cls.stage.id,
            "kind": "note",
            "text": "a",
        }
        cls.own = cls.robots.with_user(cls.designer).create(cls.values)

    def test_definition(self):
        robots = self.robots.with_user(self.designer)
        theirs = self.get_stage(self.theirs, "call")
        code = self.env["ir.actions.server"].create(
            {
                "name": "Code",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "state": "code",
                "code": "env.user.sudo()",
            }
        )
        foreign = self.build_field_robot({"city": "X"})
        attempts = {
            "robot without a process": lambda: robots.create(
                {"phase": "new", "kind": "note", "text": "a"}
            ),
            "robot of a process that runs as another": lambda: robots.create(
                {**self.values, "process_stage_id": theirs.id}
            ),
            "another user": lambda: self.own.write({"user_id": self.user_admin.id}),
            "another user at creation": lambda: robots.create(
                {**self.values, "user_id": self.user_admin.id}
            ),
            "into another process": lambda: self.own.write(
                {"process_stage_id": theirs.id}
            ),
            "away from the process": lambda: self.own.write(
                {"trigger": "phase", "phase": "new", "process_stage_id": False}
            ),
            "server action": lambda: self.own.write(
                {"kind": "server", "action_id": code.id}
            ),
            "server action at creation": lambda: robots.create(
                {**self.values, "kind": "server", "action_id": code.id}
            ),
            "robot of another": lambda: foreign.with_user(self.designer).write(
                {"text": "b"}
            ),
            "line of another's robot": lambda: foreign.value_ids.with_user(
                self.designer
            ).write({"value": "Y"}),
            "line moved to another's robot": lambda: self.own.write(
                {"value_ids": [(4, foreign.value_ids.id)]}
            ),
            "secret of a webhook": lambda: self.own.write({"webhook_secret": "x"}),
            "reading the secret": lambda: self.own.read(["webhook_secret"]),
            "users made by a robot of the system": lambda: robots.create(
                {
                    **self.values,
                    "kind": "create",
                    "create_model_id": self.env["ir.model"]._get_id("ir.rule"),
                }
            ),
            "process made to run as another": lambda: self.process.with_user(
                self.designer
            ).write({"user_id": self.user_admin.id}),
            "journal": lambda: (
                self.env["bpm.robot.log"]
                .with_user(self.designer)
                .create({"robot_id": self.own.id})
            ),
        }
        for name, attempt in attempts.items():
            with (
                self.subTest(attempt=name),
                self.assertRaises(UserError),
            ):
                attempt()
                self.env.flush_all()

    def test_effects(self):
        """What the designer may not, his robots may not."""
        get = self.env["ir.model"]._get_id
        attempts = {
            "a user": ("create", "res.users", {"name": "X", "login": "x"}),
            "a company": ("create", "res.company", {"name": "X"}),
            "a team": ("create", "crm.team", {"name": "X"}),
        }
        for name, (kind, model, lines) in attempts.items():
            with self.subTest(attempt=name):
                process = self.build_process(
                    stages={"do": "automatic"},
                    user_id=self.designer.id,
                    owner_id=self.designer.id,
                )
                robot = self.robots.with_user(self.designer).create(
                    {
                        "trigger": "process",
                        "process_stage_id": self.get_stage(process, "do").id,
                        "kind": kind,
                        "create_model_id": get(model),
                        "value_ids": self.build_lines(lines, model),
                    }
                )
                run = self.start(self.publish(process), self.build_new())
                self.assertEqual(self.get_logs(robot).state, "failed")
                self.assertEqual(run.state, "failed")
                self.assertFalse(self.env[model].search([("name", "=", "X")]))

    def test_fields_the_designer_may_not_see(self):
        for path in ("partner_id.signup_type", "partner_id.passport_number"):
            if path.split(".")[1] not in self.env["res.partner"]._fields:
                continue
            with self.subTest(path=path), self.assertRaises(UserError):
                self.robots.with_user(self.designer).create(
                    {**self.values, "text": "{{" + path + "}}"}
                )

    def test_documents_the_designer_may_not_see(self):
        """Not even what others have read before in the same transaction."""
        self.env["ir.rule"].create(
            {
                "name": "Hidden contacts",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', '!=', 'Тайна')]",
            }
        )
        hidden = self.build_partner(name="Тайна")
        process = self.build_process(
            stages={"do": "automatic"}, user_id=self.designer.id
        )
        robot = self.build_robot(
            trigger="process",
            process_stage_id=self.get_stage(process, "do").id,
            user_id=self.designer.id,
            kind="note",
            text="{{partner_id.name}}",
        )
        request = self.build_new()
        request.sudo().partner_id = hidden
        self.assertEqual(request.partner_id.name, "Тайна")
        self.start(self.publish(process), request)
        self.assertEqual(self.get_logs(robot).state, "failed")
        self.assertFalse(request.message_ids.filtered(lambda m: "Тайна" in m.body))
