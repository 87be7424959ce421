from odoo.tests import tagged

from .common import TourCase
from .common_crew import CrewCommon


@tagged("post_install", "-at_install")
class TestHandOverTour(TourCase, CrewCommon):
    """A performer asks a colleague to take a job over, both on their phones."""

    browser_size = "390x844"
    touch_enabled = True

    def test_asked_and_taken_over(self):
        visit = self.plan(days=2)
        visit.action_assign()
        login = self.user_performer.login
        self.start_tour("/odoo/my-jobs", "service_hand_over", login=login)
        self.assertEqual(visit.performer_id, self.performer)
        self.assertTrue(visit.has_open_offers)
        login = self.user_helper.login
        self.start_tour("/odoo/job-offers", "service_take_over", login=login)
        self.assertEqual(visit.performer_id, self.helper)
        self.assertEqual(visit.state, "assigned")
        self.assertFalse(visit.has_open_offers)
        told = self.env["mail.message"].search(
            [
                ("model", "=", visit._name),
                ("res_id", "=", visit.id),
                ("notified_partner_ids", "in", self.user_performer.partner_id.ids),
                ("subject", "like", "Taken over"),
            ]
        )
        self.assertEqual(len(told), 1)
