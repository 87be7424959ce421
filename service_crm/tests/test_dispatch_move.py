from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common_board import BoardCommon, at, ms


class TestDispatchMove(BoardCommon):
    """What a dispatcher drops, and what is said against it."""

    def drop(self, *moves, reason=None):
        return self.board.action_move(list(moves), reason)

    def assertMoved(self, answer, *visits):
        self.assertEqual(
            {key: answer[key] for key in ("conflicts", "refused", "reasons")},
            {"conflicts": [], "refused": [], "reasons": []},
        )
        self.assertEqual({o["id"] for o in answer["orders"]}, {v.id for v in visits})

    def said(self, visit):
        """What the chatter tells, without the values that changed."""
        return "".join(map(str, visit.message_ids.mapped("body")))

    # Moving

    def test_there_and_back(self):
        visit = self.plan()
        answer = self.drop(self.move(visit, 11, 1, self.second))
        self.assertMoved(answer, visit)
        self.assertEqual(visit.performer_id, self.second)
        self.assertEqual((visit.date_start, visit.date_end), (at(11, 1), at(12, 1)))
        [order] = answer["orders"]
        self.assertEqual(order["version"], visit.plan_version)
        answer = self.drop(*answer["undo"])
        self.assertMoved(answer, visit)
        self.assertEqual(visit.performer_id, self.performer)
        self.assertEqual(answer["orders"][0]["start"], ms(9))

    def test_from_the_pane_and_back_into_it(self):
        visit = self.build_work_order(planned_hours=2.5)
        answer = self.drop(self.move(visit, 9, end=False))
        self.assertMoved(answer, visit)
        self.assertEqual(visit.date_end, at(11, minute=30))
        self.env.flush_all()
        answer = self.drop(self.move(visit, performer=False, start=False, end=False))
        self.assertMoved(answer, visit)
        self.assertFalse(visit.performer_id or visit.date_start)
        self.assertEqual(answer["orders"][0]["start"], False)

    def test_resize(self):
        visit = self.plan()
        self.assertMoved(self.drop(self.move(visit, 9, hours=3)), visit)
        self.assertEqual(visit.date_end, at(12))
        with self.assertRaises(UserError):
            self.drop(self.move(visit, 9, hours=-1))

    def test_two_change_places(self):
        """Each is free only when the other one has gone."""
        first, second = self.plan(9), self.plan(9, performer=self.second)
        answer = self.drop(
            self.move(first, who=self.second), self.move(second, who=self.performer)
        )
        self.assertMoved(answer, first, second)
        self.assertEqual(first.performer_id, self.second)
        self.assertEqual(second.performer_id, self.performer)

    def test_who_was_told_is_told_again(self):
        visit = self.plan()
        visit.action_assign()
        visit.action_confirm_performer()
        self.env.cr.flush()
        log = self.env["service.phase.log"]
        domain = [("res_model", "=", visit._name), ("res_id", "=", visit.id)]
        before = log.search_count(domain)
        self.assertMoved(self.drop(self.move(visit, 14)), visit)
        self.env.cr.flush()
        self.assertEqual(visit.state, "assigned")
        self.assertFalse(visit.performer_confirmed)
        self.assertGreater(log.search_count(domain), before)
        self.assertIn("Moved on the dispatch board", self.said(visit))

    def test_told_ones_move_each_to_its_own_time(self):
        visits = self.plan(9) + self.plan(11) + self.plan(13)
        visits.action_assign()
        answer = self.drop(
            *(self.move(v, 14, day) for day, v in enumerate(visits, start=1)),
        )
        self.assertMoved(answer, *visits)
        self.assertEqual(visits.mapped("date_start"), [at(14, 1), at(14, 2), at(14, 3)])

    def test_taken_off_and_undone(self):
        visit = self.plan()
        visit.action_assign()
        answer = self.drop(
            self.move(visit, performer=False, start=False, end=False),
            reason="Мастер заболел",
        )
        self.assertMoved(answer, visit)
        self.assertEqual((visit.state, visit.slot_state), ("draft", "none"))
        self.assertIn(
            "Мастер заболел", "".join(map(str, visit.message_ids.mapped("body")))
        )
        self.assertMoved(self.drop(*answer["undo"]), visit)
        self.assertEqual(
            (visit.state, visit.performer_id), ("assigned", self.performer)
        )

    def test_nothing_to_do_changes_nothing(self):
        visit = self.plan()
        visit.action_assign()
        self.env.flush_all()
        version = visit.plan_version
        self.assertMoved(self.drop(self.move(visit)), visit)
        self.env.flush_all()
        self.assertEqual(visit.plan_version, version)

    def test_another_performer_at_the_same_time_keeps_the_customers_yes(self):
        visit = self.plan()
        visit.action_assign()
        visit.action_confirm_customer()
        self.assertMoved(self.drop(self.move(visit, who=self.second)), visit)
        self.assertTrue(visit.customer_confirmed)
        self.assertFalse(visit.performer_confirmed)

    # What is said against it

    def test_beyond_capacity_is_refused_whatever_the_reason(self):
        self.plan(9)
        visit = self.plan(11)
        move = self.move(visit, 9)
        for reason in (None, "Очень надо"):
            answer = self.drop(move, reason=reason)
            self.assertIn("already booked", answer["refused"][0]["text"])
            self.assertFalse(answer["orders"] or answer["undo"])
        [found] = self.board.action_check([move])
        self.assertIn("already booked", found["refused"])
        self.assertEqual(visit.date_start, at(11))

    def test_on_the_way_counts_too(self):
        self.plan(9)
        visit = self.plan(11)
        visit.action_assign()
        visit.action_on_the_way()
        answer = self.drop(self.move(visit, 9))
        self.assertTrue(answer["refused"])
        with self.assertRaises(UserError):
            visit.action_reschedule("Пробка", at(9))
        self.assertMoved(self.drop(self.move(visit, 14)), visit)
        self.assertEqual(visit.state, "assigned")

    def test_all_or_nothing(self):
        self.plan(9)
        good, bad = self.plan(11), self.plan(13)
        answer = self.drop(self.move(good, 15), self.move(bad, 9))
        self.assertEqual([r["id"] for r in answer["refused"]], bad.ids)
        self.assertEqual(good.date_start, at(11))

    def test_two_moves_onto_the_same_hour(self):
        first, second = self.plan(9), self.plan(11)
        answer = self.drop(self.move(first, 14), self.move(second, 14))
        self.assertEqual(len(answer["refused"]), 2)

    def test_rules_ask_for_a_reason_that_is_kept(self):
        skill = self.env["service.skill"].create({"name": "Газ"})
        product = self.build_product(service_skill_ids=[Command.set(skill.ids)])
        visit = self.build_work_order(
            line_ids=[Command.create({"product_id": product.id})]
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Отпуск",
                "resource_id": self.performer.id,
                "date_from": at(0, 1),
                "date_to": at(23, 1),
            }
        )
        for day, hour, words in (
            (0, 9, ("lacks the skill: Газ",)),
            (0, 20, ("works on", "lacks the skill")),
            (1, 9, ("is absent", "lacks the skill")),
        ):
            move = self.move(visit, hour, day)
            [asked] = self.drop(move)["reasons"]
            for text in words:
                self.assertIn(text, " ".join(asked["reasons"]))
            [found] = self.board.action_check([move])
            self.assertEqual(found["reasons"], asked["reasons"])
            self.assertFalse(visit.performer_id)
        self.assertMoved(self.drop(move, reason=" Просит клиент "), visit)
        self.assertEqual(visit.override_reason, "Просит клиент")
        said = [
            str(m.body) for m in visit.message_ids if "Просит клиент" in str(m.body)
        ]
        self.assertEqual(len(said), 1)
        # where nothing is said against it the old reason is no longer true
        visit.line_ids.unlink()
        self.assertMoved(self.drop(self.move(visit, 9, 2)), visit)
        self.assertFalse(visit.override_reason)

    def test_deadline(self):
        request = self.build_request(
            type="opportunity", partner_id=self.customer.id, wished_end=at(12)
        )
        visit = self.plan(request_id=request.id)
        self.assertMoved(self.drop(self.move(visit, 12)), visit)
        answer = self.drop(self.move(visit, 13))
        self.assertIn("has to begin until", answer["reasons"][0]["reasons"][0])
        self.assertMoved(self.drop(self.move(visit, 13), reason="Согласовано"), visit)
        self.assertIn("Согласовано", self.said(visit))
        visit.write({"window_start": at(13), "window_end": at(14)})
        self.assertMoved(self.drop(self.move(visit, 14)), visit)

    def test_confirmed_time(self):
        visit = self.plan()
        visit.action_assign()
        visit.action_confirm_customer()
        answer = self.drop(self.move(visit, 14))
        self.assertIn("has confirmed", answer["reasons"][0]["reasons"][0])
        self.assertMoved(self.drop(self.move(visit, 14), reason="Просит клиент"), visit)
        self.assertFalse(visit.customer_confirmed)

    def test_begun_and_finished_stay(self):
        for state in ("in_progress", "done", "closed"):
            visit = self.plan(9)
            visit.state = state
            answer = self.drop(self.move(visit, 14))
            self.assertIn("stays where it is", answer["refused"][0]["text"])
            visit.state = "cancelled"

    # Versions

    def test_version_counts_what_changes_the_plan(self):
        visit = self.plan()
        self.env.flush_all()
        self.assertEqual(visit.plan_version, 1)
        for values in (
            {"date_start": at(10)},
            {"performer_id": self.second.id},
            {"state": "offered"},
            {"planned_hours": 3},
            {"helper_ids": self.performer.ids},
        ):
            with self.subTest(values=values):
                before = visit.plan_version
                visit.write(values)
                self.env.flush_all()
                self.assertGreater(visit.plan_version, before)
                visit.invalidate_recordset()
                before = visit.plan_version
                visit.write({**values, "instruction": str(values)})
                self.env.flush_all()
                self.assertEqual(visit.plan_version, before)

    def test_versions_of_a_batch_cost_one_query_at_most(self):
        visits = self.env["service.work.order"].concat(
            *(self.plan(9, day) for day in range(5))
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(10):
            visits._planned_together().write({"priority": "1", "window_end": at(9, 9)})
            self.env.flush_all()
        self.assertEqual(set(visits.mapped("plan_version")), {1})

    def test_who_was_slower_is_told_and_changes_nothing(self):
        visit, other = self.plan(9), self.plan(13)
        move, second = self.move(visit, 11), self.move(other, 15)
        visit.date_start = at(10)
        self.env.flush_all()
        answer = self.drop(move, second)
        [conflict] = answer["conflicts"]
        self.assertIn("was changed meanwhile", conflict["text"])
        self.assertIn("Service Performer", conflict["text"])
        self.assertEqual(conflict["order"]["start"], ms(10))
        self.assertEqual(other.date_start, at(13))
        [found, _other] = self.board.action_check([move, second])
        self.assertEqual(found["conflict"], conflict["text"])
        # again, knowing it
        move["version"] = conflict["order"]["version"]
        self.assertMoved(self.drop(move, second), visit, other)

    def test_who_is_gone(self):
        visit = self.plan()
        move = self.move(visit, 11)
        visit.unlink()
        answer = self.drop(move)
        self.assertIn("not there any more", answer["conflicts"][0]["text"])
        self.assertFalse(answer["conflicts"][0]["order"])

    def test_a_performer_who_left_meanwhile(self):
        visit = self.plan()
        move = self.move(visit, 11, who=self.second)
        self.second.active = False
        [found] = self.board.action_check([move])
        self.assertIn("not a performer, or not any more", found["refused"])
        self.assertFalse(found["reasons"])
        answer = self.drop(move, reason="Очень надо")
        self.assertIn(self.second.name, answer["refused"][0]["text"])
        self.assertEqual(visit.performer_id, self.performer)

    def test_an_absence_is_told_once(self):
        visit = self.plan()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Отпуск",
                "resource_id": self.second.id,
                "date_from": at(0),
                "date_to": at(0, 5),
            }
        )
        move = self.move(visit, 11, who=self.second)
        [found] = self.board.action_check([move])
        [reason] = found["reasons"]
        self.assertIn("Отпуск", reason)
        self.assertEqual([r["reasons"] for r in self.drop(move)["reasons"]], [[reason]])

    # Rights

    def test_who_may_plan(self):
        visit = self.plan()
        move = self.move(visit, 11)
        others = [self.user_operator, self.user_manager, self.user_performer]
        others.append(new_test_user(self.env, "clerk"))
        for user in others:
            model = self.board.with_user(user)
            with self.assertRaises(AccessError):
                model.action_move([move])
            with self.assertRaises(AccessError):
                model.action_check([move])
            with self.assertRaises(AccessError):
                model.action_landing(visit.id, 1, ms(0), ms(0, 7))

    def test_another_companys_order_is_not_there(self):
        other = self.env["res.company"].create({"name": "Другая"})
        visit = self.build_work_order(
            company_id=other.id, partner_id=self.build_partner("Чужой").id
        )
        answer = self.drop(self.move(visit))
        self.assertIn("not there any more", answer["conflicts"][0]["text"])
        self.assertFalse(visit.performer_id)

    def test_checks_are_not_put_off_from_outside(self):
        self.plan(9)
        visit = self.plan(11).with_user(self.user_dispatcher)
        for forged in (True, "TOGETHER", {}):
            with self.assertRaises(UserError):
                visit.with_context(service_plan_together=forged).date_start = at(9)

    def test_the_same_visit_twice(self):
        visit = self.plan()
        with self.assertRaises(UserError):
            self.drop(self.move(visit, 11), self.move(visit, 12))


class TestDispatchLanding(BoardCommon):
    """Where the order that is dragged may land."""

    def land(self, visit):
        self.env.flush_all()
        return self.board.action_landing(visit.id, visit.plan_version, ms(0), ms(0, 7))

    def row_of(self, answer, performer):
        return [tuple(part) for part in answer["rows"].get(str(performer.id), ())]

    def test_busy_hours_and_days_off(self):
        self.plan(9, hours=2)
        visit = self.build_work_order()
        answer = self.land(visit)
        self.assertFalse(answer["conflict"] or answer["all"])
        row = self.row_of(answer, self.performer)
        busy = [part[:2] for part in row if part[2] == "refused"]
        self.assertEqual(busy, [(ms(9), ms(11))])
        off = [part[:2] for part in row if part[4] == "edges"]
        self.assertEqual(off[:2], [(ms(0), ms(8)), (ms(17), ms(8, 1))])
        self.assertFalse(
            [p for p in self.row_of(answer, self.second) if p[2] == "refused"]
        )

    def test_own_time_and_work_elsewhere(self):
        visit = self.plan(9)
        other = self.env["res.company"].create({"name": "Другая"})
        self.performer.company_id = False
        self.build_work_order(
            company_id=other.id,
            partner_id=self.build_partner("Чужой").id,
            performer_id=self.performer.id,
            date_start=at(13),
            date_end=at(14),
        )
        row = self.row_of(self.land(visit), self.performer)
        self.assertEqual(
            [part[:2] for part in row if part[2] == "refused"], [(ms(13), ms(14))]
        )

    def test_members_and_capacity(self):
        crew = self.build_performer(
            name="Бригада",
            calendar_id=self.calendar.id,
            crew_member_ids=[Command.set(self.second.ids)],
        )
        self.performer.service_capacity = 2
        self.plan(9)
        self.plan(9, hours=2)
        self.plan(13, performer=self.second)
        answer = self.land(self.build_work_order())
        for performer, busy in (
            (self.performer, [(ms(9), ms(10))]),
            (crew, [(ms(13), ms(14))]),
        ):
            row = self.row_of(answer, performer)
            self.assertEqual([p[:2] for p in row if p[2] == "refused"], busy)

    def test_skills_area_deadline_and_what_is_agreed(self):
        skill = self.env["service.skill"].create({"name": "Газ"})
        product = self.build_product(service_skill_ids=[Command.set(skill.ids)])
        self.second.service_skill_ids = [Command.create({"skill_id": skill.id})]
        request = self.build_request(
            type="opportunity", partner_id=self.customer.id, wished_end=at(12)
        )
        visit = self.plan(
            request_id=request.id,
            override_reason="Тест",
            line_ids=[Command.create({"product_id": product.id})],
        )
        visit.action_assign()
        visit.action_confirm_customer()
        answer = self.land(visit)
        everybody = [tuple(part) for part in answer["all"]]
        self.assertIn((ms(12) + 1, False), [part[:2] for part in everybody])
        self.assertIn((False, ms(9)), [part[:2] for part in everybody])
        self.assertEqual({part[4] for part in everybody}, {"start"})
        lasting = [p for p in self.row_of(answer, self.performer) if not p[0]]
        self.assertEqual(len(lasting), 1)
        self.assertIn("lacks the skill Газ", lasting[0][3])
        self.assertFalse([p for p in self.row_of(answer, self.second) if not p[0]])

    def test_what_stays_and_what_is_gone(self):
        visit = self.plan()
        visit.state = "done"
        answer = self.land(visit)
        self.assertEqual(answer["all"][0][2], "refused")
        self.assertFalse(answer["rows"])
        gone = self.plan(11)
        self.env.flush_all()
        gone_id = gone.id
        gone.unlink()
        answer = self.board.action_landing(gone_id, 1, ms(0), ms(0, 7))
        self.assertIn("not there any more", answer["conflict"])
