"""An agreement moves the deal and its process, and tells each by the own channel."""

from odoo.tests import tagged

from odoo.addons.service_crm.tests.common import requirement
from odoo.addons.service_crm_bpm.tests.common_story import StoryCommon


@tagged("post_install", "-at_install")
class TestProcessMessages(StoryCommon):
    """The process engine and the messages together, through their seam only."""

    @requirement("R32")
    def test_agreed_changes_the_stage_and_tells_both(self):
        self.env.company.country_id = self.env.ref("base.ru")
        self.customer.service_message_channel = "sms"
        self.user_performer.partner_id.service_message_channel = "mail"
        request = self.build_known()
        run, visit = self.walk_to_service(request)
        self.assertEqual(request.service_phase, "agreed", "customer and manager agreed")
        self.as_role(visit, "dispatcher").action_confirm_customer()
        self.as_role(visit, "performer").action_accept()
        self.assertAt(run, "service")
        for _again in range(2):
            self.send_messages()
            told = self.env["service.notification"].search(
                [("work_order_id", "=", visit.id)]
            )
            fixed = told.filtered(
                lambda row: (
                    row.rule_id == self.env.ref("service_crm_sms.rule_slot_fixed")
                )
            )
            self.assertEqual(fixed.mapped("partner_id"), self.customer)
            self.assertEqual(fixed.mapped("channel"), ["sms"])
            performer = told.filtered(
                lambda row: row.partner_id == self.user_performer.partner_id
            )
            self.assertEqual(performer.mapped("channel"), ["mail"])
