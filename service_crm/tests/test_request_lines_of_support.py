from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import ServiceCommon, requirement


class TestLinesOfSupport(ServiceCommon):
    """First and second line: passing on, giving back, the time of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.resource_calendar_id.tz = "Europe/Moscow"
        cls.olga, cls.pavel = (
            new_test_user(
                cls.env,
                f"line_{number}",
                name=name,
                groups="service_crm.group_service_operator",
            )
            for number, name in enumerate(("Ольга", "Павел"))
        )
        cls.team.write(
            {
                "member_ids": (cls.olga | cls.pavel).ids,
                "second_line_ids": cls.pavel.ids,
            }
        )

    def file_request(self, **values):
        return self.build_request(operator_id=self.olga.id, **values)

    def change_line(self, requests, user, direction="up", **values):
        method = "action_escalate" if direction == "up" else "action_return_line"
        action = getattr(requests.with_user(user), method)()
        wizard = (
            self.env["service.request.escalation"]
            .with_user(user)
            .with_context(**action["context"])
            .create({"reason": "Не хватает прав", **values})
        )
        wizard.action_change_line()
        return wizard

    @requirement("R267")
    def test_escalation_to_the_second_line_and_its_time(self):
        # Monday, 9:00 in Moscow; the company works 8–12 and 13–17
        with freeze_time("2026-03-02 06:00:00"):
            request = self.file_request()
            self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2026-03-02 06:00:00' WHERE id = %s",
            [request.id],
        )
        request.invalidate_recordset(["create_date"])
        with freeze_time("2026-03-02 08:00:00"):  # 11:00
            self.change_line(request, self.olga)
        self.assertEqual(request.service_line, "2")
        self.assertEqual(request.operator_id, self.pavel)
        with freeze_time("2026-03-03 06:00:00"):  # the next day, 9:00
            self.change_line(request, self.pavel, "back", reason="Готово")
        self.assertEqual(request.service_line, "1")
        self.assertEqual(request.operator_id, self.olga)
        first, second, again = request.service_stay_ids
        self.assertEqual(first.hours, 2)
        # 11–12, 13–17, and 8–9 of the next day
        self.assertEqual(second.hours, 6)
        self.assertEqual(second.reason, "Не хватает прав")
        self.assertEqual(second.moved_by_id, self.olga)
        self.assertFalse(again.date_to)
        with freeze_time("2026-03-03 07:30:00"):
            self.env.invalidate_all()
            self.assertEqual(
                request.service_line_time, "First Line 3 h 30 min, Second Line 6 h"
            )
        note = "".join(request.message_ids.mapped("body"))
        self.assertIn("Second Line", note)
        self.assertIn("Не хватает прав", note)

    def test_another_team_is_the_second_line_and_gives_back(self):
        experts = self.env["crm.team"].create(
            {
                "name": "Эксперты",
                "is_service": True,
                "second_line_ids": self.pavel.ids,
            }
        )
        self.team.escalation_team_id = experts
        request = self.file_request()
        self.change_line(request, self.olga)
        self.assertEqual(request.team_id, experts)
        self.assertEqual(request.operator_id, self.pavel)
        self.assertEqual(request.service_phase, "new")
        self.assertIn(experts, request.stage_id.team_ids)
        self.change_line(request, self.pavel, "back")
        self.assertEqual(request.team_id, self.team)
        self.assertEqual(request.operator_id, self.olga)

    def test_clock_stops_when_finished_and_goes_on_when_opened_again(self):
        request = self.file_request(type="opportunity", partner_id=self.customer.id)
        self.change_line(request, self.olga)
        request._move_to_phase("done")
        self.assertTrue(all(request.service_stay_ids.mapped("date_to")))
        request._move_to_phase("dispatch", force=True)
        self.assertEqual(len(request.service_stay_ids), 3)
        self.assertEqual(request.service_stay_ids[-1].line, "2")
        request.action_set_lost(
            lost_reason_id=self.env["crm.lost.reason"].create({"name": "Дорого"}).id
        )
        self.assertTrue(all(request.service_stay_ids.mapped("date_to")))
        request.with_user(self.user_manager).action_unarchive()
        self.assertFalse(request.service_stay_ids[-1].date_to)

    def test_chosen_person_and_several_requests(self):
        requests = self.file_request() | self.file_request() | self.file_request()
        self.change_line(requests, self.user_dispatcher, user_id=self.user_operator.id)
        self.assertEqual(requests.operator_id, self.user_operator)
        self.assertEqual(len(requests.service_stay_ids), 6)

    def test_wrong_steps_are_refused(self):
        request = self.file_request()
        with self.assertRaisesRegex(UserError, "first line already"):
            request.with_user(self.olga).action_return_line()
        self.change_line(request, self.olga)
        self.change_line(request, self.pavel)
        with self.assertRaisesRegex(UserError, "last line"):
            request.with_user(self.pavel).action_escalate()
        with self.assertRaises(AccessError):
            request.with_user(self.user_performer).action_escalate()
        request.active = False
        with self.assertRaisesRegex(UserError, "finished"):
            request.with_user(self.olga).action_return_line()

    def test_passing_on_is_an_entry_of_the_log(self):
        request = self.file_request()
        self.change_line(request, self.olga)
        row = self.env["service.phase.log"].search(
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "=", request.id),
                ("field_name", "=", "service_line"),
            ]
        )
        self.assertEqual(row.value, "2")

    def test_first_line_gets_what_comes_in(self):
        self.env["service.assignment.rule"].create(
            {"name": "Первая линия", "role": "operator", "method": "load"}
        )
        requests = self.env["crm.lead"].create(
            [{"name": f"Лифт {n}", "team_id": self.team.id} for n in range(4)]
        )
        self.assertEqual(requests.operator_id, self.olga)

    @requirement("R49")
    def test_timeline_of_five_stages(self):
        moments = [datetime(2026, 3, day, 9) for day in (2, 3, 5, 9, 10)]
        phases = ["new", "qualification", "dispatch", "agreed", "execution"]
        actors = [
            self.user_operator,
            self.user_operator,
            self.user_manager,
            self.user_dispatcher,
            self.user_dispatcher,
        ]
        with freeze_time(moments[0]):
            leads = self.env["crm.lead"].with_user(actors[0])
            request = leads.create({"name": "Лифт", "team_id": self.team.id})
        for moment, phase, actor in list(zip(moments, phases, actors, strict=True))[1:]:
            with freeze_time(moment):
                request.with_user(actor)._move_to_phase(phase)
        with freeze_time("2026-03-10 11:30:00"):
            self.env.invalidate_all()
            timeline = request.with_user(self.user_operator).service_timeline
        self.assertEqual(
            [entry["name"] for entry in timeline],
            [self.stages[phase].name for phase in phases],
        )
        self.assertEqual(
            [entry["date"] for entry in timeline],
            [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments],
        )
        self.assertEqual(
            [entry["duration"] for entry in timeline],
            ["24 h", "2 days 0 h", "4 days 0 h", "24 h", "2 h 30 min"],
        )
        self.assertEqual(
            [entry["user"] for entry in timeline], [actor.name for actor in actors]
        )
        self.assertEqual([e["is_open"] for e in timeline], [False] * 4 + [True])

    def test_timelines_are_one_query(self):
        requests = self.env["crm.lead"].union(
            *(self.file_request() for _number in range(5))
        )
        self.env.flush_all()
        requests.mapped("service_phase")
        self.assertTrue(self.env.user.name)  # read before the queries are counted
        with self.assertQueryCount(1):
            requests.with_prefetch(requests.ids).mapped("service_timeline")
