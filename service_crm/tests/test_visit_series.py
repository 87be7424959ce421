from datetime import date, datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import requirement
from .common_crew import CrewCommon
from .common_race import RaceCommon

NOW = datetime(2027, 1, 4, 6)  # a Monday


class TestVisitSeries(CrewCommon):
    """Visits that come again and again: planned a year ahead, each of them once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inspection = cls.build_product("Осмотр лифта", service_duration=2.0)
        cls.env.company.resource_calendar_id.tz = "Europe/Berlin"

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOW))

    def build_series(self, start=True, user=None, **values):
        series = (
            self.env["service.visit.series"]
            .with_user(user or self.user_dispatcher)
            .create(
                {
                    "name": "Осмотр",
                    "partner_id": self.customer.id,
                    "performer_id": self.performer.id,
                    "date_first": date(2027, 1, 13),
                    "hour": 9.0,
                    "tz": "Europe/Berlin",
                    "interval": 3,
                    "line_ids": [Command.create({"product_id": self.inspection.id})],
                    **values,
                }
            )
        )
        if start:
            series.action_start()
        return series

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("service_crm.ir_cron_visit_series").method_direct_trigger()

    def days(self, series):
        return series.visit_ids.sorted("date_start").mapped("series_date")

    def starts(self, series):
        return series.visit_ids.sorted("date_start").mapped("date_start")

    @requirement("R169")
    def test_a_year_of_visits_and_their_load(self):
        series = self.build_series()
        visits = series.visit_ids.sorted("date_start")
        self.assertEqual(
            visits.mapped("date_start"),
            [
                datetime(2027, 1, 13, 8),
                datetime(2027, 4, 13, 7),  # the clocks went forward, 09:00 stays 09:00
                datetime(2027, 7, 13, 7),
                datetime(2027, 10, 13, 7),
                datetime(2028, 1, 13, 8),
            ],
        )
        self.assertEqual(visits.performer_id, self.performer)
        self.assertEqual(set(visits.mapped("planned_hours")), {2.0})
        self.assertEqual(visits.line_ids.product_id, self.inspection)
        self.assertEqual(series.visit_count, 5)
        action = series.action_view_load()
        load = (
            self.env["service.work.order"]
            .with_user(self.user_dispatcher)
            ._read_group(
                action["domain"],
                ["date_start:week", "performer_id"],
                ["planned_hours:sum"],
            )
        )
        self.assertEqual([hours for _week, _who, hours in load], [2.0] * 5)

    def test_planning_again_makes_no_duplicates(self):
        series = self.build_series(interval=1)
        before = self.days(series)
        for _time in range(2):
            self.run_job()
        self.assertEqual(self.days(series), before)
        series.visit_ids[0].action_cancel("Customer is away")
        series.visit_ids[1].action_archive()
        series.sudo().planned_until = False
        self.run_job()
        found = series.with_context(active_test=False).visit_ids
        self.assertEqual(sorted(found.mapped("series_date")), before)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.env["service.work.order"].create(
                series.sudo()._prepare_visit_values(before[0], before[0])
            )

    def test_the_job_goes_on_as_time_does(self):
        series = self.build_series(interval=1)
        with freeze_time(NOW + timedelta(days=90)):
            self.run_job()
            last = max(self.days(series))
            self.assertGreater(last, (NOW + timedelta(days=90 + 365)).date())
        days = self.days(series)
        self.assertEqual(len(days), len(set(days)))

    def test_many_visits_come_in_batches(self):
        series = self.build_series(
            frequency="day", interval=1, holidays="skip", performer_id=False
        )
        self.assertEqual(len(series.visit_ids), 60)
        self.run_job()
        days = self.days(series)
        self.assertEqual(len(days), len(set(days)))
        self.assertGreaterEqual(max(days), date(2028, 1, 4))
        self.assertFalse([day for day in days if day.weekday() > 4])

    def test_holidays_of_the_company(self):
        calendar = self.env.company.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Праздник",
                "calendar_id": calendar.id,
                "date_from": "2027-01-12 23:00:00",  # the 13th in Berlin
                "date_to": "2027-01-13 22:59:59",
            }
        )
        for way, day in (("next", 14), ("previous", 12), ("anyway", 13)):
            series = self.build_series(holidays=way, performer_id=False)
            self.assertEqual(self.starts(series)[0], datetime(2027, 1, day, 8), way)
            self.assertEqual(self.days(series)[0], date(2027, 1, 13))
        series = self.build_series(holidays="skip", performer_id=False)
        self.assertEqual(self.days(series)[0], date(2027, 4, 13))

    def test_time_zone_of_the_place(self):
        self.customer.tz = "Pacific/Auckland"
        with Form(
            self.env["service.visit.series"].with_user(self.user_manager)
        ) as form:
            form.partner_id = self.customer
            form.date_first = date(2027, 1, 13)
            form.name = "Far away"
        series = form.save()
        self.assertEqual(series.tz, "Pacific/Auckland")
        series.action_start()
        self.assertEqual(self.starts(series)[0], datetime(2027, 1, 12, 20))

    def test_a_busy_performer(self):
        busy = self.plan(
            date_start=datetime(2027, 4, 13, 7), date_end=datetime(2027, 4, 13, 8)
        )
        series = self.build_series()
        second = series.visit_ids.sorted("date_start")[1]
        self.assertFalse(second.performer_id)
        self.assertIn(busy.name, second.message_ids[0].body)
        self.assertEqual(len(series.visit_ids.filtered("performer_id")), 4)

    def test_pause_and_resume(self):
        series = self.build_series(interval=1)
        before = self.days(series)
        agreed = series.visit_ids.sorted("date_start")[1]
        agreed.action_confirm_customer()
        moved = series.visit_ids.sorted("date_start")[2]
        moved.date_start += timedelta(hours=3)
        series.action_pause()
        self.assertEqual(series.visit_ids, agreed | moved)
        self.assertIn(agreed.name, series.message_ids[0].body)
        self.run_job()
        self.assertEqual(len(series.visit_ids), 2)
        series.action_resume()
        self.assertEqual(self.days(series), before)
        series.pause_until = date(2027, 3, 1)
        series.action_pause()
        with freeze_time(datetime(2027, 3, 1, 5)):
            self.run_job()
            self.assertEqual(series.state, "running")
            self.assertIn(date(2027, 4, 13), self.days(series))

    def test_changed_rule(self):
        series = self.build_series(interval=1)
        first, second = series.visit_ids.sorted("date_start")[:2]
        first.action_confirm_customer()
        second.action_assign()
        series.write({"date_first": date(2027, 1, 20), "hour": 14.5})
        visits = series.visit_ids.sorted("date_start")
        self.assertEqual(visits[:2], first | second)
        self.assertEqual(visits[2].date_start, datetime(2027, 3, 22, 13, 30))
        self.assertEqual(visits[2].series_date, date(2027, 3, 20))  # a Saturday
        self.assertEqual(len(visits), 13)
        series.planned_hours = 3
        self.assertEqual(series.visit_ids.sorted("date_start")[5].planned_hours, 3)
        self.assertEqual(first.planned_hours, 2)

    def test_contract_and_its_maintenance(self):
        contract = self.env["service.contract"].create(
            {
                "subject": "Обслуживание",
                "partner_id": self.customer.id,
                "date_start": date(2027, 1, 1),
                "date_end": date(2027, 9, 30),
                "billing": "usage",
                "line_ids": [Command.create({"product_id": self.inspection.id})],
                "maintenance_ids": [
                    Command.create(
                        {
                            "product_id": self.inspection.id,
                            "every_months": 3,
                            "date_first": date(2027, 1, 13),
                        }
                    )
                ],
            }
        )
        contract._action_activate()
        maintenance = contract.maintenance_ids
        action = maintenance.with_user(self.user_manager).action_plan_visits()
        series = self.env["service.visit.series"].browse(action["res_id"])
        series.with_user(self.user_manager).action_start()
        self.assertEqual(len(series.visit_ids), 3)  # nothing after the contract's end
        # Its own job leaves the requests to the visits.
        self.assertFalse(maintenance.search(maintenance._get_due_domain()))
        self.run_job()
        visit = series.visit_ids.sorted("date_start")[0]
        request = visit.request_id
        self.assertEqual(request.maintenance_date, date(2027, 1, 13))
        self.assertEqual(request.contract_id, contract)
        self.assertEqual(request.work_order_ids, visit)
        self.assertEqual(maintenance.date_next, date(2027, 4, 13))
        self.run_job()
        self.assertEqual(maintenance.request_ids, request)
        with self.assertRefused("planned already"):
            series.sudo().copy({"maintenance_id": maintenance.id})
        contract.date_end = date(2027, 12, 31)
        self.assertEqual(len(series.visit_ids), 4)
        contract.with_user(self.user_manager).action_pause()
        self.assertEqual(series.visit_ids, visit)
        contract.with_user(self.user_manager).action_resume()
        self.assertEqual(len(series.visit_ids), 4)
        series.with_user(self.user_manager).action_end()
        self.assertTrue(
            maintenance.search(
                [("date_request", "!=", False), ("id", "=", maintenance.id)]
            )
        )

    def test_requests_of_what_is_near(self):
        series = self.build_series(interval=1, request_days=45)
        self.run_job()
        near = series.visit_ids.sorted("date_start")[:2]
        self.assertEqual(series.visit_ids.filtered("request_id"), near)
        self.assertEqual(near.request_id.request_line_ids.product_id, self.inspection)
        far = self.build_series(interval=1, request_days=0, performer_id=False)
        self.run_job()
        self.assertFalse(far.visit_ids.request_id)

    def test_an_error_keeps_to_its_series(self):
        broken = self.build_series(start=False)
        good = self.build_series(start=False, performer_id=False)
        (broken | good).sudo().write({"state": "running"})
        broken_type = type(broken)
        original, reason = broken_type._prepare_visit_values, "No address"

        def prepare(series, *days):
            if series.id == broken.id:
                raise UserError(reason)
            return original(series, *days)

        self.patch(broken_type, "_prepare_visit_values", prepare)
        with mute_logger("odoo.addons.service_crm.models.service_visit_series_steps"):
            self.run_job()
        self.assertEqual(broken.error, reason)
        self.assertEqual(len(good.visit_ids), 5)

    def test_who_may_what(self):
        series = self.build_series()
        for user in (self.user_operator, self.user_performer):
            with self.assertRaises(AccessError):
                series.with_user(user).action_pause()
        with self.assertRefused("by buttons"):
            series.state = "ended"
        with self.assertRefused("End the recurring visits first"):
            series.with_user(self.user_admin).unlink()
        self.assertEqual(series.with_user(self.user_operator).visit_count, 5)
        self.assertFalse(series.with_user(self.user_performer).has_access("read"))

    def test_the_rule_in_words(self):
        series = self.build_series(start=False)
        self.assertEqual(series.rule_label, "every 3 months on day 13 at 09:00")
        series.write({"frequency": "week", "interval": 1, "mon": True, "fri": True})
        self.assertEqual(series.rule_label, "every week on Mon, Fri at 09:00")
        series.write({"frequency": "month", "by_weekday": "weekday", "hour": 14.5})
        self.assertEqual(
            series.rule_label, "every month on the second Wednesday at 14:30"
        )


@tagged("post_install", "-at_install")
class TestVisitSeriesRace(RaceCommon):
    """Two jobs plan the same visits at the same moment."""

    def make(self, env):
        partner = env["res.partner"].create({"name": "Race"})
        self.partner_id = partner.id
        series = env["service.visit.series"].create(
            {"name": "Race", "partner_id": partner.id, "tz": "UTC"}
        )
        series.state = "running"
        self.ids["service.visit.series"] = series.ids

    def remove(self, env):
        series = self.get(env, "service.visit.series")
        self.ids["service.work.order"] = series.visit_ids.ids
        self.forget_entries(env, "service.work.order")
        series.visit_ids.unlink()
        series.state = "ended"
        series.unlink()
        env["res.partner"].browse(self.partner_id).unlink()

    def test_two_jobs(self):
        results = self.run_at_once(
            lambda env, number: self.get(env, "service.visit.series")._plan_visits()
        )
        self.assertEqual(results, ["", ""])
        with self.registry.cursor() as cr:
            visits = self.get(self.environment(cr), "service.visit.series").visit_ids
            days = visits.mapped("series_date")
            self.assertEqual(len(days), len(set(days)))
            self.assertGreaterEqual(len(days), 12)
