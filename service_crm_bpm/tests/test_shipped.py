from odoo.tests import tagged

from .common_process import ProcessCommon

SHIPPED = (
    "assignment",
    "complaint",
    "customer_registration",
    "delivery_of_goods",
    "hiring",
    "incoming_marketing",
    "lost_customers",
    "online_shop",
    "purchase_request",
    "receive_payment",
    "sales",
    "service_request",
)


@tagged("post_install", "-at_install")
class TestShipped(ProcessCommon):
    """The processes that come with the addon."""

    def get_shipped(self, key):
        return self.env.ref(f"service_crm_bpm.process_{key}")

    def test_all_are_published_and_their_tests_pass(self):
        for key in SHIPPED:
            process = self.get_shipped(key)
            self.assertEqual(process.state, "published", key)
            process._check_publishable()
            with self.enter_registry_test_mode():
                process.with_user(self.user_admin).action_run_tests()
            for test in process.test_ids:
                with self.subTest(process=key, test=test.name):
                    self.assertEqual(test.state, "passed", test.message)
