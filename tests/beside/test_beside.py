"""The main way in a company that has more of Odoo than our addons ask for."""

from odoo.tests import tagged

from odoo.addons.service_crm.tests.common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestBeside(MoneyCommon):
    """With stock, projects and timesheets installed, work orders still deliver."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roller = cls.build_product(
            "Ролик двери", 18.0, type="consu", is_storable=True
        )
        cls.hours = cls.build_product(
            "Hours of a mechanic", 30.0, service_policy="delivered_timesheet"
        )
        cls.stages = cls.build_product(
            "Modernisation", 900.0, service_policy="delivered_milestones"
        )

    def test_work_orders_deliver_goods_hours_and_milestones(self):
        request = self.build_agreed_request(
            self.inspection, self.roller, self.hours, self.stages
        )
        lines = request.order_ids.order_line
        self.assertEqual(set(lines.mapped("qty_delivered_method")), {"work_order"})
        self.build_visit(request, "done", done=1)
        self.assertEqual(lines.mapped("qty_delivered"), [1, 1, 1, 1])
        self.assertEqual(lines.mapped("qty_to_invoice"), [1, 1, 1, 1])
        self.close_works(request)
        invoice = self.get_invoices(request)
        self.assertEqual(invoice.mapped("amount_untaxed"), [100 + 18 + 30 + 900])
