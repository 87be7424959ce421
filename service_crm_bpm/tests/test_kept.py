"""What the engine keeps in memory is as fresh as what it would read."""

from datetime import datetime

from dateutil.relativedelta import relativedelta
from pytz import UTC

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common_people import PeopleCommon


class TestKept(PeopleCommon):
    def measure(self, read):
        """A value as the engine reads it, and how many queries that takes."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        return read(), self.env.cr.sql_log_count - before

    # Definitions ---------------------------------------------------------------------

    def test_stages_are_read_once(self):
        stage = self.get_stage(self.build_call(), "call").sudo()
        read = lambda: (stage.name, stage.responsible_ids.mapped("user_id.id"))  # noqa: E731
        value, _queries = self.measure(read)
        self.assertEqual(value, ("Call", [self.user_a.id, self.user_b.id]))
        self.assertEqual(self.measure(read), (value, 0))

    def test_a_change_is_seen(self):
        stage = self.get_stage(self.build_call(), "call").sudo()
        self.measure(lambda: stage.responsible_ids.mapped("user_id"))
        self.change(stage, name="Звонок")
        self.change(stage.responsible_ids[0], user_id=self.user_b.id)
        value, _queries = self.measure(
            lambda: (stage.name, stage.responsible_ids.mapped("user_id"))
        )
        self.assertEqual(value, ("Звонок", self.user_b))

    def test_each_language_has_its_words(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        process = self.build_process(stages={"call": "work"})
        stage = self.get_stage(process, "call").sudo()
        russian = stage.with_context(lang="ru_RU")
        self.measure(lambda: (stage.name, russian.name))
        stage.update_field_translations("name", {"ru_RU": "Звонок"})
        value, _queries = self.measure(lambda: (stage.name, russian.name))
        self.assertEqual(value, ("Call", "Звонок"))
        self.assertEqual(self.measure(lambda: (stage.name, russian.name)), (value, 0))

    def test_what_is_kept_opens_no_door(self):
        stage = self.get_stage(self.build_call(), "call")
        self.measure(lambda: stage.sudo().name)
        visitor = new_test_user(self.env, "visitor", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.measure(lambda: stage.with_user(visitor).name)

    def test_what_a_stage_points_to_may_go(self):
        task_type = self.env["mail.activity.type"].create({"name": "Звонок"})
        role = self.env["res.groups"].create({"name": "Звонари"})
        process = self.build_call(
            task_type_id=task_type.id, closing_group_id=role.id, makes_task=True
        )
        run = self.start(process, self.build_new())
        self.assertEqual(self.get_open(run).activity_id.activity_type_id, task_type)
        run.token_ids.activity_id.unlink()
        task_type.unlink()
        role.unlink()
        stage = self.get_stage(process, "call").sudo()
        value, _queries = self.measure(
            lambda: (stage.task_type_id.ids, stage.closing_group_id.ids)
        )
        self.assertEqual(value, ([], []))
        run = self.start(process, self.build_new())
        self.assertTrue(self.get_open(run).activity_id)

    def test_a_meeting_type_is_known_when_it_changes(self):
        task_type = self.env["mail.activity.type"].create({"name": "Встреча"})
        self.assertFalse(task_type._is_meeting())
        task_type.category = "meeting"
        self.assertTrue(task_type._is_meeting())

    def test_a_rehearsal_leaves_its_identity_to_itself(self):
        process = self.build_call()
        self.assertEqual(process._get_user_id(), self.user_admin.id)
        with (
            self.enter_registry_test_mode(),
            self.env["bpm.rehearsal"]._rehearse() as env,
        ):
            rehearsed = process.with_env(env)
            rehearsed._set_identity(self.user_a.with_env(env))
            self.assertEqual(rehearsed._get_user_id(), self.user_a.id)
            self.assertEqual(process._keep_user_id(process.id), self.user_admin.id)

    # People and working time ---------------------------------------------------------

    def test_language_and_zone_of_people(self):
        self.user_a.tz = "Europe/Moscow"
        self.assertEqual(self.user_a._get_profile().tz, "Europe/Moscow")
        self.user_a.tz = "Asia/Vladivostok"
        self.assertEqual(self.user_a._get_profile().tz, "Asia/Vladivostok")
        self.user_a.active = False
        self.assertFalse(self.user_a._get_profile().active)

    def build_calendar(self):
        return self.env["resource.calendar"].create(
            {
                "name": "Полдня",
                "tz": "Europe/Berlin",
                "attendance_ids": self.build_days(),
            }
        )

    def build_days(self):
        return [
            Command.create(
                {"name": "Утро", "dayofweek": str(day), "hour_from": 8, "hour_to": 12}
            )
            for day in range(5)
        ]

    def test_hours_are_those_of_odoo(self):
        """Over the change of the clock, months and years; inside an hour; none."""
        calendar = self.build_calendar()
        start = datetime(2026, 3, 27, 9, 20, 30)
        for delta in (
            relativedelta(minutes=7),
            relativedelta(days=4),
            relativedelta(months=1, days=9, hours=5),
            relativedelta(years=1),
            relativedelta(),
        ):
            end = start + delta
            self.assertAlmostEqual(
                calendar._get_hours_between(start, end),
                calendar.get_work_hours_count(UTC.localize(start), UTC.localize(end)),
                msg=str(delta),
            )

    def test_hours_without_fixed_times_are_those_of_the_clock(self):
        start, end = datetime(2026, 3, 27, 9), datetime(2026, 3, 29, 9)
        flexible = self.env["resource.calendar"].create(
            {"name": "Как угодно", "flexible_hours": True}
        )
        self.assertEqual(flexible._get_hours_between(start, end), 48)
        self.assertEqual(flexible.browse()._get_hours_between(start, end), 48)

    def test_changes_of_working_time_are_seen(self):
        calendar = self.build_calendar()
        start, end = datetime(2026, 3, 2), datetime(2026, 3, 7)  # Monday to Friday
        count = lambda: calendar._get_hours_between(start, end)  # noqa: E731
        self.assertEqual(count(), 20)
        calendar.attendance_ids[0].hour_to = 10
        self.assertEqual(count(), 18)
        holiday = self.env["resource.calendar.leaves"].create(
            {
                "name": "Праздник",
                "calendar_id": calendar.id,
                "date_from": datetime(2026, 3, 6, 0),
                "date_to": datetime(2026, 3, 6, 23),
            }
        )
        self.assertEqual(count(), 14)
        holiday.date_to = datetime(2026, 3, 6, 9)  # ten o'clock there
        self.assertEqual(count(), 16)
        holiday.unlink()
        self.assertEqual(count(), 18)
        calendar.attendance_ids[0].unlink()
        self.assertEqual(count(), 16)
        calendar.flexible_hours = True
        self.assertEqual(count(), 120)

    def test_the_calendar_of_the_company_may_change(self):
        process, company = self.build_call(), self.env.company
        self.assertEqual(process._get_calendar(company), company.resource_calendar_id)
        company.resource_calendar_id = self.build_calendar()
        self.assertEqual(process._get_calendar(company), company.resource_calendar_id)
        calendar = self.build_calendar()
        self.change(process, calendar_id=calendar.id)
        self.assertEqual(process._get_calendar(company), calendar)

    # A step --------------------------------------------------------------------------

    def test_a_single_step_takes_fewer_queries_than_a_stage_write_of_odoo(self):
        stage = {
            "kind": "work",
            "responsible_mode": "first",
            "responsible_ids": self.people,
        }
        process = self.build_process(stages={"call": stage, "visit": stage})
        runs = self.start(self.publish(process), self.build_new(3))
        tokens = self.get_open(runs, "call").with_user(self.user_a).sudo(False)
        self.assertEqual(len(tokens), 3)
        for token in tokens[:2]:  # what is kept in memory is there from then on
            self.assertEqual(self.measure(token.action_complete)[0], True)
        _value, queries = self.measure(tokens[2].action_complete)
        self.assertLessEqual(queries, 19)  # 21 of a tracked write of a lead

    def test_who_has_a_task_follows_the_document_once(self):
        process = self.build_call(makes_task=True, responsible_mode="first")
        request = self.build_new()
        run = self.start(process, request)
        token = self.get_open(run)
        self.assertIn(self.user_a.partner_id, request.message_partner_ids)
        token.with_user(self.user_a).sudo(False).action_hand_over(self.user_b.id)
        request.message_unsubscribe(self.user_a.partner_id.ids)
        self.complete(run, "call", user=self.user_b)
        self.get_open(run)._hand_over(self.user_a)
        followers = request.message_follower_ids.partner_id
        self.assertLessEqual(self.user_b.partner_id, followers)
        self.assertEqual(len(followers), len(request.message_follower_ids))
