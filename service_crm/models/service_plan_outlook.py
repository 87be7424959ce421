from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.suggestion_facts import end_of_day, to_moment, to_seconds
from ..tools.work_order_steps import PLANNING


class ServicePlan(models.Model):
    """Plan: what there is to plan, told before it is planned, and the way to it."""

    _inherit = "service.plan"

    outlook = fields.Char(compute="_compute_outlook")
    told_count = fields.Integer(compute="_compute_told_count")

    @api.depends("date_start", "date_end", "team_id", "performer_ids", "company_id")
    def _compute_outlook(self):
        for plan in self:
            plan.outlook = plan._describe_outlook()

    @api.depends("line_ids.result")
    def _compute_told_count(self):
        for plan in self:
            plan.told_count = len(
                plan.line_ids.filtered(
                    lambda line: line._is_open() and line.order_id.state != "draft"
                )
            )

    def action_show_board(self):
        """The board on the days of the plan, with the proposal as it would be."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_service_dispatch_board"
        )
        days = (self.date_end - self.date_start).days + 1
        board = {
            "board_date": fields.Date.to_string(self.date_start),
            "board_days": next((n for n in (1, 3) if days <= n), 7),
        }
        if self.state == "proposed":
            board["board_plan_id"] = self.id
        return {**action, "context": board}

    def action_preview(self):
        """The proposal as the board draws it: ``{"name", "summary", "moves"}``.

        Moves are those of the board, with the ``kind`` of the change; what was applied
        already, and what somebody changed meanwhile, is not among them. ``False`` for
        a plan that somebody deleted while the board showed it.
        """
        if not self.exists():
            return False
        self.ensure_one()
        self.check_access("read")
        lines = self.line_ids.filtered(
            lambda line: line._is_open() and line.version == line.order_id.plan_version
        )
        return {
            "name": self.name,
            "summary": self.summary or "",
            "moves": [{**line._prepare_move(), "kind": line.kind} for line in lines],
        }

    # Helpers

    def _describe_outlook(self):
        """How many jobs wait for these days, and what is planned in them."""
        if not self.date_start or not self.date_end:
            return False
        if not self.performer_ids:
            return self.env._("Nobody may be sent yet: choose performers.")
        zone = self.env.tz.zone
        before = fields.Date.subtract(self.date_start, days=1)
        since, until = end_of_day(before, zone), end_of_day(self.date_end, zone)
        now = to_seconds(fields.Datetime.now())
        if until <= now:
            return self.env._("These days are over: choose others.")
        orders = self.env["service.work.order"]
        waiting = orders.search_count(
            self._get_unplanned_domain(max(since, now), until)
        )
        planned = orders.search_count(
            self._get_team_domain()
            & Domain("state", "in", PLANNING)
            & Domain("performer_id", "in", self.performer_ids.ids)
            & Domain("date_start", ">=", to_moment(max(since, now)))
            & Domain("date_start", "<", to_moment(until))
        )
        if not waiting and not planned:
            return self.env._("No job waits, and no visit is planned in these days.")
        return self.env._(
            "Jobs that wait: %(waiting)s. Visits planned in these days: %(planned)s.",
            waiting=waiting,
            planned=planned,
        )
