from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestDelivered(MoneyCommon):
    """Delivered quantities of service orders come from their work orders alone."""

    def test_only_finished_work_counts(self):
        request = self.build_agreed_request(self.inspection, self.hinge)
        lines = request.order_ids.order_line
        visit = self.build_visit(request, "in_progress", done=1)
        self.assertEqual(lines.mapped("qty_delivered"), [0, 0])
        self.assertEqual(lines.mapped("qty_to_invoice"), [0, 0])
        visit.state = "done"
        self.assertEqual(lines.mapped("qty_delivered"), [1, 1])
        self.assertEqual(lines.mapped("qty_to_invoice"), [1, 1])
        self.build_visit(request, "closed", done=0.5)
        self.assertEqual(lines.mapped("qty_delivered"), [1.5, 1.5])
        visit.state = "cancelled"
        self.assertEqual(lines.mapped("qty_delivered"), [0.5, 0.5])

    def test_what_is_still_to_invoice_is_the_delivered(self):
        request = self.build_agreed_request(self.inspection, self.hinge)
        order = request.order_ids
        self.assertEqual(order.amount_to_invoice, 0)
        self.build_visit(request, "done", done=1)
        self.assertEqual(
            order.order_line.mapped("untaxed_amount_to_invoice"), [100, 40]
        )
        self.assertEqual(order.amount_to_invoice, 140)

    def test_nobody_types_delivered_quantities(self):
        line = self.build_agreed_request().order_ids.order_line
        with self.assertRaisesRegex(UserError, "work orders"):
            line.with_user(self.user_dispatcher).write({"qty_delivered": 7})
        with self.assertRaisesRegex(UserError, "work orders"):
            line.order_id.with_user(self.user_manager).write(
                {"order_line": [Command.update(line.id, {"qty_delivered": 7})]}
            )
        with self.assertRaisesRegex(UserError, "work orders"):
            self.env["sale.order.line"].create(
                {
                    "order_id": line.order_id.id,
                    "product_id": self.hinge.id,
                    "qty_delivered": 1,
                }
            )
        self.assertEqual(line.qty_delivered, 0)

    def test_sections_notes_and_advances_are_left_alone(self):
        request = self.build_agreed_request()
        order = request.order_ids
        order.write(
            {
                "order_line": [
                    Command.create({"display_type": "line_section", "name": "Работы"}),
                    Command.create({"display_type": "line_note", "name": "Вход 2"}),
                ]
            }
        )
        self.build_visit(request, "done")
        section, note = order.order_line.filtered("display_type")
        self.assertNotEqual(section.qty_delivered_method, "work_order")
        self.assertNotEqual(note.qty_delivered_method, "work_order")
        self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        ).create(
            {"advance_payment_method": "fixed", "fixed_amount": 50}
        ).sudo().create_invoices()
        advance = order.order_line.filtered("is_downpayment")
        self.assertTrue(advance)
        self.assertNotIn("work_order", advance.mapped("qty_delivered_method"))

    def test_other_orders_are_as_before(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.inspection.id}),
                    Command.create({"product_id": self.hinge.id}),
                ],
            }
        )
        order.action_confirm()
        by_delivery, by_order = order.order_line
        self.assertEqual(
            order.order_line.mapped("qty_delivered_method"), ["manual", "manual"]
        )
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0, 1])
        by_delivery.qty_delivered = 3
        by_order.qty_delivered = 3
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [3, 1])
        self.assertEqual(by_order.invoice_status, "to invoice")
        order._create_invoices()
        self.assertEqual(by_order.invoice_status, "upselling")

    def test_a_batch_of_orders_costs_as_many_queries_as_one(self):
        counts = []
        for number in (1, 6):
            requests = self.env["crm.lead"]
            for _i in range(number):
                requests |= self.build_agreed_request(self.inspection, self.hinge)
            lines = requests.order_ids.order_line
            for request in requests:
                self.build_visit(request, "done")
            self.env.flush_all()
            self.env.invalidate_all()
            lines.mapped("qty_delivered_method")
            start = self.env.cr.sql_log_count
            lines._prepare_qty_delivered()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 1)
