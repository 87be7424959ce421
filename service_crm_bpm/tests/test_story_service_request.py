from odoo.tests import new_test_user, tagged

from odoo.addons.service_crm.tests.common import requirement

from .common_story import StoryCommon


@tagged("post_install", "-at_install")
class TestStoryServiceRequest(StoryCommon):
    """“Service request” follows what its roles do in the request and its visits."""

    @requirement("R78")
    def test_from_the_call_to_the_payment(self):
        """All blocks of the drawing fire in its order, none by a click in the card."""
        request = self.build_known()
        run, visit = self.walk_to_service(request)
        told = self.get_told(self.user_manager).mapped("subject")
        self.assertIn(f"In work: {request.name}", told, "the block “notify”")
        task = self.get_open(run).sudo().activity_id
        self.assertEqual(task.user_id, self.user_manager)
        self.assertEqual(task.summary, f"Conduct service {request.name}")
        self.perform(visit)
        self.assertAt(run, "close")
        self.assertFalse(task.active, "the task follows the work")
        self.as_role(visit, "dispatcher").action_close()
        self.settle()
        self.assertEqual(run.state, "done")
        self.assertTrue(run.is_success)
        visited = [key for key in self.get_path(run) if key not in ("start", "known")]
        self.assertEqual(
            visited,
            [
                "needs",
                "price",
                "agree",
                "assign",
                "service",
                "close",
                "payment",
                "done",
            ],
        )
        people = run.token_ids.sorted("id").mapped("user_id.login")
        self.assertEqual(
            people, ["service_operator", "service_dispatcher", "service_manager"]
        )
        self.assertEqual(request.service_phase, "closing")

    @requirement("R42")
    def test_closing_hands_over_to_the_payment(self):
        second = new_test_user(
            self.env, "second_accountant", groups="account.group_account_invoice"
        )
        request = self.build_known()
        run, visit = self.walk_to_service(request)
        self.perform(visit)
        self.as_role(visit, "dispatcher").action_close()
        self.settle()
        child = run.child_ids
        self.assertEqual(child.process_id, self.get_shipped("receive_payment"))
        self.assertEqual(child.parent_id, run)
        self.assertEqual(child.res_id, request.id)
        token = self.get_open(child)
        accountant = token.user_id
        self.assertTrue(accountant.has_group("account.group_account_invoice"))
        # all of accounting hear of it, whoever of them is chosen
        for user in (accountant, self.user_accountant, second):
            runs = [self._get_run(message) for message in self.get_told(user)]
            self.assertEqual(runs.count(child), 1, user.name)
            self.assertTrue(child.with_user(user).sudo(False).has_access("read"))
        self.assertFalse(self.get_told(self.user_performer).mapped(self._get_run))
        # The invoice goes out, the customer pays: nobody clicks in the process.
        self.assertAt(child, "invoice")
        invoice = request.order_ids.invoice_ids
        self.as_role(invoice, "accountant").action_post()
        self.assertAt(child, "wait")
        self.pay(invoice, user=self.user_accountant)
        self.settle()
        self.assertEqual(child.state, "done")
        self.assertEqual(child.end_stage_id.key, "paid")

    def _get_run(self, message):
        if message.model != "bpm.instance":
            return self.env["bpm.instance"]
        return self.env["bpm.instance"].sudo().browse(message.res_id)

    def test_new_customer_goes_by_the_manager(self):
        request = self.build_request(
            stage_id=self.stages["new"].id,
            type="lead",
            contact_name="Борис Новиков",
            phone="+7 903 333-20-20",
            service_need="Монтаж котла",
            user_id=self.user_manager.id,
            dispatcher_id=self.user_dispatcher.id,
        )
        run = self.begin("service_request", request)
        self.assertAt(run, "register")
        self.assertEqual(self.get_open(run).user_id, self.user_manager)
        self.as_role(request, "operator").action_pass_to_manager()
        self.assertAt(run, "register")
        self.as_role(request, "manager").action_convert_new()
        self.as_role(request, "manager").action_pass_to_dispatch()
        self.assertAt(run, "price")
        self.assertEqual(self.get_open(run).user_id, self.user_dispatcher)

    def test_started_late_it_finds_its_place(self):
        """On a request that has come further, done stages are passed at once."""
        self.team.write({"approval_customer": True, "approval_manager": True})
        requests = self.build_known() | self.build_known()
        for request in requests:
            self.as_role(request, "operator").action_pass_to_dispatch()
        self.price(requests[1])
        for request, place in zip(requests, ("price", "agree"), strict=True):
            self.assertAt(self.begin("service_request", request), place)

    # What the seed's scheme leaves out ----------------------------------------------

    @requirement("R52")
    def test_performer_refuses(self):
        run, visit = self.walk_to_service(self.build_known())
        self.as_role(visit, "performer").action_refuse("Болен")
        self.assertAt(run, "again")
        self.assertEqual(self.get_open(run).user_id, self.user_dispatcher)
        self.assertIn(
            f"Did not work out: {visit.request_id.name}",
            self.get_told(self.user_manager).mapped("subject"),
        )
        planned = self.as_role(visit, "dispatcher")
        planned.write({"performer_id": self.performer.id, "date_start": self.tomorrow})
        planned.action_assign()
        self.assertAt(run, "service")

    @requirement("R52")
    def test_customer_absent(self):
        run, visit = self.walk_to_service(self.build_known())
        self.as_role(visit, "performer").action_on_the_way()
        self.as_role(visit, "performer").action_customer_absent("Никто не открыл")
        self.assertAt(run, "again")
        self.do(run, "again", "Another visit", role="dispatcher")
        self.assertAt(run, "assign")

    @requirement("R52")
    def test_rescheduled_stays_with_its_task(self):
        run, visit = self.walk_to_service(self.build_known())
        task = self.get_open(run).sudo().activity_id
        self.as_role(visit, "dispatcher").action_reschedule(
            "Клиент просит в другой день", self.tomorrow.replace(hour=15)
        )
        self.assertAt(run, "service")
        self.assertTrue(task.active)

    @requirement("R52")
    def test_cancelled(self):
        """The customer calls off: before and after the visit is planned."""
        early, late = self.build_known(), self.build_known()
        reason = self.env["crm.lost.reason"].create({"name": "Передумали"})
        run, visit = self.walk_to_service(late)
        self.as_role(visit, "dispatcher").action_cancel("Клиент отказался")
        self.assertAt(run, "again")
        self.as_role(late, "dispatcher").action_set_lost(lost_reason_id=reason.id)
        self.settle()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.end_stage_id.key, "refused")
        first = self.begin("service_request", early)
        self.as_role(early, "operator").action_set_lost(lost_reason_id=reason.id)
        self.settle()
        self.assertEqual(first.state, "done")
        self.assertFalse(first.is_success)
        runs = run | first
        left = self.env["mail.activity"].search(
            [("id", "in", runs.token_ids.activity_id.ids), ("active", "=", True)]
        )
        self.assertFalse(left, "no task is left over")
        self.assertFalse(runs.token_ids.timer_ids)

    @requirement("R52")
    def test_payment_fails(self):
        request = self.build_known()
        run = self.begin("receive_payment", request, role="manager")
        self.assertAt(run, "invoice")
        self.do(run, "invoice", "Invoice sent", role="accountant")
        self.assertAt(run, "wait")
        self.pass_time(run, days=14)
        self.assertAt(run, "remind")
        self.assertEqual(self.get_open(run).user_id, self.user_manager)
        self.do(run, "remind", "Promised to pay")
        self.assertAt(run, "wait")
        self.pass_time(run, days=14)
        self.do(run, "remind", "Does not pay")
        self.assertAt(run, "decide")
        self.do(run, "decide", "Written off", role="admin")
        self.assertEqual(run.state, "done")
        self.assertEqual(run.end_stage_id.key, "unpaid")
