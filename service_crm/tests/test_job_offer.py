from datetime import datetime, timedelta

from odoo import api, fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_crew import CrewCommon
from .common_race import RaceCommon


class TestJobOffer(CrewCommon):
    """A visit offered to several performers, or handed over to a colleague."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls.build_performer(name="Третий", calendar_id=False)
        cls.people = cls.performer | cls.helper | cls.third

    def offer(self, people=None, **values):
        visit = self.plan(performer=self.env["resource.resource"])
        visit.action_offer_to((people or self.people).ids, **values)
        return visit

    def get_offer(self, visit, performer):
        return visit.sudo().offer_ids.filtered(lambda o: o.performer_id == performer)

    def states(self, visit):
        return {o.performer_id: o.state for o in visit.sudo().offer_ids}

    def test_first_acceptance_wins(self):
        visit = self.offer(note="Ladder needed")
        self.assertEqual((visit.state, len(visit.offer_ids)), ("offered", 3))
        self.assertFalse(visit.booked_ids)
        self.plan(performer=self.third)  # an offer books nobody
        self.get_offer(visit, self.helper).with_user(self.user_helper).action_accept()
        self.assertEqual(visit.state, "assigned")
        self.assertEqual(visit.performer_id, self.helper)
        self.assertTrue(visit.performer_confirmed)
        self.assertFalse(visit.has_open_offers)
        self.assertEqual(
            self.states(visit),
            {self.helper: "taken", self.performer: "lost", self.third: "lost"},
        )
        late = self.get_offer(visit, self.performer).with_user(self.user_performer)
        with self.assertRefused("given to somebody else"):
            late.action_accept()
        told = self.env["service.phase.log"].search(
            [
                ("res_model", "=", "service.work.order.offer"),
                ("res_id", "in", visit.offer_ids.ids),
            ]
        )
        self.assertEqual(
            sorted(told.mapped("value")), ["lost", "lost", *["open"] * 3, "taken"]
        )

    def test_messages_to_those_who_were_asked(self):
        visit = self.offer(self.performer | self.helper)
        self.get_offer(visit, self.helper).with_user(self.user_helper).action_accept()
        self.send_messages()
        mails = self.env["mail.mail"].search(
            [("model", "=", "service.work.order.offer")]
        )
        asked = mails.filtered(lambda mail: "?" in mail.subject)
        self.assertEqual(
            asked.recipient_ids, (self.user_performer | self.user_helper).partner_id
        )
        taken = mails - asked
        self.assertEqual(taken.recipient_ids, self.user_performer.partner_id)

    def test_the_dispatcher_chooses(self):
        visit = self.offer(mode="choose")
        for performer in (self.performer, self.helper):
            offer = self.get_offer(visit, performer)
            offer.with_user(performer.user_id).action_accept()
        self.assertEqual(visit.state, "offered")
        self.assertIn("2 would go", visit.offer_label)
        self.get_offer(visit, self.third).with_user(
            self.user_dispatcher
        ).action_decline("His car broke down")
        todo = visit.activity_ids.filtered(lambda a: a.user_id == self.user_dispatcher)
        self.assertIn("Choose who goes", todo.mapped("summary"))
        chosen = self.get_offer(visit, self.helper)
        with self.assertRefused("a dispatcher", AccessError):
            chosen.with_user(self.user_helper).action_choose()
        chosen.with_user(self.user_dispatcher).action_choose()
        self.assertEqual(visit.performer_id, self.helper)
        self.assertEqual(self.states(visit)[self.performer], "lost")
        self.assertNotIn("Choose who goes", visit.activity_ids.mapped("summary"))

    def test_nobody_takes_it(self):
        visit = self.offer(self.performer | self.helper)
        for performer in (self.performer, self.helper):
            self.get_offer(visit, performer).with_user(
                performer.user_id
            ).action_decline("Далеко")
        self.assertEqual(visit.state, "draft")
        self.assertIn("Nobody took", visit.activity_ids[0].summary)
        self.assertEqual(visit.offer_ids.mapped("reason"), ["Далеко"] * 2)
        visit.action_offer_to(self.third.ids)  # others may be asked then
        self.assertEqual(visit.state, "offered")

    def test_withdraw_and_change_of_the_plan(self):
        visit = self.offer()
        visit.action_withdraw_offers()
        self.assertEqual(visit.state, "draft")
        self.assertEqual(set(self.states(visit).values()), {"withdrawn"})
        moved = self.plan(hour=14, performer=self.env["resource.resource"])
        moved.action_offer_to(self.people.ids)
        moved.action_reschedule("Wish", moved.date_start + timedelta(hours=2))
        self.assertEqual(set(self.states(moved).values()), {"withdrawn"})
        self.assertEqual(moved.state, "draft")
        given = self.plan(hour=18, performer=self.env["resource.resource"])
        given.action_offer_to(self.people.ids)
        given.action_reschedule("Urgent", given.date_start, performer_id=self.third.id)
        self.assertEqual(set(self.states(given).values()), {"lost"})
        offer = self.get_offer(given, self.performer)
        with self.assertRefused("given to somebody else"):
            offer.with_user(self.user_performer).action_accept()

    def test_expiry(self):
        visit = self.offer(
            self.performer | self.helper,
            date_expiry=fields.Datetime.now() + timedelta(hours=1),
        )
        with self.enter_registry_test_mode():
            self.env.ref("service_crm.ir_cron_offer_expiry").method_direct_trigger()
        self.assertEqual(visit.state, "offered")
        visit.sudo().offer_ids.date_expiry = fields.Datetime.now()
        late = self.get_offer(visit, self.helper).with_user(self.user_helper)
        with self.assertRefused("stood until"):
            late.action_accept()
        with self.enter_registry_test_mode():
            self.env.ref("service_crm.ir_cron_offer_expiry").method_direct_trigger()
        self.assertEqual(visit.state, "draft")
        self.assertEqual(set(self.states(visit).values()), {"expired"})

    def test_one_offer_that_cannot_be_closed_stops_no_other(self):
        bad = self.offer(self.helper)
        good = self.offer(self.performer)
        (bad | good).sudo().offer_ids.date_expiry = fields.Datetime.now()
        orders = type(bad)
        follow = orders._follow_answers

        def fail(visits):
            if bad.id in visits.ids:
                raise ValueError("broken")
            return follow(visits)

        self.patch(orders, "_follow_answers", fail)
        logger = "odoo.addons.service_crm.models.service_work_order_offer"
        with self.enter_registry_test_mode(), self.assertLogs(logger, "ERROR"):
            self.env.ref("service_crm.ir_cron_offer_expiry").method_direct_trigger()
        self.assertEqual(self.states(good), {self.performer: "expired"})
        self.assertEqual(self.states(bad), {self.helper: "open"})

    def test_who_is_busy_meanwhile(self):
        visit = self.offer(self.performer | self.helper)
        self.plan(performer=self.helper)
        offer = self.get_offer(visit, self.helper).with_user(self.user_helper)
        with self.assertRefused("already booked"):
            offer.action_accept()
        self.assertEqual(visit.state, "offered")
        with self.assertRefused("already booked"):
            self.offer(self.helper)

    def test_overridden_by_a_reason(self):
        skill = self.env["service.skill"].create({"name": "Лифты"})
        product = self.build_product(service_skill_ids=[Command.link(skill.id)])
        visit = self.plan(
            performer=self.env["resource.resource"],
            line_ids=[Command.create({"product_id": product.id})],
        )
        with self.assertRefused("lacks the skill"):
            visit.action_offer_to(self.helper.ids)
        visit.action_offer_to(self.helper.ids, reason="He is learning")
        visit.offer_ids.with_user(self.user_helper).action_accept()
        self.assertEqual(visit.override_reason, "He is learning")

    def test_rights(self):
        visit = self.offer(self.performer | self.helper)
        offer = self.get_offer(visit, self.performer)
        helper = offer.with_user(self.user_helper)
        with self.assertRaises(AccessError):
            helper.action_accept()
        self.assertEqual(helper.search([]), self.get_offer(visit, self.helper))
        own = self.get_offer(visit, self.helper).with_user(self.user_helper)
        self.assertEqual(own.place_label, visit.address_label)
        self.assertFalse(visit.with_user(self.user_helper).has_access("read"))
        with self.assertRaises(AccessError):
            own.state = "taken"
        with self.assertRaises(AccessError):
            visit.with_user(self.user_operator).action_offer_to(self.third.ids)
        with self.assertRaises(AccessError):
            own.with_user(self.user_manager).action_accept()

    def test_the_dispatcher_picks_people(self):
        self.plan(performer=self.third)
        visit = self.plan(performer=self.env["resource.resource"])
        action = visit.action_open_offer()
        wizard = self.env[action["res_model"]].with_user(self.user_dispatcher)
        with Form(wizard.with_context(**action["context"])) as form:
            form.mode = "choose"
        wizard = form.save()
        rows = {row.performer_id: row for row in wizard.candidate_ids}
        self.assertTrue(rows[self.helper].is_chosen)
        self.assertTrue(rows[self.third].is_booked)
        self.assertIn("already booked", rows[self.third].problem)
        rows[self.crew].is_chosen = False
        wizard.action_offer()
        self.assertEqual(
            visit.offer_ids.performer_id & (self.people | self.crew),
            self.performer | self.helper,
        )
        self.assertEqual(set(visit.offer_ids.mapped("mode")), {"choose"})

    def test_candidates_cost_the_same(self):
        visit = self.plan(performer=self.env["resource.resource"])

        def count(people):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            visit._get_candidates(people)
            return self.env.cr.sql_log_count - before

        many = self.people
        for number in range(30):
            many |= self.build_performer(name=f"P{number}", calendar_id=False)
        self.assertLessEqual(count(many), count(self.people) + 1)

    def test_hand_over(self):
        visit = self.plan(performer=self.performer)
        visit.action_assign()
        visit.action_confirm_customer()
        own = visit.with_user(self.user_performer)
        own.action_accept()
        self.assertEqual(visit.slot_state, "fixed")
        with self.assertRaises(AccessError):
            visit.with_user(self.user_helper).action_hand_over(self.third.ids)
        own.action_hand_over(self.helper.ids, note="Child is ill")
        self.assertEqual(visit.performer_id, self.performer)
        offer = visit.offer_ids.with_user(self.user_helper)
        self.assertEqual(offer.from_performer_id, self.performer)
        offer.action_accept()
        self.assertEqual(visit.performer_id, self.helper)
        # The same time still suits the customer, and the new performer just agreed.
        self.assertEqual((visit.state, visit.slot_state), ("assigned", "fixed"))
        self.assertFalse(own.has_access("read"))

    def test_hand_over_to_who_cannot(self):
        visit = self.plan(performer=self.performer)
        visit.action_assign()
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "Лечение",
                "resource_id": self.helper.id,
                "date_from": visit.date_start,
                "date_to": visit.date_end,
                "time_type": "leave",
            }
        )
        with self.assertRefused("cannot come at that time") as refusal:
            visit.with_user(self.user_performer).action_hand_over(self.helper.ids)
        self.assertNotIn(leave.name, str(refusal.exception))
        leave.unlink()
        wizard = self.env["service.work.order.offer.wizard"].with_user(
            self.user_performer
        )
        action = visit.with_user(self.user_performer).action_hand_over()
        with Form(wizard.with_context(**action["context"])) as form:
            form.colleague_ids.add(self.helper)
        form.save().action_offer()
        visit.offer_ids.with_user(self.user_helper).action_decline("Busy")
        self.assertEqual(
            (visit.performer_id, visit.state), (self.performer, "assigned")
        )
        visit.with_user(self.user_performer).action_hand_over(self.helper.ids)
        visit.with_user(self.user_performer).action_on_the_way()
        self.assertFalse(visit.has_open_offers)


@tagged("post_install", "-at_install")
class TestJobOfferRace(RaceCommon):
    """Answers and changes of the plan at the same moment, in real transactions."""

    def make(self, env):
        people = env["resource.resource"].create(
            [{"name": name, "is_performer": True, "tz": "UTC"} for name in "ABC"]
        )
        people.calendar_id = False
        self.ids["resource.resource"] = people.ids
        self.partner_id = env["res.partner"].create({"name": "Race"}).id
        order = env["service.work.order"].create(
            {
                "partner_id": self.partner_id,
                "date_start": datetime(2030, 1, 7, 9),
                "date_end": datetime(2030, 1, 7, 10),
            }
        )
        self.ids["service.work.order"] = order.ids
        order._action_offer_to(people[:2])
        self.ids["service.work.order.offer"] = order.offer_ids.sorted("id").ids

    def remove(self, env):
        orders = self.get(env, "service.work.order")
        self.forget_entries(env, "service.work.order")
        self.forget_entries(env, "service.work.order.offer")
        orders.offer_ids.unlink()
        orders.write({"state": "cancelled"})
        orders.unlink()
        self.get(env, "resource.resource").unlink()
        env["res.partner"].browse(self.partner_id).unlink()

    def read_outcome(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            order = self.get(env, "service.work.order")
            return order.performer_id.name, sorted(order.offer_ids.mapped("state"))

    def test_two_accept_at_once(self):
        results = self.run_at_once(
            lambda env, number: self.get(env, "service.work.order.offer")[
                number
            ]._action_accept()
        )
        self.assertEqual(results.count(""), 1, results)
        self.assertIn("given to somebody else", next(filter(None, results)))
        self.assertEqual(self.read_outcome()[1], ["lost", "taken"])

    def test_accepted_while_the_dispatcher_reassigns(self):
        third = self.ids["resource.resource"][2]

        def act(env, number):
            if number:
                self.get(env, "service.work.order.offer")[0]._action_accept()
            else:
                order = self.get(env, "service.work.order")
                order._action_reschedule(
                    "Urgent",
                    order.date_start,
                    performer=env["resource.resource"].browse(third),
                )

        results = self.run_at_once(act)
        name, states = self.read_outcome()
        if results[1]:  # the dispatcher was first: the performer is told
            self.assertIn("given to somebody else", results[1])
            self.assertEqual((name, states), ("C", ["lost", "lost"]))
        else:  # the performer was first: the dispatcher took it from him later
            self.assertEqual((name, states), ("C", ["lost", "taken"]))

    def test_two_jobs_at_the_same_time_accepted_by_one(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            order = self.get(env, "service.work.order")
            other = order.copy(
                {"date_start": order.date_start, "date_end": order.date_end}
            )
            self.ids["service.work.order"] = (order | other).ids
            performer = env["resource.resource"].browse(
                self.ids["resource.resource"][0]
            )
            other._action_offer_to(performer)
            offer_ids = [
                self.ids["service.work.order.offer"][-1],
                *other.offer_ids.ids,
            ]
            offer_ids[0] = order.offer_ids.filtered(
                lambda o: o.performer_id == performer
            ).id

        results = self.run_at_once(
            lambda env, number: (
                env["service.work.order.offer"]
                .browse(offer_ids[number])
                ._action_accept()
            )
        )
        self.assertEqual(results.count(""), 1, results)
        self.assertIn("already booked", next(filter(None, results)))

    def test_two_jobs_of_expiry(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            self.get(env, "service.work.order.offer").date_expiry = datetime(2020, 1, 1)

        def expire(env, number):
            offers = env["service.work.order.offer"]
            offers.search(offers._get_expired_domain())._expire()

        self.assertEqual(self.run_at_once(expire), ["", ""])
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            order = self.get(env, "service.work.order")
            self.assertEqual(len(order.activity_ids), 1)
            self.assertEqual(order.state, "draft")
