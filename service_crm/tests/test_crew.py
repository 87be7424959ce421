from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_crew import CrewCommon
from .common_race import RaceCommon


class TestCrew(CrewCommon):
    """Crews and helpers: who is booked, who sees what, who takes the steps."""

    def test_a_crew_books_its_members(self):
        visit = self.plan(performer=self.crew)
        self.assertEqual(visit.booked_ids, self.crew | self.performer | self.helper)
        self.assertTrue(self.crew.is_crew)
        with self.assertRefused("Олег Помощник is already booked"):
            self.plan(hour=10, performer=self.helper)
        self.plan(hour=11, performer=self.helper)  # it may begin when the other ends

    def test_a_busy_member_stops_the_crew(self):
        self.plan(performer=self.helper)
        with self.assertRefused("Олег Помощник is already booked"):
            self.plan(hour=10, performer=self.crew)

    def test_helpers_are_booked_and_told(self):
        busy = self.plan(performer=self.helper)
        visit = self.plan(hour=10)
        with self.assertRefused(busy.name):
            visit.helper_ids = self.helper
        busy.action_cancel("The customer moved away")
        visit.action_assign()
        visit.helper_ids = self.helper
        notice = self.get_notices(visit)
        self.assertIn("You go along with", notice.body)
        self.assertEqual(visit.state, "assigned")
        for audience, user in (
            ("performer", self.user_performer),
            ("helper", self.user_helper),
        ):
            told = visit._get_service_recipients(audience)
            self.assertEqual([who.partner_id for who in told], user.partner_id.ids)
        visit.action_cancel("Rain")
        self.assertIn("not needed", self.get_notices(visit)[0].body)

    def get_notices(self, visit):
        return self.env["mail.message"].search(
            [
                ("model", "=", visit._name),
                ("res_id", "=", visit.id),
                ("partner_ids", "in", self.user_helper.partner_id.ids),
            ]
        )

    def test_absence_of_a_member(self):
        visit = self.plan(performer=self.crew)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Отпуск",
                "resource_id": self.helper.id,
                "date_from": visit.date_start - timedelta(days=1),
                "date_to": visit.date_start + timedelta(days=1),
                "time_type": "leave",
            }
        )
        with self.assertRefused(r"Олег Помощник is absent .*Отпуск"):
            visit.action_assign()

    def test_one_of_the_crew_has_the_skill(self):
        skill = self.env["service.skill"].create({"name": "High voltage"})
        product = self.build_product(service_skill_ids=[Command.link(skill.id)])
        lines = [Command.create({"product_id": product.id})]
        with self.assertRefused("lacks the skill: High voltage"):
            self.plan(performer=self.crew, line_ids=lines)
        held = self.env["service.resource.skill"].create(
            {"resource_id": self.helper.id, "skill_id": skill.id}
        )
        self.assertTrue(self.plan(performer=self.crew, line_ids=lines))
        held.date_expiry = fields.Date.today()
        with self.assertRefused("expired"):
            self.plan(hour=15, performer=self.crew, line_ids=lines)

    def test_too_few_people(self):
        product = self.build_product(service_crew_size=2)
        lines = [Command.create({"product_id": product.id})]
        with self.assertRefused("takes 2 people and 1 go"):
            self.plan(line_ids=lines)
        visit = self.plan(line_ids=lines, helper_ids=[Command.link(self.helper.id)])
        self.assertEqual(visit.crew_size, 2)
        self.assertTrue(self.plan(hour=14, performer=self.crew, line_ids=lines))
        alone = self.plan(hour=18, line_ids=lines, override_reason="Strong enough")
        self.assertIn("takes 2 people", alone.message_ids[0].body)

    def test_members_change_for_visits_to_come(self):
        begun = self.plan(performer=self.crew, days=-1)
        begun.sudo().write({"state": "in_progress"})
        coming = self.plan(performer=self.crew) + self.plan(14, self.crew)
        third = self.build_performer(name="Third", calendar_id=False)
        crew = self.crew.with_user(self.user_dispatcher)
        crew.crew_member_ids = self.performer | third
        for visit in coming:
            self.assertEqual(visit.booked_ids, self.crew | self.performer | third)
        self.assertIn(self.helper, begun.booked_ids)
        self.plan(performer=self.helper)
        with self.assertRefused("Олег Помощник is already booked"):
            crew.crew_member_ids |= self.helper
        # From the side of the person it is the same.
        third.with_user(self.user_dispatcher).crew_ids = [Command.clear()]
        self.assertEqual(coming.booked_ids, self.crew | self.performer)

    def test_foreman(self):
        self.assertEqual(self.crew.crew_lead_id, self.performer)
        with self.assertRefused("not a member", ValidationError):
            self.crew.crew_lead_id = self.build_performer(name="Stranger")
        self.crew.crew_member_ids = self.helper
        self.assertEqual(self.crew.crew_lead_id, self.helper)
        with self.assertRefused("add the people", ValidationError):
            self.build_performer(
                name="Crew of crews", crew_member_ids=[Command.link(self.crew.id)]
            )

    def test_who_takes_the_steps(self):
        visit = self.plan(performer=self.crew)
        visit.action_offer()
        self.assertEqual(visit.performer_user_id, self.user_performer)
        member = visit.with_user(self.user_helper)
        self.assertFalse(member.is_mine)
        self.assertEqual(member.lead_label, self.performer.name)
        self.assertEqual(member.together_label, self.performer.name)
        with self.assertRefused("is for the performer", AccessError):
            member.action_accept()
        visit.with_user(self.user_performer).action_accept()
        self.assertEqual(visit.state, "assigned")
        member.report = "Came along"
        with self.assertRefused("ask the dispatcher", AccessError):
            member.helper_ids = [Command.clear()]
        with self.assertRefused("changed only by the steps", AccessError):
            visit.booked_ids = [Command.clear()]

    def test_who_sees_what(self):
        request = self.build_request(partner_id=self.customer.id)
        visit = self.plan(
            request_id=request.id,
            line_ids=[Command.create({"name": "Work"})],
        )
        kind = self.env["service.document.type"].create({"name": "Act"})
        document = self.env["service.document"].create(
            {
                "type_id": kind.id,
                "work_order_id": visit.id,
                "request_id": request.id,
                "partner_id": self.customer.id,
            }
        )
        things = (visit, visit.line_ids, request, document)
        for thing in things:
            self.assertFalse(self.found(thing), thing)
        visit.helper_ids = self.helper
        for thing in things:
            self.assertTrue(self.found(thing), thing)
        visit.helper_ids = False
        self.assertFalse(self.found(visit))
        visit.performer_id = self.crew
        self.assertTrue(self.found(visit))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_work_order_my"
        )
        self.assertIn("booked_ids", action["domain"])

    def found(self, record):
        return record.with_user(self.user_helper).search([("id", "=", record.id)])

    def test_checking_many_crews_costs_the_same(self):
        def count(number):
            start = datetime(2030, 5, 6, 9)
            visits = self.env["service.work.order"].create(
                [
                    {
                        "partner_id": self.customer.id,
                        "performer_id": self.crew.id,
                        "date_start": start + timedelta(hours=3 * i, days=number),
                        "date_end": start + timedelta(hours=3 * i + 2, days=number),
                    }
                    for i in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            visits._get_planned()._get_overloads(lock=True)
            visits._get_planned()._get_availability_problems()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(2), count(12))


@tagged("post_install", "-at_install")
class TestCrewRace(RaceCommon):
    """The crew and its member are booked at the same moment."""

    def make(self, env):
        people = env["resource.resource"].create(
            [{"name": name, "is_performer": True, "tz": "UTC"} for name in "AB"]
        )
        people.calendar_id = False
        crew = env["resource.resource"].create(
            {
                "name": "Crew",
                "is_performer": True,
                "resource_type": "material",
                "calendar_id": False,
                "crew_member_ids": [Command.set(people[0].ids)],
            }
        )
        self.ids["resource.resource"] = (crew | people).ids
        self.partner_id = env["res.partner"].create({"name": "Race"}).id

    def remove(self, env):
        orders = env["service.work.order"].search(
            [("partner_id", "=", self.partner_id)]
        )
        self.ids["service.work.order"] = orders.ids
        self.forget_entries(env, "service.work.order")
        orders.write({"state": "cancelled"})
        orders.unlink()
        self.get(env, "resource.resource").unlink()
        env["res.partner"].browse(self.partner_id).unlink()

    def book(self, env, performer_id):
        return env["service.work.order"].create(
            {
                "partner_id": self.partner_id,
                "performer_id": performer_id,
                "date_start": datetime(2030, 1, 7, 9),
                "date_end": datetime(2030, 1, 7, 10),
            }
        )

    def test_crew_and_member(self):
        crew_id, member_id, _other = self.ids["resource.resource"]
        results = self.run_at_once(
            lambda env, number: self.book(env, (crew_id, member_id)[number])
        )
        self.assertEqual(results.count(""), 1, results)
        self.assertIn("already booked", next(filter(None, results)))

    def test_crew_is_booked_while_a_busy_member_joins(self):
        crew_id, _member, other_id = self.ids["resource.resource"]
        with self.registry.cursor() as cr:
            self.book(self.environment(cr), other_id)

        def act(env, number):
            if number:
                self.book(env, crew_id)
            else:
                crew = env["resource.resource"].browse(crew_id)
                crew.crew_member_ids = [Command.link(other_id)]

        results = self.run_at_once(act)
        self.assertEqual(results.count(""), 1, results)
