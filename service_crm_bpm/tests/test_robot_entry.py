from odoo.tests import new_test_user

from .common import RobotCommon


class TestRobotEntry(RobotCommon):
    """When robots run: once per entry, in batch, never for ever."""

    def test_once_per_entry_and_again_when_entered_again(self):
        robot = self.build_robot(kind="note", text="Вошла")
        request = self.build_new()
        self.move(request)
        self.move(request)
        self.assertEqual(len(self.get_logs(robot)), 1)
        self.move(request, "new")
        self.move(request)
        logs = self.get_logs(robot)
        self.assertEqual(len(logs), 2)
        self.assertEqual(len(logs.entry_id), 2)
        self.assertEqual(
            len(request.message_ids.filtered(lambda m: "Вошла" in (m.body or ""))), 2
        )

    def test_entered_by_creation(self):
        self.build_field_robot({"city": "Псков"}, phase="new")
        requests = self.build_new(3)
        self.assertEqual(requests.mapped("city"), ["Псков"] * 3)

    def test_left(self):
        self.build_field_robot({"city": "Ушла"}, trigger_on="leave", phase="dispatch")
        request = self.build_new()
        self.move(request)
        self.assertFalse(request.city)
        self.move(request, "agreed")
        self.assertEqual(request.city, "Ушла")

    def test_another_stage_of_the_same_phase_is_no_entry(self):
        robot = self.build_robot(kind="note", text="Вошла")
        left = self.build_robot(kind="note", text="Ушла", trigger_on="leave")
        second = self.stages["dispatch"].copy({"name": "Ждём запчасти"})
        second.team_ids = self.team
        request = self.build_new()
        self.move(request)
        request.stage_id = second
        self.assertEqual(len(self.get_logs(robot)), 1)
        self.assertFalse(self.get_logs(left))

    def test_condition(self):
        robot = self.build_field_robot(
            {"city": "Да"}, condition="[('name', 'ilike', 'заявка 1'), (1, '=', 1)]"
        )
        requests = self.build_new(2)
        self.move(requests)
        self.assertEqual(requests.mapped("city"), [False, "Да"])
        self.assertEqual(self.get_logs(robot).res_id, requests[1].id)

    def test_condition_on_the_user_of_the_robot(self):
        self.build_field_robot({"city": "Моя"}, condition="[('user_id', '=', uid)]")
        requests = self.build_new(2)
        requests[0].user_id = self.user_admin
        self.move(requests)
        self.assertEqual(requests.mapped("city"), ["Моя", False])

    def test_a_condition_of_today_is_not_kept_until_tomorrow(self):
        self.build_field_robot(
            {"city": "Пора"}, condition="[('date_deadline', '<=', 'today')]"
        )
        request = self.build_new(date_deadline="2020-01-01")
        late = self.build_new(date_deadline="2199-01-01")
        self.move(request + late)
        self.assertEqual((request + late).mapped("city"), ["Пора", False])

    def test_batch_of_a_hundred_costs_as_many_queries_as_ten(self):
        for name in ("city", "street", "street2", "zip", "function"):
            self.build_field_robot({name: f"Значение {name}"})
        few, many = self.build_new(10), self.build_new(100)
        self.env.cr.flush()

        def cost(requests):
            rows = self.env["service.phase.log"]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows._log_entries(
                requests.with_context(tracking_disable=True),
                "stage_id",
                dict.fromkeys(requests.ids, "0"),
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        (few + many).with_context(tracking_disable=True).write(
            {"stage_id": self.stages["dispatch"].id}
        )
        cost(few[:1])
        ten, hundred = cost(few), cost(many)
        self.assertEqual(hundred, ten)

    def test_nothing_waits_nothing_asked(self):
        self.build_field_robot({"city": "X"}, phase="closing")
        request = self.build_new()
        row = self.env["service.phase.log"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", request.id)], limit=1
        )
        row.read()
        with self.assertQueryCount(0):
            self.env["bpm.robot"]._run_entered(row)

    def test_ten_robots_one_write(self):
        names = ("city", "street", "street2", "zip", "function")
        for name in names:
            self.build_field_robot({name: "Значение"})
        requests = self.build_new(5)
        calls = []
        lead_class = type(requests)
        origin = lead_class.write

        def write(records, vals):
            calls.append((len(records), sorted(vals)))
            return origin(records, vals)

        self.patch(lead_class, "write", write)
        self.move(requests)
        self.assertEqual([c for c in calls if "city" in c[1]], [(5, sorted(names))])

    def test_conditions_on_what_nobody_sets_part_no_writes(self):
        """Robots that read only what the others cannot change are written together."""
        condition = "[('name', 'ilike', 'заявка')]"  # computed, of the customer
        for name in ("city", "street", "zip"):
            self.build_field_robot({name: "Значение"}, condition=condition)
        self.build_field_robot({"function": "Нет"}, condition="[('name', '=', 'нет')]")
        requests = self.build_new(5)
        steps = []
        robot_class = type(self.robots)
        origin = robot_class._run_step

        def run_step(robots, chain, model, company_id, compiled, per_robot):
            steps.append(len(compiled))
            return origin(robots, chain, model, company_id, compiled, per_robot)

        self.patch(robot_class, "_run_step", run_step)
        self.move(requests)
        self.assertEqual(steps, [4])
        self.assertEqual(requests.mapped("zip"), ["Значение"] * 5)
        self.assertFalse(any(requests.mapped("function")))

    def test_a_condition_on_what_follows_from_an_earlier_robot(self):
        """A computed field changes with what it is computed of."""
        partner = f"res.partner,{self.customer.id}"
        self.build_field_robot({"partner_id": {"value_ref": partner}}, sequence=1)
        self.build_field_robot(
            {"city": "Своя"},
            condition="[('email_from', '=', 'anna@alfa.example.com')]",
            sequence=2,
        )
        requests = self.build_new(2, email_from=False)
        self.move(requests)
        self.assertEqual(requests.mapped("city"), ["Своя"] * 2)

    def test_what_a_robot_enters_starts_the_next_robot(self):
        stage = {"stage_id": {"value_ref": f"crm.stage,{self.stages['agreed'].id}"}}
        self.build_field_robot(stage)
        self.build_field_robot({"city": "Согласовано"}, phase="agreed")
        requests = self.build_new(3)
        self.move(requests)
        self.assertEqual(requests.mapped("service_phase"), ["agreed"] * 3)
        self.assertEqual(requests.mapped("city"), ["Согласовано"] * 3)

    def test_robots_that_start_each_other_are_stopped(self):
        there = self.build_field_robot(
            {"stage_id": {"value_ref": f"crm.stage,{self.stages['agreed'].id}"}},
            name="Туда",
        )
        back = self.build_field_robot(
            {"stage_id": {"value_ref": f"crm.stage,{self.stages['dispatch'].id}"}},
            name="Обратно",
            phase="agreed",
        )
        calm = self.build_new()
        requests = self.build_new(2)
        self.move(requests)
        failed = self.get_logs(there + back, state="failed")
        self.assertEqual(sorted(set(failed.mapped("res_id"))), requests.ids)
        self.assertIn("Туда", failed[0].error)
        self.assertIn("Обратно", failed[0].error)
        self.assertLess(len(self.get_logs(there + back)), 30)
        self.assertEqual(calm.service_phase, "new")
        self.assertTrue(there.activity_ids or back.activity_ids)

    def test_a_poisoned_record_among_a_hundred(self):
        robot = self.build_robot(
            kind="activity",
            todo_type_id=self.env.ref("mail.mail_activity_data_todo").id,
            todo_summary="Сделать",
            todo_user_path="dispatcher_id",
        )
        requests = self.build_new(100, dispatcher_id=self.user_dispatcher.id)
        requests[41].dispatcher_id = False
        self.move(requests)
        self.assertEqual(self.get_logs(robot, state="failed").res_id, requests[41].id)
        self.assertEqual(len(self.get_logs(robot, state="done")), 99)
        self.assertEqual(
            requests.filtered(lambda r: "Сделать" in r.activity_ids.mapped("summary")),
            requests - requests[41],
        )
        self.assertEqual(set(requests.mapped("service_phase")), {"dispatch"})

    def test_the_responsible_is_told_once(self):
        robot = self.build_robot(
            kind="activity",
            todo_type_id=self.env.ref("mail.mail_activity_data_todo").id,
            todo_user_path="dispatcher_id",
        )
        for request in self.build_new(3):
            self.move(request)
        self.assertEqual(len(self.get_logs(robot, state="failed")), 3)
        self.assertEqual(len(robot.activity_ids), 1)
        self.assertEqual(robot.activity_ids.user_id, self.user_admin)

    def test_a_stage_of_a_plain_sales_team(self):
        leader = new_test_user(
            self.env,
            "plain_leader",
            groups="sales_team.group_sale_salesman_all_leads",
        )
        team = self.env["crm.team"].create({"name": "Продажи", "user_id": leader.id})
        stages = self.env["crm.stage"].create(
            [{"name": "Лид", "sequence": 1}, {"name": "Торг", "sequence": 2}]
        )
        self.build_field_robot(
            {"city": "Казань"},
            trigger="stage",
            stage_id=stages[1].id,
            user_id=leader.id,
        )
        lead = self.env["crm.lead"].create(
            {"name": "Сделка", "team_id": team.id, "stage_id": stages[0].id}
        )
        lead.with_user(leader).stage_id = stages[1]
        self.assertEqual(lead.city, "Казань")
        row = self.env["service.phase.log"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)], limit=1
        )
        self.assertFalse(row.phase, "phases are of service requests only")

    def test_a_service_stage_has_the_plain_leads_not_logged(self):
        self.build_field_robot(
            {"city": "Казань"}, trigger="stage", stage_id=self.stages["dispatch"].id
        )
        team = self.env["crm.team"].create({"name": "Продажи"})
        lead = self.env["crm.lead"].create({"name": "Сделка", "team_id": team.id})
        self.assertFalse(
            self.env["service.phase.log"].search(
                [
                    ("res_model", "=", "crm.lead"),
                    ("res_id", "=", lead.id),
                    ("field_name", "=", "stage_id"),
                ]
            )
        )
        request = self.build_new()
        self.move(request)
        self.assertEqual(request.city, "Казань")

    def test_state_of_a_work_order(self):
        order = self.build_work_order()
        self.build_field_robot(
            {"instruction": "Предложен: {{partner_id}}"},
            model="service.work.order",
            trigger="work_order",
            work_order_state="offered",
        )
        order.state = "offered"
        self.assertEqual(order.instruction, f"Предложен: {self.customer.display_name}")

    def test_another_field_of_a_request(self):
        self.build_field_robot(
            {"city": "Важно"},
            trigger="field",
            model_id=self.env["ir.model"]._get_id("crm.lead"),
            field_id=self.get_field("crm.lead", "priority").id,
            value_selection_id=self.get_choice("crm.lead", "priority", "3").id,
        )
        request = self.build_new()
        request.priority = "3"
        self.assertEqual(request.city, "Важно")

    def test_switched_off(self):
        robot = self.build_field_robot({"city": "X"})
        robot.active = False
        request = self.build_new()
        self.move(request)
        self.assertFalse(request.city)
