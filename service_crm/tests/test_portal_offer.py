from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ServiceCommon, requirement

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q"
    "DwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestPortalOffer(HttpCase, ServiceCommon):
    """The customer decides on the own page of the offer, without a login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.portal_confirmation_sign = True
        cls.env.company.portal_confirmation_pay = False
        cls.team.write({"approval_customer": True, "approval_manager": True})
        product = cls.build_product("Осмотр лифта", 180.0)
        cls.request = cls.build_request(
            partner_id=cls.customer.id,
            type="opportunity",
            user_id=cls.user_manager.id,
            dispatcher_id=cls.user_dispatcher.id,
            stage_id=cls.stages["dispatch"].id,
            request_line_ids=[Command.create({"product_id": product.id})],
        )
        cls.request.with_user(cls.user_dispatcher).action_ask_approvals()
        cls.order = cls.request.service_quotation_id

    def approval(self, role):
        return self.order.service_approval_ids.filtered(
            lambda approval: approval.role == role
        )[-1:]

    def sign(self, token=None, name="Анна Петрова"):
        return self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {
                "access_token": token or self.order.access_token,
                "name": name,
                "signature": SIGNATURE,
            },
        )

    def decline(self, message, token=None):
        page = self.url_open(self.order.get_portal_url())
        csrf = page.text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
        return self.url_open(
            f"/my/orders/{self.order.id}/decline",
            data={
                "access_token": token or self.order.access_token,
                "csrf_token": csrf,
                "decline_message": message,
            },
        )

    @requirement("R30")
    def test_acceptance_is_one_approval_of_all(self):
        page = self.url_open(self.order.get_portal_url())
        self.assertIn("Accept & Sign", page.text)
        result = self.sign()
        self.assertTrue(result.get("force_refresh"), result)
        customer = self.approval("customer")
        self.assertEqual(customer.state, "approved")
        self.assertEqual(customer.method, "portal")
        self.assertEqual(customer.spoken_with, "Анна Петрова")
        self.assertEqual(self.order.state, "sent")
        page = self.url_open(self.order.get_portal_url())
        self.assertIn("You have accepted this offer", page.text)
        self.assertNotIn("Accept & Sign", page.text)
        self.assertIn("error", self.sign())
        self.approval("manager").with_user(self.user_manager).action_approve()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.request.service_phase, "agreed")

    def test_acceptance_as_the_last_approval_confirms(self):
        self.approval("manager").with_user(self.user_manager).action_approve()
        self.sign()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.request.service_phase, "agreed")

    @requirement("R31")
    def test_declining_is_a_rejection(self):
        self.approval("manager").with_user(self.user_manager).action_approve()
        self.decline("Слишком дорого")
        self.assertEqual(self.order.state, "draft")
        self.assertEqual(self.approval("customer").state, "rejected")
        self.assertEqual(self.approval("customer").comment, "Слишком дорого")
        self.assertEqual(self.approval("manager").state, "reset")
        self.assertIn(
            "Слишком дорого", " ".join(self.request.message_ids.mapped("body"))
        )
        page = self.url_open(self.order.get_portal_url())
        self.assertIn("working on this offer", page.text)
        self.assertNotIn("Accept & Sign", page.text)
        self.assertIn("error", self.sign())

    def test_declining_needs_words(self):
        self.decline("   ")
        self.assertEqual(self.order.state, "sent")
        self.assertEqual(self.approval("customer").state, "pending")

    def test_a_stranger_decides_nothing(self):
        self.assertIn("error", self.sign(token="00000000"))
        self.decline("No", token="00000000")
        self.assertEqual(self.order.state, "sent")
        self.assertEqual(self.approval("customer").state, "pending")

    def test_customer_with_a_login(self):
        user = new_test_user(
            self.env,
            "portal_anna",
            groups="base.group_portal",
            partner_id=self.customer.id,
        )
        self.authenticate(user.login, user.login)
        self.decline("Не сейчас", token="")
        self.assertEqual(self.approval("customer").state, "rejected")
        self.assertEqual(
            self.order.message_ids.filtered(lambda m: "Не сейчас" in m.body).author_id,
            self.customer,
        )
