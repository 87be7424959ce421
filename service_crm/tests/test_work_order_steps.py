from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from ..tools.work_order_steps import DISPATCHER, PERFORMER, STEPS
from .common import requirement
from .test_work_order_plan import PlanCommon, at

# State an order is brought into before a step, and the values the step is given.
REASON = {"reason": "Так решили"}


class StepCommon(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.build_product("Осмотр лифта", service_duration=1)
        cls.colleague = cls.build_performer(name="Colleague", calendar_id=False)
        cls.others = {
            "stranger": new_test_user(cls.env, "stranger", groups="base.group_user"),
            "other performer": new_test_user(
                cls.env, "other", groups="service_crm.group_service_performer"
            ),
        }

    def order(self, state="draft", **values):
        """A planned work order in that state, with one line."""
        order = self.orders.create(
            {
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "dispatcher_id": self.user_dispatcher.id,
                "performer_id": self.performer.id,
                "date_start": at(9),
                "date_end": at(10),
                "line_ids": [Command.create({"product_id": self.product.id})],
                **values,
            }
        )
        if state != "draft":
            order.state = state
        return order

    def request(self, **values):
        return self.build_request(
            partner_id=self.customer.id,
            type="opportunity",
            dispatcher_id=self.user_dispatcher.id,
            stage_id=self.stages["dispatch"].id,
            **values,
        )

    def take(self, order, step, user):
        values = {}
        if STEPS[step].needs_reason:
            values.update(REASON)
        if step == "reschedule":
            values.update(date_start="2030-01-08 09:00:00")
        if step in ("offer_to", "hand_over"):
            values.update(performer_ids=self.colleague.ids)
        return getattr(order.with_user(user), f"action_{step}")(**values)


class TestWorkOrderSteps(StepCommon):
    @requirement("R23")
    def test_role_by_step(self):
        """Each step, by a user of each role, by RPC's own way in: public methods."""
        allowed = {
            DISPATCHER: {"dispatcher", "admin"},
            PERFORMER: {"performer", "dispatcher", "admin"},
        }
        users = {**self.users, **self.others}
        for name, step in STEPS.items():
            may = set().union(*(allowed[role] for role in step.roles))
            for role, user in users.items():
                with self.subTest(step=name, role=role):
                    order = self.order(step.sources[0])
                    if name == "done":
                        order.line_ids.is_done = True
                    if role in may:
                        self.take(order, name, user)
                        order.invalidate_recordset()
                        self.assertEqual(order.state, step.target or step.sources[0])
                    else:
                        with self.assertRefused("", AccessError):
                            self.take(order, name, user)
                        self.assertEqual(order.state, step.sources[0])
                    order.state = "cancelled"

    def test_refusal_of_a_role_is_in_words(self):
        order = self.order()
        with self.assertRefused("“Assign” is for dispatchers", AccessError):
            order.with_user(self.user_performer).action_assign()
        order.state = "assigned"
        with self.assertRefused("“On My Way” is for the performer", AccessError):
            order.with_user(self.user_operator).action_on_the_way()

    def test_steps_are_taken_only_from_their_states(self):
        states = [key for key, _label in self.orders._fields["state"].selection]
        for name, step in STEPS.items():
            for state in states:
                if state in step.sources:
                    continue
                with self.subTest(step=name, state=state):
                    order = self.order(state)
                    with self.assertRefused("is possible only when it is"):
                        self.take(order, name, self.user_dispatcher)
                    order.state = "cancelled"

    def test_state_and_confirmations_are_not_written_by_hand(self):
        order = self.order("assigned")
        for user in (self.user_dispatcher, self.user_performer, self.user_admin):
            for values in (
                {"state": "closed"},
                {"customer_confirmed": at(8)},
                {"performer_confirmed": at(8)},
                {"actual_end": at(8)},
                {"actual_start": at(8)},
                {"cancel_reason": "Nothing"},
                {"name": "WO/0"},
            ):
                with self.subTest(user=user.name, values=values):
                    with self.assertRefused("only by the steps", AccessError):
                        order.with_user(user).write(values)
                    forged = order.with_user(user).with_context(
                        service_step=True, guard=True, tracking_disable=True
                    )
                    with self.assertRefused("only by the steps", AccessError):
                        forged.write(values)
        with self.assertRefused("only by the steps", AccessError):
            self.orders.with_user(self.user_dispatcher).create({"state": "closed"})

    def test_performer_writes_what_he_hands_in_and_nothing_else(self):
        order = self.order("in_progress")
        mine = order.with_user(self.user_performer)
        mine.write({"report": "Заменил ролик", "signed_by": "Анна"})
        mine.line_ids.write({"quantity_done": 2})
        mine.write(
            {"line_ids": [Command.create({"name": "Ролик двери", "quantity_done": 1})]}
        )
        self.assertEqual(order.line_ids[1].quantity_planned, 0)
        for values in (
            {"date_start": at(12)},
            {"performer_id": False},
            {"partner_id": self.company_customer.id},
            {"override_reason": "I like it"},
            {"instruction": "Nothing"},
            {"planned_hours": 8},
            {"active": False},
        ):
            with self.subTest(values), self.assertRefused("A performer", AccessError):
                mine.write(values)
        for values in ({"quantity_planned": 9}, {"product_id": False}, {"name": "x"}):
            with self.subTest(values), self.assertRefused("A performer", AccessError):
                mine.line_ids[0].write(values)
        with self.assertRefused("", AccessError):
            mine.line_ids.unlink()
        with self.assertRefused("", AccessError):
            self.orders.with_user(self.user_performer).create({})
        with self.assertRefused("", AccessError):
            mine.unlink()
        for state in ("offered", "done", "closed"):
            order.state = state
            with self.subTest(state), self.assertRefused("send it back|closed"):
                mine.report = "Later"
            with self.subTest(state), self.assertRefused("send it back"):
                mine.line_ids[0].quantity_done = 5
        other = order.with_user(self.others["other performer"])
        with self.assertRefused("", AccessError):
            other.report = "Mine!"
        with self.assertRefused("", AccessError):
            other.read(["name"])

    def test_performer_sees_only_own_orders(self):
        mine, other = self.order(), self.order(performer_id=False)
        seen = self.orders.with_user(self.user_performer).search([])
        self.assertIn(mine, seen)
        self.assertNotIn(other, seen)

    def test_closed_is_closed(self):
        order = self.order("closed")
        dispatcher = order.with_user(self.user_dispatcher)
        with self.assertRefused("no longer changed"):
            dispatcher.report = "Other"
        with self.assertRefused("no longer changed"):
            dispatcher.line_ids.quantity_done = 9
        with self.assertRefused("no longer changed"):
            dispatcher.line_ids = [Command.create({"name": "More"})]
        with self.assertRefused("Cancel it instead"):
            order.with_user(self.user_admin).unlink()

    def test_plan_of_a_told_performer_is_not_changed_behind_his_back(self):
        order = self.order("assigned").with_user(self.user_dispatcher)
        with self.assertRefused("Use Reschedule"):
            order.date_start = at(13)
        with self.assertRefused("Use Reschedule"):
            order.performer_id = False

    def test_who_has_left_is_not_sent(self):
        order = self.order().with_user(self.user_dispatcher)
        self.performer.active = False
        for step in ("offer", "assign"):
            with self.assertRefused("not a performer, or not any more"):
                getattr(order, f"action_{step}")()
        self.assertEqual(order.state, "draft")

    def test_order_needs_time_and_performer(self):
        order = self.order(performer_id=False).with_user(self.user_dispatcher)
        with self.assertRefused("choose the performer first"):
            order.action_assign()
        order.write({"performer_id": self.performer.id, "date_start": False})
        with self.assertRefused("choose the time of the visit first"):
            order.action_assign()

    # Agreement of the time

    @requirement("R28")
    def test_time_is_fixed_when_both_confirmed(self):
        dispatcher, performer = self.user_dispatcher, self.user_performer
        log = self.env["service.phase.log"]
        for first, second in (
            ("customer", "performer"),
            ("performer", "customer"),
        ):
            order = self.order()
            self.assertEqual(order.slot_state, "tentative")
            order.with_user(dispatcher).action_assign()
            steps = {
                "customer": order.with_user(dispatcher).action_confirm_customer,
                "performer": order.with_user(performer).action_accept,
            }
            steps[first]()
            self.assertEqual(order.slot_state, "tentative")
            steps[second]()
            self.assertEqual(order.slot_state, "fixed")
            self.cr.flush()
            domain = [
                ("res_model", "=", order._name),
                ("res_id", "=", order.id),
                ("field_name", "=", "slot_state"),
            ]
            values = log.search(domain, order="id").mapped("value")
            self.assertEqual(values, ["tentative", "fixed"])
            order.with_user(dispatcher).action_reschedule(
                reason="Customer is ill", date_start=at(9, days=1)
            )
            self.assertEqual(order.slot_state, "tentative")
            self.assertFalse(order.customer_confirmed or order.performer_confirmed)
            self.assertEqual(order.date_end, at(10, days=1), "as long as before")
            self.assertIn("Customer is ill", str(order.message_ids.mapped("body")))
            self.cr.flush()
            values = log.search(domain, order="id").mapped("value")
            self.assertEqual(values, ["tentative", "fixed", "tentative"])
            order.state = "cancelled"

    def test_changed_plan_of_a_draft_asks_again(self):
        order = self.order().with_user(self.user_dispatcher)
        order.action_confirm_customer()
        confirmed = order.customer_confirmed
        self.assertTrue(confirmed)
        order.write({"date_start": at(9)})
        self.assertEqual(order.customer_confirmed, confirmed, "nothing changed")
        order.write({"date_start": at(14)})
        self.assertFalse(order.customer_confirmed)

    def test_told_again_after_rescheduling(self):
        order = self.order("assigned")
        oleg = self.build_performer(name="Oleg")
        log = self.env["service.phase.log"]
        domain = [("res_id", "=", order.id), ("value", "=", "assigned")]
        domain.append(("res_model", "=", order._name))
        before = log.search_count(domain)
        order.with_user(self.user_dispatcher).action_reschedule(
            reason="Sergey is ill", date_start=at(11), performer_id=oleg.id
        )
        self.assertEqual(order.performer_id, oleg)
        self.assertEqual(log.search_count(domain), before + 1)

    def test_offer_and_refusal(self):
        order = self.order().with_user(self.user_dispatcher)
        order.action_offer()
        order.with_user(self.user_performer).action_refuse(reason="Заболел")
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.performer_id)
        self.assertIn("Заболел", str(order.message_ids.mapped("body")))
        activity = order.activity_ids
        self.assertEqual(activity.user_id, self.user_dispatcher)
        self.assertIn("Performer refused", activity.summary)
        order.performer_id = self.build_performer(name="Oleg")
        order.action_offer()
        order.action_accept()
        self.assertEqual(order.state, "assigned")
        self.assertTrue(order.performer_confirmed)
        self.assertIn(
            "for the performer", str(order.message_ids.mapped("body")), "on behalf"
        )

    def test_reason_is_asked_for(self):
        order = self.order("assigned").with_user(self.user_performer)
        action = order.action_refuse()
        self.assertEqual(action["res_model"], "service.work.order.step")
        self.assertEqual(order.state, "assigned")
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.user_performer)
            .with_context(**action["context"])
            .create({"reason": "Too far"})
        )
        action = wizard.action_take_step()
        self.assertEqual(order.sudo().state, "draft")
        self.assertEqual(action["path"], "my-jobs", "the order is no longer his")
        with self.assertRefused("Say why"):
            self.order("assigned").with_user(self.user_dispatcher).action_cancel(
                reason="  "
            )

    def test_wizard_warns_and_reschedules(self):
        order = self.order("assigned").with_user(self.user_dispatcher)
        busy = self.plan(at(13), at(14))
        action = order.action_reschedule()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.user_dispatcher)
            .with_context(**action["context"])
            .create({"reason": "Traffic", "date_start": at(13)})
        )
        self.assertEqual(wizard.performer_id, self.performer)
        self.assertEqual(wizard.date_end, at(14))
        self.assertIn(busy.name, wizard.slot_warning)
        with self.assertRefused("already booked"):
            wizard.action_take_step()
        wizard.write({"date_start": at(19)})
        self.assertIn("08:00", wizard.slot_warning)
        with self.assertRefused("give a reason"):
            wizard.action_take_step()
        wizard.override_reason = "Customer works until then"
        wizard.action_take_step()
        self.assertEqual(order.date_start, at(19))

    # Doing it

    def test_times_are_taken_by_themselves(self):
        order = self.order("assigned").with_user(self.user_performer)
        order.action_on_the_way()
        self.assertFalse(order.actual_start)
        order.action_start()
        self.assertTrue(order.actual_start)
        order.line_ids.action_toggle_done()
        self.assertEqual(order.line_ids.quantity_done, 1)
        order.action_done()
        self.assertTrue(order.actual_end)

    def test_handed_in_only_when_said_what_was_done(self):
        order = self.order("in_progress")
        order.line_ids = [Command.create({"name": "Смазка", "quantity_planned": 3})]
        mine = order.with_user(self.user_performer)
        with self.assertRefused("tick what was done.*Смазка"):
            mine.action_done()
        mine.line_ids[0].is_done = True
        self.assertEqual(mine.line_ids[0].quantity_done, 1)
        with self.assertRefused("tick what was done"):
            mine.action_done()
        mine.report = "Смазка не нужна"
        self.team.require_signature = True
        with self.assertRefused("has to sign"):
            mine.action_done()
        self.team.require_signature = False
        mine.action_done()
        self.assertEqual(order.state, "done")

    def test_customer_absent_goes_back_to_planning(self):
        order = self.order("on_the_way").with_user(self.user_performer)
        order.action_customer_absent(reason="Никто не открыл")
        order = order.sudo()
        self.assertEqual((order.state, order.slot_state), ("draft", "none"))
        self.assertFalse(order.date_start or order.actual_start)
        self.assertIn("Customer was not there", order.activity_ids.summary)
        self.assertIn("Никто не открыл", order.activity_ids.note)

    def test_sent_back_cancelled_and_planned_again(self):
        order = self.order("done").with_user(self.user_dispatcher)
        order.action_send_back(reason="Photo is missing")
        self.assertEqual(order.state, "in_progress")
        self.assertFalse(order.actual_end)
        order.action_cancel(reason="Customer sold the house")
        self.assertEqual(order.cancel_reason, "Customer sold the house")
        order.action_reopen()
        self.assertEqual((order.state, order.slot_state), ("draft", "none"))
        self.assertFalse(order.cancel_reason)

    def test_performer_reads_what_is_written(self):
        order = self.order("assigned").with_user(self.user_dispatcher)
        message = order.message_post(
            body="Code is 1234", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(self.performer.partner_id, message.partner_ids)
        note = order.message_post(body="He is slow", subtype_xmlid="mail.mt_note")
        self.assertFalse(note.partner_ids)
        order.action_refuse(reason="Ill")
        later = order.message_post(
            body="Who else?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(later.partner_ids)
        self.assertNotIn(self.performer.partner_id, order.message_partner_ids)

    def test_steps_of_several_orders_at_once(self):
        performers = [self.build_performer(name=f"P{number}") for number in range(4)]
        orders = self.orders.union(
            *(self.order(performer_id=performer.id) for performer in performers)
        ).with_user(self.user_dispatcher)
        orders.action_assign()
        orders.action_on_the_way()
        self.assertEqual(set(orders.mapped("state")), {"on_the_way"})
        orders[0].action_start()
        with self.assertRefused("“On My Way” is possible only"):
            orders.action_on_the_way()

    # The request behind it

    @requirement("R35")
    def test_task_for_performer_from_the_deal(self):
        request = self.request(service_need="Шумит дверь")
        self.build_line(request, self.product, quantity=2)
        action = request.with_user(self.user_dispatcher).action_create_work_order()
        order = self.orders.browse(action["res_id"])
        self.assertEqual(action["res_model"], "service.work.order")
        self.assertEqual(order.request_id, request)
        self.assertEqual(request.work_order_ids, order, "it shows on the deal")
        self.assertEqual(order.instruction, "Шумит дверь")
        self.assertEqual(order.line_ids.product_id, self.product)
        self.assertEqual(order.line_ids.quantity_planned, 2)
        self.assertEqual(order.planned_hours, 2)
        back = order.with_user(self.user_dispatcher).action_open_request()
        self.assertEqual((back["res_model"], back["res_id"]), ("crm.lead", request.id))
        for user in (self.user_operator, self.user_manager, self.user_performer):
            with self.subTest(user.name), self.assertRefused("", AccessError):
                request.with_user(user).action_create_work_order()

    def test_task_needs_a_customer(self):
        request = self.build_request()
        with self.assertRefused("no customer yet"):
            request.with_user(self.user_admin).action_create_work_order()

    def test_lines_of_the_agreed_order_are_covered_once(self):
        request = self.request()
        material = self.build_product("Ролик", price=20.0)
        self.build_line(request, self.product, quantity=2)
        first = request._create_work_orders()
        self.build_line(request, material, quantity=4)
        order = self.build_agreed_order(request)
        self.assertEqual(first.order_id, order)
        self.assertEqual(first.line_ids.sale_line_id, order.order_line)
        self.assertEqual(first.line_ids.mapped("quantity_planned"), [2, 4])
        second = request.with_user(self.user_dispatcher)._create_work_orders()
        self.assertFalse(second.line_ids, "everything is covered")
        first.line_ids[1].quantity_done = 1
        first.line_ids[0].quantity_done = 2
        first.state = "done"
        third = request._create_work_orders()
        self.assertEqual(third.line_ids.product_id, material)
        self.assertEqual(third.line_ids.quantity_planned, 3, "what was left undone")
        first.state = "cancelled"
        third.state = "cancelled"
        fourth = request._create_work_orders()
        self.assertEqual(fourth.line_ids.mapped("quantity_planned"), [2, 4])

    def test_line_of_another_order_is_refused(self):
        request = self.request()
        self.build_line(request, self.product)
        order = self.build_agreed_order(request)
        foreign = self.order()
        with self.assertRefused("not an order of this visit"):
            foreign.line_ids.sale_line_id = order.order_line

    def test_request_follows_its_work_orders(self):
        request = self.request()
        self.build_line(request, self.product)
        self.build_agreed_order(request)
        self.assertEqual(request.service_phase, "agreed")
        oleg = self.build_performer(name="Oleg")
        first = self.order("assigned", request_id=request.id)
        second = self.order("assigned", request_id=request.id, performer_id=oleg.id)
        first.with_user(self.user_performer).action_on_the_way()
        self.assertEqual(request.service_phase, "execution")
        first.with_user(self.user_performer).action_customer_absent(reason="Away")
        self.assertEqual(request.service_phase, "agreed", "nobody is on the way")
        dispatcher = self.user_dispatcher
        first.with_user(dispatcher).date_start = at(14)
        for order in first + second:
            order.line_ids.is_done = True
        first.with_user(dispatcher).action_assign()
        (first + second).with_user(dispatcher).action_start()
        first.with_user(self.user_performer).action_done()
        self.assertEqual(request.service_phase, "execution")
        second.with_user(dispatcher).action_done()
        self.assertEqual(request.service_phase, "closing")
        second.with_user(dispatcher).action_send_back(reason="No photo")
        self.assertEqual(request.service_phase, "execution")
        second.with_user(dispatcher).action_cancel(reason="Not needed")
        self.assertEqual(request.service_phase, "closing", "the rest is done")

    def test_request_goes_back_when_all_visits_are_cancelled(self):
        request = self.request()
        order = self.order("assigned", request_id=request.id)
        order.with_user(self.user_performer).action_start()
        self.assertEqual(request.service_phase, "execution")
        order.with_user(self.user_dispatcher).action_cancel(reason="Wrong house")
        self.assertEqual(request.service_phase, "dispatch", "nothing was agreed yet")

    def test_request_is_told_when_all_works_are_closed(self):
        request = self.request()
        oleg = self.build_performer(name="Oleg")
        orders = self.order("done", request_id=request.id)
        orders += self.order("done", request_id=request.id, performer_id=oleg.id)
        orders.line_ids.quantity_done = 1
        orders[0].with_user(self.user_dispatcher).action_close()
        self.assertFalse(request.works_closed_at)
        orders[1].with_user(self.user_dispatcher).action_close()
        self.assertTrue(request.works_closed_at)

    def test_merged_requests_keep_their_work_orders(self):
        first, second = self.request(), self.request()
        order = self.order(request_id=second.id)
        first._merge_dependences(second)
        self.assertEqual(order.request_id, first)

    # On the phone

    def test_words_of_the_card(self):
        order = self.order(
            site_id=self.build_partner(
                name="Лифт 5",
                street="Ленина 5",
                city="Москва",
                phone="+7 495 120-81-16",
            ).id
        )
        self.assertEqual(order.hours_label, "09:00–10:00")
        self.assertEqual(order.address_label, "Ленина 5, Москва")
        self.assertIn("%D0%9B", order.map_url)
        self.assertEqual(order.customer_phone, "+7 495 120-81-16")
        self.assertEqual(order.done_label, "0 of 1 done")
        self.assertFalse(order.late_label)
        tokyo = order.with_context(tz="Asia/Tokyo")
        self.assertEqual(tokyo.hours_label, "18:00–19:00")
        mine = order.with_user(self.user_performer)
        self.assertTrue(mine.is_mine)
        self.assertTrue(mine.address_label and mine.customer_phone)
