from datetime import timedelta

from odoo.fields import Datetime
from odoo.tests import new_test_user

from .common import MessagesCommon


class TestJobOfferMessages(MessagesCommon):
    """A job offered to several: each is asked, and told when it is taken."""

    def test_asked_and_told(self):
        colleague = self.build_performer(
            new_test_user(
                self.env,
                login="colleague",
                name="Олег",
                email="oleg@service.example.com",
                groups="service_crm.group_service_performer",
            )
        )
        start = Datetime.now() + timedelta(days=2)
        visit = self.build_visit(
            performer_id=False, date_start=start, date_end=start + timedelta(hours=2)
        )
        people = self.performer | colleague
        for performer in people:
            performer.calendar_id = False
        visit._action_offer_to(people)
        offers = visit.offer_ids
        asked = self.sent(offers)
        self.assertEqual(asked.partner_id, people.partner_id)
        self.assertEqual(set(asked.mapped("event")), {"job_asked"})
        self.assertFalse(self.sent(visit), "nobody has the job yet")
        taken = offers.filtered(lambda offer: offer.performer_id == colleague)
        taken._action_accept()
        lost = self.sent(offers) - asked
        self.assertEqual(lost.partner_id, self.performer_partner)
        self.assertEqual(lost.event, "job_lost")
        self.assertIn(visit._get_site_text(), lost.mapped("mail_mail_id.subject")[0])
