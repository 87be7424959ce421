from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import ServiceCommon, requirement


class TestApproval(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"approval_manager": True, "approval_dispatcher": True})
        cls.product = cls.build_product("Осмотр лифта", 180.0)
        cls.requests = cls.env["crm.lead"]
        for number in range(2):
            cls.requests += cls.build_request(
                name=f"Лифт {number}",
                partner_id=cls.customer.id,
                type="opportunity",
                user_id=cls.user_manager.id,
                dispatcher_id=cls.user_dispatcher.id,
                stage_id=cls.stages["dispatch"].id,
                request_line_ids=[Command.create({"product_id": cls.product.id})],
            )
        cls.request = cls.requests[0]

    def ask(self, requests=None):
        requests = requests or self.request
        requests.with_user(self.user_dispatcher).action_ask_approvals()
        return requests.service_quotation_id

    def approval(self, order, role, state="pending"):
        return order.service_approval_ids.filtered(
            lambda approval: approval.role == role and approval.state == state
        )

    def decide(self, order, role, user, **words):
        self.approval(order, role).with_user(user).action_approve(**words)

    @requirement("R30")
    def test_order_is_carried_out_only_with_the_third_approval(self):
        orders = self.ask(self.requests)
        self.assertEqual(len(orders), 2)
        for order in orders:
            self.assertEqual(order.state, "sent")
            self.assertEqual(
                order.service_approval_ids.mapped("role"),
                ["customer", "manager", "dispatcher"],
            )
            with self.assertRaisesRegex(UserError, "Customer, Manager, Dispatcher"):
                order.with_user(self.user_dispatcher).action_confirm()
        order, untouched = orders
        self.decide(
            order,
            "customer",
            self.user_operator,
            spoken_with="Анна Петрова",
            method="phone",
        )
        self.decide(order, "manager", self.user_manager)
        self.assertEqual(order.state, "sent")
        self.assertEqual(order.service_approval_state, "waiting")
        with self.assertRaisesRegex(UserError, "missing from: Dispatcher"):
            order.action_confirm()
        self.decide(order, "dispatcher", self.user_dispatcher)
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.request.service_phase, "agreed")
        self.assertEqual(self.request.service_approval_state, "approved")
        self.assertEqual(untouched.state, "sent")
        customer = self.approval(order, "customer", "approved")
        self.assertEqual(customer.spoken_with, "Анна Петрова")
        self.assertEqual(customer.method, "phone")
        self.assertEqual(customer.decided_by, self.user_operator)
        self.assertTrue(customer.decided_at)
        for record in (order, self.request):
            bodies = " ".join(record.message_ids.mapped("body"))
            self.assertIn("Анна Петрова", bodies)
            self.assertIn("By phone", bodies)

    @requirement("R31")
    def test_rejection_returns_the_offer_and_explains(self):
        order = self.ask()
        self.decide(
            order,
            "customer",
            self.user_dispatcher,
            spoken_with="Анна",
            method="person",
        )
        rejection = self.approval(order, "manager").with_user(self.user_manager)
        with self.assertRaisesRegex(UserError, "why"):
            rejection.action_reject(comment="  ")
        rejection.action_reject(comment="Слишком дёшево")
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.service_approval_state, "rejected")
        states = dict(order.service_approval_ids.mapped(lambda a: (a.role, a.state)))
        self.assertEqual(
            states,
            {"customer": "reset", "manager": "rejected", "dispatcher": "reset"},
        )
        for record in (order, self.request):
            self.assertIn("Слишком дёшево", " ".join(record.message_ids.mapped("body")))
        activity = self.request.activity_ids.filtered(
            lambda a: a.user_id == self.user_dispatcher and "rejected" in a.summary
        )
        self.assertEqual(len(activity), 1)
        self.assertIn("Слишком дёшево", activity.note)
        with self.assertRaises(UserError):
            order.action_confirm()
        # Changed and asked again: new rows, nothing of the old ones counts.
        self.request.request_line_ids.price_unit = 250
        self.assertEqual(self.ask(), order)
        self.assertEqual(len(order.service_approval_ids), 6)
        self.assertFalse(activity.active, "the to-do is done with the new offer")
        self.assertEqual(order.amount_untaxed, 250)
        with self.assertRaisesRegex(UserError, "Customer, Manager, Dispatcher"):
            order.action_confirm()
        for role, user, words in (
            ("manager", self.user_manager, {}),
            ("dispatcher", self.user_dispatcher, {}),
            (
                "customer",
                self.user_dispatcher,
                {"spoken_with": "Анна", "method": "mail"},
            ),
        ):
            self.assertEqual(order.state, "sent")
            self.decide(order, role, user, **words)
        self.assertEqual(order.state, "sale")

    @requirement("R30")
    def test_a_customers_word_needs_who_and_how(self):
        order = self.ask()
        approval = self.approval(order, "customer").with_user(self.user_operator)
        with self.assertRaisesRegex(UserError, "spoken"):
            approval.action_approve()
        with self.assertRaisesRegex(UserError, "spoken"):
            approval.action_approve(spoken_with=" ", method="phone")
        with self.assertRaisesRegex(UserError, "how"):
            approval.action_approve(spoken_with="Anna", method="pigeon")
        with self.assertRaisesRegex(UserError, "spoken"):
            approval.action_reject(comment="Too dear")
        self.assertEqual(approval.state, "pending")

    def test_who_may_decide(self):
        order = self.ask()
        customer = self.approval(order, "customer")
        manager = self.approval(order, "manager")
        dispatcher = self.approval(order, "dispatcher")
        words = {"spoken_with": "Anna", "method": "phone"}
        self.assertEqual(manager.user_id, self.user_manager)
        for approval, user in (
            (customer, self.user_performer),
            (manager, self.user_operator),
            (manager, self.user_dispatcher),
            (manager, self.user_performer),
            (dispatcher, self.user_manager),
            (dispatcher, self.user_operator),
        ):
            with self.assertRaises(AccessError):
                approval.with_user(user).action_approve(**words)
            with self.assertRaises(AccessError):
                approval.with_user(user).action_reject(comment="No", **words)
        self.assertTrue(manager.with_user(self.user_manager).may_decide)
        self.assertFalse(manager.with_user(self.user_dispatcher).may_decide)
        # Nobody asked by name: anybody of the role.
        self.request.user_id = False
        order.with_user(self.user_dispatcher).action_draft()
        self.ask()
        manager = self.approval(order, "manager")
        self.assertFalse(manager.user_id)
        with self.assertRaises(AccessError):
            manager.with_user(self.user_dispatcher).action_approve()
        manager.with_user(self.user_manager).action_approve()
        self.assertEqual(manager.state, "approved")

    def test_approvals_change_by_decisions_only(self):
        order = self.ask()
        approval = self.approval(order, "manager")
        for user in self.users.values():
            with self.assertRaises(AccessError):
                approval.with_user(user).write({"state": "approved"})
            with self.assertRaises(AccessError):
                approval.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.env["service.approval"].with_user(user).create(
                    order._prepare_approval_values("manager")
                )
            with self.assertRaises(AccessError):
                order.with_user(user).write({"service_approval_ids": [Command.clear()]})

    def test_a_decision_is_made_once(self):
        order = self.ask()
        self.decide(order, "manager", self.user_manager)
        with self.assertRaisesRegex(UserError, "Approved"):
            self.approval(order, "manager", "approved").with_user(
                self.user_manager
            ).action_reject(comment="Changed my mind")
        with self.assertRaisesRegex(UserError, "already"):
            self.ask()

    def test_another_company_does_not_decide(self):
        order = self.ask()
        company = self.env["res.company"].create({"name": "Вторая"})
        stranger = self.user_manager.copy(
            {
                "login": "stranger",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
        )
        order.sudo().company_id = self.env.company
        with self.assertRaises(AccessError):
            self.approval(order, "manager").with_user(stranger).action_approve()

    def test_quotation_is_mailed_through_the_queue(self):
        order = self.ask()
        mail = self.env["mail.mail"].search(
            [
                ("model", "=", "sale.order"),
                ("res_id", "=", order.id),
                ("recipient_ids", "in", self.customer.ids),
            ]
        )
        self.assertEqual(mail.state, "outgoing")
        self.assertIn("Accept &amp; Sign Quotation", mail.body_html)
        self.assertIn(f"access_token={order.access_token}", mail.body_html)

    def test_customer_without_mail(self):
        self.customer.email = False
        order = self.ask()
        self.assertEqual(order.state, "sent")
        self.assertIn("by phone", " ".join(order.message_ids.mapped("body")))

    def test_asked_people_get_a_to_do(self):
        order = self.ask()
        self.assertEqual(
            order.activity_ids.user_id, self.user_manager + self.user_dispatcher
        )
        mine = self.env["service.approval"].with_user(self.user_manager)
        domain = [("waiting_for_me", "=", True), ("res_id", "=", order.id)]
        self.assertEqual(mine.search(domain).role, "manager")
        dispatcher = mine.with_user(self.user_dispatcher)
        self.assertEqual(
            dispatcher.search(domain).mapped("role"), ["customer", "dispatcher"]
        )
        self.assertFalse(dispatcher.search(domain).mapped("role").count("manager"))
        self.decide(order, "manager", self.user_manager)
        self.assertFalse(mine.search(domain))
        self.assertEqual(order.activity_ids.user_id, self.user_dispatcher)
        order.with_user(self.user_dispatcher).action_draft()
        self.assertFalse(order.activity_ids)

    def test_team_settings_name_who_is_asked(self):
        self.team.write({"approval_manager": False, "approval_dispatcher": False})
        order = self.ask()
        self.assertEqual(order.service_approval_ids.role, "customer")
        self.team.approval_customer = False
        with self.assertRaisesRegex(UserError, "no approvals"):
            self.ask(self.requests[1])
        order = self.requests[1].service_quotation_id
        order.with_user(self.user_dispatcher).action_confirm()
        self.assertEqual(self.requests[1].service_phase, "agreed")

    def test_cancelling_withdraws_the_questions(self):
        order = self.ask()
        order.with_user(self.user_dispatcher).action_cancel()
        self.assertEqual(set(order.service_approval_ids.mapped("state")), {"reset"})

    def test_wizard_notes_the_customers_word(self):
        order = self.ask()
        approval = self.approval(order, "customer").with_user(self.user_operator)
        action = approval.action_record_yes()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.user_operator)
            .with_context(**action["context"])
            .create({"comment": "После 18:00"})
        )
        self.assertEqual(wizard.spoken_with, "Anna Petrova")
        wizard.action_decide()
        self.assertEqual(approval.state, "approved")
        self.assertEqual(approval.comment, "После 18:00")
        rejection = self.approval(order, "manager").with_user(self.user_manager)
        action = rejection.action_record_no()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.user_manager)
            .with_context(**action["context"])
            .create({"comment": "Нет"})
        )
        wizard.action_decide()
        self.assertEqual(order.state, "draft")
        with self.assertRaises(AccessError):
            self.approval(self.ask(), "manager").with_user(
                self.user_operator
            ).action_record_no()

    @requirement("R30")
    def test_no_other_door_confirms(self):
        order = self.ask()
        with self.assertRaisesRegex(UserError, "not agreed yet"):
            order.with_user(self.user_dispatcher).write({"state": "sale"})
        with self.assertRaisesRegex(UserError, "not agreed yet"):
            self.env["sale.order"].with_user(self.user_dispatcher).create(
                {
                    "partner_id": self.customer.id,
                    "opportunity_id": self.request.id,
                    "state": "sale",
                }
            )

    def test_payment_of_the_offer_is_the_customers_word(self):
        order = self.ask()
        order.require_payment = True
        methods = self.env["payment.method"].with_context(active_test=False)
        method = methods.search([], limit=1)
        provider = self.env["payment.provider"].create({"name": "Bank"})
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "sale_order_ids": [Command.set(order.ids)],
                "state": "done",
            }
        )
        self.assertFalse(transaction._check_amount_and_confirm_order())
        customer = self.approval(order, "customer", "approved")
        self.assertEqual(customer.method, "portal")
        self.assertEqual(customer.spoken_with, "Anna Petrova")
        self.assertEqual(order.state, "sent")
        self.assertFalse(order._has_to_be_signed())
        self.decide(order, "manager", self.user_manager)
        self.decide(order, "dispatcher", self.user_dispatcher)
        self.assertEqual(order.state, "sale")

    def test_acceptance_of_an_offer_sent_without_asking(self):
        self.request.with_user(self.user_dispatcher).action_make_quotation()
        order = self.request.service_quotation_id
        self.assertFalse(order._has_to_be_signed(), "a draft is not for signing")
        order.action_quotation_sent()
        order._record_customer_word("approved", spoken_with="Анна")
        self.assertEqual(order.state, "sent")
        self.assertTrue(self.approval(order, "manager"))
        self.decide(order, "manager", self.user_manager)
        self.decide(order, "dispatcher", self.user_dispatcher)
        self.assertEqual(order.state, "sale")
