"""The shipped processes in a browser, as their real roles."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.service_crm.tests.common_tours import StoryToursCommon
from odoo.addons.service_crm_bpm.tools.flow import Choice


def build_accountant(env):
    return new_test_user(
        env,
        "service_accountant",
        name="Ольга Счетова",
        email="accounts@service.example.com",
        groups="account.group_account_invoice",
    )


def occupy(env, partner):
    """The administrator, who may do all, has something to do: others come first."""
    process = env.ref("service_crm_bpm.process_customer_registration")
    process.with_user(env.ref("base.user_admin")).sudo()._start(
        [{"res_id": partner.id}]
    )


@tagged("post_install", "-at_install")
class TestProcessTours(StoryToursCommon):
    """Everybody works in the request; the process goes along and calls the next one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["accountant"] = build_accountant(cls.env)
        occupy(cls.env, cls.customer)

    def assertAt(self, run, key):
        """The run stands at one stage, and nothing failed."""
        self.env.invalidate_all()
        opened = run.token_ids.filtered(lambda t: t.state in t._get_open_states())
        self.assertEqual(opened.mapped("stage_id.key"), [key])
        self.assertFalse(opened.error)

    def test_service_request(self):
        self.at_desk("operator", "service-console", "service_story_operator_known")
        request = self.find_request("Лифт скрипит")
        self.at_desk("operator", f"crm.lead/{request.id}", "service_process_start")
        run = self.env["bpm.instance"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", request.id)]
        )
        self.assertEqual(run.user_id, self.user_operator)
        self.assertAt(run, "price")
        self.at_desk(
            "dispatcher", "service-board", "service_story_dispatcher_offer_known"
        )
        self.assertAt(run, "agree")
        self.at_desk("dispatcher", "my-processes", "service_process_dispatcher")
        self.at_desk("manager", "service-approvals", "service_story_manager_approves")
        self.assertAt(run, "assign")
        self.at_desk(
            "dispatcher", "service-board", "service_story_dispatcher_plan_known"
        )
        self.assertAt(run, "service")
        self.at_desk("manager", "my-processes", "service_process_manager")
        self.on_phone(self.get_customer_page(request), "service_story_customer_confirm")
        self.on_phone("/odoo/my-jobs", "service_story_performer_accept", "performer")
        self.on_phone("/odoo/my-jobs", "service_story_performer", "performer")
        self.assertAt(run, "close")
        self.at_desk(
            "dispatcher", "work-orders-done", "service_story_dispatcher_close_known"
        )
        self.env.invalidate_all()
        self.assertEqual((run.state, run.is_success), ("done", True))
        payment = run.child_ids
        self.assertAt(payment, "invoice")
        self.at_desk("accountant", "my-processes", "service_process_accountant")
        request.order_ids.invoice_ids.action_post()
        self.env.cr.flush()
        self.assertAt(payment, "wait")
        self.pay(request.order_ids.invoice_ids)
        self.assertEqual(payment.state, "done")


@tagged("post_install", "-at_install")
class TestShippedTours(StoryToursCommon):
    """The other shipped processes: each role does its part on the card of the run.

    ::

        (role, tour) … ──► the browser; between two visits: time passes, money comes
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["accountant"] = build_accountant(cls.env)
        # One person per role: the administrator does no accounting.
        cls.user_admin.active = False
        cls.users["admin"] = cls.env.ref("base.user_admin")
        accounting = cls.env.ref("account.group_account_invoice").all_implied_by_ids
        cls.users["admin"].group_ids -= accounting
        for number in range(5):
            occupy(cls.env, cls.build_partner(f"Занят {number}"))
        cls.customer.user_id = cls.user_manager
        cls.team.write({"approval_customer": False, "approval_manager": False})

    def visit(self, *visits):
        """Each role, one after another, from “My Processes”."""
        for role, tour in visits:
            self.at_desk(role, "my-processes", f"service_process_{tour}")
            self.env.invalidate_all()

    def visit_from(self, record, role, tour):
        """The role starts a process from the form of a document.

        :return: the run
        """
        self.at_desk(role, f"{record._name}/{record.id}", f"service_process_{tour}")
        return self.find_run(record)

    def find_run(self, record=None):
        """The newest run; of a document when one is given."""
        self.env.invalidate_all()
        document = (
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
            if record
            else []
        )
        return self.env["bpm.instance"].search(
            [*document, ("parent_id", "=", False)], order="id desc", limit=1
        )

    def pass_days(self, run, days):
        """Time passes: what is due is done."""
        self.env["bpm.timer"]._rehearse_time(run, timedelta(days=days))
        self.env.flush_all()

    def build_deal(self, **values):
        return self.build_request(
            type="opportunity",
            stage_id=self.stages["new"].id,
            partner_id=self.customer.id,
            user_id=self.user_manager.id,
            dispatcher_id=self.user_dispatcher.id,
            **values,
        )

    def assertEnded(self, run, key):
        """The run has ended at this stage."""
        self.env.invalidate_all()
        self.assertEqual((run.state, run.end_stage_id.key), ("done", key))

    def test_receive_payment(self):
        request = self.build_agreed_request()
        self.build_visit(request, state="closed")
        request.order_ids._create_invoices()
        run = self.visit_from(request, "manager", "payment_start")
        self.visit(("accountant", "payment_invoice"))
        self.pass_days(run, 8)
        self.visit(("manager", "payment_remind"))
        self.pay(request.order_ids.invoice_ids)
        self.assertEnded(run, "paid")

    def test_lost_customers_and_delivery(self):
        run = self.visit_from(self.customer, "manager", "lost_call")
        self.assertEnded(run, "won")
        self.visit(("dispatcher", "delivery"), ("manager", "delivery_papers"))
        self.assertEnded(run.child_ids, "done")

    def test_sales(self):
        deal = self.build_agreed_request()
        self.build_visit(deal, state="closed")
        deal.order_ids._create_invoices()
        run = self.visit_from(deal, "manager", "sales_qualify")
        self.visit(
            ("admin", "sales_visa"),
            ("manager", "sales_offer"),
            ("admin", "sales_agree"),
            ("accountant", "sales_agree"),
            ("manager", "sales_sign"),
            ("accountant", "payment_invoice"),
        )
        self.pay(deal.order_ids.invoice_ids)
        self.visit(("manager", "sales_close"))
        self.assertEnded(run, "won")

    def test_complaint(self):
        request = self.build_deal()
        request._move_to_phase("closing")
        request._action_ask_rating()
        self.on_phone(
            self.get_customer_page(request), "service_process_complaint_customer"
        )
        self.visit(
            ("manager", "complaint_cause"),
            ("admin", "complaint_approve"),
            ("dispatcher", "complaint_correct"),
            ("manager", "complaint_tell"),
        )
        self.assertEnded(self.find_run(request), "done")

    def test_incoming_marketing(self):
        inquiry = self.build_deal(
            phone="+7 495 120-81-15", operator_id=self.user_operator.id
        )
        run = self.visit_from(inquiry, "operator", "marketing_qualify")
        self.visit(("manager", "marketing_ready"))
        self.assertEnded(run, "ordered")

    def test_assignment(self):
        self.visit(
            ("manager", "assignment_give"),
            ("operator", "assignment_do"),
            ("manager", "assignment_accept"),
        )
        self.assertEnded(self.find_run(), "done")

    def test_hiring(self):
        self.visit(
            ("manager", "hiring_start"),
            ("admin", "hiring_search"),
            ("manager", "hiring_talk"),
            ("admin", "hiring_prepare"),
            ("manager", "hiring_plan"),
        )
        run = self.find_run()
        self.pass_days(run, 95)
        self.visit(("manager", "hiring_result"))
        self.assertEnded(run, "stays")

    def test_purchase_request(self):
        self.visit(
            ("dispatcher", "purchase_describe"),
            ("admin", "purchase_agree"),
            ("accountant", "purchase_buy"),
            ("dispatcher", "purchase_receive"),
        )
        self.assertEnded(self.find_run(), "done")

    def test_registration_of_a_customer(self):
        partner = self.build_partner("ООО Ромашка", email="info@romashka.example.com")
        run = self.visit_from(partner, "manager", "registration_card")
        self.visit(
            ("admin", "registration_manager"), ("manager", "registration_welcome")
        )
        self.assertEqual(partner.user_id, self.user_manager)
        self.assertEnded(run, "done")

    def test_order_of_an_online_shop(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.user_manager.id,
                "order_line": [Command.create({"product_id": self.hinge.id})],
            }
        )
        run = self.visit_from(order, "manager", "shop_clarify")
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.pay(invoice)
        delivery = run.child_ids
        self.assertEqual(delivery.process_id.name, "Delivery of goods")
        for result in ("Planned", "Loaded", "Accepted", "Complete"):
            token = delivery.token_ids[-1]
            way = token.stage_id.outgoing_ids.filtered(lambda w, r=result: w.name == r)
            token._complete({token.id: Choice(way.id)})
        self.assertEnded(run, "done")
