from odoo.tests import new_test_user, tagged

from .common import requirement
from .common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestPayment(MoneyCommon):
    """The payment of a request follows its invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            login="service_accountant",
            name="Бухгалтер",
            email="accounting@service.example.com",
            groups="account.group_account_invoice",
        )

    def build_invoiced_request(self, **kwargs):
        request = self.build_agreed_request(**kwargs)
        self.build_visit(request)
        self.close_works(request)
        return request

    @requirement("R56")
    def test_posted_invoice_and_payment_show_on_the_request(self):
        request = self.build_invoiced_request()
        invoice = self.get_invoices(request)
        self.assertEqual(request.service_payment_state, "to_invoice")
        invoice.with_user(self.accountant).action_post()
        self.env.cr.flush()
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.line_ids.sale_line_ids.order_id, request.order_ids)
        self.assertEqual(request.service_payment_state, "to_pay")
        self.pay(invoice, user=self.accountant)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(request.service_payment_state, "paid")
        self.assertEqual(
            self.get_entries(request, "service_payment_state"),
            ["to_invoice", "to_pay", "paid"],
        )

    def test_payment_by_parts(self):
        request = self.build_invoiced_request()
        invoice = self.get_invoices(request)
        invoice.action_post()
        self.pay(invoice, 50)
        self.assertEqual(request.service_payment_state, "partial")
        self.pay(invoice, 100)
        self.assertEqual(request.service_payment_state, "partial")
        self.pay(invoice)
        self.assertEqual(request.service_payment_state, "paid")
        self.assertEqual(
            self.get_entries(request, "service_payment_state"),
            ["to_invoice", "partial", "paid"],
        )

    def test_many_paid_together_are_logged_once_each(self):
        requests = self.build_invoiced_request() | self.build_invoiced_request()
        invoices = self.get_invoices(requests)
        invoices.action_post()
        self.pay(invoices)
        self.assertEqual(requests.mapped("service_payment_state"), ["paid", "paid"])
        for request in requests:
            entries = self.get_entries(request, "service_payment_state")
            self.assertEqual(entries.count("paid"), 1)

    def test_credit_note_takes_the_invoice_back(self):
        request = self.build_invoiced_request()
        invoice = self.get_invoices(request)
        invoice.action_post()
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).refund_moves()
        refund = self.get_invoices(request) - invoice
        refund.action_post()
        self.env.cr.flush()
        self.assertEqual(invoice.payment_state, "reversed")
        # Odoo counts the quantity as not invoiced again, and so do we.
        self.assertEqual(request.service_payment_state, "to_invoice")
        request.work_order_ids.line_ids.quantity_done = 0
        self.assertEqual(request.service_payment_state, "nothing")

    def test_an_advance_is_a_part(self):
        request = self.build_agreed_request()
        order = request.order_ids
        self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        ).create(
            {"advance_payment_method": "fixed", "fixed_amount": 50}
        ).create_invoices()
        advance = self.get_invoices(request)
        advance.action_post()
        self.assertEqual(request.service_payment_state, "to_pay")
        self.pay(advance)
        self.assertEqual(request.service_payment_state, "partial")
        self.build_visit(request)
        self.close_works(request)
        final = self.get_invoices(request) - advance
        self.assertEqual(final.amount_untaxed, 150)
        final.action_post()
        self.pay(final)
        self.assertEqual(request.service_payment_state, "paid")

    def test_cancelled_invoice_is_to_invoice_again(self):
        request = self.build_invoiced_request()
        invoice = self.get_invoices(request)
        invoice.button_cancel()
        self.env.cr.flush()
        self.assertEqual(request.service_payment_state, "to_invoice")

    def test_a_batch_costs_as_many_queries_as_one(self):
        counts = []
        for number in (1, 5):
            requests = self.env["crm.lead"]
            for _i in range(number):
                requests |= self.build_invoiced_request()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            requests._compute_service_payment_state()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])

    def test_other_leads_have_no_payment(self):
        team = self.env["crm.team"].create({"name": "Sales only"})
        lead = self.env["crm.lead"].create({"name": "Plain", "team_id": team.id})
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": lead.id}
        )
        order.order_line.create({"order_id": order.id, "product_id": self.hinge.id})
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.pay(invoice)
        self.assertFalse(lead.service_payment_state)
        self.assertFalse(self.get_entries(lead, "service_payment_state"))
