"""The whole way of a service request in a browser: four roles and the customer."""

from odoo.tests import tagged

from odoo.addons.service_crm.tests.common_tours import StoryToursCommon


@tagged("post_install", "-at_install")
class TestStoryTours(StoryToursCommon):
    """Everybody does the own part by hand, on the same request, one after another."""

    def walk_from_dispatch_to_invoice(self, request, branch):
        """The common second half of both branches."""
        self.assertEqual(request.service_phase, "dispatch")
        self.assertEqual(request.dispatcher_id, self.user_dispatcher)
        self.at_desk(
            "dispatcher", "service-board", f"service_story_dispatcher_offer_{branch}"
        )
        order = request.service_quotation_id
        self.assertEqual(order.amount_total, 136.0)
        self.assertEqual(order.state, "sent", "the manager has not agreed yet")
        self.at_desk("manager", "service-approvals", "service_story_manager_approves")
        self.assertEqual(order.state, "sale")
        self.assertEqual(request.service_phase, "agreed")
        self.at_desk(
            "dispatcher", "service-board", f"service_story_dispatcher_plan_{branch}"
        )
        visit = request.work_order_ids
        self.assertEqual(visit.state, "assigned")
        self.assertEqual(visit.slot_state, "tentative")
        self.on_phone(self.get_customer_page(request), "service_story_customer_confirm")
        self.on_phone("/odoo/my-jobs", "service_story_performer_accept", "performer")
        self.assertEqual(visit.slot_state, "fixed")
        self.on_phone("/odoo/my-jobs", "service_story_performer", "performer")
        self.assertEqual(visit.state, "done")
        self.assertEqual(request.service_phase, "closing")
        self.assertFalse(order.invoice_ids, "no invoice before the work is checked")
        self.at_desk(
            "dispatcher",
            "work-orders-done",
            f"service_story_dispatcher_close_{branch}",
        )
        invoice = order.invoice_ids
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(invoice.amount_untaxed, 136.0)
        return invoice

    def pay_and_rate(self, request, invoice):
        """The papers go out, the customer pays and has the last word."""
        invoice.action_post()
        self.pay(invoice)
        self.assertEqual(request.service_payment_state, "paid")
        page = self.get_customer_page(request)
        self.on_phone(page, "service_story_customer_rate")
        self.assertEqual(request.rating_last_value, 5)
        self.assertEqual(request.service_phase, "done")
        self.assertEqual(request.won_status, "won")

    def test_known_customer_by_phone(self):
        """Known caller: ten keystrokes, a deal at the dispatcher's, to the end."""
        self.at_desk("operator", "service-console", "service_story_operator_known")
        request = self.find_request("Лифт скрипит")
        self.assertEqual(request.partner_id, self.customer)
        self.assertEqual(request.type, "opportunity")
        invoice = self.walk_from_dispatch_to_invoice(request, "known")
        self.assertEqual(request.service_phase, "closing")
        self.pay_and_rate(request, invoice)

    def test_new_customer_by_web_form(self):
        """Stranger: form, lead, the manager makes contact and company, to the end."""
        self.on_phone("/service/request", "service_story_customer_form")
        request = self.find_request("Монтаж котла")
        self.assertEqual(request.type, "lead")
        self.assertEqual(request.service_phase, "new")
        self.at_desk("operator", "service-console", "service_story_operator_new")
        self.assertEqual(request.service_phase, "qualification")
        self.assertEqual(request.operator_id, self.user_operator)
        self.assertEqual(request.user_id, self.user_manager)
        self.at_desk("manager", "service-new-customers", "service_story_manager_new")
        self.assertEqual(request.partner_id.parent_id.name, "ООО Новиков")
        self.assertEqual(request.type, "opportunity")
        invoice = self.walk_from_dispatch_to_invoice(request, "new")
        self.at_desk("dispatcher", "service-board", "service_story_dispatcher_done")
        self.assertEqual(request.service_phase, "done")
        told = request.message_ids.filtered(
            lambda message: f"{request.service_number} is closed" in message.body
        )
        self.assertEqual(told.notified_partner_ids, self.user_manager.partner_id)
        self.pay_and_rate(request, invoice)
