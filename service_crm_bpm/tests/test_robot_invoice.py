from odoo.tests import tagged

from odoo.addons.service_crm.tests.common_money import MoneyCommon

from .common import RobotCommon
from .common_kinds import shows


@tagged("post_install", "-at_install")
class TestRobotInvoice(RobotCommon, MoneyCommon):
    """The invoice of finished works, made by a robot."""

    def build_closed(self):
        """A request whose works are closed and not invoiced yet."""
        request = self.build_agreed_request(self.inspection)
        visit = self.build_visit(request)
        visit.write({"state": "closed"})
        return request

    @shows("invoice", "effect")
    def test_the_invoice_of_what_was_delivered(self):
        robot = self.build_robot(kind="invoice")
        requests = self.build_closed() + self.build_closed()
        self.assertFalse(self.get_invoices(requests))
        self.move(requests)
        self.assertEqual(self.get_logs(robot).mapped("error"), [False] * 2)
        for request, log in zip(requests, self.get_logs(robot), strict=True):
            invoice = self.get_invoices(request)
            self.assertEqual(invoice.state, "draft")
            self.assertEqual(invoice.amount_untaxed, 200)
            self.assertEqual(
                (log.made_model, log.made_id), ("account.move", invoice.id)
            )

    @shows("invoice", "failure")
    def test_works_that_are_not_closed_stop_only_their_own(self):
        robot = self.build_robot(kind="invoice")
        good, bad = self.build_closed(), self.build_agreed_request(self.inspection)
        self.build_visit(bad, "in_progress")
        self.move(good + bad)
        failed = self.get_logs(robot, state="failed")
        self.assertEqual(failed.res_id, bad.id)
        self.assertIn("Not all works", failed.error)
        self.assertIn(bad.service_number, failed.error)
        self.assertEqual((good + bad).mapped("service_phase"), ["dispatch"] * 2)
        self.assertTrue(self.get_invoices(good))
        self.assertFalse(self.get_invoices(bad))


@tagged("post_install", "-at_install")
class TestRobotReserve(RobotCommon):
    """Goods are reserved for agreed orders only; the rest: ``online_shop``."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.robots._unregister_hook)  # no rollback does it

    def build_order_robot(self, state):
        return self.build_robot(
            kind="reserve",
            user_id=self.user_manager.id,
            trigger="field",
            model_id=self.env["ir.model"]._get_id("sale.order"),
            field_id=self.get_field("sale.order", "state").id,
            value_selection_id=self.get_choice("sale.order", "state", state).id,
        )

    @shows("reserve", "effect", "failure")
    def test_an_order_that_is_not_agreed(self):
        sent, sale = self.build_order_robot("sent"), self.build_order_robot("sale")
        values = {"partner_id": self.customer.id, "user_id": self.user_manager.id}
        orders = self.env["sale.order"].create([values] * 2)
        orders.write({"state": "sent"})
        failed = self.get_logs(sent, state="failed")
        self.assertEqual(failed.mapped("res_id"), orders.ids)
        self.assertIn(f"{orders[0].name} is not confirmed", failed[0].error)
        self.assertEqual(orders.mapped("state"), ["sent"] * 2)
        orders[0].action_confirm()
        log = self.get_logs(sale)
        self.assertEqual((log.res_id, log.state), (orders[0].id, "done"))
        stock = "nothing to deliver" if "picking_ids" in orders else "by hand"
        self.assertIn(stock, log.result)
