from odoo.fields import Command

from odoo.addons.service_crm.tests.common import requirement

from .common import RobotCommon
from .common_kinds import shows


class TestRobotActions(RobotCommon):
    """The further kinds of actions: effect and failure of each."""

    def assert_failed(self, robot, text, count=1):
        failed = self.get_logs(robot, state="failed")
        self.assertEqual(len(failed), count)
        self.assertIn(text, failed[0].error)

    def get_notices(self, user):
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("notified_partner_ids", "in", user.partner_id.ids),
            ],
            order="id",
        )

    # -- notify

    @shows("notify", "effect", "failure")
    @requirement("R75")
    def test_notify_author_to_a_person_of_the_document(self):
        robot = self.build_robot(
            kind="notify",
            notify_from="author",
            todo_user_path="dispatcher_id",
            todo_summary="Заявка {{service_number}}",
            text="Ждёт: {{name}}\nсрок {{date_deadline}}",
        )
        requests = self.env["crm.lead"].with_user(self.user_operator)
        request = requests.create(
            {
                "name": "Лифт <стоит>",
                "team_id": self.team.id,
                "dispatcher_id": self.user_dispatcher.id,
            }
        )
        nobody = self.build_new()
        before = self.get_notices(self.user_dispatcher)
        self.move(request.sudo() + nobody)
        notice = self.get_notices(self.user_dispatcher) - before
        notice = notice.filtered(lambda m: "Ждёт" in m.body)
        self.assertEqual(len(notice), 1)
        self.assertEqual(notice.author_id, self.user_operator.partner_id)
        self.assertEqual(notice.subject, f"Заявка {request.service_number}")
        self.assertIn("Ждёт: Лифт &lt;стоит&gt;", notice.body)
        self.assertEqual((notice.model, notice.res_id), ("crm.lead", request.id))
        self.assert_failed(robot, "Dispatcher")

    @requirement("R76")
    def test_an_empty_field_prints_nothing(self):
        self.build_robot(
            kind="notify",
            notify_from="company",
            todo_user_path="dispatcher_id",
            todo_summary="{{partner_id}}",
            text="Клиент: {{partner_id}}, {{partner_id.email}}; {{date_deadline}}.",
        )
        request = self.build_new(dispatcher_id=self.user_dispatcher.id)
        self.move(request)
        notice = self.get_notices(self.user_dispatcher)[-1]
        self.assertIn("Клиент: , ; .", notice.body)
        self.assertNotIn("False", notice.body + notice.subject)
        self.assertNotIn("None", notice.body + notice.subject)

    def test_one_message_for_many_documents(self):
        self.build_robot(
            kind="notify",
            notify_from="identity",
            todo_user_type="user",
            todo_user_id=self.user_manager.id,
            text="Заявка {{name}}",
        )
        requests = self.build_new(5)
        self.move(requests)
        notice = self.get_notices(self.user_manager)[-1]
        for request in requests:
            self.assertIn(f"Заявка {request.name}", notice.body)
        self.assertEqual(notice.author_id, self.user_admin.partner_id)

    # -- calendar event

    @shows("event", "effect", "failure")
    @requirement("R99")
    def test_an_event_has_type_and_comment(self):
        tag = self.env["calendar.event.type"].create({"name": "Звонок"})
        robot = self.build_robot(
            kind="event",
            event_type_id=tag.id,
            event_hour=14.5,
            event_duration=0.5,
            todo_days=1,
            todo_summary="Позвонить {{partner_id}}",
            text="Уточнить: {{service_need}}",
            todo_user_path="dispatcher_id",
        )
        self.user_dispatcher.tz = "Asia/Yekaterinburg"
        request, nobody = self.build_new(2, partner_id=self.customer.id)
        request.write(
            {"dispatcher_id": self.user_dispatcher.id, "service_need": "адрес"}
        )
        self.move(request + nobody)
        event = self.env["calendar.event"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", request.id)]
        )
        self.assertEqual(event.name, f"Позвонить {self.customer.display_name}")
        self.assertIn("Уточнить: адрес", event.description)
        self.assertEqual(event.categ_ids, tag)
        self.assertEqual(event.user_id, self.user_dispatcher)
        self.assertEqual((event.start.hour, event.start.minute), (9, 30))
        self.assertEqual(event.duration, 0.5)
        self.assertEqual(self.get_logs(robot, state="done").made_id, event.id)
        self.assert_failed(robot, "Dispatcher")

    # -- create, copy, link

    @shows("create", "effect")
    @requirement("R268")
    def test_a_child_request_with_its_own_service(self):
        robot = self.build_robot(
            kind="create",
            create_model_id=self.env["ir.model"]._get_id("crm.lead"),
            create_link_field_id=self.get_field("crm.lead", "service_parent_id").id,
            value_ids=self.build_lines(
                {
                    "name": "Ещё: {{name}}",
                    "service_need": {"source": "copy", "path": "service_need"},
                    "partner_id": {"source": "copy", "path": "partner_id"},
                    "team_id": {"source": "copy", "path": "team_id"},
                }
            ),
        )
        requests = self.build_new(3, partner_id=self.customer.id, service_need="кабель")
        self.move(requests)
        children = self.env["crm.lead"].search(
            [("service_parent_id", "in", requests.ids)]
        )
        self.assertEqual(len(children), 3)
        self.assertEqual(set(children.mapped("service_need")), {"кабель"})
        self.assertEqual(children.partner_id, self.customer)
        self.move(requests, "new")
        self.move(requests)
        self.assertEqual(
            self.env["crm.lead"].search_count(
                [("service_parent_id", "in", requests.ids)]
            ),
            3,
        )
        self.assertEqual(len(self.get_logs(robot, state="done")), 6)

    @shows("create", "failure")
    def test_what_the_user_may_not_make_fails(self):
        robot = self.build_robot(
            kind="create",
            user_id=self.user_operator.id,
            create_model_id=self.env["ir.model"]._get_id("res.company"),
            value_ids=self.build_lines({"name": "{{name}}"}, "res.company"),
        )
        self.move(self.build_new())
        self.assert_failed(robot, "not allowed to create")
        self.assertFalse(self.env["res.company"].search([("name", "=", "Заявка 0")]))

    @shows("copy", "effect")
    def test_copy(self):
        self.build_robot(
            kind="copy", value_ids=self.build_lines({"name": "Копия: {{name}}"})
        )
        request = self.build_new(city="Тула")
        self.move(request)
        copy = self.env["crm.lead"].search([("name", "=", f"Копия: {request.name}")])
        self.assertEqual(copy.city, "Тула")

    @shows("link", "effect", "failure")
    def test_link_by_a_value(self):
        robot = self.build_robot(
            kind="link",
            link_field_id=self.get_field("crm.lead", "partner_id").id,
            link_domain="[('email', '=', '{{email_from}}')]",
        )
        known, unknown, empty = self.build_new(3)
        known.email_from = self.customer.email
        unknown.email_from = "nobody@nowhere.example"
        (known + unknown).partner_id = False
        self.move(known + unknown + empty)
        self.assertEqual(known.partner_id, self.customer)
        self.assertFalse((unknown + empty).partner_id)
        self.customer.copy({"email": self.customer.email})
        again = self.build_new(email_from=self.customer.email)
        again.partner_id = False
        self.move(again)
        self.assert_failed(robot, "Several")

    # -- lines

    @shows("lines", "effect", "failure")
    def test_add_lines_once(self):
        product = self.env["product.product"].create(
            {"name": "Выезд", "type": "service"}
        )
        robot = self.build_robot(
            kind="lines", line_product_ids=product.ids, line_quantity=2
        )
        requests = self.build_new(2)
        self.move(requests)
        self.move(requests, "new")
        self.move(requests)
        for request in requests:
            self.assertEqual(request.request_line_ids.product_id, product)
            self.assertEqual(request.request_line_ids.quantity, 2)
        robot.user_id = self.user_performer
        request = self.build_new()
        self.move(request)
        self.assert_failed(robot, "not allowed")
        self.assertFalse(request.request_line_ids)
        self.assertEqual(request.service_phase, "dispatch")

    # -- documents and invoice

    @shows("documents", "effect", "failure")
    def test_make_documents(self):
        kind = self.env["service.document.type"].search(
            [("subject", "=", "request")], limit=1
        )
        robot = self.build_robot(kind="documents", document_type_ids=kind.ids)
        request, unknown = self.build_new(2)
        request.partner_id = self.customer
        self.move(request + unknown)
        self.assertEqual(request.document_ids.type_id, kind)
        self.assert_failed(robot, "no customer")
        self.move(request, "new")
        self.move(request)
        self.assertEqual(len(request.document_ids), 1)

    @shows("invoice", "failure")
    def test_works_that_are_not_closed_are_not_invoiced(self):
        robot = self.build_robot(kind="invoice")
        self.move(self.build_new())
        self.assert_failed(robot, "Not all works")

    # -- assign

    @shows("assign", "effect")
    def test_one_after_the_other(self):
        people = self.user_manager | self.user_dispatcher
        robot = self.build_robot(
            kind="assign",
            assign_field_id=self.get_field("crm.lead", "user_id").id,
            assign_user_ids=people.ids,
        )
        requests = self.build_new(5, user_id=False)
        self.move(requests[:3])
        self.move(requests[3:])
        order = robot.assign_user_ids
        self.assertEqual(
            [r.user_id.id for r in requests], [order[i % 2].id for i in range(5)]
        )

    @shows("assign", "effect", "failure")
    def test_who_has_the_fewest(self):
        people = self.user_manager | self.user_dispatcher
        self.build_new(3, user_id=self.user_manager.id)
        robot = self.build_robot(
            kind="assign",
            assign_mode="least",
            assign_field_id=self.get_field("crm.lead", "user_id").id,
            assign_user_ids=people.ids,
        )
        requests = self.build_new(2, user_id=False)
        taken = self.build_new(user_id=self.user_operator.id)
        self.move(requests + taken)
        self.assertEqual(requests.user_id, self.user_dispatcher)
        self.assertEqual(taken.user_id, self.user_operator)
        people.active = False
        self.move(self.build_new(user_id=False))
        self.assert_failed(robot, "Choose the people")

    # -- move

    @shows("move", "effect")
    def test_move_to_a_phase_and_not_back(self):
        robot = self.build_robot(kind="move", move_phase="agreed")
        request = self.build_new()
        self.move(request)
        self.assertEqual(request.service_phase, "agreed")
        back = self.build_robot(phase="closing", kind="move", move_phase="new")
        self.move(request, "closing")
        self.assertEqual(request.service_phase, "closing")
        self.assertIn("further", self.get_logs(back).result)
        back.may_move_back = True
        self.move(request, "execution")
        self.move(request, "closing")
        self.assertEqual(request.service_phase, "new")
        self.assertEqual(self.get_logs(robot).result, self.stages["agreed"].name)

    # -- start a process, log, wait, webhook

    @shows("log", "effect")
    def test_log(self):
        robot = self.build_robot(kind="log", text="Вошла {{name}}, {{partner_id}}")
        request = self.build_new()
        self.move(request)
        self.assertEqual(self.get_logs(robot).result, f"Вошла {request.name}, ")

    @shows("link", "effect")
    def test_tags_by_command(self):
        tag = self.env["crm.tag"].create({"name": "VIP"})
        robot = self.build_robot(
            kind="link",
            link_field_id=self.get_field("crm.lead", "tag_ids").id,
            link_domain="[('name', '=', '{{function}}')]",
        )
        request = self.build_new(function="VIP", tag_ids=[Command.clear()])
        self.move(request)
        self.assertEqual(request.tag_ids, tag)
        self.assertEqual(self.get_logs(robot).result, "VIP")
