from odoo.fields import Command
from odoo.tests import tagged

from .common_tours import StoryToursCommon


@tagged("post_install", "-at_install")
class TestSuggestionTour(StoryToursCommon):
    """The dispatcher takes a suggestion, at the desk and on the phone."""

    def build_job(self):
        skill = self.env["service.skill"].create({"name": "Лифты"})
        self.inspection.service_skill_ids = skill
        self.performer.service_skill_ids = [Command.create({"skill_id": skill.id})]
        self.customer.service_performer_id = self.performer
        others = self.env["resource.resource"].search(
            [("is_performer", "=", True), ("id", "!=", self.performer.id)]
        )
        others.active = False
        self.build_performer(name="Новичок")
        line = {"product_id": self.inspection.id, "name": "Осмотр"}
        return self.build_work_order(line_ids=[Command.create(line)])

    def test_at_the_desk(self):
        job = self.build_job()
        self.at_desk("dispatcher", f"work-orders/{job.id}", "service_suggestion_take")
        self.assertEqual(job.performer_id, self.performer)
        self.assertTrue(job.date_start)

    def test_on_the_phone(self):
        job = self.build_job()
        path = f"/odoo/work-orders/{job.id}"
        self.on_phone(path, "service_suggestion_take", "dispatcher")
        self.assertEqual(job.performer_id, self.performer)
