from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import requirement
from .test_work_order_plan import MONDAY, PlanCommon, at

SUNDAY = MONDAY - timedelta(hours=6)
FRIDAY = MONDAY + timedelta(days=4, hours=18)
MOSCOW = {"partner_latitude": 55.751, "partner_longitude": 37.618}
# Some 9 km to the north, 22 minutes by the estimate.
NORTH = {"partner_latitude": 55.831, "partner_longitude": 37.618}


class SuggestionCommon(PlanCommon):
    """Two performers with the skill, hours 8–12 and 13–17; a third without::

    performer: Lifts 3    expert: Lifts 5    helper: no skill
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.skill = cls.env["service.skill"].create({"name": "Лифты"})
        cls.product = cls.build_product(
            service_skill_ids=[Command.set(cls.skill.ids)],
            service_skill_level=3,
            service_duration=2,
        )
        cls.expert = cls.build_performer(name="Эксперт")
        cls.novice = cls.build_performer(name="Новичок")
        cls.hold(cls.performer, 3)
        cls.hold(cls.expert, 5)
        cls.env.company.partner_id.write(MOSCOW)
        cls.customer.write(MOSCOW)

    @classmethod
    def hold(cls, performer, level, skill=None, expiry=False):
        return cls.env["service.resource.skill"].create(
            {
                "resource_id": performer.id,
                "skill_id": (skill or cls.skill).id,
                "level": level,
                "date_expiry": expiry,
            }
        )

    def build_job(self, **values):
        line = {"product_id": self.product.id, "name": "Lift", "quantity_planned": 1}
        return self.build_work_order(line_ids=[Command.create(line)], **values)

    def suggest(self, job, since=SUNDAY, until=FRIDAY, **options):
        found = job._get_suggestions(since, until, **options)
        self.reasons = {row["name"]: row["reasons"] for row in found["excluded"]}
        return found["slots"]

    def first(self, slots, performer):
        return next(slot for slot in slots if slot["performer"] == performer.id)

    def set_weights(self, **levels):
        """Only these count."""
        weights = self.env["service.suggestion.weight"].with_user(self.user_admin)
        for weight in weights.search([]):
            weight.level = levels.get(weight.key, "off")


class TestSuggestions(SuggestionCommon):
    @requirement("R29")
    def test_only_free_and_skilled_ones_are_offered_ranked_with_reasons(self):
        self.take_leave(at(0), at(0, days=5), performer=self.expert)
        busy = self.plan(at(8), at(12))
        skilled = self.build_performer(name="Вера")
        self.hold(skilled, 4)
        job = self.build_job().with_user(self.user_dispatcher)
        with freeze_time(SUNDAY):
            found = job.action_suggestions(until=str(FRIDAY))
        offered = {slot["performer"] for slot in found["slots"]}
        self.assertEqual(offered, {self.performer.id, skilled.id})
        slots = found["slots"]
        self.assertEqual(slots[0]["performer"], skilled.id, "has all day")
        self.assertEqual(slots[0]["start"], "2030-01-07 08:00:00")
        self.assertEqual(slots[0]["end"], "2030-01-07 10:00:00")
        scores = [slot["score"] for slot in slots]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertIn("has Лифты, level 4", slots[0]["reasons"])
        self.assertIn("day 25 % full", slots[0]["reasons"])
        for slot in slots:
            if slot["performer"] == self.performer.id:
                self.assertGreaterEqual(slot["start"], str(busy.date_end))
        reasons = {row["performer"]: row["reasons"] for row in found["excluded"]}
        self.assertEqual(reasons[self.expert.id], ["absent"])
        self.assertEqual(reasons[self.novice.id], ["lacks the skill Лифты"])
        # One click takes it.
        self.assertTrue(job.action_take_suggestion(slots[0], found["version"]))
        self.assertEqual(job.performer_id, skilled)
        self.assertEqual(str(job.date_start), slots[0]["start"])
        self.assertFalse(job.slot_warning)

    def test_way_before_and_after(self):
        site = self.build_partner(**NORTH)
        job = self.build_job(site_id=site.id)
        self.plan(at(10), at(12), site_id=site.id, performer=self.expert)
        self.plan(at(13), at(14), performer=self.performer)
        slots = self.suggest(job, until=at(20), limit=20)
        # From the company 22 min to the north, and as long on to the next visit.
        mine = [s for s in slots if s["performer"] == self.performer.id]
        self.assertEqual([s["start"] for s in mine], [at(8, 30), at(14, 30)])
        self.assertIn("22 min drive, 12 km", mine[0]["reasons"][0])
        theirs = [s for s in slots if s["performer"] == self.expert.id]
        self.assertEqual([s["start"] for s in theirs], [at(13)])
        self.assertIn("is there already", theirs[0]["reasons"])
        self.assertGreater(theirs[0]["score"], mine[1]["score"])

    def test_its_own_time_does_not_block_a_planned_visit(self):
        job = self.build_job()
        job.with_user(self.user_dispatcher).write(
            {"performer_id": self.performer.id, "date_start": at(8)}
        )
        starts = [s["start"] for s in self.suggest(job, until=at(20))]
        self.assertIn(at(8), starts)

    def test_window_agreed_and_deadline(self):
        request = self.build_request(
            partner_id=self.customer.id, wished_end=at(15), wished_start=at(13)
        )
        job = self.build_job(request_id=request.id)
        slots = self.suggest(job)
        self.assertIn("when the customer wished", slots[0]["reasons"])
        self.assertIn("2 h before the deadline", slots[0]["reasons"])
        self.assertEqual(slots[0]["start"], at(13))
        late = [s for s in slots if s["start"] > at(15)]
        self.assertTrue(any("after the deadline" in r for r in late[0]["reasons"]))
        job.write({"window_start": at(9, days=1), "window_end": at(10, days=1)})
        slots = self.suggest(job)
        self.assertEqual({s["start"] for s in slots}, {at(9, days=1)})
        job.write({"window_start": at(18, days=1), "window_end": at(19, days=1)})
        self.assertFalse(self.suggest(job))
        self.assertEqual(self.reasons["Эксперт"], ["off work at that time"])

    def test_level_expiry_and_tools(self):
        van = self.env["service.skill"].create({"name": "Фургон", "kind": "vehicle"})
        self.product.service_skill_level = 4
        job = self.build_job()
        self.suggest(job)
        self.assertEqual(
            self.reasons[self.performer.name],
            ["Лифты at level 3, the job takes 4"],
        )
        held = self.expert.service_skill_ids
        held.date_expiry = MONDAY.date() - timedelta(days=3)
        self.assertFalse(self.suggest(job))
        self.assertIn("Лифты expired on", self.reasons["Эксперт"][0])
        held.date_expiry = MONDAY.date() + timedelta(days=1)
        slots = self.suggest(job, limit=50)
        self.assertTrue(slots)
        self.assertLess(max(s["end"] for s in slots), at(0, days=2), "last day")
        self.product.service_skill_ids += van
        self.assertFalse(self.suggest(job))
        self.assertEqual(self.reasons["Эксперт"], ["comes without Фургон"])
        self.hold(self.expert, 4, van)
        slots = self.suggest(job)
        self.assertIn("comes with Фургон", slots[0]["reasons"])

    def test_area_and_team(self):
        area, other = self.env["service.area"].create(
            [{"name": "Север", "zip_codes": "19"}, {"name": "Юг"}]
        )
        self.customer.zip = "191023"
        self.customer.write(MOSCOW)
        team = self.env["crm.team"].create({"name": "Котлы", "is_service": True})
        self.expert.service_area_ids = other
        self.performer.service_team_ids = team
        self.assertFalse(self.suggest(self.build_job()))
        self.assertEqual(self.reasons["Эксперт"], ["does not go to Север"])
        self.assertIn("does not work for", self.reasons[self.performer.name][0])
        self.expert.service_area_ids |= area
        self.performer.service_team_ids |= self.team
        slots = self.suggest(self.build_job())
        self.assertEqual(
            {s["performer"] for s in slots}, {self.expert.id, self.performer.id}
        )

    def test_crew_size_and_everybody_of_a_crew_has_time(self):
        self.product.service_crew_size = 2
        crew = self.build_performer(name="Бригада", resource_type="material")
        crew.crew_member_ids = self.expert | self.novice
        self.take_leave(at(0), at(12), performer=self.novice)
        self.plan(at(15), at(17), performer=self.expert)
        job = self.build_job()
        slots = self.suggest(job, until=at(23), limit=20)
        self.assertEqual([s["performer"] for s in slots], [crew.id])
        self.assertEqual(slots[0]["start"], at(13))
        self.assertIn("1 of 2 people", self.reasons["Эксперт"][0])
        job.helper_ids = self.novice
        slots = self.suggest(job, until=at(23), limit=20)
        self.assertIn(self.performer.id, {s["performer"] for s in slots})
        self.assertGreaterEqual(
            self.first(slots, self.performer)["start"], at(12), "the helper is absent"
        )
        self.assertIn("goes along as a helper", self.reasons["Новичок"])

    def test_several_at_once(self):
        self.performer.service_capacity = 2
        self.plan(at(8), at(12))
        slots = self.suggest(self.build_job(), until=at(12), limit=20)
        self.assertIn(self.performer.id, {s["performer"] for s in slots})
        self.plan(at(8), at(12))
        slots = self.suggest(self.build_job(), until=at(12), limit=20)
        self.assertEqual({s["performer"] for s in slots}, {self.expert.id})
        self.assertEqual(self.reasons[self.performer.name], ["fully booked"])

    def test_weights_decide(self):
        self.customer.service_performer_id = self.expert
        self.plan(at(8, days=1), at(12, days=1), performer=self.expert)
        job = self.build_job()
        self.set_weights(personal="most")
        slots = self.suggest(job)
        self.assertEqual(slots[0]["performer"], self.expert.id)
        self.assertIn("personal performer", slots[0]["reasons"])
        self.assertEqual(self.first(slots, self.performer)["score"], 0)
        self.set_weights(fairness="normal")
        self.assertEqual(self.suggest(job)[0]["performer"], self.performer.id)
        self.set_weights(load="normal")
        busy = self.suggest(job, since=at(0, days=1), until=at(23, days=1))
        self.assertEqual(busy[0]["performer"], self.performer.id)
        self.set_weights()
        self.assertEqual({slot["score"] for slot in self.suggest(job)}, {100})

    def test_weights_of_a_company(self):
        weights = self.env["service.suggestion.weight"]
        self.set_weights(travel="much")
        row = weights.search([("key", "=", "travel")])
        row.copy({"company_id": self.env.company.id, "level": "off"})
        self.assertEqual(weights._get_levels(self.env.company.id)["travel"], 0)
        other = self.env["res.company"].create({"name": "Другая"})
        self.assertEqual(weights._get_levels(other.id)["travel"], 4)
        self.assertEqual(row.name, "Short ways")
        with self.assertRaises(AccessError):
            row.with_user(self.user_dispatcher).level = "most"

    def test_who_was_there_before(self):
        done = self.plan(at(8) - timedelta(days=7), performer=self.expert)
        done.sudo().write({"state": "done"})
        self.set_weights(known="normal")
        with freeze_time(SUNDAY):
            slots = self.suggest(self.build_job())
        self.assertEqual(slots[0]["performer"], self.expert.id)
        self.assertIn("was there on 31 Dec 2029", slots[0]["reasons"])

    def test_what_was_told_stays(self):
        job = self.build_job()
        dispatched = job.with_user(self.user_dispatcher)
        dispatched.write({"performer_id": self.performer.id, "date_start": at(14)})
        dispatched.action_assign()
        self.set_weights(stability="normal")
        slots = self.suggest(job)
        self.assertEqual(
            (slots[0]["performer"], slots[0]["start"]), (self.performer.id, at(14))
        )
        self.assertIn("the time told stays", slots[0]["reasons"])
        self.assertEqual(slots[0]["score"], 100)
        # Whoever stands in for him is asked to come at the same time.
        self.take_leave(at(0), at(0, days=5))
        slots = self.suggest(job)
        self.assertEqual(
            (slots[0]["performer"], slots[0]["start"]), (self.expert.id, at(14))
        )

    def test_wished_time_in_the_middle_of_a_free_day(self):
        request = self.build_request(
            partner_id=self.customer.id, wished_start=at(14, 10)
        )
        job = self.build_job(request_id=request.id)
        self.set_weights(wish="normal")
        slots = self.suggest(job, limit=3)
        self.assertEqual({slot["start"] for slot in slots[:2]}, {at(14, 10)})
        self.assertIn("when the customer wished", slots[0]["reasons"])
        # Not where it does not fit: the time before it stays the best there is.
        self.plan(at(15), at(17), performer=self.expert)
        slots = self.suggest(job)
        self.assertEqual(slots[0]["performer"], self.performer.id)
        self.assertEqual(self.first(slots, self.expert)["start"], at(13))

    def test_several_times_of_a_gap(self):
        slots = self.suggest(self.build_job(), until=at(20), spread=3600, limit=50)
        starts = {s["start"] for s in slots if s["performer"] == self.expert.id}
        expected = {at(hour) for hour in (8, 9, 10, 13, 14, 15)}
        self.assertEqual(starts, expected)

    def test_far_time_zone(self):
        self.performer.tz = "Pacific/Kiritimati"  # 14 hours ahead
        slots = self.suggest(self.build_job(), since=at(0), until=at(23))
        starts = [s["start"] for s in slots if s["performer"] == self.performer.id]
        self.assertEqual(starts, [at(0), at(18)], "14 o'clock, and 8 the next day")

    def test_clock_change(self):
        self.performer.tz = "Europe/Berlin"
        self.expert.tz = "Europe/Berlin"
        friday, monday = datetime(2030, 3, 29), datetime(2030, 4, 1)
        job = self.build_job()
        slots = self.suggest(job, since=friday, until=monday + timedelta(days=1))
        starts = {slot["start"] for slot in slots}
        self.assertIn(friday.replace(hour=7), starts)
        slots = self.suggest(job, since=monday, until=monday + timedelta(days=1))
        self.assertEqual(slots[0]["start"], monday.replace(hour=6))

    def test_unknown_places(self):
        nowhere = self.build_partner(name="Без адреса")
        job = self.build_job(partner_id=nowhere.id)
        slots = self.suggest(job, until=at(20))
        self.assertIn("way not known: the place is not on the map", slots[0]["reasons"])

    def test_work_of_another_company_takes_time_and_is_not_shown(self):
        other = self.env["res.company"].create({"name": "Другая"})
        self.expert.company_id = self.novice.company_id = False
        foreign = self.build_performer(name="Чужой", company_id=other.id)
        self.hold(foreign, 5)
        self.orders.create(
            {
                "partner_id": self.build_partner(name="Тайный клиент").id,
                "company_id": other.id,
                "performer_id": self.expert.id,
                "date_start": at(8),
                "date_end": at(17),
            }
        )
        found = self.build_job()._get_suggestions(SUNDAY, at(20))
        self.assertNotIn(self.expert.id, {s["performer"] for s in found["slots"]})
        self.assertNotIn(foreign.id, {row["performer"] for row in found["excluded"]})
        self.assertNotIn("Тайный", str(found))

    def test_rights(self):
        job = self.build_job()
        for role in ("operator", "manager", "dispatcher"):
            asked = job.with_user(self.users[role])
            self.assertTrue(asked.action_suggestions()["slots"])
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        for user in (self.user_performer, stranger):
            with self.assertRaises(AccessError):
                job.with_user(user).action_suggestions()
        slot = job.with_user(self.user_operator).action_suggestions()["slots"][0]
        for role in ("operator", "manager", "performer"):
            with self.assertRaises(AccessError):
                asked = job.with_user(self.users[role])
                asked.action_take_suggestion(slot, job.plan_version)

    def test_changed_meanwhile(self):
        job = self.build_job().with_user(self.user_dispatcher)
        with freeze_time(SUNDAY):
            found = job.action_suggestions()
        job.write({"performer_id": self.expert.id, "date_start": at(15)})
        self.env.flush_all()
        with self.assertRefused("changed meanwhile: Эксперт, Mon 7 Jan, 15:00"):
            job.action_take_suggestion(found["slots"][0], found["version"])
        self.assertEqual(job.performer_id, self.expert)

    def test_slot_taken_meanwhile(self):
        job = self.build_job().with_user(self.user_dispatcher)
        with freeze_time(SUNDAY):
            found = job.action_suggestions()
        slot = found["slots"][0]
        taken = self.env["resource.resource"].browse(slot["performer"])
        self.plan(datetime.fromisoformat(slot["start"]), performer=taken)
        with self.assertRefused("already booked at that time"):
            job.action_take_suggestion(slot, job.plan_version)

    def test_told_ones_are_asked_for_a_reason(self):
        job = self.build_job().with_user(self.user_dispatcher)
        job.write({"performer_id": self.expert.id, "date_start": at(15)})
        job.action_assign()
        with freeze_time(SUNDAY):
            found = job.action_suggestions()
        slot = self.first(found["slots"], self.performer)
        action = job.action_take_suggestion(slot, found["version"])
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.user_dispatcher)
            .with_context(**action["context"])
            .create({"reason": "Раньше освободились"})
        )
        self.assertEqual(wizard.performer_id, self.performer)
        wizard.action_take_step()
        self.assertEqual(job.performer_id, self.performer)
        self.assertEqual(str(job.date_start), slot["start"])

    def test_under_way_is_not_planned(self):
        job = self.build_job()
        job.sudo().write({"state": "done"})
        with self.assertRaisesRegex(UserError, "no longer to be planned"):
            job.with_user(self.user_dispatcher).action_suggestions()

    def test_queries_depend_on_nothing(self):
        """As many for forty performers with a history as for three without."""
        job = self.build_job(partner_id=self.customer.id)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            job.with_user(self.user_dispatcher).action_suggestions(
                str(SUNDAY), str(FRIDAY)
            )
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        calendars = [self.env.company.resource_calendar_id.copy() for _n in range(3)]
        for number in range(40):
            person = self.build_performer(
                name=str(number), calendar_id=calendars[number % 3].id
            )
            self.hold(person, 3)
            self.plan(at(8), performer=person)
            self.plan(at(8) - timedelta(days=60), performer=person)
        count()  # new calendars empty what is kept in memory
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 15)
