"""The process “Service request” in a browser, as its real roles."""

from odoo.tests import new_test_user, tagged

from odoo.addons.service_crm.tests.common_tours import StoryToursCommon


@tagged("post_install", "-at_install")
class TestProcessTours(StoryToursCommon):
    """Everybody works in the request; the process goes along and calls the next one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["accountant"] = new_test_user(
            cls.env,
            "service_accountant",
            name="Ольга Счетова",
            email="accounts@service.example.com",
            groups="account.group_account_invoice",
        )
        # The administrator, who may do all, has something to do: others come first.
        process = cls.env.ref("service_crm_bpm.process_customer_registration")
        process.with_user(cls.env.ref("base.user_admin")).sudo()._start(
            [{"res_id": cls.customer.id}]
        )

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
