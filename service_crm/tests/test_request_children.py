from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import ServiceCommon, requirement


class TestRequestChildren(ServiceCommon):
    """Requests below a request: made of its services, their time, the people's load."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.electric = cls.env["crm.team"].create(
            {"name": "Электрики", "is_service": True}
        )
        cls.socket = cls.build_product(
            "Замена розетки", service_team_id=cls.electric.id
        )
        cls.request = cls.build_request(
            type="opportunity",
            partner_id=cls.customer.id,
            stage_id=cls.stages["dispatch"].id,
            dispatcher_id=cls.user_dispatcher.id,
        )
        cls.line = cls.build_line(cls.request, cls.socket)
        cls.monday = fields.Date.today() - timedelta(days=fields.Date.today().weekday())

    def make_child(self, user=None, **values):
        user = user or self.user_dispatcher
        record = values.pop("record", self.line)
        action = record.with_user(user).action_make_child()
        wizard = (
            self.env["service.request.child"]
            .with_user(user)
            .with_context(**action["context"])
            .create(values)
        )
        action = wizard.action_make()
        return self.env["crm.lead"].browse(action["res_id"])

    def work(self, request, hours, performer, day=0, state="done"):
        """A visit that took so long."""
        start = datetime.combine(self.monday, datetime.min.time()) + timedelta(
            days=day, hours=9
        )
        visit = self.build_work_order(
            request_id=request.id,
            performer_id=performer.id,
            date_start=start,
            planned_hours=hours,
            override_reason="Проверка",
        )
        visit.sudo().write(
            {
                "state": state,
                "actual_start": start if state == "done" else False,
                "actual_end": start + timedelta(hours=hours)
                if state == "done"
                else False,
            }
        )
        return visit

    def test_a_service_becomes_a_request_of_another_group(self):
        child = self.make_child(description="Искрит в кухне")
        self.assertEqual(child.service_parent_id, self.request)
        self.assertEqual(child.service_main_id, self.request)
        self.assertEqual(child.team_id, self.electric)
        self.assertEqual(child.name, "Замена розетки")
        self.assertEqual(child.service_need, "Искрит в кухне")
        self.assertEqual(child.partner_id, self.customer)
        self.assertEqual(self.line.request_id, child)
        self.assertEqual(child.service_phase, "new")
        self.assertIn(
            child.service_number, "".join(self.request.message_ids.mapped("body"))
        )

    def test_another_service_and_group_by_an_operator(self):
        child = self.make_child(
            user=self.user_operator,
            record=self.request,
            product_id=self.socket.id,
            team_id=self.team.id,
        )
        self.assertEqual(child.team_id, self.team)
        self.assertEqual(child.request_line_ids.product_id, self.socket)
        self.assertEqual(self.line.request_id, self.request)

    def test_a_sold_service_stays_where_it_is_sold(self):
        self.request.with_user(self.user_dispatcher).action_ask_approvals()
        child = self.make_child()
        self.assertEqual(self.line.request_id, self.request)
        self.assertFalse(child.request_line_ids)

    @requirement("R269")
    def test_time_of_subordinate_requests_is_summed_up(self):
        first, second = (self.make_child(record=self.request, name=n) for n in "АБ")
        self.work(first, 2, self.performer)
        self.work(second, 3, self.performer, day=1)
        self.work(self.request, 1.5, self.performer, day=2)
        self.work(second, 8, self.performer, day=3, state="cancelled")
        self.env.invalidate_all()
        request = self.request.with_user(self.user_operator)
        self.assertEqual(request.service_hours_children, 5)
        self.assertEqual(request.service_hours_own, 1.5)
        self.assertEqual(request.service_hours_total, 6.5)
        self.assertEqual(
            request.service_hours_text,
            "6 h 30 min: own 1 h 30 min, subordinate requests 5 h",
        )
        self.assertEqual(
            [child.service_hours_total for child in first | second], [2, 3]
        )
        # one more below: it counts all the way up
        below = self.make_child(record=first, name="В")
        self.assertEqual(below.service_main_id, self.request)
        self.work(below, 4, self.performer, day=4)
        self.env.invalidate_all()
        self.assertEqual(request.service_hours_total, 10.5)
        self.assertEqual(first.service_hours_children, 4)
        self.env.flush_all()
        self.env.invalidate_all()
        family = self.request | first | second | below
        self.request.with_user(self.user_operator).mapped("name")
        family.mapped("name")
        with self.assertQueryCount(1):
            family._get_worked_hours()

    @requirement("R271")
    def test_load_of_three_people_by_week(self):
        people = [self.performer, *(self.build_performer(name=n) for n in "ИП")]
        for resource in people:
            resource.write(
                {"tz": "Europe/Moscow", "calendar_id": self.build_calendar().id}
            )
        children = [
            self.make_child(record=self.request, name=person.name) for person in people
        ]
        for number, (child, person) in enumerate(zip(children, people, strict=True)):
            self.work(child, number + 1, person)
            self.work(child, 2, person, day=7, state="assigned")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Отпуск",
                "resource_id": people[2].id,
                "date_from": datetime.combine(self.monday, datetime.min.time()),
                "date_to": datetime.combine(self.monday, datetime.min.time())
                + timedelta(days=2),
            }
        )
        self.env.flush_all()
        report = self.env["service.load.report"].with_user(self.user_dispatcher)
        domain = [
            ("resource_id", "in", [person.id for person in people]),
            ("date", ">=", self.monday),
            ("date", "<", self.monday + timedelta(days=14)),
        ]
        rows = report._read_group(
            domain,
            ["date:week", "resource_id"],
            [
                "planned_hours:sum",
                "done_hours:sum",
                "available_hours:sum",
                "free_hours:sum",
            ],
        )
        found = {(week, person): tuple(h) for week, person, *h in rows}
        week, following = sorted({week for week, _person in found})
        self.assertEqual(found[week, people[0]], (1, 1, 40, 39))
        self.assertEqual(found[week, people[1]], (2, 2, 40, 38))
        # leave until 3:00 on Wednesday by the own clock: two working days
        self.assertEqual(found[week, people[2]], (3, 3, 24, 21))
        for person in people:
            self.assertEqual(found[following, person], (2, 0, 40, 38))
        family = report._read_group(
            [("main_request_id", "=", self.request.id)],
            ["resource_id"],
            ["done_hours:sum", "request_id:count_distinct"],
        )
        self.assertEqual(family, [(p, n + 1, 1) for n, p in enumerate(people)])
        action = self.request.with_user(self.user_dispatcher).action_view_people_load()
        self.assertEqual(report.search_count(action["domain"]), 6)

    def build_calendar(self):
        return self.env["resource.calendar"].create(
            {
                "name": "Пять дней",
                "tz": "Europe/Moscow",
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": f"{day}",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": start + 4,
                            "day_period": "morning" if start < 12 else "afternoon",
                        }
                    )
                    for day in range(5)
                    for start in (8, 13)
                ],
            }
        )

    def test_a_helper_is_loaded_too_and_two_weeks_alternate(self):
        helper = self.build_performer(name="Помощник")
        calendar = self.build_calendar()
        calendar.two_weeks_calendar = True
        calendar.attendance_ids = [
            Command.clear(),
            Command.create(
                {
                    "name": "Нечётная",
                    "dayofweek": "0",
                    "week_type": "1",
                    "hour_from": 8,
                    "hour_to": 12,
                    "day_period": "morning",
                }
            ),
        ]
        helper.calendar_id = calendar
        visit = self.work(self.request, 3, self.performer, state="assigned")
        visit.helper_ids = helper
        self.env.flush_all()
        rows = self.env["service.load.report"]._read_group(
            [("resource_id", "=", helper.id)],
            ["kind"],
            ["hours:sum", "date:array_agg_distinct"],
        )
        hours = {kind: (total, days) for kind, total, days in rows}
        self.assertEqual(hours["planned"][0], 3)
        days = hours["available"][1]
        types = {
            self.env["resource.calendar.attendance"].get_week_type(day) for day in days
        }
        self.assertEqual(types, {1})
        self.assertEqual(len(days), 10)

    def test_several_performers_of_one_request(self):
        second = self.build_performer(name="Второй")
        wizards = self.env["service.request.performers"].with_user(self.user_dispatcher)
        wizard = wizards.create(
            {
                "request_id": self.request.id,
                "performer_ids": (self.performer | second).ids,
                "date_start": datetime.combine(self.monday, datetime.min.time())
                + timedelta(days=9, hours=9),
                "planned_hours": 2,
            }
        )
        wizard.action_create()
        visits = self.request.work_order_ids
        self.assertEqual(visits.performer_id, self.performer | second)
        self.assertEqual(visits.mapped("planned_hours"), [2, 2])
        # what is sold is sold once, however many people come
        self.assertEqual(visits.line_ids.mapped("product_id"), self.socket)
        self.assertEqual(len(visits.line_ids), 1)
        with self.assertRaisesRegex(UserError, "already booked"):
            wizard.action_create()
        with self.assertRaisesRegex(UserError, "who goes there"):
            wizards.create({"request_id": self.request.id}).action_create()

    def test_merged_requests_keep_what_belongs_to_them(self):
        other = self.build_request(
            type="opportunity",
            partner_id=self.customer.id,
            stage_id=self.stages["dispatch"].id,
        )
        child = self.make_child(record=other, name="Розетка")
        merged = (self.request | other).merge_opportunity()
        self.assertEqual(child.service_parent_id, merged)
        self.assertEqual(child.service_main_id, merged)

    def test_wrong_input(self):
        child = self.make_child()
        with self.assertRaises(ValidationError):
            self.request.service_parent_id = child
        with self.assertRaises(ValidationError):
            self.request.service_parent_id = self.request
        with self.assertRaises(AccessError):
            self.make_child(user=self.user_performer, record=self.request, name="А")
        with self.assertRaisesRegex(UserError, "what is to be done"):
            self.make_child(record=self.request, name=False)
        self.request._move_to_phase("done")
        with self.assertRaisesRegex(UserError, "finished"):
            self.request.with_user(self.user_dispatcher).action_make_child()

    def test_other_company_is_not_seen(self):
        company = self.env["res.company"].create({"name": "Вторая"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="service_crm.group_service_dispatcher",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.work(self.request, 1, self.performer)
        self.env.flush_all()
        report = self.env["service.load.report"].with_user(stranger)
        self.assertFalse(report.search([("request_id", "=", self.request.id)]))
