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
