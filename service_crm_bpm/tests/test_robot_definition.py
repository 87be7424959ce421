from odoo.exceptions import UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import RobotCommon


class TestRobotDefinition(RobotCommon):
    """Making a robot: the form, the sentence, the dry run."""

    def test_the_sentence(self):
        robot = self.build_field_robot(
            {
                "city": "Москва",
                "priority": {"choice": "3"},
                "street": {"source": "empty"},
            }
        )
        self.assertEqual(
            robot.summary,
            "When request enters “Dispatching” → set City = Москва, "
            "Priority = Very High, Street = empty",
        )
        self.assertEqual(robot.display_name, robot.summary)
        robot.name = "Москва"
        self.assertEqual(robot.display_name, "Москва")
        late = self.build_robot(
            kind="activity",
            delay=2,
            delay_unit="days",
            trigger_on="leave",
            todo_type_id=self.env.ref("mail.mail_activity_data_call").id,
            todo_user_path="team_id.user_id",
        )
        self.assertEqual(
            late.summary,
            "2 days after request left “Dispatching” → to-do “Call” for "
            "Sales Team › Team Leader",
        )
        field = self.build_field_robot(
            {"report": "x"},
            model="service.work.order",
            trigger="field",
            model_id=self.env["ir.model"]._get_id("service.work.order"),
            field_id=self.get_field("service.work.order", "priority").id,
            value_selection_id=self.get_choice(
                "service.work.order", "priority", "1"
            ).id,
        )
        self.assertIn("Priority: Urgent", field.summary)
        order = self.build_robot(
            kind="note",
            text="{{performer_id}}:\nготово",
            trigger="work_order",
            work_order_state="done",
        )
        self.assertEqual(
            order.summary, "When work order enters “Done” → write “‹Performer›: готово”"
        )

    def test_the_form(self):
        form = Form(self.robots.with_user(self.user_admin))
        form.phase = "agreed"
        with form.value_ids.new() as line:
            line.field_id = self.get_field("crm.lead", "city")
            line.value = "Москва"
        robot = form.save()
        self.assertEqual(robot.user_id, self.user_admin)
        self.assertEqual(robot.model_name, "crm.lead")
        request = self.build_new()
        self.move(request, "agreed")
        self.assertEqual(request.city, "Москва")

    def test_the_form_for_any_field(self):
        form = Form(self.robots.with_user(self.user_admin))
        form.trigger = "work_order"
        self.assertEqual(form.model_name, "service.work.order")
        form.trigger = "field"
        form.model_id = self.env["ir.model"]._get("sale.order")
        form.field_id = self.get_field("sale.order", "state")
        form.value_selection_id = self.get_choice("sale.order", "state", "sent")
        form.kind = "note"
        form.text = "Отправлено"
        robot = form.save()
        self.assertEqual(robot.field_id.name, "state")

    def test_a_field_that_was_taken_away_fails_readably(self):
        robot = self.build_robot(kind="note", text="{{city}}")
        self.env.cr.execute(
            "UPDATE bpm_robot SET text = %s WHERE id = %s",
            ('{"en_US": "{{gone}}"}', robot.id),
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        request = self.build_new()
        self.move(request)
        log = self.get_logs(robot)
        self.assertEqual(log.state, "failed")
        self.assertIn("gone", log.error)
        self.assertEqual(request.service_phase, "dispatch")

    def test_a_robot_that_ran_is_kept(self):
        robot, fresh = (
            self.build_field_robot({"city": "X"}),
            self.build_robot(kind="note", text="a", phase="closing"),
        )
        self.move(self.build_new())
        with self.assertRaises(UserError):
            robot.unlink()
        fresh.unlink()
        self.assertFalse(fresh.exists())
        self.assertEqual(robot.log_count, 1)
        self.assertEqual(
            self.env["bpm.robot.log"].search(robot.action_open_logs()["domain"]),
            self.get_logs(robot),
        )

    def test_models_of_the_system_are_not_watched(self):
        domain = self.robots._get_robot_model_domain()
        names = self.env["ir.model"].search(domain).mapped("model")
        self.assertIn("res.partner", names)
        for name in ("ir.cron", "bpm.robot", "service.phase.log", "bpm.robot.test"):
            self.assertNotIn(name, names)
        with self.assertRaisesRegex(UserError, "not watched"):
            self.build_robot(
                trigger="field",
                model_id=self.env["ir.model"]._get_id("ir.cron"),
                field_id=self.get_field("ir.cron", "active").id,
                kind="server",
            )

    def test_a_linked_document_that_is_gone(self):
        tag = self.env["crm.tag"].create({"name": "Временный"})
        robot = self.build_field_robot(
            {"tag_ids": {"value_ref": f"crm.tag,{tag.id}"}, "city": "X"}
        )
        self.assertIn("Временный", robot.summary)
        tag.unlink()
        self.env.invalidate_all()
        self.assertIn("Tags = deleted", robot.summary)
        request = self.build_new()
        with mute_logger("odoo.sql_db"):
            self.move(request)
        self.assertEqual(request.service_phase, "dispatch")
        self.assertEqual(self.get_logs(robot).state, "failed")

    def _try_out(self, robot, record):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            wizard = (
                self.env["bpm.robot.test"]
                .with_user(self.user_admin)
                .create(
                    {
                        "robot_id": robot.id,
                        "record_ref": f"{record._name},{record.id}",
                    }
                )
            )
            wizard.action_run()
            return wizard.result

    def test_dry_run(self):
        robot = self.build_field_robot({"city": "Москва"}, delay=3, active=False)
        self.build_field_robot({"street": "другой робот"})
        request = self.build_new(city="Тверь")
        result = self._try_out(robot, request)
        self.assertIn("Москва", result)
        self.assertIn("Тверь", result)
        self.assertNotIn("другой робот", result)
        self.assertEqual(request.city, "Тверь")
        self.assertFalse(self.get_logs(robot))
        self.assertEqual(request.service_phase, "new")

    def test_dry_run_shows_what_follows(self):
        robot = self.build_field_robot(
            {"stage_id": {"value_ref": f"crm.stage,{self.stages['agreed'].id}"}}
        )
        self.build_field_robot({"city": "Следом"}, phase="agreed", name="Второй")
        result = self._try_out(robot, self.build_new())
        self.assertIn("Второй", result)
        self.assertIn("Следом", result)

    def test_dry_run_of_what_does_not_match_or_fails(self):
        robot = self.build_field_robot({"city": "X"}, condition="[('id', '=', 0)]")
        self.assertIn("does not match", self._try_out(robot, self.build_new()))
        robot = self.build_robot(
            kind="activity",
            todo_type_id=self.env.ref("mail.mail_activity_data_todo").id,
            todo_user_path="dispatcher_id",
        )
        self.assertIn("there is nobody", self._try_out(robot, self.build_new()))

    def test_dry_run_runs_no_server_action(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Outside",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "state": "code",
                "code": "raise UserError('it ran')",
            }
        )
        robot = self.build_robot(kind="server", action_id=action.id)
        result = self._try_out(robot, self.build_new())
        self.assertNotIn("it ran", result)
        self.assertIn("Outside", result)

    def test_the_wizard_begins_with_the_newest_document(self):
        robot = self.build_field_robot({"city": "X"})
        request = self.build_new()
        wizard = self.env["bpm.robot.test"].create({"robot_id": robot.id})
        self.assertEqual(wizard.record_ref, request)
