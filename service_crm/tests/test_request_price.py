from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import ServiceCommon, requirement


class TestRequestPrice(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("product.group_product_pricelist")
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "product.group_product_pricelist"
        )
        cls.currency = cls.env.company.currency_id
        cls.tax = cls.env["account.tax"].create(
            {"name": "VAT 20%", "amount": 20, "type_tax_use": "sale"}
        )
        cls.inspection = cls.build_product("Осмотр лифта", 180.0)
        cls.roller = cls.build_product(
            "Ролик двери", 17.77, taxes_id=[Command.set(cls.tax.ids)]
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Alfa",
                "currency_id": cls.currency.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": cls.inspection.id,
                            "compute_price": "fixed",
                            "fixed_price": 149.99,
                        }
                    ),
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": cls.roller.id,
                            "min_quantity": 5,
                            "compute_price": "percentage",
                            "percent_price": 10,
                        }
                    ),
                ],
            }
        )
        cls.company_customer.property_product_pricelist = cls.pricelist
        cls.customer.property_product_pricelist = cls.pricelist
        cls.request = cls.build_request(
            partner_id=cls.customer.id,
            type="opportunity",
            dispatcher_id=cls.user_dispatcher.id,
        )

    @requirement("R25")
    def test_services_get_price_unit_and_tax_of_the_customer(self):
        request = self.request.with_user(self.user_dispatcher)
        request.request_line_ids = [
            Command.create({"product_id": self.inspection.id, "quantity": 2}),
            Command.create({"product_id": self.roller.id, "quantity": 3}),
        ]
        inspection, roller = request.request_line_ids
        self.assertEqual(inspection.price_unit, 149.99)
        self.assertEqual(inspection.product_uom_id, self.inspection.uom_id)
        self.assertEqual(inspection.name, "Осмотр лифта")
        self.assertFalse(inspection.tax_ids)
        self.assertEqual(roller.price_unit, 17.77)
        self.assertEqual(roller.tax_ids, self.tax)
        request.action_make_quotation()
        lines = request.service_quotation_id.order_line
        self.assertEqual(lines.mapped("price_unit"), [149.99, 17.77])
        self.assertEqual(lines.mapped("product_uom_qty"), [2, 3])
        self.assertEqual(lines.product_uom_id, (self.inspection + self.roller).uom_id)
        self.assertEqual(lines[1].tax_ids, self.tax)
        self.assertFalse(lines[0].tax_ids)

    @requirement("R27")
    def test_total_equals_the_hand_computed_sum_to_the_cent(self):
        self.build_line(self.request, self.inspection, quantity=2)
        self.build_line(self.request, self.roller, quantity=7)
        # 2 × 149.99 = 299.98; 17.77 − 10 % = 15.99, × 7 = 111.93, tax 22.386 → 22.39
        lines = self.request.request_line_ids
        self.assertEqual(lines.mapped("price_subtotal"), [299.98, 111.93])
        self.assertEqual(self.request.service_amount_untaxed, 411.91)
        self.assertEqual(self.request.service_amount_tax, 22.39)
        self.assertEqual(self.request.service_amount_total, 434.30)
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.service_quotation_id
        self.assertEqual(order.amount_untaxed, 411.91)
        self.assertEqual(order.amount_total, 434.30)
        self.assertEqual(order.pricelist_id, self.pricelist)

    def test_quantity_rules_and_prices_by_hand(self):
        line = self.build_line(self.request, self.roller, quantity=1)
        self.assertEqual(line.price_unit, 17.77)
        line.quantity = 10
        self.assertEqual(line.price_unit, 15.99)
        line.price_unit = 15
        line.quantity = 1
        self.assertEqual(line.price_unit, 15, "a price by hand stays")
        own = self.build_line(self.request, self.inspection, price_unit=99)
        self.assertEqual(own.price_unit, 99)
        own.quantity = 4
        self.assertEqual(own.price_subtotal, 396)

    def test_prices_follow_the_customer_becoming_known(self):
        request = self.build_request()
        line = self.build_line(request, self.inspection)
        self.assertEqual(line.price_unit, 180)
        request.partner_id = self.customer
        self.assertEqual(line.price_unit, 149.99)

    def test_price_list_in_another_currency(self):
        other = self.env.ref("base.EUR")
        if other == self.currency:
            other = self.env.ref("base.USD")
        other.active = True
        self.env["res.currency.rate"].search([]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "rate": 2.0, "name": "2020-01-01"}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": other.id}
        )
        foreigner = self.build_partner("Foreigner")
        foreigner.property_product_pricelist = pricelist
        request = self.build_request(partner_id=foreigner.id, type="opportunity")
        line = self.build_line(request, self.inspection)
        self.assertEqual(line.currency_id, other)
        self.assertEqual(line.price_unit, 360)
        self.assertEqual(request.service_currency_id, other)
        request.with_user(self.user_dispatcher).action_make_quotation()
        order = request.service_quotation_id
        self.assertEqual(order.currency_id, other)
        self.assertEqual(order.amount_untaxed, 360)

    def test_fiscal_position_of_the_customer(self):
        free = self.env["account.tax"].create(
            {"name": "VAT 0%", "amount": 0, "type_tax_use": "sale"}
        )
        position = self.env["account.fiscal.position"].create({"name": "Free"})
        free.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(self.tax.id)],
            }
        )
        self.customer.property_account_position_id = position
        line = self.build_line(self.request, self.roller)
        self.assertEqual(line.tax_ids, free)
        self.assertEqual(line.price_total, 17.77)

    def test_second_company_sells_with_its_own_price_list(self):
        company = self.env["res.company"].create(
            {"name": "Вторая", "currency_id": self.currency.id}
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Second",
                "company_id": company.id,
                "currency_id": self.currency.id,
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 7})
                ],
            }
        )
        self.customer.with_company(company).property_product_pricelist = pricelist
        request = self.build_request(
            partner_id=self.customer.id, company_id=company.id, type="opportunity"
        )
        line = self.build_line(request, self.inspection)
        self.assertEqual(line.price_unit, 7)
        user = self.user_dispatcher
        with self.assertRaises(AccessError):
            request.with_user(user).action_make_quotation()
        user.company_ids += company
        request.with_user(user).with_context(
            allowed_company_ids=(self.env.company + company).ids
        ).action_make_quotation()
        self.assertEqual(request.service_quotation_id.company_id, company)
        self.assertEqual(request.service_quotation_id.amount_total, 7)

    @requirement("R26")
    def test_free_line_is_flagged_accepted_and_added_later(self):
        line = self.build_line(
            self.request, name="Покраска кабины", price_unit=500, quantity=2
        )
        self.assertTrue(line.not_in_catalogue)
        picked = self.build_line(self.request, self.inspection)
        self.assertFalse(picked.not_in_catalogue)
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.service_quotation_id
        sale_line = line.sale_line_id
        self.assertEqual(sale_line.order_id, order)
        self.assertTrue(sale_line.not_in_catalogue)
        self.assertTrue(order.has_free_lines)
        self.assertEqual(sale_line.name, "Покраска кабины")
        self.assertEqual(sale_line.price_subtotal, 1000)
        to_add = self.env["service.request.line"].with_user(self.user_admin)
        self.assertIn(line, to_add.search([("not_in_catalogue", "=", True)]))
        with self.assertRaises(AccessError):
            line.with_user(self.user_dispatcher).action_add_to_catalogue()
        line.with_user(self.user_admin).action_add_to_catalogue()
        self.assertEqual(line.product_id.name, "Покраска кабины")
        self.assertEqual(line.product_id.list_price, 500)
        self.assertFalse(line.not_in_catalogue)
        self.assertEqual(sale_line.product_id, line.product_id)
        self.assertEqual(sale_line.price_subtotal, 1000)
        self.assertFalse(order.has_free_lines)

    def test_the_same_words_make_one_product(self):
        request = self.build_request(partner_id=self.customer.id)
        lines = self.build_line(self.request, name="Покраска", price_unit=500)
        lines += self.build_line(request, name=" покраска\nдва слоя", price_unit=450)
        lines += self.build_line(request, name="Уборка")
        lines.with_user(self.user_admin).action_add_to_catalogue()
        self.assertEqual(lines[0].product_id, lines[1].product_id)
        self.assertEqual(len(lines.product_id), 2)
        self.assertEqual(lines.mapped("price_unit"), [500, 450, 0])

    def test_adding_to_the_catalogue_leaves_an_agreed_order_alone(self):
        line = self.build_line(self.request, name="Покраска", price_unit=500)
        order = self.build_agreed_order(self.request)
        line.with_user(self.user_admin).action_add_to_catalogue()
        self.assertEqual(line.product_id.name, "Покраска")
        self.assertEqual(line.price_unit, 500)
        self.assertEqual(order.amount_untaxed, 500)
        self.assertFalse(order.has_free_lines)

    def test_form_fills_in_what_was_picked(self):
        request = self.request.with_user(self.user_operator)
        with Form(request, "service_crm.request_view_form") as form:
            with form.request_line_ids.new() as line:
                line.product_id = self.inspection
                self.assertEqual(line.price_unit, 149.99)
                line.quantity = 3
                self.assertEqual(line.price_subtotal, 449.97)
            with form.request_line_ids.new() as line:
                line.name = "Замена ковра"
        self.assertEqual(request.request_line_ids.mapped("price_unit"), [149.99, 0])
        self.assertEqual(
            request.request_line_ids.mapped("not_in_catalogue"), [False, True]
        )

    def test_wrong_input_is_refused(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.build_line(self.request, self.inspection, quantity=-1)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.build_line(self.request)

    def test_stand_in_product_is_not_offered_and_may_be_missing(self):
        line = self.build_line(self.request, name="Anything", price_unit=5)
        stand_in = line._get_free_line_product()
        self.assertNotIn(
            stand_in, stand_in.search(self.request._get_product_catalog_domain())
        )
        stand_in.unlink()
        with self.assertRaisesRegex(UserError, "Anything"):
            self.request.with_user(self.user_dispatcher).action_make_quotation()

    def test_product_catalogue_fills_the_request(self):
        request = self.request.with_user(self.user_dispatcher)
        action = request.action_open_catalogue()
        self.assertEqual(action["context"]["order_id"], request.id)
        products = self.inspection + self.roller
        info = request._get_product_catalog_order_line_info(products.ids)
        self.assertEqual(info[self.inspection.id]["price"], 149.99)
        self.assertEqual(info[self.inspection.id]["quantity"], 0)
        self.assertEqual(request._update_order_line_info(self.inspection.id, 2), 149.99)
        self.assertEqual(request._update_order_line_info(self.roller.id, 5), 15.99)
        self.assertEqual(request.request_line_ids.mapped("quantity"), [2, 5])
        info = request._get_product_catalog_order_line_info(products.ids)
        self.assertEqual(info[self.roller.id]["quantity"], 5)
        request._update_order_line_info(self.roller.id, 0)
        self.assertEqual(request.request_line_ids.product_id, self.inspection)

    def test_many_lines_cost_the_same_number_of_queries(self):
        values = {"product_id": self.inspection.id, "quantity": 1}

        def create(number):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["service.request.line"].create(
                [{"request_id": self.request.id, **values} for _i in range(number)]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        create(1)
        self.assertLessEqual(create(50), create(2) + 2)
