from odoo.exceptions import UserError
from odoo.fields import Command, Date
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import RobotCommon
from .common_kinds import shows


class TestRobotKinds(RobotCommon):
    """Each kind of action: what it does, and what is seen when it cannot."""

    @shows("fields", "effect")
    def test_change_fields(self):
        tag = self.env["crm.tag"].create({"name": "Срочно"})
        robot = self.build_field_robot(
            {
                "city": "Москва",
                "priority": {"choice": "2"},
                "color": "7",
                "expected_revenue": "1 000,50",
                "date_deadline": "today +3d",
                "user_id": {"value_ref": f"res.users,{self.user_manager.id}"},
                "tag_ids": {"value_ref": f"crm.tag,{tag.id}"},
                "street": {"source": "empty"},
                "function": "{{name}} / {{partner_id}} / {{partner_id.email}}",
                "contact_name": {"source": "copy", "path": "partner_id.name"},
            }
        )
        known, unknown = self.build_new(2, street="Ленина 5")
        known.partner_id = self.customer
        known.street = "Ленина 5"
        self.move(known + unknown)
        self.assertEqual(self.get_logs(robot).mapped("state"), ["done"] * 2)
        for request in known + unknown:
            self.assertEqual(request.city, "Москва")
            self.assertEqual(request.priority, "2")
            self.assertEqual(request.color, 7)
            self.assertEqual(request.expected_revenue, 1000.5)
            self.assertEqual((request.date_deadline - Date.today()).days, 3)
            self.assertEqual(request.user_id, self.user_manager)
            self.assertEqual(request.tag_ids, tag)
            self.assertFalse(request.street)
        self.assertEqual(known.contact_name, "Anna Petrova")
        self.assertEqual(
            known.function,
            f"{known.name} / {self.customer.display_name} / anna@alfa.example.com",
        )
        self.assertFalse(unknown.contact_name)
        self.assertEqual(unknown.function, f"{unknown.name} /  / ", "never False")

    def test_tags_of_several_robots_add_up(self):
        tags = self.env["crm.tag"].create([{"name": "Лифт"}, {"name": "Ночь"}])
        for tag in tags:
            self.build_field_robot({"tag_ids": {"value_ref": f"crm.tag,{tag.id}"}})
        request = self.build_new()
        self.move(request)
        self.assertEqual(request.tag_ids, tags)

    def test_a_later_robot_wins_and_sees_what_the_earlier_one_set(self):
        self.build_field_robot({"city": "Тверь"}, sequence=1)
        self.build_field_robot({"city": "Тула"}, sequence=2)
        self.build_field_robot(
            {"street": "{{city}}", "street2": {"source": "copy", "path": "city"}},
            sequence=3,
        )
        self.build_field_robot(
            {"zip": "170000"}, sequence=4, condition="[('city', '=', 'Тверь')]"
        )
        request = self.build_new()
        self.move(request)
        self.assertEqual(request.city, "Тула")
        self.assertEqual((request.street, request.street2), ("Тула", "Тула"))
        self.assertFalse(request.zip)

    @shows("fields", "failure")
    def test_fields_that_cannot_be_written_fail_alone(self):
        good, bad = self.build_new(2)
        good.partner_id = self.customer
        other = self.build_field_robot({"city": "Москва"}, sequence=1)
        # a request must have a name: the copied one is missing on the second request
        robot = self.build_field_robot(
            {"name": {"source": "copy", "path": "partner_id.name"}}, sequence=2
        )
        with mute_logger("odoo.sql_db"):
            self.move(good + bad)
        self.assertEqual(good.name, "Anna Petrova")
        self.assertEqual(bad.name, "Заявка 1")
        self.assertEqual((good + bad).mapped("city"), ["Москва"] * 2)
        self.assertEqual((good + bad).mapped("service_phase"), ["dispatch"] * 2)
        self.assertEqual(self.get_logs(other).mapped("state"), ["done"] * 2)
        failed = self.get_logs(robot, state="failed")
        self.assertEqual(failed.res_id, bad.id)
        self.assertIn("name", failed.error.lower())
        self.assertEqual(self.get_logs(robot, state="done").res_id, good.id)

    @shows("activity", "effect", "failure")
    def test_make_a_todo(self):
        robot = self.build_robot(
            kind="activity",
            todo_type_id=self.env.ref("mail.mail_activity_data_call").id,
            todo_summary="Позвонить: {{partner_id}}",
            text="Нужно:\n{{service_need}} <b>",
            todo_days=2,
            todo_user_type="path",
            todo_user_path="dispatcher_id",
        )
        request, nobody = self.build_new(2)
        request.write(
            {
                "dispatcher_id": self.user_dispatcher.id,
                "partner_id": self.customer.id,
                "service_need": "Шумит дверь",
            }
        )
        self.move(request + nobody)
        activity = request.activity_ids.filtered(
            lambda a: a.summary == f"Позвонить: {self.customer.display_name}"
        )
        self.assertEqual(activity.user_id, self.user_dispatcher)
        self.assertEqual((activity.date_deadline - Date.today()).days, 2)
        self.assertIn("Шумит дверь &lt;b&gt;", activity.note)
        self.assertEqual(self.get_logs(robot, state="done").res_id, request.id)
        failed = self.get_logs(robot, state="failed")
        self.assertEqual(failed.res_id, nobody.id)
        self.assertIn("Dispatcher", failed.error)

    def test_a_todo_for_the_fixed_person_when_the_document_names_nobody(self):
        values = {
            "kind": "activity",
            "todo_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "todo_user_id": self.user_operator.id,
        }
        self.build_robot(todo_user_path="dispatcher_id", todo_summary="A", **values)
        self.build_robot(todo_user_type="user", todo_summary="B", **values)
        request = self.build_new()
        self.move(request)
        made = request.activity_ids.filtered(lambda a: a.summary in ("A", "B"))
        self.assertEqual(len(made), 2)
        self.assertEqual(made.user_id, self.user_operator)

    @shows("mail", "effect", "failure")
    def test_send_an_email(self):
        template = self.env["mail.template"].create(
            {
                "name": "Принято",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "subject": "Заявка {{ object.name }}",
                "body_html": "<p>Здравствуйте</p>",
                "email_to": "{{ object.email_from or '' }}",
                "use_default_to": False,
            }
        )
        robot = self.build_robot(kind="mail", template_id=template.id)
        request, silent = self.build_new(2)
        request.email_from = "anna@alfa.example.com"
        self.move(request + silent)
        mail = (
            self.env["mail.mail"]
            .search([("model", "=", "crm.lead"), ("res_id", "=", request.id)])
            .filtered(lambda mail: mail.subject == f"Заявка {request.name}")
        )
        self.assertEqual(mail.state, "outgoing", "queued, not sent in the save")
        self.assertEqual(mail.email_to, "anna@alfa.example.com")
        self.assertEqual(
            self.get_logs(robot, state="done").result, "anna@alfa.example.com"
        )
        failed = self.get_logs(robot, state="failed")
        self.assertEqual(failed.res_id, silent.id)
        self.assertIn("no e-mail address", failed.error)
        self.assertFalse(
            self.env["mail.mail"]
            .search([("model", "=", "crm.lead"), ("res_id", "=", silent.id)])
            .filtered(lambda mail: mail.subject == f"Заявка {silent.name}")
        )

    @shows("note", "effect")
    def test_write_a_note(self):
        self.build_robot(
            kind="note", text="{{partner_id}} <i>ждёт</i>\nдо {{date_deadline}}."
        )
        request = self.build_new(partner_id=self.customer.id)
        self.move(request)
        note = request.message_ids.filtered(lambda m: "ждёт" in (m.body or ""))
        self.assertIn("Anna Petrova &lt;i&gt;ждёт&lt;/i&gt;<br>до .", note.body)
        self.assertEqual(note.author_id, self.user_admin.partner_id)
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))

    @shows("note", "failure")
    def test_a_note_needs_the_right_to_write(self):
        stranger = new_test_user(self.env, "note_stranger", groups="base.group_user")
        robot = self.build_robot(kind="note", text="Привет", user_id=stranger.id)
        request = self.build_new()
        self.move(request)
        self.assertEqual(self.get_logs(robot).state, "failed")
        self.assertFalse(request.message_ids.filtered(lambda m: "Привет" in m.body))

    @shows("server", "effect", "failure")
    def test_run_a_server_action(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Mark",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "state": "code",
                "code": "records.write({'city': env.user.login})",
            }
        )
        robot = self.build_robot(kind="server", action_id=action.id)
        requests = self.build_new(3)
        self.move(requests)
        self.assertEqual(requests.mapped("city"), [self.user_admin.login] * 3)
        action.code = "raise UserError('нельзя')"
        self.move(requests, "agreed")
        self.move(requests)
        failed = self.get_logs(robot, state="failed")
        self.assertEqual(failed.mapped("error"), ["нельзя"] * 3)
        self.assertEqual(requests.mapped("service_phase"), ["dispatch"] * 3)

    def test_kinds_are_a_registry(self):
        cls = type(self.robots)
        kinds = self.robots._get_robot_kinds()

        def run_shout(robot, records):
            for record in records:
                record.name = record.name.upper()
            return {record.id: "громко" for record in records}

        self.patch(
            cls,
            "_get_robot_kinds",
            lambda robots: {**kinds, "shout": {"name": "Shout"}},
        )
        cls._run_shout = run_shout
        self.addCleanup(delattr, cls, "_run_shout")
        self.assertIn(("shout", "Shout"), self.robots._get_robot_kind_selection())
        robot = self.build_robot(kind="shout")
        request = self.build_new()
        self.move(request)
        self.assertEqual(request.name, "ЗАЯВКА 0")
        self.assertEqual(self.get_logs(robot).result, "громко")

    def test_what_could_not_run_is_not_saved(self):
        wrong = [
            {"kind": "fields"},
            {"kind": "activity"},
            {"kind": "mail"},
            {"kind": "note", "text": " "},
            {"kind": "note", "text": "{{no_such_field}}"},
            {"kind": "note", "text": "{{partner_id.__class__}}"},
            {"kind": "note", "text": "a", "condition": "[('nope', '=', 1)]"},
            {"kind": "note", "text": "a", "condition": "__import__('os')"},
            {"kind": "note", "text": "a", "phase": False},
            {"kind": "server"},
            {
                "kind": "activity",
                "todo_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "todo_user_path": "partner_id",
            },
            {"value_ids": self.build_lines({"color": "seven"})},
            {"value_ids": self.build_lines({"date_deadline": "tomorrow-ish"})},
            {"value_ids": self.build_lines({"city": ""})},
            {"value_ids": self.build_lines({"user_id": {"value_ref": False}})},
            {"value_ids": self.build_lines({"city": {"source": "copy"}})},
            {
                "value_ids": self.build_lines(
                    {"user_id": {"source": "copy", "path": "partner_id"}}
                )
            },
        ]
        for values in wrong:
            with self.subTest(values=values), self.assertRaises(UserError):
                self.build_robot(**values)

    def test_clearing_tags(self):
        tag = self.env["crm.tag"].create({"name": "Старое"})
        self.build_field_robot({"tag_ids": {"source": "empty"}})
        request = self.build_new(tag_ids=[Command.link(tag.id)])
        self.move(request)
        self.assertFalse(request.tag_ids)
