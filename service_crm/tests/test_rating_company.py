from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import ServiceCommon


class TestRatingCompany(ServiceCommon):
    """Stars are read by the people of the request's company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Другая фирма"})
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            groups="service_crm.group_service_operator",
            company_id=cls.other.id,
            company_ids=cls.other.ids,
        )

    def build_rating(self, **values):
        request = self.build_request(partner_id=self.customer.id, **values)
        return self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": request.id,
                "rating": 5,
                "consumed": True,
            }
        )

    def test_another_company_reads_no_stars(self):
        own = self.build_rating(company_id=self.env.company.id)
        lost = self.build_rating(company_id=self.env.company.id, active=False)
        for rating in own | lost:
            self.assertEqual(rating.with_user(self.user_operator).rating, 5)
            with self.assertRaises(AccessError):
                rating.with_user(self.stranger).read(["rating"])
        found = self.env["rating.rating"].with_user(self.stranger).search([])
        self.assertFalse(found & (own | lost))

    def test_stars_without_a_company_are_everybodys(self):
        team = self.env["crm.team"].create(
            {"name": "Общая", "is_service": True, "company_id": False}
        )
        rating = self.build_rating(team_id=team.id, company_id=False)
        self.assertFalse(rating.request_company_id)
        self.assertEqual(rating.with_user(self.stranger).rating, 5)

    def test_stars_of_other_records_are_as_before(self):
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "rating": 4,
            }
        )
        self.assertEqual(rating.with_user(self.stranger).rating, 4)
