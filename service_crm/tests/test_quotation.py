from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import ServiceCommon, requirement


class TestQuotation(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.build_partner(
            "Lenina 5", parent_id=cls.company_customer.id, type="delivery"
        )
        cls.product = cls.build_product("Осмотр лифта", 180.0)
        cls.other = cls.build_product("Регулировка дверей", 95.5)
        cls.requests = cls.env["crm.lead"]
        for number in range(3):
            cls.requests += cls.build_request(
                name=f"Лифт {number}",
                partner_id=cls.customer.id,
                type="opportunity",
                site_id=cls.site.id,
                user_id=cls.user_manager.id,
                dispatcher_id=cls.user_dispatcher.id,
                request_line_ids=[
                    Command.create({"product_id": cls.product.id, "quantity": 2})
                ],
            )
        cls.request = cls.requests[0]

    def quote(self, requests=None):
        requests = requests or self.request
        requests.with_user(self.user_dispatcher).action_make_quotation()
        return requests.mapped("service_quotation_id")

    @requirement("R25")
    def test_one_click_makes_a_quotation_linked_both_ways(self):
        action = self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.order_ids
        self.assertEqual(action["res_id"], order.id)
        self.assertEqual(order.opportunity_id, self.request)
        self.assertEqual(self.request.service_quotation_id, order)
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.partner_shipping_id, self.site)
        self.assertEqual(order.team_id, self.team)
        self.assertEqual(order.user_id, self.user_manager)
        self.assertTrue(order.is_service)
        self.assertEqual(order.order_line.name, self.request.request_line_ids.name)
        self.assertEqual(self.request.request_line_ids.sale_line_id, order.order_line)
        self.assertEqual(order.amount_total, self.request.service_amount_total)
        back = order.with_user(self.user_dispatcher).action_open_request()
        self.assertEqual(back["res_id"], self.request.id)

    def test_second_press_doubles_nothing(self):
        order = self.quote()
        self.assertEqual(self.quote(), order)
        self.assertEqual(len(order.order_line), 1)
        self.request.request_line_ids.quantity = 5
        self.build_line(self.request, self.other)
        self.assertEqual(self.quote(), order)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [5, 1])
        self.assertEqual(order.amount_untaxed, 995.5)
        self.request.request_line_ids[0].with_user(self.user_operator).unlink()
        self.assertEqual(order.order_line.product_id, self.other)

    def test_several_requests_in_one_press(self):
        orders = self.quote(self.requests)
        self.assertEqual(len(orders), 3)
        self.assertEqual(orders.opportunity_id, self.requests)

    def test_agreed_price_is_pinned(self):
        line = self.request.request_line_ids
        line.price_unit = 150
        order = self.quote()
        self.product.list_price = 999
        order.order_line.with_user(self.user_dispatcher).product_uom_qty = 3
        self.assertEqual(order.order_line.price_unit, 150)
        self.assertEqual(order.amount_untaxed, 450)

    def test_a_service_may_be_agreed_for_nothing(self):
        self.request.request_line_ids.price_unit = 0
        order = self.quote()
        order.order_line.product_uom_qty = 3
        self.assertEqual(order.amount_untaxed, 0)

    def test_price_list_discount_is_given_once(self):
        group = self.env.ref("sale.group_discount_per_so_line")
        pricelists = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").implied_ids += group + pricelists
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Minus ten",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        self.customer.property_product_pricelist = pricelist
        request = self.build_request(partner_id=self.customer.id, type="opportunity")
        self.build_line(request, self.product)
        self.assertEqual(request.request_line_ids.price_unit, 162)
        order = self.quote(request)
        self.assertEqual(order.amount_untaxed, 162)
        order.order_line.product_uom_qty = 2
        self.assertEqual(order.amount_untaxed, 324)

    def test_changes_in_the_draft_are_told_to_the_request(self):
        order = self.quote()
        order.order_line.with_user(self.user_dispatcher).write(
            {"product_uom_qty": 4, "price_unit": 100, "discount": 10, "name": "Лифт"}
        )
        line = self.request.request_line_ids
        self.assertEqual((line.quantity, line.price_unit, line.discount), (4, 100, 10))
        self.assertEqual(line.name, "Лифт")
        self.assertEqual(self.request.service_amount_untaxed, 360)
        self.assertEqual(order.amount_untaxed, 360)

    def test_what_the_customer_has_in_hand_does_not_change(self):
        order = self.quote()
        order.with_user(self.user_dispatcher).action_ask_approvals()
        with self.assertRaisesRegex(UserError, order.name):
            self.request.request_line_ids.quantity = 7
        with self.assertRaisesRegex(UserError, order.name):
            self.request.request_line_ids.unlink()
        with self.assertRaisesRegex(UserError, order.name):
            order.order_line.price_unit = 1
        with self.assertRaisesRegex(UserError, order.name):
            order.pricelist_id = False
        self.build_line(self.request, self.other)
        with self.assertRaisesRegex(UserError, order.name):
            self.quote()
        order.with_user(self.user_dispatcher).action_draft()
        self.assertEqual(order.service_approval_ids.state, "reset")
        self.assertEqual(len(self.quote().order_line), 2)

    def test_later_services_go_into_a_new_quotation(self):
        order = self.build_agreed_order(self.request)
        self.assertEqual(self.quote(), order)
        self.build_line(self.request, self.other)
        second = self.quote()
        self.assertNotEqual(second, order)
        self.assertEqual(second.order_line.product_id, self.other)
        self.assertEqual(self.quote(), second)

    def test_cancelled_quotation_gives_its_services_back(self):
        order = self.quote()
        order.with_user(self.user_dispatcher).action_cancel()
        second = self.quote()
        self.assertNotEqual(second, order)
        self.assertEqual(len(second.order_line), 1)

    def test_both_places_that_ask_pull_in_new_services(self):
        self.team.approval_dispatcher = True
        orders = self.quote(self.requests)
        by_request, by_order, in_hand = self.requests
        for request in self.requests:
            self.build_line(request, self.other)
            request.request_line_ids[0].quantity = 3
        by_request.with_user(self.user_dispatcher).action_ask_approvals()
        orders[1].with_user(self.user_dispatcher).action_ask_approvals()
        for request, order in zip((by_request, by_order), orders, strict=False):
            self.assertEqual(order.order_line.product_id, self.product | self.other)
            self.assertEqual(order.order_line.mapped("product_uom_qty"), [3, 1])
            self.assertEqual(order.amount_total, request.service_amount_total)
            self.assertEqual(order.state, "sent")
            self.assertEqual(order.service_approval_state, "waiting")
        # What the customer has in hand does not change: both places say so.
        orders[2].with_user(self.user_dispatcher).action_quotation_sent()
        for record in (in_hand, orders[2]):
            with self.assertRaisesRegex(UserError, "with the customer already"):
                record.with_user(self.user_dispatcher).action_ask_approvals()
        self.assertEqual(orders[2].service_approval_state, "none")

    def test_another_open_quotation_of_the_request_is_asked_as_it_is(self):
        self.team.approval_dispatcher = True
        older = self.quote()
        newer = older.copy()
        self.assertEqual(self.request.service_quotation_id, newer)
        self.build_line(self.request, self.other)
        older.with_user(self.user_dispatcher).action_ask_approvals()
        self.assertEqual(older.order_line.product_id, self.product)
        self.assertEqual(newer.state, "draft")
        self.assertEqual(older.service_approval_state, "waiting")

    def test_what_is_missing_is_said(self):
        request = self.build_request(type="opportunity")
        with self.assertRaisesRegex(UserError, "the customer, at least one service"):
            self.quote(request)

    def test_only_dispatchers_and_managers_quote(self):
        for user in (self.user_operator, self.user_performer):
            with self.assertRaises(AccessError):
                self.request.with_user(user).action_make_quotation()
            with self.assertRaises(AccessError):
                self.request.with_user(user).action_ask_approvals()
        self.request.with_user(self.user_manager).action_make_quotation()
        order = self.request.service_quotation_id
        self.assertEqual(order.with_user(self.user_operator).amount_total, 360)
        action = self.request.with_user(self.user_operator).action_open_quotation()
        self.assertIn(f"/my/orders/{order.id}?access_token=", action["url"])
        with self.assertRaises(AccessError):
            self.request.with_user(self.user_performer).action_open_quotation()
        with self.assertRaises(AccessError):
            order.with_user(self.user_operator).write({"note": "x"})

    def test_other_teams_are_not_touched(self):
        team = self.env["crm.team"].create({"name": "Sales only"})
        lead = self.env["crm.lead"].create(
            {"name": "Plain", "team_id": team.id, "partner_id": self.customer.id}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "opportunity_id": lead.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        order.action_quotation_sent()
        order.order_line.price_unit = 3
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.service_approval_ids)

    def test_next_step_of_the_dispatcher(self):
        request = self.request.with_user(self.user_dispatcher)
        self.request.stage_id = self.stages["dispatch"]
        self.assertEqual(request.service_next_step, "ask_approvals")
        operator = self.request.with_user(self.user_operator)
        self.assertNotEqual(operator.service_next_step, "ask_approvals")
        request.action_ask_approvals()
        self.assertNotEqual(request.service_next_step, "ask_approvals")
        request.action_take_back_quotation()
        self.assertEqual(request.service_quotation_id.state, "draft")
        self.assertEqual(request.service_next_step, "ask_approvals")
        self.team.approval_customer = False
        request.invalidate_recordset(["service_next_step"])
        self.assertEqual(request.service_next_step, "make_quotation")
        empty = self.build_request(
            partner_id=self.customer.id,
            type="opportunity",
            stage_id=self.stages["dispatch"].id,
        )
        dispatcher = empty.with_user(self.user_dispatcher)
        self.assertEqual(dispatcher.service_next_step, "open_catalogue")

    def test_plain_orders_ask_nobody(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        with self.assertRaisesRegex(UserError, "no service request"):
            order.action_ask_approvals()
