from odoo.tests import tagged

from .common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestRating(MoneyCommon):
    """The customer rates the finished work, once."""

    def rate(self, request, stars, text=""):
        token = request._rating_get_access_token()
        return request.rating_apply(stars, token=token, feedback=text)

    def build_finished_request(self):
        request = self.build_agreed_request()
        self.build_visit(request)
        self.close_works(request)
        return request

    def test_rated_once(self):
        request = self.build_finished_request()
        rating = self.rate(request, 4, "Хорошо")
        again = self.rate(request, 1, "Плохо")
        self.assertEqual(again, rating)
        self.assertEqual((rating.rating, rating.feedback), (4, "Хорошо"))
        self.assertEqual(rating.rated_partner_id, self.user_performer.partner_id)
        self.assertEqual(rating.partner_id, self.customer)
        self.assertEqual(request.service_stars, "4")
        self.assertEqual(
            self.get_entries(request, "service_rating_state"), ["asked", "rated"]
        )

    def test_low_rating_is_the_managers_to_answer(self):
        low = self.build_finished_request()
        fair = self.build_finished_request()
        self.rate(low, 2, "Опоздали <b>на день</b>")
        self.rate(fair, 3)
        kind = self.env.ref("service_crm.mail_activity_low_rating")
        activity = low.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(activity.user_id, self.user_manager)
        self.assertIn("2 of 5", activity.note)
        self.assertIn("Опоздали &lt;b&gt;", activity.note)
        self.assertNotIn(kind, fair.activity_ids.activity_type_id)

    def test_figures_of_the_performer(self):
        other = self.build_performer(name="Other")
        for stars in (5, 2):
            request = self.build_agreed_request()
            self.build_visit(request)
            self.build_visit(request)
            self.close_works(request)
            self.rate(request, stars)
        performers = self.performer | other
        self.assertEqual(performers.mapped("service_rating_count"), [2, 0])
        self.assertEqual(performers.mapped("service_rating_avg"), [3.5, 0])

    def test_other_leads_rate_as_before(self):
        team = self.env["crm.team"].create({"name": "Sales only"})
        lead = self.env["crm.lead"].create(
            {"name": "Plain", "team_id": team.id, "partner_id": self.customer.id}
        )
        self.rate(lead, 1)
        self.rate(lead, 5)
        self.assertEqual(lead.rating_last_value, 5)
        self.assertFalse(lead.service_rating_state)
        self.assertFalse(lead.activity_ids)
