from itertools import combinations

from odoo.exceptions import UserError
from odoo.fields import Command

from .common_board import at
from .common_plan import PlanVisitsCommon


class TestPlanTogether(PlanVisitsCommon):
    """Jobs for several people, and jobs longer than anybody works without a break."""

    def apply(self, plan):
        """Apply the whole proposal: everything in it can be done."""
        plan.action_apply()
        self.assertEqual(
            [line.message for line in plan.change_ids if line.result != "applied"], []
        )
        self.assertNobodyTwice(plan.line_ids.order_id)

    def assertNobodyTwice(self, orders):
        """Told from what is booked alone, and by the board's own checks."""
        for one, other in combinations(orders.filtered("date_start"), 2):
            if one.booked_ids & other.booked_ids:
                self.assertTrue(
                    one.date_end <= other.date_start
                    or other.date_end <= one.date_start,
                    f"{one.name} and {other.name}",
                )
        for order in orders:
            self.assertFalse(order.slot_warning)

    def build_lunch(self):
        """From eight to twelve and from one to five."""
        hours = [
            Command.create(
                {
                    "name": f"{day} {start}",
                    "dayofweek": str(day),
                    "hour_from": start,
                    "hour_to": start + 4,
                    "day_period": "morning" if start < 12 else "afternoon",
                }
            )
            for day in range(5)
            for start in (8, 13)
        ]
        self.calendar.attendance_ids = [Command.clear(), *hours]

    def test_helpers_are_found_who_are_free_at_that_time(self):
        heavy = [self.build_job(place, 3, crew_size=2) for place in self.places()]
        light = [self.build_job(hours=1) for _number in range(3)]
        busy = self.plan(8, hours=2, performer=self.second, team_id=self.team.id)
        busy.customer_confirmed = at(6)
        third = self.build_performer(name="Третий", tz="UTC", calendar_id=False)
        people = self.performer + self.second + third
        plan = self.make(self.build_plan(performer_ids=people.ids))
        self.assertProposed(plan)
        for job in heavy:
            line = self.line(plan, job)
            self.assertEqual(line.kind, "new", line.why)
            self.assertEqual(len(line.to_helper_ids), 1)
            self.assertNotIn(line.to_performer_id, line.to_helper_ids)
            self.assertIn("together with", line.why)
            self.assertIn(line.to_helper_ids.name, line.why)
        drawn = [
            row["performer"]
            for row in plan.chart["rows"]
            for bar in row["then"]
            if bar["order"] == heavy[0].id
        ]
        self.assertEqual(len(drawn), 2, "in the rows of both")
        totals = plan.chart["totals"]
        self.assertEqual(totals["before"]["visits"], 1)
        self.assertEqual(totals["after"]["visits"], 6, "each of them once")
        self.apply(plan)
        for job in heavy:
            self.assertEqual(len(job.booked_ids), 2)
            self.assertFalse(job.override_reason)
        self.assertTrue(all(job.date_start for job in light))
        self.assertEqual(busy.date_start, at(8))

    def places(self):
        return self.north, self.south

    def test_the_skill_of_a_helper_counts(self):
        skill, job = self.build_skilled_job(level=3, crew_size=2)
        self.build_job(hours=2)
        for person, level in ((self.performer, 1), (self.second, 3)):
            person.service_skill_ids = [
                Command.create({"skill_id": skill.id, "level": level})
            ]
        third = self.build_performer(name="Третий", calendar_id=self.calendar.id)
        people = self.performer + self.second + third
        plan = self.make(self.build_plan(performer_ids=people.ids))
        self.apply(plan)
        self.assertIn(self.second, job.booked_ids)
        self.assertEqual(len(job.booked_ids), 2)

    def test_chosen_helpers_go_along(self):
        """Also one who is not among those who may be sent."""
        other = self.build_performer(name="Другой", calendar_id=self.calendar.id)
        self.plan(8, hours=4, performer=other)
        helped = self.build_job(helper_ids=[Command.set(other.ids)])
        both = self.build_job(helper_ids=[Command.set(self.second.ids)], crew_size=3)
        plan = self.make(self.build_plan())
        line = self.line(plan, helped)
        self.assertEqual(line.to_helper_ids, other)
        self.assertGreaterEqual(line.to_start, at(12), "he is busy before")
        self.assertEqual(self.line(plan, both).kind, "left")
        self.assertIn("number of people", self.line(plan, both).why)
        self.apply(plan)
        self.assertEqual(helped.helper_ids, other)

    def test_a_planned_visit_with_helpers_stays(self):
        visit = self.plan(
            9,
            hours=2,
            partner_id=self.south.id,
            team_id=self.team.id,
            helper_ids=[Command.set(self.second.ids)],
        )
        jobs = [self.build_job(place) for place in self.places()]
        plan = self.make(self.build_plan())
        self.assertFalse(self.line(plan, visit))
        self.apply(plan)
        self.assertEqual(visit.date_start, at(9))
        self.assertEqual(visit.helper_ids, self.second)
        self.assertNobodyTwice(visit.union(*jobs))

    def test_somebody_else_helps_when_the_helper_is_ill(self):
        third = self.build_performer(name="Третий", calendar_id=self.calendar.id)
        visit = self.plan(
            9, team_id=self.team.id, helper_ids=[Command.set(self.second.ids)]
        )
        visit.write({"state": "assigned"})
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Болезнь",
                "resource_id": self.second.id,
                "date_from": at(0),
                "date_to": at(0, 1),
            }
        )
        people = self.performer + self.second + third
        plan = self.make(self.build_plan(performer_ids=people.ids))
        line = self.line(plan, visit)
        self.assertEqual(line.kind, "moved", line.why)
        self.assertEqual(line.to_performer_id, self.performer, "he keeps it")
        self.assertEqual(line.to_start, at(9), "and the time stays")
        self.assertFalse(line.needs_call)
        self.apply(plan)
        self.assertEqual(visit.helper_ids, third)
        self.assertEqual(visit.state, "assigned")

    def test_not_free_at_one_time(self):
        for who, hour in ((self.performer, 8), (self.second, 12)):
            self.plan(hour, hours=5, performer=who).customer_confirmed = at(6)
        job = self.build_job(hours=3, crew_size=2)
        plan = self.make(self.build_plan())
        line = self.line(plan, job)
        self.assertEqual(line.kind, "left")
        self.assertIn("2 people are needed", line.why)
        self.assertIn("Олег", line.why)
        self.assertFalse(job.date_start)

    def test_a_crew_that_is_too_small_gets_a_helper(self):
        third = self.build_performer(name="Третий", calendar_id=self.calendar.id)
        crew = self.build_crew(self.performer + self.second)
        job = self.build_job(hours=2, crew_size=3)
        plan = self.make(self.build_plan(performer_ids=(crew + third).ids))
        self.assertEqual(self.line(plan, job).to_performer_id, crew)
        self.apply(plan)
        self.assertEqual(job.helper_ids, third)
        self.assertFalse(job._get_missing_people())

    def test_longer_than_a_stretch_of_work(self):
        """As on the board: begun and ended at work, the break between."""
        self.build_lunch()
        long = self.build_job(hours=6)
        short = [self.build_job(hours=1) for _number in range(3)]
        endless = self.build_job(hours=12)
        plan = self.make(self.build_plan())
        self.assertProposed(plan)
        line = self.line(plan, long)
        self.assertEqual(line.kind, "new", line.why)
        self.assertTrue(at(8) <= line.to_start < at(12))
        self.assertTrue(at(13) < line.to_end <= at(17))
        self.assertEqual(self.line(plan, endless).kind, "left")
        self.assertIn("not long enough", self.line(plan, endless).why)
        for job in short:
            line = self.line(plan, job)
            self.assertTrue(line.to_end <= at(12) or line.to_start >= at(13))
        self.apply(plan)
        self.assertFalse(long.override_reason)

    def test_not_across_an_absence(self):
        self.build_lunch()
        for person in (self.performer, self.second):
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Врач",
                    "resource_id": person.id,
                    "date_from": at(11),
                    "date_to": at(13),
                }
            )
        long = self.build_job(hours=6)
        plan = self.make(self.build_plan(days=2))
        self.assertEqual(self.line(plan, long).to_start.date(), at(0, 1).date())
        self.apply(plan)

    def test_long_and_for_two(self):
        self.build_lunch()
        job = self.build_job(hours=7, crew_size=2)
        others = [self.build_job(self.south, hours=2) for _number in range(4)]
        plan = self.make(self.build_plan(days=2))
        self.apply(plan)
        self.assertEqual(len(job.booked_ids), 2)
        self.assertTrue(all(other.date_start for other in others))

    def test_the_board_moves_with_helpers_and_back(self):
        visit = self.plan(9, helper_ids=[Command.set(self.second.ids)])
        third = self.build_performer(name="Третий", calendar_id=self.calendar.id)
        move = self.move(visit, 10, helpers=third.ids)
        answer = self.board.action_move([move])
        self.assertTrue(answer["orders"])
        self.assertEqual((visit.date_start, visit.helper_ids), (at(10), third))
        self.env.flush_all()
        self.assertTrue(self.board.action_move(answer["undo"])["orders"])
        self.assertEqual((visit.date_start, visit.helper_ids), (at(9), self.second))
        self.plan(14, performer=third)
        refused = self.board.action_move([self.move(visit, 14, helpers=third.ids)])
        self.assertIn("Третий", refused["refused"][0]["text"])
        self.assertEqual(visit.helper_ids, self.second)
        third.is_performer = False
        visit.helper_ids = False
        with self.assertRaisesRegex(UserError, "not a performer any more"):
            self.board.action_move([self.move(visit, 11, helpers=third.ids)])
