from odoo.exceptions import AccessError, UserError

from .common import requirement
from .common_kit import KitCommon


class TestLivePrice(KitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request = cls.build_deal()
        cls.line = cls.build_line(cls.request, cls.kit)

    def ask(self, request=None, **answers):
        """The price with answers that are not saved."""
        request = request or self.request.with_user(self.user_dispatcher)
        rows = []
        for row in request.service_value_ids:
            parameter = row.parameter_id
            value = answers.get(parameter.code)
            if parameter.kind == "choice" and value:
                value = parameter.option_ids.filtered(lambda o, v=value: o.code == v).id
            rows.append([row.line_id.id, parameter.id, value])
        return request.action_preview_price(rows)

    @requirement("R139")
    def test_the_total_follows_the_dimensions_before_anything_is_saved(self):
        nothing = self.ask()
        self.assertEqual(nothing["total"], 0)
        self.assertIn("Still to ask", nothing["errors"][0])
        live = self.ask(length=5, width=6, height=3, walls="rough")
        total = 30 * 800 + 30 * 90 + 66 * 350 + 66 * 450 + 96 * 600
        self.assertEqual(live["total"], total)
        self.assertFalse(live["errors"])
        self.assertIn(
            "2 × (5 m + 6 m) × 3 m = 66 m²",
            [line["trace"] for line in live["lines"]],
        )
        self.assertFalse(self.line.component_line_ids, "nothing is written")
        self.assertFalse(any(self.request.service_value_ids.mapped("is_answered")))
        self.answer(self.request, length=5, width=6, height=3, walls="rough")
        self.assertEqual(self.request.service_amount_total, total)
        saved = self.request.with_user(self.user_dispatcher).action_preview_price()
        self.assertEqual(saved["total"], total)

    def test_the_live_total_has_tax_and_currency_of_the_customer(self):
        tax = self.env["account.tax"].create(
            {"name": "20%", "amount": 20, "type_tax_use": "sale"}
        )
        self.laminate.taxes_id = tax
        euro = self.env.ref("base.EUR")
        if euro == self.env.company.currency_id:
            euro = self.env.ref("base.USD")
        euro.active = True
        self.env["res.currency.rate"].search([]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 0.5, "name": "2020-01-01"}
        )
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "EUR", "currency_id": euro.id}
        )
        self.env.invalidate_all()
        answers = {"length": 5, "width": 6, "height": 3, "walls": "flat"}
        live = self.ask(**answers)
        self.answer(self.request, **answers)
        self.assertEqual(live["currency_id"], euro.id)
        self.assertEqual(self.request.service_currency_id, euro)
        for name in ("untaxed", "tax", "total"):
            self.assertEqual(live[name], self.request[f"service_amount_{name}"], name)
        self.assertEqual(live["tax"], 30 * 400 * 0.2)

    def test_the_margin_is_unknown_while_no_cost_is_known(self):
        answers = {"length": 5, "width": 6, "height": 3, "walls": "flat"}
        manager = self.request.with_user(self.user_manager)
        live = self.ask(manager, **answers)
        self.assertIsNone(live["margin"])
        self.assertNotIn("margin", self.ask(**answers))
        self.laminate.standard_price = 500
        live = self.ask(manager, **answers)
        self.assertEqual(live["margin"], live["untaxed"] - 30 * 500)
        self.answer(self.request, **answers)
        self.assertEqual(manager.service_margin, live["margin"])

    def test_a_wrong_answer_is_told_at_its_question(self):
        live = self.ask(length=5000, width=6, height=3, walls="flat")
        [group] = live["questions"]
        problems = {row["code"]: row["problem"] for row in group["questions"]}
        self.assertIn("is not between 0 and 100", problems["length"])
        self.assertFalse(problems["width"])
        self.assertEqual(group["name"], "Ремонт под ключ")

    def test_answers_for_other_requests_and_parameters_change_nothing(self):
        other = self.build_line(self.build_deal(), self.kit)
        preview = self.request.with_user(self.user_operator).action_preview_price
        before = preview()
        for answers in (
            [[other.id, self.parameters["length"].id, 5]],
            [[self.line.id, 10**6, 5]],
            [[self.line.id, self.walls.id, 10**6]],
        ):
            self.assertEqual(preview(answers)["total"], before["total"])

    def test_wrong_kinds_of_answers_are_refused(self):
        preview = self.request.with_user(self.user_operator).action_preview_price
        length = self.parameters["length"].id
        for answer in ("5", [5], {"a": 1}, float("nan"), float("inf"), 10**40):
            with self.subTest(answer=answer):
                live = preview([[self.line.id, length, answer]])
                self.assertTrue(live["errors"])
        for answers in ("x", [1], [[1, 2]], [["a", "b", 1]]):
            with self.subTest(answers=answers), self.assertRaises(UserError):
                preview(answers)

    def test_only_those_who_price_see_it(self):
        with self.assertRaises(AccessError):
            self.request.with_user(self.user_performer).action_preview_price()
        company = self.env["res.company"].create({"name": "Вторая"})
        self.request.company_id = company
        with self.assertRaises(AccessError):
            self.request.with_user(self.user_dispatcher).action_preview_price()

    def test_queries_do_not_grow_with_the_lines(self):
        def count(request):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            request.with_user(self.user_dispatcher).action_preview_price()
            return self.env.cr.sql_log_count - before

        self.answer(self.request, length=5, width=6, height=3, walls="flat")
        count(self.request)
        few = count(self.request)
        for _time in range(5):
            self.build_line(self.request, self.kit)
        self.answer(self.request, length=5, width=6, height=3, walls="flat")
        self.assertLessEqual(count(self.request), few + 3)
