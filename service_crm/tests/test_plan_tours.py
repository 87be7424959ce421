"""The planner in a real browser: planned, looked at, applied in part, a colleague."""

import json
from datetime import timedelta
from urllib.parse import quote

from odoo import fields
from odoo.http import request
from odoo.tests import new_test_user, tagged

from .common_board_tours import BoardToursCommon


@tagged("post_install", "-at_install")
class TestPlanTours(BoardToursCommon):
    """Three jobs nobody goes to yet, two performers who can tomorrow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        jobs = cls.alfa + cls.beta + cls.gamma
        # Other jobs of the database are no business of these tests.
        cls.env["service.work.order"].search(
            [("id", "not in", jobs.ids)]
        ).active = False
        cls.gamma.line_ids.unlink()
        jobs.write({"performer_id": False, "date_start": False, "date_end": False})
        jobs.planned_hours = 1
        colleague = new_test_user(
            cls.env,
            login="service_plan_colleague",
            groups="service_crm.group_service_dispatcher",
            tz="UTC",
        )
        cron = cls.env.ref("service_crm.ir_cron_service_plan")
        cls.told = {
            "key": cls.make_key(colleague),
            "cron": cron.id,
            "cron_key": cls.make_key(cls.env.ref("base.user_admin")),
        }

    @classmethod
    def make_key(cls, user):
        keys = cls.env["res.users.apikeys"].with_user(user)
        return keys._generate(None, "plan", fields.Datetime.now() + timedelta(days=1))

    def assertCanOpenTestCursor(self):
        # Colleague and scheduler come with keys of their own, without cookies.
        if request and "Authorization" in request.httprequest.headers:
            return None
        return super().assertCanOpenTestCursor()

    def walk(self, tour, **options):
        cookies = {"service_board_test": quote(json.dumps(self.told))}
        return super().walk(tour, cookies=cookies, **options)

    def test_day_is_planned_looked_at_and_applied_in_part(self):
        self.walk("service_plan_day")
        for job in self.alfa + self.beta:
            self.assertTrue(job.performer_id)
            self.assertEqual(job.date_start.date(), self.tomorrow.date())
        self.assertFalse(self.gamma.performer_id)

    def test_who_was_faster_is_told_on_the_line(self):
        self.walk("service_plan_colleague")
        self.assertEqual(self.beta.performer_id, self.performer)
        self.assertEqual(self.beta.date_start, self.tomorrow + timedelta(hours=16))
        for job in self.alfa + self.gamma:
            self.assertFalse(job.performer_id or job.date_start)

    def test_one_visit_is_applied_on_a_phone(self):
        plan = (
            self.env["service.plan"]
            .with_user(self.user_dispatcher)
            .create({"date_start": self.tomorrow.date(), "seconds": 1})
        )
        plan.action_run()
        self.env.flush_all()
        self.env.ref("service_crm.ir_cron_service_plan").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((plan.state, plan.note), ("proposed", False))
        self.browser_size, self.touch_enabled = "390x844", True
        self.start_tour(
            f"/odoo/plans/{plan.id}",
            "service_plan_phone",
            login=self.user_dispatcher.login,
        )
        self.env.invalidate_all()
        self.assertTrue(self.alfa.performer_id)
        self.assertFalse(self.beta.performer_id or self.gamma.performer_id)
