from contextlib import contextmanager
from datetime import date, datetime, timedelta

from psycopg2 import IntegrityError
from pytz import UTC

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .common import ServiceCommon, requirement

MONDAY = datetime(2030, 1, 7)


def at(hour, minute=0, days=0):
    return MONDAY + timedelta(days=days, hours=hour, minutes=minute)


class PlanCommon(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.env["service.work.order"]

    def plan(self, start, end=None, performer=None, user=None, **values):
        """A visit planned by the dispatcher."""
        user = user or self.user_dispatcher
        return self.orders.with_user(user).create(
            {
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "performer_id": (performer or self.performer).id,
                "date_start": start,
                **({"date_end": end} if end else {}),
                **values,
            }
        )

    @contextmanager
    def assertRefused(self, regex, error=UserError):
        """The block is refused with these words and leaves nothing behind."""
        with self.assertRaisesRegex(error, regex) as refusal, self.cr.savepoint():
            yield refusal

    def take_leave(self, start, end, name="Vacation", performer=None):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": name,
                "resource_id": (performer or self.performer).id,
                "date_from": start,
                "date_to": end,
            }
        )


class TestWorkOrderPlan(PlanCommon):
    def test_number_and_defaults_of_a_batch(self):
        request = self.build_request(
            partner_id=self.customer.id, service_need="Шумит дверь лифта"
        )
        request.dispatcher_id = self.user_dispatcher
        orders = self.orders.with_user(self.user_dispatcher).create(
            [{"request_id": request.id}, {"request_id": request.id}]
        )
        self.assertEqual(len(set(orders.mapped("name"))), 2)
        self.assertTrue(all(name.startswith("WO/") for name in orders.mapped("name")))
        self.assertEqual(orders.partner_id, self.customer)
        self.assertEqual(orders.site_id, self.customer)
        self.assertEqual(orders.team_id, self.team)
        self.assertEqual(orders.dispatcher_id, self.user_dispatcher)
        self.assertEqual(orders.company_id, self.env.company)
        self.assertEqual(set(orders.mapped("slot_state")), {"none"})

    def test_end_follows_from_the_catalogue(self):
        product = self.build_product(service_duration=1.5)
        order = self.plan(
            at(9),
            line_ids=[
                Command.create({"product_id": product.id, "quantity_planned": 2})
            ],
        )
        self.assertEqual(order.planned_hours, 3)
        self.assertEqual(order.date_end, at(12))
        order.date_start = at(13)
        self.assertEqual(order.date_end, at(16))
        order.date_end = at(14)
        self.assertEqual(order.date_end, at(14), "what the dispatcher says counts")

    def test_given_end_is_kept(self):
        self.assertEqual(self.plan(at(9), at(9, 20)).date_end, at(9, 20))

    def test_a_visit_ends_after_it_starts(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.plan(at(10), at(9))

    # Capacity

    def test_double_booking_is_refused(self):
        first = self.plan(at(9), at(11))
        self.plan(at(11), at(12))  # right after it
        with self.assertRefused(f"already booked.*{first.name}"):
            self.plan(at(10), at(10, 30))
        with self.assertRefused("already booked"):
            self.plan(at(10), at(10, 30), override_reason="The boss says so")
        self.plan(at(10), at(10, 30), performer=self.build_performer(name="Other"))

    def test_double_booking_within_one_batch(self):
        values = {
            "performer_id": self.performer.id,
            "date_start": at(9),
            "date_end": at(10),
        }
        with self.assertRefused("already booked"):
            self.orders.with_user(self.user_dispatcher).create([values, dict(values)])

    def test_moving_onto_another_visit_is_refused(self):
        self.plan(at(9), at(10))
        later = self.plan(at(14), at(15))
        with self.assertRefused("already booked"):
            later.write({"date_start": at(9, 30), "date_end": at(10, 30)})
        other = self.build_performer(name="Other")
        there = self.plan(at(9), at(10), performer=other)
        with self.assertRefused("already booked"):
            there.performer_id = self.performer

    def test_crew_takes_as_many_as_it_can_at_any_instant(self):
        crew = self.build_performer(name="Crew", service_capacity=2)
        self.plan(at(9), at(11), performer=crew)
        self.plan(at(10), at(13, 30), performer=crew)
        self.plan(at(11), at(14), performer=crew)  # never more than two at once
        with self.assertRefused("at most 2 jobs at once"):
            self.plan(at(10, 30), at(11, 30), performer=crew)
        self.plan(at(8), at(10), performer=crew)

    def test_cancelled_and_archived_visits_leave_the_time_free(self):
        cancelled = self.plan(at(9), at(10))
        cancelled.action_cancel(reason="Customer changed his mind")
        archived = self.plan(at(9), at(10))
        archived.active = False
        self.plan(at(9), at(10))
        with self.assertRefused("already booked"):
            archived.active = True
        with self.assertRefused("already booked"):
            cancelled.sudo().write({"state": "draft"})

    def test_done_early_frees_the_rest_of_the_time(self):
        done = self.plan(at(9), at(12))
        done.sudo().write(
            {"state": "done", "actual_start": at(9), "actual_end": at(9, 40)}
        )
        self.plan(at(10), at(12))
        with self.assertRefused("already booked"):
            self.plan(at(9, 30), at(10))

    def test_other_companys_work_counts_and_is_not_shown(self):
        other = self.env["res.company"].create({"name": "Second LLC"})
        self.performer.company_id = False
        self.user_dispatcher.company_ids |= other
        dispatcher = self.user_dispatcher
        secret = self.orders.create(
            {
                "company_id": other.id,
                "performer_id": self.performer.id,
                "date_start": at(9),
                "date_end": at(10),
            }
        )
        orders = self.orders.with_user(dispatcher).with_context(
            allowed_company_ids=self.env.company.ids
        )
        with self.assertRefused("work for another company") as refusal:
            orders.create(
                {
                    "performer_id": self.performer.id,
                    "date_start": at(9),
                    "date_end": at(10),
                }
            )
        self.assertNotIn(secret.name, str(refusal.exception))
        self.assertFalse(orders.search([("id", "=", secret.id)]))
        with self.assertRaises(AccessError):
            secret.with_user(dispatcher).with_context(
                allowed_company_ids=self.env.company.ids
            ).action_cancel(reason="Not mine")

    def test_performer_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Second LLC"})
        foreign = self.build_performer(name="Foreign", company_id=other.id)
        with self.assertRaises(UserError):
            self.orders.create({"performer_id": foreign.id})

    # Absence, hours, skills

    def test_absence_is_refused_with_its_reason(self):
        self.take_leave(at(0), at(0, days=14), "Отпуск")
        with self.assertRefused(r"absent Mon 7 Jan.*Mon 21 Jan.*Отпуск"):
            self.plan(at(9))
        order = self.plan(at(9), override_reason="He comes for this one job")
        self.assertIn("Отпуск", order.message_ids[0].body)
        self.assertIn("He comes for this one job", order.message_ids[0].body)

    def test_absence_of_the_whole_company(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Christmas",
                "calendar_id": self.performer.calendar_id.id,
                "date_from": at(0),
                "date_to": at(23),
            }
        )
        with self.assertRefused("Christmas"):
            self.plan(at(9))

    def test_outside_working_hours_names_them_on_the_performers_clock(self):
        far = self.build_performer(name="Far", tz="Asia/Vladivostok")  # UTC+10
        self.plan(at(-2), at(-1), performer=far)  # 08:00 there
        with self.assertRefused(
            r"works on Mon 7 Jan.* 08:00.*17:00.*19:00–20:00.*Vladivostok"
        ):
            self.plan(at(9), at(10), performer=far)
        with self.assertRefused("does not work on Sun 6 Jan"):
            self.plan(at(9, days=-1), at(10, days=-1))

    def test_clock_change_of_the_performers_zone(self):
        berlin = self.build_performer(name="Berlin", tz="Europe/Berlin")
        friday = datetime(2030, 3, 29, 7)  # 08:00 in winter
        self.plan(friday, performer=berlin)
        # Summer time begins on Sunday: 08:00 is now 06:00 UTC.
        monday = datetime(2030, 4, 1, 6)
        self.plan(monday, performer=berlin)
        with self.assertRefused("07:00"):
            self.plan(datetime(2030, 3, 29, 6), performer=berlin)

    def test_without_calendar_every_hour_is_a_working_hour(self):
        free = self.build_performer(name="Free", calendar_id=False)
        self.assertFalse(free.calendar_id)
        self.plan(at(2), at(4), performer=free)
        self.take_leave(at(9), at(12), performer=free)
        with self.assertRefused("absent"):
            self.plan(at(10), at(11), performer=free)

    def test_skills(self):
        lift, power = self.env["service.skill"].create(
            [{"name": "Lifts"}, {"name": "Электробезопасность"}]
        )
        skills = [Command.set((lift + power).ids)]
        product = self.build_product(service_skill_ids=skills)
        lines = [Command.create({"product_id": product.id})]
        with self.assertRefused("lacks the skill: Lifts, Электро"):
            self.plan(at(9), line_ids=lines)
        held = self.env["service.resource.skill"].create(
            [
                {"resource_id": self.performer.id, "skill_id": lift.id},
                {
                    "resource_id": self.performer.id,
                    "skill_id": power.id,
                    "date_expiry": date(2030, 1, 6),
                },
            ]
        )
        with self.assertRefused("Электробезопасность expired on"):
            self.plan(at(9), line_ids=lines)
        held[1].date_expiry = date(2030, 1, 7)
        self.plan(at(9), line_ids=lines)

    def test_skill_that_comes_with_a_later_line(self):
        skill = self.env["service.skill"].create({"name": "Lifts"})
        product = self.build_product(service_skill_ids=[Command.set(skill.ids)])
        order = self.plan(at(9))
        order.line_ids = [Command.create({"product_id": product.id})]
        self.assertIn("lacks the skill", order.slot_warning)
        with self.assertRefused("lacks the skill"):
            order.action_assign()
        order.override_reason = "With Oleg on the phone"
        order.action_assign()
        self.assertEqual(order.state, "assigned")

    def test_leave_entered_after_planning(self):
        order = self.plan(at(9))
        other = self.plan(at(9), performer=self.build_performer(name="Other"))
        self.take_leave(at(8), at(17), "Flu")
        with self.assertRefused("Flu"):
            order.action_assign()
        other.action_assign()
        order.override_reason = "He comes all the same"
        (order + self.plan(at(9, days=1))).action_assign()
        self.assertEqual(order.state, "assigned")

    def test_warning_while_typing(self):
        self.take_leave(at(0), at(0, days=1), "Training")
        first = self.plan(at(9, days=1), at(10, days=1))
        with Form(self.orders.with_user(self.user_dispatcher)) as form:
            form.partner_id = self.customer
            form.performer_id = self.performer
            form.date_start = at(9)
            self.assertIn("Training", form.slot_warning)
            form.date_start = at(9, 30, days=1)
            self.assertIn(first.name, form.slot_warning)
            form.date_start = at(10, days=1)
            self.assertFalse(form.slot_warning)

    # Queries

    def build_planned(self, count, performers):
        skill = self.env["service.skill"].create({"name": "Lifts"})
        product = self.build_product(service_skill_ids=[Command.set(skill.ids)])
        for performer in performers:
            performer.service_skill_ids = [Command.create({"skill_id": skill.id})]
        return self.orders.create(
            [
                {
                    "performer_id": performers[number % len(performers)].id,
                    "date_start": at(8, days=7 * (number // len(performers))),
                    "date_end": at(9, days=7 * (number // len(performers))),
                    "line_ids": [Command.create({"product_id": product.id})],
                }
                for number in range(count)
            ]
        )

    def test_checking_a_hundred_visits(self):
        calendars = self.env.company.resource_calendar_id
        calendars += calendars.copy({"name": "Early"})
        performers = [
            self.build_performer(name=f"P{number}", calendar_id=calendar.id)
            for number in range(5)
            for calendar in calendars
        ]
        orders = self.build_planned(100, performers)
        one_calendar = orders.filtered(
            lambda order: order.performer_id.calendar_id == calendars[0]
        )
        for checked in (one_calendar, orders):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(7):  # nothing in memory, any number of calendars
                checked._check_capacity()
                checked._check_availability()

    def test_working_time_is_that_of_odoo(self):
        """In two queries for all calendars, and the same as Odoo tells for each."""
        plain = self.env.company.resource_calendar_id
        shifts = plain.copy({"name": "Shifts"})
        shifts.switch_calendar_type()
        shifts.attendance_ids.filtered(
            lambda hours: hours.week_type == "1" and hours.dayofweek in "024"
        ).unlink()
        night = plain.copy({"name": "Night", "attendance_ids": False})
        night.attendance_ids = [
            Command.create(
                {
                    "name": "Night",
                    "dayofweek": str(day),
                    "hour_from": since,
                    "hour_to": until,
                    "day_period": "morning",
                }
            )
            for day in range(5)
            for since, until in ((0, 4.5), (20.25, 24))
        ]
        zones = ("Europe/Berlin", "Asia/Kathmandu", "Pacific/Kiritimati", "UTC")
        performers = self.env["resource.resource"].union(
            *(
                self.build_performer(name=zone, tz=zone, calendar_id=calendar.id)
                for zone in zones
                for calendar in (plain, shifts, night)
            )
        )
        since, until = datetime(2030, 3, 20), datetime(2030, 4, 12)
        self.env.flush_all()
        self.env.invalidate_all()
        performers.mapped("name")
        with self.assertQueryCount(2):
            work, _absences = performers._get_working_time(since, until)
        for performer in performers:
            with self.subTest(performer.name, calendar=performer.calendar_id.name):
                odoo = performer.calendar_id._attendance_intervals_batch(
                    UTC.localize(since), UTC.localize(until), performer
                )[performer.id]
                expected = [
                    (start, end + timedelta(microseconds=1))
                    if end.microsecond
                    else (start, end)
                    for start, end, _hours in odoo
                ]
                inside = [
                    hours
                    for hours in work[performer.id]
                    if hours[0] >= UTC.localize(since)
                    and hours[1] <= UTC.localize(until)
                ]
                self.assertEqual(
                    [hours for hours in expected if hours in inside], inside
                )
                self.assertGreaterEqual(len(inside) + 2, len(expected))

    def test_planning_costs_no_more_with_a_backlog(self):
        def count_queries():
            order = self.orders.create({"partner_id": self.customer.id})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            order.write({"performer_id": self.performer.id, "date_start": at(9)})
            self.env.flush_all()
            spent = self.cr.sql_log_count - before
            order.unlink()
            return spent

        alone = count_queries()
        self.build_planned(60, [self.build_performer(name="Busy"), self.performer])
        self.orders.search([("date_start", "=", at(8))]).unlink()
        self.assertLessEqual(count_queries(), alone)

    # Separation of duties

    def build_taken_request(self, user):
        request = self.build_request(partner_id=self.customer.id)
        request.operator_id = user
        return request

    @requirement("R36")
    def test_operator_and_performer_are_different_people(self):
        self.team.separate_duties = "refuse"
        request = self.build_taken_request(self.user_performer)
        other = self.build_performer(name="Other")
        with self.assertRefused("cannot also do the job"):
            self.plan(at(9), request_id=request.id)
        order = self.plan(at(9), request_id=request.id, performer=other)
        with self.assertRefused("cannot also do the job"):
            order.performer_id = self.performer
        # The other way round: the performer takes the request afterwards.
        second = self.build_request(partner_id=self.customer.id)
        self.plan(at(11), request_id=second.id)
        with self.assertRefused("cannot also do the job"):
            second.operator_id = self.user_performer

    @requirement("R36")
    def test_warning_instead_of_refusal(self):
        self.team.separate_duties = "warn"
        request = self.build_taken_request(self.user_performer)
        order = self.plan(at(9), request_id=request.id)
        self.assertTrue(order.duties_warning)
        self.assertIn("both took the request", str(order.message_ids.mapped("body")))
        other = self.build_performer(name="Other")
        second = self.plan(at(9), request_id=request.id, performer=other)
        self.assertFalse(second.duties_warning)
        self.team.separate_duties = "none"
        order.invalidate_recordset()
        self.assertFalse(order.duties_warning)

    # Performers

    def test_contact_of_a_performer(self):
        self.assertEqual(self.performer.partner_id, self.user_performer.partner_id)
        crew = self.build_performer(name="Crew", partner_id=self.customer.id)
        self.assertEqual(crew.partner_id, self.customer)
        self.performer.user_id = False
        self.assertEqual(self.performer.partner_id, self.user_performer.partner_id)

    def test_dispatchers_create_performers_and_see_absences(self):
        dispatcher = self.user_dispatcher
        user = new_test_user(
            self.env, "oleg", groups="service_crm.group_service_performer"
        )
        oleg = (
            self.env["resource.resource"]
            .with_user(dispatcher)
            .create({"name": "Oleg", "user_id": user.id, "is_performer": True})
        )
        now = datetime.now()
        leave = (
            self.env["resource.calendar.leaves"]
            .with_user(dispatcher)
            .create(
                {
                    "name": "Ill",
                    "resource_id": oleg.id,
                    "date_from": now - timedelta(days=1),
                    "date_to": now + timedelta(days=1),
                }
            )
        )
        self.assertEqual(oleg.service_leave_ids, leave)
        self.assertIn("Ill", oleg.service_availability)
        own = self.take_leave(at(9), at(10))
        self.assertTrue(own.with_user(dispatcher).name)
        with self.assertRaises(AccessError):
            self.env["resource.resource"].with_user(self.user_operator).create(
                {"name": "Nobody"}
            )
        with self.assertRaises(AccessError):
            own.with_user(self.user_operator).read(["name"])
