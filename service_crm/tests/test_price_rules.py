"""Price rules on requests: surcharges, discounts, promotions, minimum fees."""

from odoo.exceptions import UserError
from odoo.fields import Command

from .common import ServiceCommon, requirement


class PriceRuleCommon(ServiceCommon):
    """A request of a known customer, a service for 1,000, no rules but the test's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.price.rule"].search([]).active = False
        cls.currency = cls.env.company.currency_id
        cls.repair = cls.build_product("Ремонт двери", 1000.0)
        cls.roller = cls.build_product(
            "Ролик", 200.0, type="consu", service_category_id=False
        )
        cls.request = cls.build_price_request()

    @classmethod
    def build_price_request(cls, **values):
        return cls.build_request(
            partner_id=cls.customer.id,
            type="opportunity",
            user_id=cls.user_manager.id,
            dispatcher_id=cls.user_dispatcher.id,
            **values,
        )

    @classmethod
    def build_rule(cls, name="Срочный выезд", **values):
        if values.get("method", "percent") == "percent":
            values.setdefault("percent", 30)
        return cls.env["service.price.rule"].create({"name": name, **values})

    @classmethod
    def build_parameter(cls, code, kind="boolean", **values):
        return cls.env["service.parameter"].create(
            {"name": code, "code": code, "kind": kind, "scope": "request", **values}
        )

    def answer(self, request, parameter, value):
        row = request.service_value_ids.filtered(
            lambda row: row.parameter_id == parameter
        )
        self.assertEqual(len(row), 1, "the question is asked once")
        name = {"boolean": "value_boolean", "number": "value_number"}[parameter.kind]
        row.with_user(self.user_dispatcher).write({name: value})

    def get_lines(self, request):
        """``{name of the line: (price, discount, amount)}``."""
        return {
            line.name: (line.price_unit, line.discount, line.price_subtotal)
            for line in request.request_line_ids
        }


class TestPriceRules(PriceRuleCommon):
    @requirement("R140")
    def test_give_discount_yes_and_back_to_no(self):
        parameter = self.build_parameter("give_discount")
        self.build_rule("Скидка", kind="discount", percent=5, condition="give_discount")
        request = self.request.with_user(self.user_dispatcher)
        self.build_line(request, self.repair)
        self.assertEqual(request.service_amount_total, 1000)
        self.answer(request, parameter, True)
        self.assertEqual(request.service_amount_total, 950)
        line = request.request_line_ids
        self.assertEqual((line.price_unit, line.discount), (1000, 5))
        self.assertEqual(line.rule_reasons, "Скидка, −5 %")
        request.action_make_quotation()
        self.assertEqual(request.service_quotation_id.amount_total, 950)
        self.answer(request, parameter, False)
        self.assertEqual(request.service_amount_total, 1000)
        self.assertFalse(line.rule_reasons)
        request.action_make_quotation()
        self.assertEqual(request.service_quotation_id.amount_total, 1000)

    @requirement("R141")
    def test_a_promotion_is_applied_by_itself_and_ends_by_itself(self):
        self.build_rule(
            "Осенняя акция",
            kind="discount",
            percent=10,
            show_as="line",
            basis="asked",
            date_from="2026-09-01",
            date_to="2026-11-30",
        )
        request = self.request.with_user(self.user_dispatcher)
        request.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2026-10-01' WHERE id = %s",
            [request.id],
        )
        request.invalidate_recordset(["create_date"])
        self.build_line(request, self.repair)
        rule_line = request.request_line_ids.filtered("price_rule_id")
        self.assertEqual(rule_line.price_unit, -100)
        self.assertEqual(rule_line.name, "Осенняя акция")
        self.assertEqual(rule_line.trace, "Осенняя акция, −10 %")
        self.assertEqual(request.service_amount_total, 900)
        request.action_make_quotation()
        order = request.service_quotation_id
        self.assertEqual(order.amount_total, 900)
        self.assertIn("Осенняя акция", order.order_line.mapped("name"))
        late = self.build_price_request()
        late.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2026-12-01' WHERE id = %s", [late.id]
        )
        late.invalidate_recordset(["create_date"])
        self.build_line(late, self.repair)
        self.assertEqual(late.service_amount_total, 1000)

    def test_all_steps_together_in_their_order(self):
        self.build_rule(
            "Без лифта", level="line", method="unit", amount=100, show_as="price"
        )
        self.build_rule("Выходной", percent=50, show_as="line")
        self.build_rule("Постоянный клиент", kind="discount", percent=10)
        self.build_rule("Купон", kind="discount", method="fixed", amount=35)
        self.build_rule("Выезд", kind="minimum", method="fixed", amount=2000)
        self.build_line(self.request, self.repair)
        # (1000 + 100) × 1.5 = 1650, − 10 % = 1485, − 35 = 1450, up to 2000
        self.assertEqual(
            self.get_lines(self.request),
            {
                "Ремонт двери": (1100, 10, 990),
                "Выходной": (550, 10, 495),
                "Купон": (-35, 0, -35),
                "Выезд": (550, 0, 550),
            },
        )
        self.assertEqual(self.request.service_amount_total, 2000)

    def test_nothing_is_doubled_and_lines_of_rules_go_with_their_reason(self):
        rule = self.build_rule()
        self.build_line(self.request, self.repair)
        for _again in range(3):
            self.request._update_prices()
        line = self.request.request_line_ids.filtered("price_rule_id")
        self.assertEqual(line.price_rule_id, rule)
        self.assertEqual(line.price_unit, 300)
        rule.percent = 20
        self.request._update_prices()
        self.assertEqual(line.price_unit, 200)
        rule.active = False
        self.request._update_prices()
        self.assertFalse(line.exists())
        self.assertEqual(self.request.service_amount_total, 1000)

    def test_what_was_written_by_hand_stays(self):
        self.build_rule(show_as="price")
        self.build_rule("Скидка", kind="discount", percent=10)
        line = self.build_line(self.request, self.repair)
        self.assertEqual((line.price_unit, line.discount), (1300, 10))
        line.price_unit = 700
        self.assertEqual((line.price_unit, line.discount), (700, 10))
        line.discount = 3
        line.quantity = 2
        self.assertEqual((line.price_unit, line.discount), (700, 3))
        line.discount = 0
        self.assertEqual(line.discount, 10)
        line.price_unit = 1000
        self.assertEqual(line.price_unit, 1300)

    def test_prices_of_rules_stay_when_a_quantity_changes_on_the_order(self):
        self.build_rule(show_as="price")
        self.build_line(self.request, self.repair)
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.service_quotation_id.with_user(self.user_dispatcher)
        order.order_line.product_uom_qty = 3
        self.assertEqual(order.order_line.price_unit, 1300)
        self.assertEqual(order.amount_total, 3900)
        self.assertEqual(self.request.service_amount_total, 3900)
        order.action_update_prices()
        self.assertEqual(order.amount_total, 3900)
        self.assertEqual(order.order_line.price_unit, 1300)

    def test_lines_of_rules_follow_a_quantity_changed_on_the_order(self):
        self.build_rule(show_as="line")
        self.build_line(self.request, self.repair)
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.service_quotation_id.with_user(self.user_dispatcher)
        self.assertEqual(order.amount_total, 1300)
        order.order_line.filtered(
            lambda line: not line.price_rule_id
        ).product_uom_qty = 2
        self.assertEqual(self.request.service_amount_total, 2600)
        self.assertEqual(order.amount_total, 2600)

    def test_what_is_agreed_stays_and_a_fee_is_not_asked_twice(self):
        self.team.write(
            {
                "approval_customer": False,
                "approval_manager": False,
                "approval_dispatcher": False,
            }
        )
        self.build_rule("Срочно", percent=30)
        self.build_rule("Выезд", method="fixed", amount=100)
        self.build_rule("Минимум", kind="minimum", method="fixed", amount=1500)
        request = self.request.with_user(self.user_dispatcher)
        self.build_line(request, self.repair)
        request.action_make_quotation()
        agreed = request.service_quotation_id
        agreed.action_confirm()
        self.assertEqual(agreed.amount_total, 1500)
        self.build_line(request, self.roller)
        self.assertEqual(agreed.amount_total, 1500)
        request.action_make_quotation()
        added = request.order_ids - agreed
        self.assertEqual(
            {line.name: line.price_unit for line in added.order_line},
            {"Ролик": 200, "Срочно": 60},
        )
        self.assertEqual(request.service_amount_total, 1760)

    def test_another_price_list_on_the_order_is_explained(self):
        self.build_line(self.request, self.repair)
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.service_quotation_id
        order.pricelist_id = self.env["product.pricelist"].create({"name": "Опт"})
        with self.assertRaisesRegex(UserError, "priced by the price list"):
            order.with_user(self.user_dispatcher).action_update_prices()

    @requirement("R25")
    def test_price_list_of_the_contract_in_its_currency(self):
        euro = self.env.ref("base.EUR")
        if euro == self.currency:
            euro = self.env.ref("base.USD")
        euro.active = True
        self.env["res.currency.rate"].search([]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 0.5, "name": "2020-01-01"}
        )
        tax = self.env["account.tax"].create(
            {"name": "НДС 20%", "amount": 20, "type_tax_use": "sale"}
        )
        self.repair.taxes_id = tax
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Договор",
                "currency_id": euro.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.repair.id,
                            "min_quantity": quantity,
                            "compute_price": "fixed",
                            "fixed_price": price,
                        }
                    )
                    for quantity, price in ((0, 450), (10, 400))
                ],
            }
        )
        contract = self.env["service.contract"].create(
            {
                "subject": "Обслуживание",
                "partner_id": self.company_customer.id,
                "pricelist_id": pricelist.id,
            }
        )
        self.build_rule("Выезд", method="fixed", amount=100)
        request = self.request.with_user(self.user_dispatcher)
        line = self.build_line(request, self.repair, quantity=2)
        self.assertEqual(line.price_unit, 1000)
        request.contract_id = contract
        self.assertEqual((line.price_unit, line.currency_id), (450, euro))
        fee = request.request_line_ids - line
        self.assertEqual((fee.price_unit, fee.currency_id), (50, euro))
        self.assertEqual(fee.tax_ids, tax)
        line.quantity = 10
        self.assertEqual(line.price_unit, 400)
        request.action_make_quotation()
        order = request.service_quotation_id
        self.assertEqual(order.pricelist_id, pricelist)
        self.assertEqual(order.currency_id, euro)
        self.assertEqual(order.order_line.mapped("price_unit"), [400, 50])
        self.assertEqual(order.order_line.tax_ids, tax)
        self.assertEqual(order.order_line[0].product_uom_id, self.repair.uom_id)
        self.assertEqual(order.amount_untaxed, 4050)
        self.assertEqual(order.amount_tax, 810)
