"""The customer's page of a planned visit, on a phone without any login."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.service_crm.tests.common_tours import StoryToursCommon


@tagged("post_install", "-at_install")
class TestCustomerTours(StoryToursCommon):
    def test_questions_photos_and_another_time(self):
        """Nobody calls: the office asks, the customer answers, shows and moves it."""
        self.team.write(
            {
                "approval_customer": False,
                "approval_manager": False,
                "customer_changes": "self",
            }
        )
        request = self.build_agreed_request()
        start = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        visit = self.build_visit(
            request,
            "assigned",
            done=0,
            date_start=start + timedelta(days=2),
            date_end=start + timedelta(days=2, hours=1),
        )
        request.with_user(self.user_dispatcher).question_ids = [
            Command.create({"name": "Какой этаж?"})
        ]
        planned = visit.date_start
        self.on_phone(self.get_customer_page(request), "service_customer_visit")
        self.assertEqual(request.question_ids.answer, "Пятый этаж")
        self.assertIn("дверь.png", request.message_ids.attachment_ids.mapped("name"))
        self.assertNotEqual(visit.date_start, planned)
        self.assertTrue(visit.customer_confirmed)
        self.assertEqual(visit.performer_id, self.performer)
