from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Date, Datetime
from odoo.tests import tagged

from odoo.addons.service_crm.tests.common import requirement

from .common import RobotCommon
from .common_kinds import shows


class TestRobotMoments(RobotCommon):
    """When robots run: on creation, by dates, after each other; and what ends them."""

    def plan(self):
        """What the cron of the dates does."""
        logs = self.env["bpm.robot.log"]
        for robot in self.robots._get_robot_index().dated:
            if robot.trigger[1] == "date":
                logs._plan_dated(robot)
            else:
                logs._plan_anew(robot)

    def run_due(self):
        due = self.env["bpm.robot.log"].search(
            [("state", "=", "planned"), ("date_due", "<=", Datetime.now())]
        )
        due._run_again()

    def build_date_robot(self, model, field, **values):
        return self.build_robot(
            trigger="date",
            model_id=self.env["ir.model"]._get_id(model),
            delay_field_id=self.get_field(model, field).id,
            **values,
        )

    # -- creation

    def test_creation(self):
        robot = self.build_field_robot(
            {"city": "Тула"},
            trigger="create",
            model_id=self.env["ir.model"]._get_id("crm.lead"),
            condition="[('name', 'ilike', 'заявка')]",
        )
        requests = self.build_new(3)
        other = self.build_new(name="Другая")
        self.assertEqual(requests.mapped("city"), ["Тула"] * 3)
        self.assertFalse(other.city)
        requests.write({"city": "Тверь"})
        self.assertEqual(len(self.get_logs(robot)), 3)

    # -- dates

    def test_before_a_date_of_the_document(self):
        robot = self.build_robot(
            kind="note",
            text="Скоро срок",
            delay=2,
            delay_unit="days",
            delay_mode="before_date",
            delay_field_id=self.get_field("crm.lead", "date_deadline").id,
            delay_hour=8,
        )
        self.user_admin.tz = "Europe/Moscow"
        request, later = self.build_new(2)
        request.date_deadline = "2030-05-20"
        self.move(request + later)
        log = self.get_logs(robot).filtered(lambda log: log.res_id == request.id)
        self.assertEqual(log.date_due, datetime(2030, 5, 18, 5))
        waiting = self.get_logs(robot) - log
        self.assertFalse(waiting.date_due, "it has no date yet")
        (request + later).write({"date_deadline": "2030-06-20"})
        self.plan()
        self.assertEqual(log.date_due, datetime(2030, 6, 18, 5))
        self.assertEqual(waiting.date_due, datetime(2030, 6, 18, 5))
        with freeze_time("2030-06-18 06:00:00"):
            self.run_due()
        self.assertEqual((log + waiting).mapped("state"), ["done"] * 2)

    @requirement("R142")
    def test_thirty_days_before_the_end_of_a_contract(self):
        robot = self.build_date_robot(
            "service.contract",
            "date_end",
            delay=30,
            delay_unit="days",
            delay_mode="before_date",
            condition="[('state', '=', 'active')]",
            kind="activity",
            todo_type_id=self.env.ref("mail.mail_activity_data_todo").id,
            todo_summary="Продлить договор {{name}}",
            todo_user_type="user",
            todo_user_id=self.user_manager.id,
        )
        today = Date.today()
        contracts = self.env["service.contract"].create(
            [
                {
                    "subject": f"Договор {number}",
                    "partner_id": self.customer.id,
                    "date_start": today - timedelta(days=300),
                    "date_end": today + timedelta(days=days),
                    "state": "active",
                }
                for number, days in enumerate((29, 30, 40, -5))
            ]
        )
        with freeze_time(
            datetime.combine(today, datetime.min.time()) + timedelta(hours=20)
        ):
            for _day in range(2):
                self.plan()
                self.run_due()
        self.assertEqual(
            sorted(self.get_logs(robot).mapped("res_id")), contracts[:2].ids
        )
        made = contracts.activity_ids.filtered(lambda a: "Продлить" in a.summary)
        self.assertEqual(made.mapped("res_id"), contracts[:2].ids)
        contracts[0].date_end = today + timedelta(days=28)
        self.plan()
        self.assertEqual(len(self.get_logs(robot)), 3, "another date, once more")

    def test_a_date_that_has_changed_is_let_be(self):
        robot = self.build_date_robot(
            "crm.lead",
            "date_deadline",
            delay_mode="before_date",
            kind="note",
            text="Сегодня",
        )
        today = Date.today()
        request = self.build_new(date_deadline=today)
        self.plan()
        log = self.get_logs(robot)
        request.date_deadline = today + timedelta(days=3)
        log._run_again()
        self.assertEqual(log.state, "skipped")

    def test_after_a_date_only_since_the_robot_is_on(self):
        today = Date.today()
        old = self.build_new(date_deadline=today - timedelta(days=20))
        robot = self.build_date_robot(
            "crm.lead",
            "date_deadline",
            delay=5,
            delay_unit="days",
            delay_mode="after_date",
            kind="note",
            text="Срок прошёл",
        )
        due = self.build_new(date_deadline=today - timedelta(days=5))
        with freeze_time(
            datetime.combine(today, datetime.min.time()) + timedelta(hours=23)
        ):
            self.plan()
        self.assertEqual(self.get_logs(robot).res_id, due.id)
        self.assertNotEqual(due, old)

    def test_every_year(self):
        robot = self.build_date_robot(
            "crm.lead",
            "date_deadline",
            delay_mode="after_date",
            delay_repeat="year",
            kind="note",
            text="Годовщина",
        )
        leap, plain, other = self.build_new(3)
        leap.date_deadline = "2024-02-29"
        plain.date_deadline = "2020-02-28"
        other.date_deadline = "2020-03-10"
        for moment in ("2027-02-28 12:00:00", "2027-03-01 12:00:00"):
            with freeze_time(moment):
                self.plan()
                self.run_due()
        logs = self.get_logs(robot)
        self.assertEqual(sorted(logs.mapped("res_id")), (leap + plain).ids)
        self.assertEqual(logs.mapped("state"), ["done"] * 2)
        with freeze_time("2028-02-29 12:00:00"):
            self.plan()
        self.assertEqual(len(self.get_logs(robot)), 4)

    def test_every_week_and_month(self):
        weekly, monthly = (
            self.build_date_robot(
                "crm.lead",
                "date_deadline",
                delay_mode="after_date",
                delay_repeat=repeat,
                kind="log",
                text="Отчёт {{name}}",
            )
            for repeat in ("week", "month")
        )
        self.build_new(date_deadline="2026-01-31")  # a Saturday
        for day in range(1, 29):
            with freeze_time(f"2027-02-{day:02} 12:00:00"):
                self.plan()
                self.run_due()
        values = self.get_logs(weekly).mapped("entry_id.value")
        self.assertEqual([v for v in values if v > "2027-02"], [
            "2027-02-06", "2027-02-13", "2027-02-20", "2027-02-27",
        ])  # fmt: skip
        values = self.get_logs(monthly).mapped("entry_id.value")
        self.assertEqual([v for v in values if v > "2027-02"], ["2027-02-28"])
        self.assertEqual(set(self.get_logs(weekly).mapped("state")), {"done"})

    def test_dates_that_cannot_be(self):
        for values in (
            {"delay_mode": "after_date"},
            {
                "delay_mode": "after_date",
                "delay_field_id": self.get_field("crm.lead", "name").id,
            },
            {"trigger": "date", "model_id": self.env["ir.model"]._get_id("crm.lead")},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.build_robot(kind="note", text="a", **values)

    # -- after the previous one

    @shows("wait", "effect")
    def test_one_after_the_other(self):
        first = self.build_robot(
            kind="wait", delay=1, delay_unit="hours", sequence=1, name="Ждём"
        )
        second = self.build_field_robot(
            {"city": "Тула"}, after_previous=True, sequence=2
        )
        third = self.build_field_robot(
            {"street": "{{city}}"},
            after_previous=True,
            sequence=3,
            delay=1,
            delay_unit="hours",
        )
        request = self.build_new()
        self.move(request)
        logs = self.get_logs(first + second + third)
        self.assertEqual(logs.mapped("state"), ["planned"] * 3)
        self.assertEqual([bool(log.date_due) for log in logs], [True, False, False])
        start = Datetime.now()
        for hours, city, street in (
            (0.5, False, False),
            (1.1, False, False),
            (1.2, "Тула", False),
            (2, "Тула", False),
            (3, "Тула", "Тула"),
        ):
            with freeze_time(start + timedelta(hours=hours)):
                self.run_due()
            self.assertEqual((request.city, request.street), (city, street), hours)

    def test_a_failed_one_holds_the_next_until_it_is_mended(self):
        first = self.build_robot(
            kind="activity",
            todo_type_id=self.env.ref("mail.mail_activity_data_todo").id,
            todo_user_path="dispatcher_id",
            sequence=1,
        )
        second = self.build_field_robot(
            {"city": "Тула"}, after_previous=True, sequence=2
        )
        good, bad = self.build_new(2)
        good.dispatcher_id = self.user_dispatcher
        self.move(good + bad)
        self.assertEqual((good.city, bad.city), ("Тула", False))
        bad.dispatcher_id = self.user_dispatcher
        self.get_logs(first, state="failed").with_user(self.user_admin).action_retry()
        self.run_due()
        self.assertEqual(bad.city, "Тула")
        self.assertEqual(self.get_logs(second).mapped("state"), ["done"] * 2)

    # -- taken back

    @requirement("R127")
    def test_a_task_of_each_stage_that_ends_with_it(self):
        for phase, title in (
            ("dispatch", "Отправить предложение"),
            ("agreed", "Перезвонить"),
            ("closing", "Выставить счёт"),
        ):
            self.build_robot(
                phase=phase,
                kind="activity",
                todo_type_id=self.env.ref("mail.mail_activity_data_todo").id,
                todo_summary=title,
                todo_user_type="user",
                todo_user_id=self.user_manager.id,
                undo_when_left=True,
            )
        requests = self.build_new(2)
        for phase, title in (
            ("dispatch", "Отправить предложение"),
            ("agreed", "Перезвонить"),
            ("closing", "Выставить счёт"),
            ("done", None),
        ):
            self.move(requests, phase)
            mine = requests.activity_ids.filtered(
                lambda a: a.user_id == self.user_manager and a.summary
            )
            titles = [t for t in mine.mapped("summary") if t[0] in "ОПВ"]
            self.assertEqual(titles, [title] * 2 if title else [])

    def test_changed_fields_get_their_values_back(self):
        tags = self.env["crm.tag"].create([{"name": "Свой"}, {"name": "На время"}])
        self.build_field_robot(
            {
                "city": "Тула",
                "street": "Ленина",
                "user_id": {"value_ref": f"res.users,{self.user_manager.id}"},
                "tag_ids": {"value_ref": f"crm.tag,{tags[1].id}"},
            },
            undo_when_left=True,
        )
        request = self.build_new(
            city="Псков", tag_ids=tags[:1].ids, user_id=self.user_dispatcher.id
        )
        self.move(request)
        self.assertEqual(request.user_id, self.user_manager)
        self.assertEqual(request.tag_ids, tags)
        request.street = "Кирова"
        self.move(request, "agreed")
        self.assertEqual(request.city, "Псков")
        self.assertEqual(request.street, "Кирова", "changed by a person since")
        self.assertEqual(request.user_id, self.user_dispatcher)
        self.assertEqual(request.tag_ids, tags[:1])
        with self.assertRaises(UserError):
            self.build_robot(kind="note", text="a", undo_when_left=True)


@tagged("post_install", "-at_install")
class TestRobotCreation(RobotCommon):
    """Creation of documents that know nothing of phases."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.robots._unregister_hook)  # no rollback does it

    def test_creation_of_what_knows_nothing_of_phases(self):
        robot = self.build_robot(
            trigger="create",
            model_id=self.env["ir.model"]._get_id("res.partner"),
            kind="note",
            text="Новый контакт {{name}}",
        )
        partner = self.env["res.partner"].create({"name": "Ольга"})
        notes = partner.message_ids.mapped("body")
        self.assertTrue([body for body in notes if "Новый контакт Ольга" in body])
        robot.active = False
        self.env["res.partner"].create({"name": "Пётр"})
        self.assertEqual(len(self.get_logs(robot)), 1)

    def test_documents_that_make_documents_without_end_are_stopped(self):
        model_id = self.env["ir.model"]._get_id("res.partner")
        robot = self.build_robot(
            trigger="create",
            model_id=model_id,
            kind="create",
            create_model_id=model_id,
            user_id=self.env.uid,
            value_ids=self.build_lines({"name": "Ещё {{name}}"}, "res.partner"),
        )
        self.env["res.partner"].create({"name": "Первый"})
        failed = self.get_logs(robot, state="failed")
        self.assertEqual(len(failed), 1)
        self.assertIn("again and again", failed.error)
        self.assertLess(len(self.get_logs(robot)), 30)
