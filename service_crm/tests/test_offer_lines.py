from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form

from .common_offer import OfferCommon


class TestQuotationByHand(OfferCommon):
    """What is written into a draft quotation by hand stands in the request too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request = cls.build_deal(option=False)
        cls.request.with_user(cls.user_dispatcher).action_make_quotation()
        cls.order = cls.request.service_quotation_id.with_user(cls.user_dispatcher)

    def assert_same(self, order=None):
        """Request and quotation say the same, line by line."""
        order = (order or self.order).sudo()
        request = order.opportunity_id
        lines = order._get_priced_lines()
        self.assertEqual(request.request_line_ids.sale_line_id, lines)
        self.assertEqual(len(request.request_line_ids), len(lines))
        for line in request.request_line_ids:
            self.assertTrue(line._is_quoted_as_is(), line.name)
        self.assertEqual(request.service_amount_total, order.amount_total)

    def test_added_changed_and_removed_lines(self):
        self.order.order_line = [
            Command.create({"product_id": self.paint.id, "product_uom_qty": 3}),
            Command.update(self.order.order_line[0].id, {"product_uom_qty": 5}),
            Command.delete(self.order.order_line[1].id),
        ]
        self.assert_same()
        lines = self.request.request_line_ids
        self.assertEqual(lines.product_id, self.inspection + self.paint)
        self.assertEqual(lines.mapped("quantity"), [5, 3])
        self.assertEqual(self.request.service_amount_untaxed, 1020)
        # Making the quotation again finds nothing to do.
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        self.assertEqual(len(self.order.order_line), 2)
        self.assert_same()

    def test_price_written_by_hand_is_pinned(self):
        self.order.order_line = [
            Command.create({"product_id": self.paint.id, "price_unit": 33.0}),
            Command.create({"product_id": self.inspection.id}),
        ]
        by_hand, listed = self.request.request_line_ids[2:]
        self.assertTrue(by_hand._has_own_price())
        self.assertFalse(listed._has_own_price())
        by_hand.quantity = 7
        self.assertEqual(by_hand.price_unit, 33)

    def test_free_words(self):
        stand_in = self.env.ref("service_crm.product_other_service")
        self.order.order_line = [
            Command.create(
                {
                    "product_id": stand_in.id,
                    "name": "Смазать петли",
                    "price_unit": 10,
                    "not_in_catalogue": True,
                }
            )
        ]
        line = self.request.request_line_ids[2]
        self.assertEqual((line.name, line.price_unit), ("Смазать петли", 10))
        self.assertTrue(line.not_in_catalogue)
        self.assert_same()

    def test_notes_and_sections_are_no_services(self):
        self.order.order_line = [
            Command.create({"display_type": "line_section", "name": "Лифт"}),
            Command.create({"display_type": "line_note", "name": "Ночью"}),
        ]
        self.assertEqual(len(self.request.request_line_ids), 2)
        self.assert_same()

    def test_by_the_form(self):
        with Form(self.order) as form:
            with form.order_line.new() as line:
                line.product_id = self.paint
                line.product_uom_qty = 2
            form.order_line.remove(0)
        self.assertEqual(
            self.request.request_line_ids.product_id, self.doors + self.paint
        )
        self.assert_same()

    def test_what_the_request_asks_for_is_not_doubled(self):
        request = self.build_deal(option=False)
        line = request.request_line_ids[0]
        order = (
            self.env["sale.order"]
            .with_user(self.user_dispatcher)
            .create(
                {
                    "partner_id": self.customer.id,
                    "opportunity_id": request.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.inspection.id, "product_uom_qty": 4}
                        ),
                        Command.create({"product_id": self.paint.id}),
                    ],
                }
            )
        )
        self.assertEqual(len(request.request_line_ids), 3)
        self.assertEqual(line.sale_line_id, order.order_line[0])
        self.assertEqual(line.quantity, 4)
        request.with_user(self.user_dispatcher).action_make_quotation()
        self.assert_same(order)

    def test_copy_of_a_cancelled_quotation_takes_its_services_over(self):
        self.order.action_cancel()
        copy = self.order.copy()
        self.assertEqual(len(self.request.request_line_ids), 2)
        self.assert_same(copy)

    def test_deleted_quotation_leaves_the_request_as_it_was(self):
        self.order.sudo().unlink()
        self.assertEqual(len(self.request.request_line_ids), 2)
        self.assertFalse(self.request.request_line_ids.sale_line_id)

    def test_agreed_and_other_orders_tell_nothing(self):
        self.send()
        with self.assertRaisesRegex(UserError, self.order.name):
            self.order.order_line = [Command.create({"product_id": self.paint.id})]
        self.agree(self.order.sudo())
        self.order.sudo().order_line = [Command.create({"product_id": self.paint.id})]
        self.assertEqual(len(self.request.request_line_ids), 2)
        plain = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.paint.id})],
            }
        )
        self.assertFalse(plain.order_line.service_request_line_ids)

    def test_queries_do_not_grow_with_the_lines(self):
        """Odoo looks up some things per line; the copies into the request do not."""

        def count(order, number):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.order_line = [
                Command.create({"product_id": self.paint.id, "name": f"{number} {i}"})
                for i in range(number)
            ]
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        plain = self.env["sale.order"].create({"partner_id": self.customer.id})
        growth = []
        for order in (plain, self.order.sudo()):
            count(order, 1)
            growth.append(count(order, 12) - count(order, 2))
        self.assertLessEqual(growth[1], growth[0] + 2)

    # Options -------------------------------------------------------------------------

    def test_options_stand_apart_and_do_not_count(self):
        request = self.build_deal()
        order = self.send(request)
        section = order.order_line.filtered("is_optional")
        option = self.get_line(order, self.paint)
        self.assertEqual(option.parent_id, section)
        self.assertEqual(option.product_uom_qty, 0)
        self.assertEqual(order.amount_untaxed, 445.95)
        self.assertEqual(order.amount_options, 2640)
        self.assertEqual(request.service_amount_total, order.amount_total)
        self.assertEqual(option._get_offered_quantity(), 66)
        self.assertNotIn(option, order._get_order_lines_to_report())
        self.assertNotIn(section, order._get_order_lines_to_report())

    def test_a_service_becomes_an_option_and_back(self):
        line = self.request.request_line_ids[1]
        line.is_optional = True
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        self.assert_same()
        self.assertEqual(self.order.amount_untaxed, 360)
        line.is_optional = False
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        self.assert_same()
        self.assertFalse(self.order.order_line.filtered("is_optional"))
        self.assertEqual(self.order.amount_untaxed, 445.95)

    def test_optional_section_made_by_hand(self):
        doors = self.get_line(self.order, self.doors)
        self.order.order_line = [
            Command.create(
                {
                    "display_type": "line_section",
                    "name": "По желанию",
                    "is_optional": True,
                    "sequence": 50,
                }
            ),
            Command.create(
                {"product_id": self.paint.id, "product_uom_qty": 0, "sequence": 51}
            ),
            Command.update(doors.id, {"sequence": 52, "product_uom_qty": 0}),
        ]
        self.assert_same()
        asked = self.request.request_line_ids
        self.assertEqual(asked.mapped("is_optional"), [False, True, True])
        self.assertEqual(self.request.service_amount_untaxed, 360)
        self.order.order_line.filtered("is_optional").unlink()
        self.assertFalse(any(asked.mapped("is_optional")))

    def test_ticked_options_go_to_work_and_invoice_others_do_not(self):
        request = self.build_deal()
        lamp = self.build_product("Замена лампы", 15.0, invoice_policy="order")
        self.build_line(request, lamp, is_optional=True, quantity=2)
        visit = self.build_work_order(request_id=request.id)
        order = self.send(request)
        paint = self.get_line(order, self.paint)
        self.assertTrue(order.sudo()._customer_choose(paint, True, self.customer))
        asked = paint.service_request_line_ids
        self.assertTrue(asked.is_chosen)
        self.assertEqual(asked.quantity, 66)
        self.assertEqual(order.amount_untaxed, 3085.95)
        self.assertEqual(request.service_amount_total, order.amount_total)
        self.agree(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual(
            visit.line_ids.product_id, self.inspection + self.doors + self.paint
        )
        self.assertEqual(visit.line_ids[-1].quantity_planned, 66)
        for line in visit.line_ids:
            line.quantity_done = line.quantity_planned
        visit.sudo().state = "done"
        self.assertEqual(
            order.order_line.filtered("qty_to_invoice").product_id,
            self.inspection + self.doors + self.paint,
        )
        left = self.get_line(order, lamp)
        self.assertEqual((left.product_uom_qty, left.qty_to_invoice), (0, 0))
        self.assertNotIn(left, order._get_order_lines_to_report())
        version = order.version_ids
        self.assertEqual(version.amount_accepted, order.amount_total)
        self.assertEqual(
            version.line_ids.filtered("is_accepted").product_id,
            self.inspection + self.doors + self.paint,
        )

    def test_visit_before_the_agreement_has_no_options(self):
        request = self.build_deal().with_user(self.user_dispatcher)
        request.action_create_work_order()
        self.assertEqual(
            request.work_order_ids.line_ids.product_id, self.inspection + self.doors
        )

    def test_ticking_ends_with_the_customers_decision(self):
        self.team.approval_manager = True
        request = self.build_deal()
        order = self.send(request)
        manager = order.service_approval_ids.filtered(lambda a: a.role == "manager")
        manager.with_user(self.user_manager).action_approve()
        paint = self.get_line(order, self.paint)
        # The manager approved the offer with its options: nobody is asked again.
        self.assertTrue(order.sudo()._customer_choose(paint, True, self.customer))
        self.assertEqual(manager.state, "approved")
        self.assertIn("Покраска", " ".join(request.message_ids.mapped("body")))
        self.assertTrue(order.sudo()._customer_choose(paint, False, self.customer))
        self.assertEqual(order.amount_untaxed, 445.95)
        self.agree(order)
        self.assertFalse(order.sudo()._customer_choose(paint, True, self.customer))
        self.assertEqual(paint.product_uom_qty, 0)

    def test_what_is_no_option_can_not_be_ticked(self):
        order = self.send(self.build_deal())
        doors = self.get_line(order, self.doors)
        foreign = self.get_line(self.send(self.build_deal()), self.paint)
        for line in (doors, foreign, order.order_line.browse()):
            self.assertFalse(order.sudo()._customer_choose(line, False, self.customer))
        self.assertEqual(doors.product_uom_qty, 1)
        self.assertEqual(foreign.product_uom_qty, 0)

    def test_options_are_not_changed_while_the_customer_has_them(self):
        request = self.build_deal()
        order = self.send(request)
        with self.assertRaisesRegex(UserError, order.name):
            request.request_line_ids[2].is_optional = False
        with self.assertRaisesRegex(UserError, order.name):
            request.request_line_ids[2].is_chosen = True
        with self.assertRaisesRegex(UserError, order.name):
            order.order_line.filtered("is_optional").sequence = 0
        with self.assertRaisesRegex(UserError, order.name):
            self.get_line(order, self.paint).product_uom_qty = 1

    def test_an_optional_part_of_an_agreed_kit_is_ticked_by_itself(self):
        request = self.build_deal()
        part = request.request_line_ids[2]
        part.sudo().parent_line_id = request.request_line_ids[0]
        order = self.send(request)
        self.assertEqual(order._get_option_heads().product_id, self.paint)
        self.assertTrue(
            order.sudo()._customer_choose(part.sale_line_id, True, self.customer)
        )
        self.assertEqual(part.sale_line_id.product_uom_qty, 66)

    def test_parts_of_an_optional_kit_are_ticked_with_it(self):
        request = self.build_deal()
        kit = request.request_line_ids[2]
        part = self.build_line(
            request, self.doors, is_optional=True, quantity=4, name="Краска"
        )
        part.sudo().parent_line_id = kit
        order = self.send(request)
        lines = order._get_option_lines()
        self.assertEqual(len(lines), 2)
        head = order._get_option_heads()
        self.assertEqual(head.product_id, self.paint)
        order.sudo()._customer_choose(part.sale_line_id, True, self.customer)
        self.assertEqual(lines.mapped("product_uom_qty"), [66, 4])
        order.sudo()._customer_choose(head, False, self.customer)
        self.assertEqual(lines.mapped("product_uom_qty"), [0, 0])
        self.assertEqual(part.quantity, 4)
