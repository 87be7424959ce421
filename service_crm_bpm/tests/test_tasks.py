"""Tasks of persons' stages, what is in the way of completing one, deadlines."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.service_crm.tests.common import requirement

from .common_people import PeopleCommon


class TestTasks(PeopleCommon):
    @requirement("R95", "R230")
    def test_task_goes_to_the_responsible(self):
        path = [Command.create({"kind": "path", "path": "user_id"})]
        process = self.work(responsible_ids=path)
        run = self.start(process, self.build_new(user_id=self.user_b.id))
        task = self.get_open(run).activity_id
        self.assertEqual(task.user_id, self.user_b)
        self.assertEqual(self.get_open(run).user_id, self.user_b)
        # besides Odoo's own message that the request was assigned
        notices = self.get_notices(self.user_b)
        self.assertEqual(notices.mapped("model").count("bpm.instance"), 1)
        self.assertEqual((task.res_model, task.res_id), ("crm.lead", run.res_id))

    @requirement("R95")
    def test_task_of_a_named_specialist(self):
        process = self.work(task_user_id=self.user_dispatcher.id)
        run = self.start(process, self.build_new())
        self.assertEqual(self.get_open(run).activity_id.user_id, self.user_dispatcher)
        self.assertEqual(self.get_open(run).user_id, self.user_a)

    @requirement("R77")
    def test_a_task_has_the_number_and_the_process_waits_for_it(self):
        """The task of a stage: the process goes on when it is done, not before."""
        manager = Command.create({"kind": "user", "user_id": self.user_manager.id})
        process = self.build_process(
            stages={
                "serve": {
                    "kind": "work",
                    "task_summary": "Service {{service_number}}",
                    "task_blocks": True,
                    "responsible_mode": "first",
                    "responsible_ids": [manager],
                },
                "after": {"kind": "work", "responsible_mode": "first"}
                | {"responsible_ids": [manager]},
            }
        )
        requests = self.build_request() | self.build_request()
        runs = self.start(self.publish(process), requests)
        for request, run in zip(requests, runs, strict=True):
            todo = request.activity_ids
            self.assertEqual(todo.summary, f"Service {request.service_number}")
            self.assertEqual(todo.user_id, self.user_manager)
            token = self.get_open(run).with_user(self.user_manager).sudo(False)
            with self.assertRaisesRegex(UserError, "is not done yet"):
                token.action_complete()
            self.assertEqual(self.get_places(run), ["serve"])
        todo.with_user(self.user_manager).action_feedback("Сделано")
        self.assertEqual([self.get_places(r) for r in runs], [["serve"], ["after"]])

    @requirement("R158")
    def test_instruction_is_on_the_task(self):
        process = self.work(
            instruction="<p>Спросить адрес</p>",
            task_summary="Позвонить: {{contact_name}}",
        )
        run = self.start(process, self.build_new(contact_name="Иван"))
        task = self.get_open(run).activity_id
        self.assertIn("Спросить адрес", task.note)
        self.assertEqual(task.summary, "Позвонить: Иван")

    @requirement("R96", "R198")
    def test_process_task_holds_the_stage(self):
        run = self.start(self.work(task_blocks=True), self.build_new())
        token = self.get_open(run).with_user(self.user_a)
        with self.assertRaisesRegex(UserError, "is not done yet"):
            token.action_complete()
        with self.assertRaisesRegex(UserError, "belongs to a process"):
            token.activity_id.with_user(self.user_a).action_cancel()
        self.assertEqual(self.get_places(run), ["work"])

    @requirement("R41", "R97")
    def test_done_task_moves_the_process_and_leads_to_it(self):
        run = self.start(self.work(task_blocks=True), self.build_new())
        task = self.get_open(run).activity_id
        with self.assertRaises(AccessError):
            task.with_user(self.user_dispatcher).action_done()
        action = task.with_user(self.user_a).action_done()
        self.assertEqual(action["res_model"], "bpm.instance")
        self.assertEqual(action["res_id"], run.id)
        self.assertEqual(run.state, "done")
        self.assertFalse(task.active)

    @requirement("R97")
    def test_done_task_waits_for_a_result(self):
        process = self.publish(
            self.build_process(
                stages={
                    "work": {
                        "kind": "work",
                        "task_blocks": True,
                        "responsible_mode": "first",
                        "responsible_ids": self.people,
                    },
                    "end": "end",
                },
                ways=[
                    ("start", "work"),
                    ("work", "end", "Agreed"),
                    ("work", "end", "Refused"),
                ],
            )
        )
        run = self.start(process, self.build_new())
        token = self.get_open(run).with_user(self.user_a)
        action = token.activity_id.with_user(self.user_a).action_done()
        self.assertEqual(action["res_id"], run.id)
        self.assertEqual(self.get_places(run), ["work"])
        token.action_complete(self.get_way(run, "work", "Agreed").id)
        self.assertEqual(run.state, "done")

    def test_start_that_a_person_begins(self):
        start = {
            "kind": "start",
            "is_manual": True,
            "responsible_mode": "first",
            "responsible_ids": self.people,
        }
        process = self.publish(self.build_process(stages={"start": start}))
        run = self.start(process, self.build_new())
        self.assertEqual(self.get_places(run), ["start"])
        self.assertEqual(self.get_open(run).activity_id.user_id, self.user_a)
        self.get_open(run).with_user(self.user_a).action_complete()
        self.assertEqual(run.state, "done")

    def test_the_client_knows_where_a_done_task_leads(self):
        run = self.start(self.work(), self.build_new())
        task = self.get_open(run).activity_id.with_user(self.user_a)
        rows = task.activity_format()["mail.activity"]
        self.assertEqual(rows[0]["bpm_run_id"], run.id)

    @requirement("R98")
    def test_delayed_task(self):
        process = self.work(task_delay=2, task_delay_unit="hours", task_blocks=True)
        now = fields.Datetime.now()
        run = self.start(process, self.build_new())
        token = self.get_open(run)
        self.assertFalse(token.activity_id)
        with self.assertRaisesRegex(UserError, "has not started"):
            token.with_user(self.user_a).action_complete()
        timers = self.env["bpm.timer"].search([("token_id", "=", token.id)])
        self.assertEqual(timers.kind, "task")
        for minutes, expected in ((119, 0), (121, 1), (122, 1)):
            with freeze_time(now + timedelta(minutes=minutes)):
                timers.exists()._run_due()
            self.assertEqual(len(token.activity_id), expected)

    def test_completing_closes_the_task_cancelling_removes_it(self):
        runs = self.start(self.work(), self.build_new(2))
        first, second = self.get_open(runs)
        tasks = first.activity_id | second.activity_id
        first.with_user(self.user_a).action_complete()
        self.assertFalse(tasks[0].active)
        self.assertTrue(tasks[0].date_done)
        second._cancel()
        self.assertFalse(tasks[1].exists())

    @requirement("R190")
    def test_meeting_stands_in_the_calendar(self):
        meeting = self.env.ref("mail.mail_activity_data_meeting")
        process = self.work(task_type_id=meeting.id, planned_hours=1)
        run = self.start(process, self.build_new())
        task = self.get_open(run).activity_id
        event = task.calendar_event_id
        self.assertEqual(event.user_id, self.user_a)
        self.assertEqual(event.partner_ids, self.user_a.partner_id)
        self.assertEqual(event.stop, self.get_open(run).date_deadline)
        self.assertIn("Звонок", event.name)

    @requirement("R123")
    def test_call_back_within_fifteen_minutes(self):
        calendar = self.env["resource.calendar"].create({"name": "24/7", "tz": "UTC"})
        calendar.attendance_ids = [Command.clear()]
        calendar.attendance_ids = [
            Command.create(
                {
                    "name": str(day),
                    "dayofweek": str(day),
                    "hour_from": 0,
                    "hour_to": 24,
                    "day_period": "morning",
                }
            )
            for day in range(7)
        ]
        process = self.build_process(
            model="sale.order",
            calendar_id=calendar.id,
            stages={
                "call": {
                    "kind": "work",
                    "name": "Перезвонить",
                    "responsible_ids": self.people,
                    "planned_hours": 0.25,
                }
            },
        )
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "user_id": self.user_admin.id}
        )
        self.set_online(self.user_b)
        with freeze_time("2026-11-23 10:00:00"):
            run = self.start(self.publish(process), order)
        token = self.get_open(run)
        self.assertFalse(token.error)
        self.assertEqual(token.user_id, self.user_b)
        self.assertEqual(str(token.date_deadline), "2026-11-23 10:15:00")
        self.assertEqual(str(token.activity_id.date_deadline), "2026-11-23")
        self.assertIn("10:15", token.activity_id.note)
        self.assertEqual(token.activity_id.res_id, order.id)

    def test_document_without_activities_has_the_task_on_the_run(self):
        process = self.publish(
            self.build_process(
                model="bpm.instance",
                stages={
                    "work": {
                        "kind": "work",
                        "responsible_mode": "first",
                        "responsible_ids": self.people,
                    }
                },
            )
        )
        run = process.sudo()._start([{}])
        task = self.get_open(run).activity_id
        self.assertEqual((task.res_model, task.res_id), ("bpm.instance", run.id))

    def test_queries_do_not_grow_with_the_batch(self):
        process = self.work(planned_hours=8)
        self.start(process, self.build_new())  # warm
        counts = []
        for size in (20, 200):
            requests = self.build_new(size)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            runs = self.start(process, requests)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(self.get_open(runs).activity_id), size)
        self.assertLessEqual(counts[1], counts[0] + 15, counts)


class TestObstacles(PeopleCommon):
    def test_what_is_missing_is_named(self):
        kind = self.env["service.document.type"].search([], limit=1)
        field = self.env["ir.model.fields"]._get("crm.lead", "city")
        process = self.work(
            check_ids=[
                Command.create({"name": "Уточнить адрес"}),
                Command.create({"name": "Пожелания", "is_required": False}),
            ],
            required_field_ids=[Command.set(field.ids)],
            required_files=2,
            required_document_type_ids=[Command.set(kind.ids)],
        )
        request = self.build_new()
        run = self.start(process, request)
        token = self.get_open(run).with_user(self.user_a)
        with self.assertRaises(UserError) as caught:
            token.action_complete()
        for words in ("Уточнить адрес", "City", "2 more", kind.name):
            self.assertIn(words, str(caught.exception))
        self.assertNotIn("Пожелания", str(caught.exception))
        token.action_check(token.stage_id.check_ids[0].id)
        request.city = "Тверь"
        self.env["ir.attachment"].create(
            [
                {"name": "a.txt", "res_model": "crm.lead", "res_id": request.id},
                {"name": "b.txt", "res_model": "bpm.instance", "res_id": run.id},
            ]
        )
        self.env["service.document"].create(
            {"type_id": kind.id, "request_id": request.id}
        ).state = "issued"
        self.assertEqual(token._get_obstacles()[token], [])
        token.action_complete()
        self.assertEqual(run.state, "done")

    @requirement("R198")
    def test_skipped_mandatory_step_refuses(self):
        process = self.work(check_ids=[Command.create({"name": "Замер"})])
        run = self.start(process, self.build_new())
        token = self.get_open(run).with_user(self.user_a)
        check = token.stage_id.check_ids
        token.action_check(check.id)
        token.action_check(check.id, done=False)
        with self.assertRaisesRegex(UserError, "Замер"):
            token.action_complete()

    def test_point_of_another_stage_is_refused(self):
        other = self.work(check_ids=[Command.create({"name": "Чужой"})])
        run = self.start(self.work(), self.build_new())
        token = self.get_open(run).with_user(self.user_a)
        foreign = self.get_stage(other, "work").check_ids
        with self.assertRaisesRegex(UserError, "not on the list"):
            token.action_check(foreign.id)


class TestDeadlines(PeopleCommon):
    def start_late(self, **values):
        """A run whose deadline has passed, and the timer has fired."""
        run = self.start(self.work(planned_hours=1, **values), self.build_new())
        token = self.get_open(run)
        with freeze_time(token.date_deadline + timedelta(minutes=1)):
            self.env["bpm.timer"].search([("token_id", "=", token.id)])._run_due()
        return run, token

    def test_working_time_counts(self):
        calendar = self.env.company.resource_calendar_id
        with freeze_time("2026-11-27 15:00:00"):  # a Friday
            run = self.start(self.work(planned_hours=8), self.build_new())
        due = self.get_open(run).date_deadline
        expected = calendar.plan_hours(
            8, fields.Datetime.to_datetime("2026-11-27 15:00")
        )
        self.assertEqual(due, expected)
        self.assertEqual(due.weekday(), 0)

    def test_late_is_told_once_per_person(self):
        self.team.user_id = self.user_b
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team.id, "user_id": self.user_a.id}
        )
        run, token = self.start_late()
        self.assertEqual(token.user_id, self.user_a)
        for user in (self.user_a, self.user_b, self.user_admin):
            late = self.get_notices(user).filtered(lambda m: "Late" in m.subject)
            self.assertEqual(len(late), 1, user.name)
        self.assertIn(("event", "work"), self.get_events(run))

    def test_late_is_handed_over(self):
        run, token = self.start_late(deadline_action="hand_over")
        self.assertEqual(token.user_id, self.user_admin)  # nobody leads A
        self.assertEqual(token.activity_id.user_id, self.user_admin)
        self.assertIn(("assign", "work"), self.get_events(run))

    def test_actual_working_time(self):
        calendar = self.env.company.resource_calendar_id
        with freeze_time("2026-11-23 09:00:00"):
            run = self.start(self.work(), self.build_new())
            token = self.get_open(run).with_user(self.user_a)
            token.action_begin()
        with freeze_time("2026-11-24 11:00:00"):
            token.action_complete()
        expected = calendar.get_work_hours_count(
            fields.Datetime.to_datetime("2026-11-23 09:00:00"),
            fields.Datetime.to_datetime("2026-11-24 11:00:00"),
        )
        self.assertAlmostEqual(token.hours, expected, 2)
        leave = run.journal_ids.filtered(
            lambda row: row.event == "leave" and row.stage_id == token.stage_id
        )
        self.assertAlmostEqual(leave.hours, expected, 2)
