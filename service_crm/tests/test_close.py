from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import requirement
from .common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestClose(MoneyCommon):
    """From closed works to the invoice, and to the request that is done."""

    def get_manager_notifications(self, request):
        return self.env["mail.notification"].search(
            [
                ("res_partner_id", "=", self.user_manager.partner_id.id),
                ("mail_message_id.model", "=", "crm.lead"),
                ("mail_message_id.res_id", "=", request.id),
            ]
        )

    def get_activities(self, request, xmlid):
        return request.activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref(f"service_crm.{xmlid}")
        )

    @requirement("R37")
    def test_draft_invoice_of_the_delivered_when_the_work_is_closed(self):
        request = self.build_agreed_request(self.inspection, self.hinge)
        visit = self.build_visit(request, "in_progress", done=1)
        self.assertFalse(self.get_invoices(request))
        visit.with_user(self.user_performer).action_done()
        self.assertFalse(self.get_invoices(request), "the work is not closed yet")
        visit.with_user(self.user_dispatcher).action_close()
        self.assertEqual(visit.state, "closed")
        invoice = self.get_invoices(request)
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(
            [(line.product_id, line.quantity) for line in invoice.invoice_line_ids],
            [(self.inspection, 1), (self.hinge, 1)],
        )
        self.assertEqual(invoice.amount_untaxed, 140)
        activity = self.get_activities(request, "mail_activity_invoice_documents")
        self.assertEqual(activity.user_id, self.user_manager)
        self.assertIn("140", activity.note)
        self.assertTrue(request.works_closed_at)
        self.assertEqual(request.service_phase, "closing")
        self.assertEqual(self.get_entries(request, "service_rating_state"), ["asked"])

    def test_closing_again_makes_nothing_twice(self):
        request = self.build_agreed_request()
        self.build_visit(request)
        self.close_works(request)
        self.close_works(request)
        self.assertEqual(len(self.get_invoices(request)), 1)
        activities = self.get_activities(request, "mail_activity_invoice_documents")
        self.assertEqual(len(activities), 1)
        self.assertEqual(self.get_entries(request, "service_rating_state"), ["asked"])

    def test_open_and_cancelled_visits(self):
        request = self.build_agreed_request()
        self.build_visit(request, "closed")
        second = self.build_visit(request, "assigned")
        request._action_works_closed()
        self.assertFalse(request.works_closed_at)
        second.with_user(self.user_dispatcher).action_cancel(reason="Не нужен")
        self.assertTrue(request.works_closed_at)
        self.assertEqual(self.get_invoices(request).amount_untaxed, 200)

    def test_nothing_delivered_nothing_to_pay(self):
        request = self.build_agreed_request()
        self.build_visit(request, done=0)
        self.close_works(request)
        self.assertFalse(self.get_invoices(request))
        self.assertEqual(request.service_payment_state, "nothing")
        self.assertFalse(request.invoice_error)

    def test_several_requests_at_once(self):
        requests = self.env["crm.lead"]
        for done in (1, 0, 2):
            request = self.build_agreed_request()
            self.build_visit(request, done=done)
            requests |= request
        self.close_works(requests)
        self.assertEqual(
            [sum(self.get_invoices(r).mapped("amount_untaxed")) for r in requests],
            [100, 0, 200],
        )
        self.assertEqual(
            requests.mapped("service_payment_state"),
            ["to_invoice", "nothing", "to_invoice"],
        )

    def test_work_added_on_site_is_priced_and_invoiced(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Alfa",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.hinge.id,
                            "compute_price": "fixed",
                            "fixed_price": 33,
                        }
                    )
                ],
            }
        )
        request = self.build_agreed_request(pricelist=pricelist)
        order = request.order_ids
        visit = self.build_visit(request)
        extra = self.env["service.work.order.line"].create(
            [
                {
                    "work_order_id": visit.id,
                    "product_id": self.hinge.id,
                    "name": "Петля, сломана",
                    "quantity_done": 3,
                },
                {"work_order_id": visit.id, "name": "Чай", "quantity_done": 1},
            ]
        )
        self.close_works(request)
        added = order.order_line.filtered("added_on_site")
        self.assertEqual(added, extra[0].sale_line_id)
        self.assertEqual(
            (added.name, added.product_uom_qty, added.qty_delivered, added.price_unit),
            ("Петля, сломана", 3, 3, 33),
        )
        self.assertEqual(self.get_invoices(request).amount_untaxed, 299)
        note = self.get_activities(request, "mail_activity_invoice_documents").note
        self.assertIn("Чай", note)
        self.close_works(request)
        self.assertEqual(len(order.order_line), 2)

    def test_work_without_a_confirmed_order_is_not_lost(self):
        request = self.build_request(
            partner_id=self.customer.id, user_id=self.user_manager.id
        )
        self.env["service.work.order"].create(
            {
                "request_id": request.id,
                "partner_id": self.customer.id,
                "state": "done",
                "line_ids": [
                    Command.create(
                        {
                            "name": "Замок",
                            "product_id": self.hinge.id,
                            "quantity_done": 1,
                        }
                    )
                ],
            }
        )
        self.close_works(request)
        self.assertIn("no confirmed order", request.invoice_error)
        activity = self.get_activities(request, "mail_activity_invoice_failed")
        self.assertEqual(activity.user_id, self.user_manager)
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": request.id}
        )
        order.action_confirm()
        request.with_user(self.user_manager).action_create_invoice()
        self.assertFalse(request.invoice_error)
        self.assertEqual(self.get_invoices(request).amount_untaxed, 40)
        self.assertFalse(self.get_activities(request, "mail_activity_invoice_failed"))

    def test_an_error_leaves_the_work_closed_and_is_retried(self):
        good = self.build_agreed_request()
        bad = self.build_agreed_request()
        for request in good | bad:
            self.build_visit(request)
        patcher = self.patch_invoice_of(bad.order_ids)
        patcher.start()
        self.close_works(good | bad)
        self.assertEqual(self.get_invoices(good).state, "draft")
        self.assertFalse(self.get_invoices(bad))
        self.assertEqual(bad.invoice_error, "Tax ID is missing")
        self.assertEqual(set(bad.work_order_ids.mapped("state")), {"closed"})
        activity = self.get_activities(bad, "mail_activity_invoice_failed")
        self.assertIn("Tax ID is missing", activity.note)
        with self.assertRaisesRegex(UserError, "Tax ID is missing"):
            bad.with_user(self.user_manager).action_create_invoice()
        patcher.stop()
        action = bad.with_user(self.user_manager).action_create_invoice()
        self.assertEqual(action["res_id"], self.get_invoices(bad).id)
        self.assertFalse(bad.invoice_error)
        self.assertFalse(self.get_activities(bad, "mail_activity_invoice_failed"))

    def patch_invoice_of(self, order):
        """Make the invoice of one order fail as missing fiscal data do."""
        prepare = type(order)._prepare_invoice
        error = UserError("Tax ID is missing")

        def fail(orders):
            if order in orders:
                raise error
            return prepare(orders)

        return patch.object(type(order), "_prepare_invoice", fail)

    def test_second_company(self):
        company = self.env["res.company"].create({"name": "Второй сервис"})
        self.env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
        for user in self.env.user | self.user_manager | self.user_dispatcher:
            user.company_ids |= company
        request = self.build_agreed_request(company_id=company.id)
        self.performer.company_id = False
        self.build_visit(request)
        self.close_works(request)
        invoice = self.get_invoices(request)
        self.assertEqual(invoice.company_id, company)
        self.assertEqual(invoice.journal_id.company_id, company)

    @requirement("R43")
    def test_manager_is_told_once_when_the_dispatcher_closes(self):
        request = self.build_agreed_request()
        self.build_visit(request)
        self.close_works(request)
        self.env.cr.flush()
        before = self.get_manager_notifications(request)
        request.with_user(self.user_dispatcher).action_close()
        self.env.cr.flush()
        self.assertEqual(request.service_phase, "done")
        self.assertTrue(request.stage_id.is_won)
        told = self.get_manager_notifications(request) - before
        self.assertEqual(len(told), 1)
        request.with_user(self.user_dispatcher).action_close()
        self.env.cr.flush()
        self.assertEqual(self.get_manager_notifications(request) - before, told)

    def test_refused_while_works_are_open(self):
        requests = self.build_agreed_request() | self.build_agreed_request()
        visit = self.build_visit(requests[0], "closed")
        visit |= self.build_visit(requests[0], "assigned")
        with self.assertRaises(UserError) as caught:
            requests.with_user(self.user_dispatcher).action_close()
        text = str(caught.exception)
        self.assertIn("close or cancel its work orders first", text)
        self.assertIn("no work was done", text)
        self.assertNotEqual(requests[0].service_phase, "done")

    def test_only_dispatchers_close(self):
        request = self.build_agreed_request()
        self.build_visit(request)
        self.close_works(request)
        for role in ("operator", "manager", "performer"):
            with self.assertRaises(AccessError):
                request.with_user(self.users[role]).action_close()
        request.with_user(self.user_admin).action_close()
        self.assertEqual(request.service_phase, "done")

    def test_done_by_itself_when_paid_and_rated(self):
        paid = self.build_agreed_request()
        free = self.build_agreed_request()
        unpaid = self.build_agreed_request()
        self.build_visit(paid)
        self.build_visit(free, done=0)
        self.build_visit(unpaid)
        requests = paid | free | unpaid
        self.close_works(requests)
        invoice = self.get_invoices(paid)
        invoice.action_post()
        for request in requests:
            token = request._rating_get_access_token()
            request.rating_apply(5, token=token, feedback="Спасибо")
        self.assertEqual(free.service_phase, "done")
        self.assertEqual(paid.service_phase, "closing")
        self.pay(invoice)
        self.assertEqual(paid.service_phase, "done")
        self.assertEqual(unpaid.service_phase, "closing")

    def test_opened_again_for_a_claim(self):
        request = self.build_agreed_request()
        self.build_visit(request)
        self.close_works(request)
        request.with_user(self.user_dispatcher).action_close()
        action = request.with_user(self.user_dispatcher).action_reopen()
        wizard = (
            self.env["service.request.reopen"]
            .with_user(self.user_dispatcher)
            .with_context(**action["context"])
            .create({"reason": "Дверь снова скрипит"})
        )
        wizard.action_reopen()
        self.assertEqual(request.service_phase, "agreed")
        self.assertIn("Дверь снова скрипит", request.message_ids[0].body)
        self.build_visit(request, done=1)
        self.close_works(request)
        self.assertEqual(len(self.get_invoices(request)), 2)
        with self.assertRaises(AccessError):
            request.with_user(self.user_manager).action_reopen()

    def test_accounting_is_told_when_the_manager_cannot_post(self):
        accounting = self.env.ref("account.group_account_invoice").all_user_ids
        self.assertNotIn(self.user_manager, accounting)
        request = self.build_agreed_request()
        self.build_visit(request)
        self.close_works(request)
        message = self.env["mail.message"].search(
            [
                ("model", "=", "account.move"),
                ("res_id", "=", self.get_invoices(request).id),
                ("body", "ilike", "post it"),
            ]
        )
        self.assertEqual(len(message), 1)
        self.assertNotIn(self.user_manager.partner_id, message.notified_partner_ids)

    def test_closed_date_is_now(self):
        request = self.build_agreed_request()
        self.build_visit(request)
        before = fields.Datetime.now()
        self.close_works(request)
        self.assertGreaterEqual(request.works_closed_at, before)
