"""What companies let robots do, from end to end."""

from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command, Datetime
from odoo.tests import new_test_user, tagged

from odoo.addons.service_crm.tests.common import requirement

from .common_process import ProcessCommon

LIBRARY = {
    "rule_contact_request", "rule_missed_call", "rule_contract_renewal",
    "rule_maintenance_due", "rule_repeat_visit", "rule_birthday", "rule_overdue_task",
    "rule_stage_stuck", "rule_round_robin", "rule_invoice_unpaid", "rule_review",
    "rule_lost_again", "rule_signed_move", "rule_webhook", "rule_weekly_report",
}  # fmt: skip


class TestRobotScenarios(ProcessCommon):
    def get_rule(self, name):
        return self.env.ref(f"service_crm_bpm.{name}")

    def run_due(self, moment=None):
        with freeze_time(moment or Datetime.now()):
            due = self.env["bpm.robot.log"].search(
                [("state", "=", "planned"), ("date_due", "<=", Datetime.now())]
            )
            due._run_again()

    def get_todos(self, records, words):
        return records.activity_ids.filtered(lambda a: words in (a.summary or ""))

    @requirement("R24")
    def test_the_manager_hears_that_the_work_is_begun(self):
        self.build_robot(
            trigger="work_order",
            work_order_state="in_progress",
            kind="notify",
            notify_from="actor",
            todo_user_path="request_id.user_id",
            text="Начато: {{name}}",
        )
        request = self.build_request(
            partner_id=self.customer.id, user_id=self.user_manager.id
        )
        visits = self.build_work_order(request_id=request.id, state="assigned")
        notices = self.env["mail.message"].search_count
        domain = [
            ("message_type", "=", "user_notification"),
            ("notified_partner_ids", "in", self.user_manager.partner_id.ids),
            ("body", "ilike", "Начато"),
        ]
        visits.write({"state": "in_progress"})
        visits.write({"state": "in_progress", "report": "Иду"})
        self.assertEqual(notices(domain), 1)

    @requirement("R125")
    def test_an_inquiry_out_of_hours_is_assigned_answered_and_counted(self):
        outside = "['|', ('create_date.hour_number', '<', 9), "
        outside += "('create_date.hour_number', '>=', 18)]"
        template = self.env["mail.template"].create(
            {
                "name": "Ночь",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "subject": "Мы ответим утром",
                "email_to": "{{ object.email_from }}",
                "use_default_to": False,
            }
        )
        values = {"trigger": "create", "condition": outside}
        values["model_id"] = self.env["ir.model"]._get_id("crm.lead")
        assign = self.build_robot(
            kind="assign",
            assign_field_id=self.get_field("crm.lead", "operator_id").id,
            assign_user_ids=self.user_operator.ids,
            **values,
        )
        answer = self.build_robot(kind="mail", template_id=template.id, **values)
        self.user_admin.tz = "UTC"
        requests = self.env["crm.lead"]
        for moment in (datetime(2027, 3, 1, 3), datetime(2027, 3, 1, 12)):
            self.patch(self.env.cr, "_now", moment)
            requests += self.build_new(email_from="night@example.com")
        self.assertEqual(requests[0].operator_id, self.user_operator)
        self.assertFalse(requests[1].operator_id)
        self.assertEqual(self.get_logs(assign).res_id, requests[0].id)
        self.assertEqual(answer.log_count, 1, "and counted")

    @requirement("R126")
    def test_a_finished_order_is_followed_by_an_offer(self):
        pump = self.build_product("Насос")
        service = self.build_product("Обслуживание")
        service.product_tmpl_id.optional_product_ids = pump.product_tmpl_id
        path = "request_line_ids.product_id.optional_product_ids"
        robot = self.build_robot(
            phase="done",
            delay=14,
            delay_unit="days",
            condition=f"[('{path}', '!=', False)]",
            kind="activity",
            todo_type_id=self.env.ref("mail.mail_activity_data_call").id,
            todo_summary="Предложить: {{" + path + "}}",
            todo_user_path="user_id",
        )
        request, plain = self.build_new(2, user_id=self.user_manager.id)
        self.build_line(request, service)
        self.move(request + plain, "done")
        log = self.get_logs(robot)
        self.assertEqual(log.res_id, request.id)
        self.run_due(log.date_due)
        self.assertEqual(self.get_todos(request, "Насос").user_id, self.user_manager)

    @requirement("R136")
    def test_one_call_back_while_it_is_open(self):
        rule = self.get_rule("rule_missed_call")
        rule.write({"active": True, "user_id": self.user_admin.id})
        self.user_admin.tz = "UTC"
        tag = self.env.ref("service_crm_bpm.tag_missed_call")
        call = {
            "partner_id": self.customer.id,
            "user_id": self.user_manager.id,
            "tag_ids": [Command.link(tag.id)],
        }
        with freeze_time("2027-03-01 10:00:00"):
            self.build_new(**call)
            self.build_new(**call)
            self.build_new(partner_id=self.customer.id)
        todo = self.get_todos(self.customer, "Call back")
        self.assertEqual(len(todo), 1)
        self.assertIn("12:00", todo.summary)
        self.assertEqual(todo.user_id, self.user_manager)
        self.assertEqual(str(todo.date_deadline), "2027-03-01")
        todo.action_done()
        with freeze_time("2027-03-01 15:00:00"):
            self.build_new(**call)
        self.assertIn("5:00", self.get_todos(self.customer, "Call back").summary)

    @requirement("R212")
    def test_transfer_to_sale_makes_the_sale_once(self):
        process = self.build_process(
            stages={"spec": "work", "transfer": "automatic", "look": "work"},
            ways=[
                ("start", "spec"),
                ("spec", "transfer"),
                ("transfer", "look"),
                ("look", "spec", "Again"),
                ("look", "end", "Done"),
            ],
        )
        self.build_robot(
            trigger="process",
            process_stage_id=self.get_stage(process, "transfer").id,
            condition="[('message_attachment_count', '>', 0)]",
            kind="create",
            create_model_id=self.env["ir.model"]._get_id("sale.order"),
            create_link_field_id=self.get_field("sale.order", "opportunity_id").id,
            value_ids=self.build_lines(
                {"partner_id": {"source": "copy", "path": "partner_id"}}, "sale.order"
            ),
        )
        request = self.build_new(partner_id=self.customer.id, type="opportunity")
        run = self.start(self.publish(process), request)
        self.complete(run, "spec")
        self.assertFalse(request.order_ids, "there is no file yet")
        self.complete(run, "look", "Again")
        self.env["ir.attachment"].create(
            {
                "name": "ТЗ.pdf",
                "raw": b"%PDF",
                "res_model": "crm.lead",
                "res_id": request.id,
            }
        )
        request.invalidate_recordset(["message_attachment_count"])
        for _time in range(2):
            self.complete(run, "spec")
            self.complete(run, "look", "Again")
        self.assertEqual(len(request.order_ids), 1)
        self.assertEqual(request.order_ids.partner_id, self.customer)
        self.assertIn(request.order_ids, [link.document for link in run.link_ids])

    @requirement("R231")
    def test_access_to_a_contact_changes_for_one_stage(self):
        tag = self.env["res.partner.category"].create({"name": "Проверка"})
        self.env["ir.rule"].create(
            {
                "name": "Checked contacts",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('category_id', 'not in', {tag.ids})] if not "
                "user.has_group('service_crm.group_service_admin') else [(1, '=', 1)]",
            }
        )
        account = self.build_partner(name="ООО Альфа", is_company=True)
        contact = self.build_partner(name="Иван", company_name="ООО Альфа")
        process = self.build_process(
            model="res.partner",
            stages={"check": {"kind": "work", "makes_task": False}},
            user_id=self.user_admin.id,
        )
        stage = {"trigger": "process"}
        stage["process_stage_id"] = self.get_stage(process, "check").id
        self.build_robot(
            kind="link",
            sequence=1,
            link_field_id=self.get_field("res.partner", "parent_id").id,
            link_domain="[('name', '=', '{{company_name}}')]",
            **stage,
        )
        self.build_robot(
            kind="fields",
            sequence=2,
            undo_when_left=True,
            value_ids=self.build_lines(
                {"category_id": {"value_ref": f"res.partner.category,{tag.id}"}},
                "res.partner",
            ),
            **stage,
        )
        run = self.start(self.publish(process), contact)
        self.assertEqual(contact.parent_id, account)
        operator = contact.with_user(self.user_operator)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            operator.read(["name"])
        self.complete(run, "check")
        self.env.invalidate_all()
        self.assertEqual(operator.read(["name"])[0]["name"], "Иван")

    @requirement("R250")
    def test_a_reason_fills_service_and_responsible(self):
        refund = self.build_product("Возврат билета")
        reason = self.env["crm.tag"].create({"name": "Возврат"})
        values = {
            "trigger": "create",
            "model_id": self.env["ir.model"]._get_id("crm.lead"),
            "condition": f"[('tag_ids', 'in', {reason.ids})]",
        }
        self.build_robot(kind="lines", line_product_ids=refund.ids, **values)
        self.build_robot(
            kind="fields",
            value_ids=self.build_lines(
                {"user_id": {"value_ref": f"res.users,{self.user_manager.id}"}}
            ),
            **values,
        )
        request = self.build_new(tag_ids=[Command.link(reason.id)])
        other = self.build_new()
        self.assertEqual(request.request_line_ids.product_id, refund)
        self.assertEqual(request.user_id, self.user_manager)
        self.assertFalse(other.request_line_ids)

    @requirement("R268")
    def test_a_child_request_takes_what_the_page_asked(self):
        group = self.team.copy({"name": "Группа кабеля"})
        process = self.build_process(
            stages={"page": "work", "extra": "automatic"},
        )
        self.env["bpm.variable"].create(
            [
                {"process_id": process.id, "name": "Responsible group", "key": "team"},
                {"process_id": process.id, "name": "Description", "key": "needed"},
            ]
        )
        lines = {
            "name": "Доп. услуга: {{name}}",
            "team_id": {"source": "variable", "variable_key": "team"},
            "service_need": {"source": "variable", "variable_key": "needed"},
        }
        robot = self.build_robot(
            trigger="process",
            process_stage_id=self.get_stage(process, "extra").id,
            kind="create",
            create_model_id=self.env["ir.model"]._get_id("crm.lead"),
            create_link_field_id=self.get_field("crm.lead", "service_parent_id").id,
        )
        robot.value_ids = self.build_lines(lines)
        request = self.build_request()
        run = self.start(self.publish(process), request)
        run._set_variables({"team": "Группа кабеля", "needed": "Проложить кабель"})
        self.complete(run, "page")
        child = request.service_child_ids
        self.assertEqual(child.team_id, group)
        self.assertEqual(child.service_need, "Проложить кабель")
        self.assertEqual(run.state, "done")

    @requirement("R146")
    def test_the_library_is_there_and_off(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "service_crm_bpm"), ("model", "=", "bpm.robot")]
        )
        rules = self.robots.with_context(active_test=False)
        rules = rules.browse(
            data.filtered(lambda d: d.name in LIBRARY).mapped("res_id")
        )
        self.assertEqual(len(rules), 15)
        rules.write({"active": True})
        index = self.robots._get_robot_index()
        for rule in rules:
            error = index.robots[rule.id].error
            self.assertFalse(error, rule.name)
            self.assertTrue(rule.summary)

    def test_rules_of_the_library_at_work(self):
        rules = (
            self.get_rule("rule_round_robin")
            + self.get_rule("rule_stage_stuck")
            + self.get_rule("rule_webhook")
            + self.get_rule("rule_signed_move")
            + self.get_rule("rule_lost_again")
        )
        rules.write({"active": True, "user_id": self.user_admin.id})
        requests = self.build_new(2)
        self.assertTrue(all(requests.mapped("operator_id")))
        self.move(requests, "dispatch")
        stuck = self.get_logs(self.get_rule("rule_stage_stuck"))
        requests[0].dispatcher_id = self.user_dispatcher
        self.move(requests[1], "agreed")
        self.run_due(stuck[0].date_due)
        self.assertEqual(stuck.mapped("state"), ["done", "skipped"])
        self.assertTrue(self.get_todos(requests[0], "three days"))
        kind = self.env["service.document.type"].search(
            [("subject", "=", "request")], limit=1
        )
        paper = self.env["service.document"].create(
            {
                "type_id": kind.id,
                "request_id": requests[0].id,
                "partner_id": self.customer.id,
            }
        )
        paper.state = "signed"
        self.assertEqual(requests[0].service_phase, "agreed")
        self.assertFalse(self.get_todos(requests[0], "three days"), "taken back")
        self.move(requests, "done")
        sent = self.env["bpm.outbox"].search(
            [("url", "=", "https://example.com/requests")]
        )
        self.assertEqual(len(sent), 2)
        self.assertIn(requests[0].service_number, "".join(sent.mapped("payload")))


@tagged("post_install", "-at_install")
class TestContactScenario(ProcessCommon):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.robots._unregister_hook)  # no rollback does it

    @requirement("R135")
    def test_a_new_contact_gets_one_request(self):
        rule = self.env.ref("service_crm_bpm.rule_contact_request")
        user = new_test_user(
            self.env,
            "rule_user",
            groups="service_crm.group_service_admin,base.group_partner_manager",
        )
        rule.write({"active": True, "user_id": user.id})
        by_hand = self.env["res.partner"].create({"name": "Рука"})
        imported = self.env["res.partner"].load(["name"], [["Импорт 1"], ["Импорт 2"]])
        contacts = by_hand + by_hand.browse(imported["ids"])
        request = self.build_request(contact_name="Пётр", phone="+79161234599")
        converted = request._create_customer()
        request.partner_id = converted
        logs = self.get_logs(rule)
        logs._run_again()
        for contact in contacts:
            self.assertEqual(
                contact.service_request_ids.name, f"Request of {contact.name}"
            )
        self.assertEqual(converted.service_request_ids, request)
