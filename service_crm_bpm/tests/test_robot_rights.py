from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import RobotCommon


class TestRobotRights(RobotCommon):
    """A robot may do what its user may do, and nobody gets another's rights by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user_system = new_test_user(
            cls.env,
            "robot_system",
            groups="base.group_system,service_crm.group_service_admin",
        )
        cls.admin_robots = cls.robots.with_user(cls.user_admin)

    def test_only_administrators_see_robots_and_journal(self):
        robot = self.build_field_robot({"city": "X"})
        self.move(self.build_new())
        log = self.get_logs(robot)
        for role in ("operator", "manager", "dispatcher", "performer"):
            for record in (robot, robot.value_ids, log):
                with (
                    self.subTest(role=role, model=record._name),
                    self.assertRaises(AccessError),
                ):
                    record.with_user(self.users[role]).read(["create_date"])
        self.assertTrue(robot.with_user(self.user_admin).summary)
        self.assertTrue(log.with_user(self.user_admin).res_name)

    def test_the_journal_is_written_by_the_program_only(self):
        robot = self.build_field_robot({"city": "X"})
        self.move(self.build_new())
        log = self.get_logs(robot).with_user(self.user_system)
        with self.assertRaises(AccessError):
            log.write({"state": "failed"})
        with self.assertRaises(AccessError):
            log.unlink()
        with self.assertRaises(AccessError):
            log.copy()

    def test_runs_with_the_rights_of_its_user_not_of_who_moves(self):
        robot = self.build_field_robot({"city": "X"}, user_id=self.user_performer.id)
        request = self.build_new()
        self.move(request)  # by the superuser
        self.assertFalse(request.city)
        self.assertEqual(request.service_phase, "dispatch")
        log = self.get_logs(robot)
        self.assertEqual(log.state, "failed")
        self.assertEqual(log.user_id, self.user_performer)

    def test_runs_for_who_may_less(self):
        """The one who moves has no right on the field's model, the robot has."""
        self.build_field_robot({"city": "Смоленск"})
        request = self.build_new()
        request.with_user(self.user_dispatcher).sudo().stage_id = self.stages[
            "dispatch"
        ]
        self.assertEqual(request.city, "Смоленск")
        self.assertEqual(request.write_uid, self.user_admin)

    def test_fields_of_other_groups_are_refused(self):
        field = type(self.env["crm.lead"]).city
        self.patch(field, "groups", "base.group_system")
        robot = self.build_field_robot({"city": "X"})
        request = self.build_new()
        self.move(request)
        self.assertEqual(self.get_logs(robot).state, "failed")
        self.assertFalse(request.city)

    def test_an_archived_user(self):
        user = new_test_user(
            self.env, "robot_gone", groups="service_crm.group_service_admin"
        )
        robot = self.build_field_robot({"city": "X"}, user_id=user.id)
        user.active = False
        request = self.build_new()
        self.move(request)
        self.assertIn("archived", self.get_logs(robot).error)

    def test_nobody_lets_a_robot_run_as_another(self):
        values = {
            "phase": "dispatch",
            "value_ids": self.build_lines({"city": "X"}),
            "user_id": self.user_system.id,
        }
        with self.assertRaises(AccessError):
            self.admin_robots.create(values)
        own = self.admin_robots.create({**values, "user_id": self.user_admin.id})
        with self.assertRaises(AccessError):
            own.user_id = self.user_system
        theirs = self.robots.with_user(self.user_system).create(
            {**values, "user_id": self.user_manager.id}
        )
        self.assertEqual(theirs.user_id, self.user_manager)

    def test_nobody_changes_what_runs_as_another(self):
        robot = self.build_field_robot({"city": "X"}, user_id=self.user_system.id)
        robot = robot.with_user(self.user_admin)
        for values in (
            {"condition": "[('id', '>', 0)]"},
            {"kind": "note", "text": "a"},
            {"value_ids": [Command.update(robot.value_ids.id, {"value": "Y"})]},
            {"value_ids": [Command.clear()]},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                robot.write(values)
        with self.assertRaises(AccessError):
            robot.value_ids.value = "Y"
        with self.assertRaises(AccessError):
            robot.value_ids.unlink()
        robot.active = False
        robot.name = "Выключен"
        self.assertFalse(robot.active)

    def test_take_over(self):
        robot = self.build_field_robot({"city": "X"}, user_id=self.user_system.id)
        robot = robot.with_user(self.user_admin)
        robot.action_take_over()
        self.assertEqual(robot.user_id, self.user_admin)
        robot.condition = "[('id', '>', 0)]"
        with self.assertRaises(AccessError):
            robot.with_user(self.user_operator).action_take_over()

    def test_server_actions_only_by_system_administrators(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "All",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "state": "code",
                "code": "records.write({'city': 'X'})",
            }
        )
        values = {"phase": "dispatch", "kind": "server", "action_id": action.id}
        with self.assertRaises(AccessError):
            self.admin_robots.create(values)
        robot = self.robots.with_user(self.user_system).create(values)
        self.assertEqual(robot.user_id, self.user_system)
        as_admin = robot.with_user(self.user_admin)
        with self.assertRaises(AccessError):
            as_admin.read(["action_id"])
        for values in ({"phase": "agreed"}, {"delay": 3}):
            with self.assertRaises(AccessError):
                as_admin.write(values)
        with self.assertRaises(AccessError):
            as_admin.action_take_over()
        self.assertTrue(as_admin.summary)
        request = self.build_new()
        self.move(request)
        self.assertEqual(request.city, "X")

    def test_a_server_action_of_another_group_is_refused(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Guarded",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "state": "code",
                "code": "records.write({'city': 'X'})",
                "group_ids": [Command.link(self.env.ref("base.group_system").id)],
            }
        )
        robot = self.build_robot(kind="server", action_id=action.id)
        request = self.build_new()
        self.move(request)
        self.assertEqual(self.get_logs(robot).state, "failed")
        self.assertFalse(request.city)

    def test_second_company(self):
        company = self.env["res.company"].create({"name": "Вторая компания"})
        team = self.team.copy({"name": "Вторая", "company_id": company.id})
        for stage in self.stages.values():
            stage.team_ids += team
        only_first = self.build_field_robot(
            {"street": "Первая"}, company_id=self.env.company.id
        )
        everywhere = self.build_field_robot({"city": "Все"})
        own = self.build_new(company_id=self.env.company.id)
        other = self.build_new(team_id=team.id, company_id=company.id)
        self.move(own + other)
        self.assertEqual((own.street, own.city), ("Первая", "Все"))
        self.assertFalse(self.get_logs(only_first, res_id=other.id))
        failed = self.get_logs(everywhere, res_id=other.id)
        self.assertEqual(failed.state, "failed", "the user may not work there")
        self.assertFalse(other.city)
        log = self.env["bpm.robot.log"].with_user(self.user_admin)
        self.assertFalse(log.search([("id", "=", failed.id)]))
        self.user_admin.company_ids += company
        failed.action_retry()
        self.assertEqual(failed.state, "done")
        self.assertEqual(other.city, "Все")

    def test_retry_needs_the_right_on_robots(self):
        robot = self.build_field_robot({"city": "X"}, user_id=self.user_performer.id)
        self.move(self.build_new())
        log = self.get_logs(robot)
        for name in ("action_retry", "action_run_now", "action_cancel"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                getattr(log.with_user(self.user_operator), name)()
