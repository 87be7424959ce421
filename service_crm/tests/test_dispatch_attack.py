from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_board import BoardCommon, at
from .common_my_day import PHOTO, MyDayCommon
from .common_portal import CustomerPageCommon


class TestDispatchAttack(BoardCommon):
    """What no screen sends, and a browser with a stale page or a script does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Чужая"})
        cls.gone = cls.build_performer(name="Ушел", calendar_id=False)
        cls.gone.active = False
        cls.room = cls.env["resource.resource"].create(
            {"name": "Склад", "resource_type": "material", "calendar_id": False}
        )
        cls.stranger = cls.build_performer(
            name="Чужой", calendar_id=False, company_id=cls.other_company.id
        )

    def test_moves_to_nobody_who_can_go(self):
        """Archived, no performer, another company's: the page was stale or forged."""
        for wrong in (self.gone, self.room, self.stranger):
            order = self.build_work_order(planned_hours=1)
            told = self.plan(9)
            told._action_assign()
            for one in (order, told):
                with self.subTest(who=wrong.name, state=one.state):
                    refused = False
                    try:
                        with self.cr.savepoint():
                            answer = self.board.action_move(
                                [self.move(one, 14, who=wrong)], reason="Так надо"
                            )
                            refused = bool(answer["refused"])
                    except UserError:
                        refused = True
                    self.assertTrue(refused)
                    self.assertNotEqual(one.performer_id, wrong)
            told.sudo().unlink() if told.state == "draft" else told._action_cancel("x")

    def test_offers_to_nobody_who_can_go(self):
        for wrong in (self.gone, self.room, self.stranger):
            order = self.build_work_order(date_start=at(9), date_end=at(10))
            with self.subTest(who=wrong.name), self.assertRaises(UserError) as caught:
                order.with_user(self.user_dispatcher).action_offer_to(
                    (self.second + wrong).ids, reason="Так надо"
                )
            if wrong == self.stranger:
                self.assertNotIn("Чужой", str(caught.exception))
            self.assertFalse(order.sudo().offer_ids)

    def test_suggestions_of_a_century(self):
        order = self.build_work_order(planned_hours=1)
        asked = order.with_user(self.user_dispatcher)
        with self.assertRaises(UserError):
            asked.action_suggestions("2030-01-07", "2130-01-07")
        self.assertFalse(asked.action_suggestions("2030-02-07", "2030-01-08")["slots"])

    def test_series_started_by_the_context(self):
        """Recurring visits are started by the button, whatever the call says."""
        values = {
            "partner_id": self.customer.id,
            "name": "Осмотр",
            "line_ids": [Command.create({"product_id": self.build_product().id})],
        }
        series = (
            self.env["service.visit.series"]
            .with_user(self.user_dispatcher)
            .with_context(
                default_state="running",
                default_planned_until="2099-01-01",
                default_retry_on="2099-01-01",
            )
            .create({**values, "retry_on": "2099-01-01", "error": "нет"})
        )
        self.assertEqual(series.state, "draft")
        self.assertFalse(series.planned_until)
        self.assertFalse(series.retry_on)
        self.assertFalse(series.error)
        with self.assertRaises(UserError):
            series.retry_on = "2099-01-01"

    def test_series_of_a_performer_who_left(self):
        """His visits are planned all the same, for the dispatcher to give away."""
        series = self.env["service.visit.series"].create(
            {
                "partner_id": self.customer.id,
                "name": "Осмотр",
                "performer_id": self.second.id,
                "date_first": "2030-01-08",
                "planned_hours": 1,
            }
        )
        self.second.active = False
        series.with_user(self.user_dispatcher).action_start()
        self.assertGreater(len(series.visit_ids), 10)
        self.assertFalse(series.visit_ids.performer_id)

    def test_wishes_for_a_far_century(self):
        """A customer typed the wrong year: the dispatcher does not wait for ages."""
        request = self.build_request(
            partner_id=self.customer.id,
            wished_start="2130-01-07 09:00:00",
            wished_end="2130-01-07 12:00:00",
        )
        order = self.build_work_order(planned_hours=1, request_id=request.id)
        found = order.with_user(self.user_dispatcher).action_suggestions()
        self.assertTrue(found["slots"])

    def test_rule_without_a_figure_stops_no_request(self):
        """Imported so: it says itself what is missing."""
        rule = {
            "name": "Лучший",
            "role": "dispatcher",
            "method": "best",
            "figure": False,
        }
        with self.assertRaises(UserError):
            self.env["service.assignment.rule"].create(rule)
        made = self.env["service.assignment.rule"].create(
            {**rule, "figure": "turnover"}
        )
        with self.assertRaises(UserError):
            made.figure = False
        self.assertTrue(self.build_request())


@tagged("post_install", "-at_install")
class TestPhoneAttack(MyDayCommon):
    """The phone with a clock of its own, and posts that are no phone's."""

    def act(self, kind, sent=None, made=None, **values):
        self.number += 1
        now = fields.Datetime.now().timestamp() * 1000
        return (
            self.env["service.phone.action"]
            .with_user(self.user_performer)
            ._receive(
                {
                    "key": f"0123456789abcdef-{self.number}",
                    "kind": kind,
                    "order": self.visit.id,
                    "token": self.env["service.my.day"]
                    .with_user(self.user_performer)
                    ._get_order_token(self.visit),
                    "made": made or now,
                    "sent": sent or now,
                    "values": values,
                }
            )
        )

    def test_clock_that_went_back(self):
        """Done “before” it was begun, by the phone: the times stay in order."""
        self.assertEqual(self.act("step", step="start")["state"], "done")
        now = fields.Datetime.now().timestamp() * 1000
        self.visit.line_ids.quantity_done = 1
        answer = self.act("step", made=now - 3600_000, sent=now, step="done")
        self.assertEqual(answer["state"], "done", answer)
        self.assertLessEqual(self.visit.actual_start, self.visit.actual_end)

    def test_posts_of_no_phone(self):
        for kind, values in (
            ("photo", {"data": PHOTO, "when": ["before"]}),
            ("photo", {"data": PHOTO, "when": {"a": 1}}),
            ("problems", {"ids": [[1], None, True, 10**30]}),
            ("line", {"line": [1], "quantity": 1}),
            ("line", {"line": self.visit.line_ids.id, "quantity": "1e309"}),
            ("step", {"step": {"a": 1}}),
            ("material", {"item": "1; --", "quantity": 1}),
            ("offer", {"offer": [1], "accept": True}),
            ("unphoto", {"photo": []}),
            ("paper", {"paper": {}, "data": PHOTO}),
            ("signature", {"data": "\x00", "name": []}),
        ):
            with self.subTest(kind=kind, values=values):
                self.assertIn(self.act(kind, **values)["state"], ("done", "refused"))

    def test_search_for_materials_that_is_no_text(self):
        self.login()
        for text in (None, 5, ["a"], {"a": 1}, "%" * 500):
            with self.subTest(text=text):
                self.assertNotIn("error", self.call("items", text=text))


@tagged("post_install", "-at_install")
class TestCustomerPageAttack(CustomerPageCommon):
    """Dates and numbers that nobody types."""

    def test_wished_times_of_no_calendar(self):
        request = self.build_planned_request()
        visit = request.work_order_ids
        for wished in ("0001-01-01T00:00", "9999-12-31T23:59", "2030-02-31T10:00", "…"):
            with self.subTest(wished=wished):
                answer = self.post(
                    request,
                    "reschedule",
                    visit=visit.id,
                    wished=wished,
                    text="Перенесите",
                )
                self.assertLess(answer.status_code, 500)

    def test_slots_of_no_calendar(self):
        request = self.build_planned_request()
        visit = request.work_order_ids
        for slot in ("99999999999", "1", "-5", "٣٣٣٣٣٣٣٣٣٣"):
            with self.subTest(slot=slot):
                answer = self.post(request, "slot", visit=visit.id, slot=slot)
                self.assertEqual(answer.status_code, 400)
