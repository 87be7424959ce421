import random
from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common_board import MONDAY, at
from .common_plan import NORTH, PlanVisitsCommon


class TestPlan(PlanVisitsCommon):
    """A day is planned, looked at and applied."""

    def test_a_day_is_planned_and_applied(self):
        jobs = [
            self.build_job(place)
            for place in (self.north, self.south, self.north, self.south)
        ]
        plan = self.make(self.build_plan())
        self.assertProposed(plan)
        self.assertEqual(plan.change_ids.mapped("kind"), ["new"] * 4)
        self.assertFalse(any(job.date_start for job in jobs), "only proposed")
        self.assertFalse(plan.call_count)
        performers = {
            place: {self.line(plan, job).to_performer_id for job in jobs[number::2]}
            for number, place in enumerate(("north", "south"))
        }
        self.assertTrue(all(len(who) == 1 for who in performers.values()), performers)
        for line in plan.line_ids:
            self.assertGreaterEqual(line.to_start, at(8, minute=20), "the way there")
            self.assertEqual(line.to_start.minute % 5, 0)
        self.assertIn("New visits: 4.", plan.summary)
        rows = plan.chart["rows"]
        self.assertEqual(sum(len(row["then"]) for row in rows), 4)
        self.assertEqual(
            {row["performer"] for row in rows}, {"Олег", "Service Performer"}
        )
        self.assertIn("Северная", str(rows))
        plan.action_apply()
        self.assertEqual(set(plan.line_ids.mapped("result")), {"applied"})
        self.assertEqual(plan.state, "done")
        for job in jobs:
            self.assertTrue(job.performer_id)
            self.assertFalse(job.slot_warning)

    def test_rules_are_kept(self):
        """Skill and level, area, window and a confirmed visit."""
        skill, skilled = self.build_skilled_job(level=3)
        holding = {"skill_id": skill.id, "level": 2}
        self.performer.service_skill_ids = [Command.create(holding)]
        self.second.service_skill_ids = [Command.create({**holding, "level": 3})]
        area = self.env["service.area"].create({"name": "Юг", "zip_codes": "115"})
        self.south.zip = "115000"
        self.assertEqual(self.south.service_area_id, area)
        other = self.env["service.area"].create({"name": "Север", "zip_codes": "127"})
        self.second.service_area_ids = other
        southern = self.build_job(self.south)
        windowed = self.build_job(window_start=at(14), window_end=at(15))
        confirmed = self.plan(
            9, partner_id=self.north.id, team_id=self.team.id, performer=self.second
        )
        confirmed.customer_confirmed = at(6)
        plan = self.make(self.build_plan())
        self.assertProposed(plan)
        self.assertEqual(self.line(plan, skilled).to_performer_id, self.second)
        self.assertEqual(self.line(plan, southern).to_performer_id, self.performer)
        self.assertTrue(at(14) <= self.line(plan, windowed).to_start <= at(15))
        self.assertFalse(self.line(plan, confirmed), "stays")
        plan.action_apply()
        self.assertEqual(set(plan.change_ids.mapped("result")), {"applied"})
        self.assertEqual(confirmed.date_start, at(9))
        for job in skilled + southern + windowed:
            self.assertFalse(job.slot_warning)
            self.assertFalse(job.override_reason)

    def test_left_out_in_words(self):
        skill, skilled = self.build_skilled_job()
        expired = {"skill_id": skill.id, "date_expiry": MONDAY - timedelta(days=1)}
        self.second.service_skill_ids = [Command.create(expired)]
        early = self.build_job(window_start=at(6, minute=10), window_end=at(7))
        crew = self.build_job(crew_size=3)
        later = self.build_job(window_start=at(9, 3), window_end=at(10, 3))
        full = [self.build_job(hours=8) for _number in range(3)]
        plan = self.make(self.build_plan())
        self.assertProposed(plan)
        self.assertIn("Лифты", self.line(plan, skilled).why)
        self.assertIn("not at work", self.line(plan, early).why)
        self.assertIn("number of people", self.line(plan, crew).why)
        self.assertFalse(self.line(plan, later), "not of these days")
        lines = plan.left_ids.filtered(
            lambda line: line.order_id.id in [j.id for j in full]
        )
        self.assertTrue(lines)
        self.assertTrue(all(lines.mapped("why")))

    def test_movable_and_confirmed_at_a_cost(self):
        """Two visits cross the town to and fro: with a free hand each stays near."""
        visits = [
            self.plan(hour, performer=who, partner_id=place.id, team_id=self.team.id)
            for who in (self.performer, self.second)
            for hour, place in (
                (9, self.north),
                (11, self.south),
                (13, self.north),
                (15, self.south),
            )
        ]
        plan = self.make(
            self.build_plan(move_planned=False, performer_ids=self.performer.ids)
        )
        self.assertEqual(plan.state, "failed")
        self.assertIn("nothing to plan", plan.note)
        plan = self.make(self.build_plan(seconds=2))
        self.assertProposed(plan)
        self.assertTrue(plan.change_ids)
        self.assertIn("are saved", plan.summary)
        visits[0].customer_confirmed = at(6)
        plan = self.make(plan)
        self.assertFalse(self.line(plan, visits[0]))
        plan.move_confirmed = True
        plan = self.make(plan)
        self.assertTrue(self.line(plan, visits[0]))
        plan.action_apply()
        self.assertEqual(set(plan.change_ids.mapped("result")), {"applied"})

    def test_a_confirmed_visit_moves_with_a_reason_and_a_call(self):
        """Who was to come is ill: the board would ask why, and the plan tells."""
        visit = self.plan(9, partner_id=self.north.id, team_id=self.team.id)
        visit.write({"state": "assigned", "customer_confirmed": at(6)})
        self.plan(8, hours=9, performer=self.second)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Болезнь",
                "resource_id": self.performer.id,
                "date_from": at(0),
                "date_to": at(0, 2),
            }
        )
        plan = self.make(self.build_plan(days=2, move_confirmed=True, reason="Болеет"))
        line = self.line(plan, visit)
        self.assertEqual(line.kind, "moved")
        self.assertEqual(line.to_performer_id, self.second)
        self.assertTrue(line.needs_call)
        self.assertIn("has confirmed another time", line.why)
        plan.action_apply()
        self.assertEqual(line.result, "applied", line.message)
        self.assertEqual(visit.performer_id, self.second)
        self.assertEqual(visit.date_start.date(), at(0, 1).date())
        said = "".join(map(str, visit.message_ids.mapped("body")))
        self.assertIn("Болеет", said)

    def test_late_jobs_are_planned_and_told(self):
        request = self.build_request(
            partner_id=self.north.id, wished_start=at(4), wished_end=at(5)
        )
        job = self.build_job(request_id=request.id)
        plan = self.make(self.build_plan())
        self.assertProposed(plan)
        self.assertIn("after the deadline", self.line(plan, job).why)
        plan.action_apply()
        self.assertEqual(self.line(plan, job).result, "applied")

    def test_a_fresh_plan_is_always_applied(self):
        """A mixed week by the real checks: whatever is proposed can be done."""
        dice = random.Random(7)
        skill, _job = self.build_skilled_job()
        self.second.service_skill_ids = [
            Command.create({"skill_id": skill.id, "date_expiry": at(0, 2).date()})
        ]
        third = self.build_performer(
            name="Третий", tz="Asia/Vladivostok", service_capacity=2
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Отгул",
                "resource_id": self.second.id,
                "date_from": at(10, 1),
                "date_to": at(14, 1),
            }
        )
        jobs = self.env["service.work.order"]
        for number in range(24):
            place = dice.choice((self.north, self.south))
            start = at(dice.randrange(6, 18), dice.randrange(3))
            window = {"window_start": start, "window_end": start + timedelta(hours=2)}
            hours = dice.choice((0.5, 1.25, 2, 4))
            values = window if number % 3 == 0 else {}
            if number % 4 == 1:
                _skill, job = self.build_skilled_job(place=place, hours=hours)
                jobs += job
                continue
            jobs += self.build_job(place, hours, priority=str(number % 2), **values)
        planned = [
            self.plan(hour, day, performer=who, team_id=self.team.id)
            for who in (self.performer, self.second)
            for hour, day in ((8, 0), (12, 1), (16, 2))
            if (who, day) != (self.second, 1)
        ]
        planned[0].customer_confirmed = at(6)
        performers = self.performer + self.second + third
        plan = self.make(self.build_plan(days=3, performer_ids=performers.ids))
        self.assertProposed(plan)
        self.assertGreater(len(plan.change_ids), 12)
        plan.action_apply()
        self.assertEqual(
            [line.message for line in plan.change_ids if line.result != "applied"], []
        )
        for order in plan.change_ids.order_id:
            self.assertFalse(order.slot_warning)

    def test_partly(self):
        jobs = [self.build_job() for _number in range(3)]
        plan = self.make(self.build_plan())
        plan.change_ids.is_wanted = False
        with self.assertRaisesRegex(UserError, "Tick"):
            plan.action_apply_selected()
        self.line(plan, jobs[1]).is_wanted = True
        plan.action_apply_selected()
        self.assertEqual([bool(job.date_start) for job in jobs], [False, True, False])
        self.assertEqual(plan.state, "proposed")
        self.assertEqual(plan.open_count, 2)
        self.line(plan, jobs[0]).action_apply()
        self.assertTrue(jobs[0].date_start)
        plan.action_apply()
        self.assertEqual(plan.state, "done")

    def test_taken_back(self):
        """Visits stand where they were; what a colleague went on with stays his."""
        jobs = [self.build_job() for _number in range(3)]
        moved = self.plan(9, partner_id=self.north.id, team_id=self.team.id)
        start = moved.date_start
        plan = self.make(self.build_plan())
        with self.assertRaisesRegex(UserError, "Nothing of this plan was applied"):
            plan.action_take_back()
        plan.action_apply()
        self.assertEqual(plan.applied_count, plan.changed_count)
        jobs[0].with_user(self.user_dispatcher).date_start = at(16)
        answer = plan.action_take_back()
        self.assertIn("back where they were", answer["params"]["message"])
        self.assertEqual(plan.state, "proposed")
        self.assertEqual(self.line(plan, jobs[0]).result, "applied")
        self.assertIn("meanwhile", self.line(plan, jobs[0]).message)
        self.assertEqual(jobs[0].date_start, at(16))
        for job in jobs[1:]:
            self.assertFalse(job.performer_id or job.date_start)
            self.assertEqual(self.line(plan, job).result, "open")
        self.assertEqual(moved.date_start, start)
        plan.action_apply()
        self.assertTrue(all(job.performer_id for job in jobs))
        self.assertEqual(plan.state, "done")

    def test_outlook_and_board(self):
        """What there is to do is told before anything is planned."""
        plan = self.build_plan()
        self.assertIn("No job waits", plan.outlook)
        self.build_job()
        self.plan(9, team_id=self.team.id)
        plan.invalidate_recordset()
        self.assertEqual(
            plan.outlook, "Jobs that wait: 1. Visits planned in these days: 1."
        )
        plan.performer_ids = False
        self.assertIn("choose performers", plan.outlook)
        plan.performer_ids = self.performer
        plan.date_start = plan.date_end = "2030-01-06"
        self.assertIn("over", plan.outlook)
        self.assertEqual(
            plan.action_show_board()["context"],
            {"board_date": "2030-01-06", "board_days": 1},
        )
        plan = self.make(self.build_plan(days=4))
        self.assertEqual(
            plan.action_show_board()["context"],
            {"board_date": "2030-01-07", "board_days": 7, "board_plan_id": plan.id},
        )
        self.assertTrue(plan.action_preview())
        plan.unlink()
        self.assertFalse(plan.action_preview(), "deleted while the board showed it")

    def test_who_was_faster_is_told_on_the_line(self):
        jobs = [self.build_job() for _number in range(3)]
        plan = self.make(self.build_plan())
        moved, taken, free = jobs
        moved.with_user(self.user_dispatcher).write(
            {"performer_id": self.second.id, "date_start": at(9, 1)}
        )
        line = self.line(plan, taken)
        intruder = self.build_work_order(
            performer_id=line.to_performer_id.id,
            date_start=line.to_start,
            date_end=line.to_end,
        )
        self.env.flush_all()
        plan.action_apply()
        self.assertEqual(self.line(plan, moved).result, "conflict")
        self.assertIn("was changed meanwhile", self.line(plan, moved).message)
        self.assertEqual(moved.date_start, at(9, 1), "not overwritten")
        self.assertEqual(line.result, "refused")
        self.assertIn(intruder.name, line.message)
        self.assertFalse(taken.date_start)
        self.assertEqual(self.line(plan, free).result, "applied")
        self.assertEqual(plan.state, "proposed")

    def test_who_left_meanwhile_is_told_on_the_line(self):
        job = self.build_job()
        plan = self.make(self.build_plan())
        self.line(plan, job).to_performer_id.sudo().active = False
        self.env.flush_all()
        plan.action_apply()
        self.assertEqual(self.line(plan, job).result, "refused")
        self.assertIn("not any more", self.line(plan, job).message)
        self.assertFalse(job.performer_id)

    def test_discard_and_plan_again(self):
        job = self.build_job()
        plan = self.make(self.build_plan())
        plan.action_discard()
        self.assertEqual(plan.state, "discarded")
        with self.assertRaisesRegex(UserError, "no proposal"):
            plan.action_apply()
        self.make(plan)
        self.assertProposed(plan)
        plan.action_apply()
        self.assertTrue(job.date_start)
        with self.assertRaisesRegex(UserError, "planned already"):
            plan.action_run()

    def test_crew_goes_where_several_are_needed(self):
        crew = self.build_crew(self.performer + self.second)
        heavy = self.build_job(crew_size=2, hours=4)
        light = [self.build_job(hours=2) for _number in range(2)]
        plan = self.make(
            self.build_plan(performer_ids=(self.performer + self.second + crew).ids)
        )
        self.assertProposed(plan)
        self.assertEqual(self.line(plan, heavy).to_performer_id, crew)
        self.assertEqual(len(plan.change_ids), 3)
        plan.action_apply()
        self.assertEqual(set(plan.change_ids.mapped("result")), {"applied"})
        for job in light:
            self.assertTrue(
                job.date_end <= heavy.date_start or job.date_start >= heavy.date_end
            )

    def test_far_zone_and_changing_clocks(self):
        """A Sunday of 23 hours in Berlin, seen by nobody in particular."""
        self.calendar.write(
            {
                "attendance_ids": [
                    Command.create(
                        {"name": "So", "dayofweek": "6", "hour_from": 1, "hour_to": 6}
                    )
                ]
            }
        )
        self.performer.tz = "Europe/Berlin"
        self.second.tz = "Pacific/Auckland"
        jobs = [self.build_job() for _number in range(3)]
        day = MONDAY.replace(month=3, day=31).date()
        plan = self.make(self.build_plan(date_start=day, date_end=day))
        self.assertProposed(plan)
        plan.action_apply()
        self.assertEqual(set(plan.change_ids.mapped("result")), {"applied"})
        for job in jobs:
            self.assertFalse(job.slot_warning)
        [row] = [
            row for row in plan.figures["rows"] if row["performer"] == self.performer.id
        ]
        start, end = row["edges"]
        self.assertEqual(end - start, 23 * 3600)
        # one o'clock to six, an hour of it missing
        work = [[(moment - start) / 3600 for moment in part] for part in row["work"]]
        self.assertEqual(work, [[1, 5]])

    def test_second_company(self):
        other = self.env["res.company"].create({"name": "Вторая"})
        job = self.build_job()
        foreign = self.build_work_order(
            partner_id=self.south.id,
            company_id=other.id,
            team_id=False,
            planned_hours=1,
        )
        plan = self.make(self.build_plan(team_id=False))
        self.assertEqual(plan.line_ids.order_id, job)
        self.assertNotIn(foreign, plan.line_ids.order_id)
        stranger = new_test_user(
            self.env,
            login="plan_stranger",
            groups="service_crm.group_service_dispatcher",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.plans.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            plan.with_user(stranger).action_apply()

    def test_dispatchers_only(self):
        plan = self.make(self.build_plan())
        for role in ("operator", "manager", "performer"):
            with self.assertRaises(AccessError), self.cr.savepoint():
                plan.with_user(self.users[role]).action_run()
        with self.assertRaises(AccessError):
            plan.state = "proposed"

    def test_wrong_input(self):
        with self.assertRaises(ValidationError):
            self.build_plan(date_end=MONDAY.date() - timedelta(days=1))
        with self.assertRaises(ValidationError):
            self.build_plan(date_end=MONDAY.date() + timedelta(days=60))
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.build_plan(seconds=0)
        with self.assertRaisesRegex(UserError, "choose performers"):
            self.build_plan(performer_ids=[]).action_run()

    def test_facts_take_the_same_number_of_queries(self):
        counts = []
        for _round in range(3):
            for number in range(4):
                self.build_job(self.build_partner(name=f"К{number}", **NORTH))
                self.plan(
                    9 + number,
                    0,
                    partner_id=self.south.id,
                    performer=self.build_performer(
                        name="Еще", calendar_id=self.calendar.id
                    ),
                )
            performers = self.env["resource.resource"].search(
                [("is_performer", "=", True), ("calendar_id", "=", self.calendar.id)]
            )
            plan = self.build_plan(performer_ids=performers.ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plan._as_planner()._read_facts()
            counts.append(self.env.cr.sql_log_count - before)
        # the first time settings are read that are kept in memory then
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[1], 40)
