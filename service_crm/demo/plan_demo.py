from datetime import timedelta

from odoo import api, fields, models

from ..tools import plan_rounds

SECONDS = 2


class ServiceDemo(models.AbstractModel):
    """Demo of the planner: a proposal for the next two working days."""

    _inherit = "service.demo"

    @api.model
    def _load_plan(self):
        """A proposal to look at, made at once: the scheduler comes later."""
        first = fields.Date.context_today(self.with_context(tz="Europe/Moscow"))
        first += timedelta(days=1)
        while first.weekday() > 4:
            first += timedelta(days=1)
        last = first + timedelta(days=first.weekday() < 4)
        plans = self._as("dispatcher", self.env["service.plan"])
        plan = plans.create({"date_start": first, "date_end": last})
        self.env.flush_all()
        planner = plan._as_planner()
        facts, settled, complaint = planner._read_facts()
        seen = planner._read_versions([*facts.jobs, *settled])
        outcome = plan_rounds.solve(facts, SECONDS)
        planner._finish(facts, settled, outcome, complaint, seen)
