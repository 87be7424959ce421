"""A process that waits for an answer by SMS hears the gateway through the seam."""

from odoo.tests import tagged

from odoo.addons.service_crm_bpm.tests.test_event import WatchCommon
from odoo.addons.service_crm_sms.tools.gateways.base import Inbound

NUMBER = "+74951208115"


@tagged("post_install", "-at_install")
class TestProcessReplies(WatchCommon):
    def test_an_answer_by_sms_takes_the_process_on(self):
        gateway = self.env["sms.gateway"].create({"name": "Box", "kind": "sandbox"})
        requests = self.build_new(2, partner_id=self.customer.id)
        runs = self.start(self.build_wait("sms"), requests)
        self.env["service.notification"].create(
            {
                "res_model": "crm.lead",
                "res_id": requests[0].id,
                "request_id": requests[0].id,
                "partner_id": self.customer.id,
                "recipient_key": str(self.customer.id),
                "audience": "customer",
                "channel": "sms",
                "address": NUMBER,
                "state": "sent",
            }
        )
        gateway._receive([Inbound(NUMBER, "Да, всё верно", "1")])
        self.finish()
        self.assertEqual(self.get_places(runs[0]), ["call"])
        self.assertEqual(self.get_places(runs[1]), ["wait"])
