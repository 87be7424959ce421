from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command, Datetime
from odoo.tests import new_test_user

from .common_kinds import shows
from .common_people import PeopleCommon
from .common_receiver import ReceiverMixin


class TestRobotEffects(ReceiverMixin, PeopleCommon):
    """What people see of a robot that reaches further, and what when it cannot.

    Wherever one fails, the move that started it stays, so do the other documents; the
    reason is in the journal of robots, and the responsible has a to-do.
    """

    def assert_failed(self, robot, request, *words, state="failed"):
        """One failure, in words, that stopped nothing else."""
        failed = self.get_logs(robot, state=state, res_id=request.id)
        self.assertEqual(len(failed), 1)
        for word in words:
            self.assertIn(word, failed.error)
        self.assertEqual(request.service_phase, "dispatch", "the move itself stays")
        self.assertIn(
            "Failed", "".join(a.summary or "" for a in robot.activity_ids), "somebody"
        )

    # -- approval

    @shows("approval", "effect", "failure")
    def test_an_approval(self):
        robot = self.build_robot(
            kind="approval", approval_role="manager", todo_user_path="user_id"
        )
        requests = self.build_new(3, user_id=self.user_manager.id)
        requests[1].user_id = False
        self.move(requests)
        approvals = self.env["service.approval"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "in", requests.ids)]
        )
        self.assertEqual(
            sorted(approvals.mapped("res_id")), (requests - requests[1]).ids
        )
        self.assertEqual(set(approvals.mapped("state")), {"pending"})
        self.assertEqual(approvals.user_id, self.user_manager)
        self.assert_failed(robot, requests[1], "Salesperson", "nobody")
        kind = self.env.ref("service_crm.mail_activity_approval")
        todo = requests[0].activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(todo.user_id, self.user_manager)
        self.move(requests, "new")
        self.move(requests)
        again = self.env["service.approval"].search_count(
            [("res_model", "=", "crm.lead"), ("res_id", "in", requests.ids)]
        )
        self.assertEqual(again, 2, "asked once as long as nobody has decided")
        mine = approvals.filtered(lambda a: a.res_id == requests[0].id)
        mine.with_user(self.user_manager).action_approve()
        self.assertEqual(mine.state, "approved")
        self.assertFalse(todo.exists() and todo.active)

    @shows("approval", "failure")
    def test_an_approval_needs_the_right_on_the_document(self):
        stranger = new_test_user(
            self.env, "approval_stranger", groups="base.group_user"
        )
        robot = self.build_robot(
            kind="approval",
            approval_role="manager",
            todo_user_type="user",
            todo_user_id=self.user_manager.id,
            user_id=stranger.id,
        )
        request = self.build_new()
        self.move(request)
        self.assert_failed(robot, request)
        self.assertFalse(
            self.env["service.approval"].search(
                [("res_model", "=", "crm.lead"), ("res_id", "=", request.id)]
            )
        )

    # -- start a process

    @shows("process", "effect")
    def test_a_process_is_started_once(self):
        process = self.publish(self.build_process(stages={"call": "work"}))
        robot = self.build_robot(kind="process", start_process_id=process.id)
        requests = self.build_new(3)
        self.move(requests)
        runs = self.env["bpm.instance"].search([("process_id", "=", process.id)])
        self.assertEqual(sorted(runs.mapped("res_id")), requests.ids)
        self.assertEqual(set(runs.mapped("state")), {"running"})
        self.assertEqual(self.get_places(runs), ["call"] * 3)
        logs = self.get_logs(robot)
        self.assertEqual(logs.mapped("made_id"), runs.sorted("res_id").ids)
        opened = logs[0].action_open_made()
        self.assertEqual(opened["res_model"], "bpm.instance")
        self.move(requests, "new")
        self.move(requests)
        again = self.get_logs(robot)[3:]
        self.assertEqual(set(again.mapped("state")), {"done"})
        self.assertTrue(all("under way" in text for text in again.mapped("result")))
        self.assertEqual(
            self.env["bpm.instance"].search_count([("process_id", "=", process.id)]), 3
        )

    @shows("process", "effect")
    def test_the_published_version_of_the_time_is_started(self):
        process = self.publish(self.build_process(stages={"call": "work"}))
        self.build_robot(kind="process", start_process_id=process.id)
        second = self.env["bpm.process"].browse(process.action_new_version()["res_id"])
        self.publish(second)
        request = self.build_new()
        self.move(request)
        run = self.env["bpm.instance"].search([("res_id", "=", request.id)])
        self.assertEqual(run.process_id, second)

    @shows("process", "failure")
    def test_a_process_that_may_not_be_started(self):
        process = self.publish(self.build_process(name="Приёмка", stages={"a": "work"}))
        robot = self.build_robot(kind="process", start_process_id=process.id)
        process.action_retire()
        request = self.build_new()
        self.move(request)
        self.assert_failed(robot, request, "“Приёмка” is not published")
        admins = self.env.ref("base.group_system")
        closed = self.publish(
            self.build_process(
                name="Закрытый",
                stages={"a": "work"},
                start_group_ids=[Command.link(admins.id)],
            )
        )
        other = self.build_robot(
            kind="process",
            start_process_id=closed.id,
            user_id=self.user_dispatcher.id,
            phase="agreed",
        )
        self.move(request, "agreed")
        self.assertIn("may not start “Закрытый”", self.get_logs(other).error)
        self.assertFalse(
            self.env["bpm.instance"].search(
                [("process_id", "in", (process + closed).ids)]
            )
        )

    # -- assign

    def build_online_robot(self, **values):
        return self.build_robot(
            kind="assign",
            assign_mode="online",
            assign_field_id=self.get_field("crm.lead", "user_id").id,
            **values,
        )

    @shows("assign", "effect")
    def test_who_is_online_the_upper_in_the_list(self):
        people = self.user_manager | self.user_dispatcher | self.user_operator
        robot = self.build_online_robot(assign_user_ids=people.ids)
        self.env.invalidate_all()  # in the order that is shown
        upper, middle, lower = robot.assign_user_ids
        for online, expected in (
            ((middle, lower), middle),
            ((lower,), lower),
            ((upper, lower), upper),
            ((), upper),
        ):
            self.set_online(*online)
            requests = self.build_new(2, user_id=False)
            self.move(requests)
            self.assertEqual(requests.user_id, expected)
            logs = self.get_logs(robot)[-2:]
            self.assertEqual(logs.mapped("result"), [expected.name] * 2)

    @shows("assign", "failure")
    def test_nobody_of_the_company_to_assign_to(self):
        other = self.env["res.company"].create({"name": "Второе ООО"})
        stranger = new_test_user(
            self.env,
            "assign_stranger",
            groups="service_crm.group_service_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        robot = self.build_online_robot(assign_user_ids=stranger.ids)
        self.set_online(stranger)
        request = self.build_new(user_id=False)
        self.move(request)
        self.assert_failed(robot, request, "nobody to assign it to")
        self.assertFalse(request.user_id)

    # -- copy

    @shows("copy", "failure")
    def test_a_copy_that_may_not_be_made(self):
        robot = self.build_robot(
            kind="copy",
            user_id=self.user_performer.id,
            value_ids=self.build_lines({"name": "Копия"}),
        )
        request = self.build_new()
        before = self.env["crm.lead"].search_count([])
        self.move(request)
        self.assert_failed(robot, request)
        self.assertEqual(self.env["crm.lead"].search_count([]), before)

    # -- move

    @shows("move", "failure")
    def test_a_phase_the_team_does_not_have(self):
        robot = self.build_robot(kind="move", move_phase="closing", name="Дальше")
        other = self.team.copy({"name": "Другая", "is_service": True})
        self.stages["closing"].team_ids = other
        request = self.build_new()
        self.move(request)
        self.assert_failed(robot, request, self.team.name, "no stage for this phase")

    @shows("move", "failure")
    def test_a_step_of_a_work_order_that_cannot_be_taken(self):
        robot = self.build_robot(
            trigger="work_order",
            work_order_state="assigned",
            kind="move",
            move_state="closed",
        )
        visit = self.build_work_order()
        visit.write({"performer_id": self.performer.id, "state": "assigned"})
        self.assertEqual(visit.state, "assigned", "as it was")
        failed = self.get_logs(robot, state="failed")
        self.assertEqual(failed.res_id, visit.id)
        self.assertTrue(failed.error)

    # -- write into the journal, wait

    @shows("log", "effect", "failure")
    def test_a_log_entry_of_what_may_not_be_read(self):
        robot = self.build_robot(
            kind="log",
            text="{{name}}: {{partner_id.city}}",
            user_id=self.user_manager.id,
        )
        secret = self.build_partner(name="Тайный", city="Тула")
        self.env["ir.rule"].create(
            {
                "name": "Не виден",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {secret.id})]",
            }
        )
        plain, other = self.build_new(2, user_id=self.user_manager.id)
        other.partner_id = secret
        self.move(plain + other)
        self.assertEqual(self.get_logs(robot, state="done").result, f"{plain.name}: ")
        self.assert_failed(robot, other, "have 'read' access")
        self.assertFalse(self.get_logs(robot, res_id=other.id).result)

    @shows("wait", "effect", "failure")
    def test_a_wait_that_cannot_end_holds_what_follows_until_it_is_mended(self):
        user = new_test_user(
            self.env, "wait_gone", groups="service_crm.group_service_admin"
        )
        wait = self.build_robot(
            kind="wait", delay=2, delay_unit="hours", sequence=1, user_id=user.id
        )
        after = self.build_field_robot(
            {"city": "Тула"}, after_previous=True, sequence=2
        )
        request = self.build_new()
        self.move(request)
        self.assertEqual(
            [(log.state, bool(log.date_due)) for log in self.get_logs(wait + after)],
            [("planned", True), ("planned", False)],
        )
        user.active = False
        self.run_due(hours=3)
        self.assert_failed(wait, request, "archived")
        self.assertFalse(request.city)
        user.active = True
        self.get_logs(wait).with_user(self.user_admin).action_retry()
        self.run_due(hours=3)
        self.assertEqual(self.get_logs(wait).state, "done")
        self.assertEqual(request.city, "Тула")

    def test_who_waits_waits_for_some_time(self):
        with self.assertRaisesRegex(UserError, "how long"):
            self.build_robot(kind="wait")

    def run_due(self, **later):
        with freeze_time(Datetime.now() + timedelta(**later)):
            self.env["bpm.robot.log"].search(
                [("state", "=", "planned"), ("date_due", "<=", Datetime.now())]
            )._run_again()

    # -- webhook

    @shows("webhook", "effect")
    def test_a_webhook_says_what_is_to_be_told(self):
        receiver = self.build_receiver()
        robot = self.build_robot(
            kind="webhook",
            webhook_url=f"{receiver.url}/crm",
            webhook_field_ids=self.get_field("crm.lead", "city").ids,
            webhook_secret="тайна",
        )
        requests = self.build_new(2, city="Тула")
        self.move(requests)
        self.assertFalse(receiver.got, "not before the save is over")
        rows = self.env["bpm.outbox"].search([("robot_id", "=", robot.id)])
        for row in rows:
            row._send_row()
        self.assertEqual(len(receiver.got), 2)
        path, headers, body = receiver.got[0]
        self.assertEqual(path, "/crm")
        self.assertTrue(headers["X-Service-Signature"])
        self.assertIn('"Тула"', body.decode())
        self.assertEqual(self.get_logs(robot).mapped("state"), ["done"] * 2)

    @shows("webhook", "failure")
    def test_a_webhook_that_was_given_up_is_a_failure_of_its_robot(self):
        receiver = self.build_receiver((500, "склад закрыт"))
        robot = self.build_robot(kind="webhook", webhook_url=f"{receiver.url}/crm")
        requests = self.build_new(2)
        self.move(requests)
        rows = self.env["bpm.outbox"].search([("robot_id", "=", robot.id)], order="id")
        for _attempt in range(9):
            rows[0]._send_row()
        self.assertEqual(rows.mapped("state"), ["failed", "waiting"])
        self.assert_failed(robot, requests[0], receiver.url, "склад закрыт")
        self.assertEqual(self.get_logs(robot, state="done").res_id, requests[1].id)
        receiver.answers = [(200, "ok")]
        rows[0].with_user(self.user_admin).action_resend()
        rows[0]._send_row()
        self.assertEqual(self.get_logs(robot).mapped("state"), ["done"] * 2)
        self.assertFalse(self.get_logs(robot)[0].error)

    @shows("webhook", "failure")
    def test_a_webhook_into_the_own_network(self):
        robot = self.build_robot(kind="webhook", webhook_url="http://127.0.0.1:8069/x")
        self.allow("")
        request = self.build_new()
        self.move(request)
        self.assert_failed(robot, request, "own network", "own_network_hosts")
        self.assertFalse(self.env["bpm.outbox"].search([("robot_id", "=", robot.id)]))
