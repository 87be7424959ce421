from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError

from .common_plan import PlanVisitsCommon


class TestPlanRun(PlanVisitsCommon):
    """Planning in the background: waited for, cancelled, killed."""

    def test_one_plan_at_a_time(self):
        self.build_job()
        plan, again, other = (self.build_plan() for _number in range(3))
        other.write({"date_start": "2030-02-04", "date_end": "2030-02-05"})
        plan.action_run()
        self.assertEqual(plan.action_poll(), {"state": "queued", "progress": 0})
        with self.assertRaisesRegex(UserError, "plans these days just now"):
            again.action_run()
        again.team_id = False
        with self.assertRaisesRegex(UserError, "plans these days just now"):
            again.action_run()
        other.action_run()
        with self.assertRaisesRegex(UserError, "Cancel the planning first"):
            plan.unlink()
        self.run_cron()
        self.assertEqual(plan.state, "proposed")
        again.action_run()

    def test_cancel_before_it_begins(self):
        self.build_job()
        plan = self.build_plan()
        plan.action_run()
        plan.action_cancel()
        self.assertEqual(plan.state, "draft")
        self.run_cron()
        self.assertEqual(plan.state, "draft")

    def test_cancel_while_it_plans(self):
        for _number in range(8):
            self.build_job()
        plan = self.build_plan(seconds=60)
        plan.action_run()
        # As somebody does in the moment between two looks of the planner.
        plan.sudo().is_cancelled = True
        started = fields.Datetime.now()
        self.run_cron()
        self.assertLess(fields.Datetime.now() - started, timedelta(seconds=30))
        self.assertEqual(plan.state, "draft")
        self.assertFalse(plan.line_ids)
        self.assertFalse(plan.is_cancelled)

    def test_killed_server(self):
        self.build_job()
        plan = self.build_plan()
        plan.sudo().write(
            {
                "state": "running",
                "heartbeat": fields.Datetime.now() - timedelta(minutes=10),
            }
        )
        self.assertEqual(plan.action_poll()["state"], "failed")
        self.assertIn("stopped while it planned", plan.note)
        self.make(plan)
        self.assertProposed(plan)
        fresh = self.build_plan()
        fresh.sudo().write({"state": "running", "heartbeat": fields.Datetime.now()})
        self.assertEqual(fresh.action_poll()["state"], "running")

    def test_old_plans_go(self):
        plans = self.build_plan() + self.build_plan()
        self.env.flush_all()
        for plan, days in zip(plans, (31, 29), strict=True):
            made = fields.Datetime.now() - timedelta(days=days)
            self.env.cr.execute(
                "UPDATE service_plan SET create_date = %s WHERE id = %s",
                (made, plan.id),
            )
        self.env.invalidate_all()
        self.env["service.plan"]._gc_plans()
        self.assertEqual(plans.exists(), plans[1])
