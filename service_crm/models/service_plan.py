from datetime import timedelta
from importlib.util import find_spec

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.defaults import without_defaults
from ..tools.locks import take_turns_by

MOST_DAYS = 31
MOST_WORKDAYS = 1500  # of all performers: beyond, time and memory go to preparing
BUSY = ("queued", "running")
KEPT_DAYS = 30
# What the steps and the planner write, and nobody by hand.
STEP_FIELDS = frozenset(
    {
        "company_id",
        "figures",
        "heartbeat",
        "is_cancelled",
        "line_ids",
        "note",
        "progress",
        "state",
        "user_id",
    }
)
# What is to be planned: one plan at a time for the same days.
ASKED_FIELDS = frozenset({"date_start", "date_end", "team_id", "performer_ids"})


class ServicePlan(models.Model):
    """A proposal who goes where and when, for some days of a team."""

    _name = "service.plan"
    _description = "Plan of visits"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        "Planned By",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        help="Only visits this person may see are planned.",
    )
    date_start = fields.Date(
        "From", required=True, default=lambda self: fields.Date.context_today(self)
    )
    date_end = fields.Date(
        "To",
        required=True,
        compute="_compute_date_end",
        store=True,
        precompute=True,
        readonly=False,
    )
    team_id = fields.Many2one(
        "crm.team",
        check_company=True,
        index="btree_not_null",
        ondelete="cascade",
        domain="[('is_service', '=', True)]",
        help="Whose jobs are planned; empty: those of all teams.",
    )
    performer_ids = fields.Many2many(
        "resource.resource",
        "service_plan_performer_rel",
        "plan_id",
        "resource_id",
        "Performers",
        check_company=True,
        domain="[('is_performer', '=', True)]",
        compute="_compute_performer_ids",
        store=True,
        readonly=False,
        help="Who may be sent; to begin with, everybody who works for the team.",
    )
    move_planned = fields.Boolean(
        "Move Planned Visits",
        default=True,
        help="Visits the customer has not confirmed may get another performer or time.",
    )
    move_confirmed = fields.Boolean(
        "Move Confirmed Ones",
        help="Visits the customer has confirmed may move where that saves much: the "
        "customer has to be called again.",
    )
    reason = fields.Char(
        help="Noted on visits that move although the customer had confirmed them, or "
        "that come after their deadline.",
    )
    seconds = fields.Integer(
        "Time to Plan",
        default=20,
        help="How many seconds are spent; longer gives better plans. A server that "
        "ends long jobs may spend less.",
    )
    solver = fields.Selection(
        "_get_solvers", "Planned With", default="default", required=True
    )
    state = fields.Selection(
        [
            ("draft", "To Plan"),
            ("queued", "Waiting"),
            ("running", "Planning"),
            ("proposed", "Proposal"),
            ("done", "Applied"),
            ("discarded", "Discarded"),
            ("failed", "Failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    progress = fields.Integer(
        readonly=True, copy=False, help="Percent of the time to plan."
    )
    is_cancelled = fields.Boolean(readonly=True, copy=False)
    heartbeat = fields.Datetime(readonly=True, copy=False)
    note = fields.Text(readonly=True, copy=False)
    line_ids = fields.One2many("service.plan.line", "plan_id", readonly=True)
    change_ids = fields.One2many(
        "service.plan.line",
        "plan_id",
        "Changed Visits",
        domain=[("kind", "not in", ("same", "left"))],
    )
    left_ids = fields.One2many(
        "service.plan.line", "plan_id", domain=[("kind", "in", ("left", "off"))]
    )
    same_ids = fields.One2many(
        "service.plan.line", "plan_id", domain=[("kind", "=", "same")]
    )

    _seconds_range = models.Constraint(
        "CHECK(seconds BETWEEN 1 AND 120)", "Plan for 1 to 120 seconds."
    )

    @api.model
    def _get_solvers(self):
        """What plans can be made with: ``[(key of planning.SOLVERS, name)]``.

        Extension point: a further one is an entry here and one in the registry.
        """
        solvers = [("default", self.env._("Built-in planner"))]
        if find_spec("pyvrp"):
            solvers.append(("pyvrp", "PyVRP"))
        return solvers

    # Computes

    @api.depends("date_start", "date_end", "team_id")
    def _compute_name(self):
        for plan in self:
            days = [
                format_date(self.env, day, date_format="EEE d MMM")
                for day in dict.fromkeys((plan.date_start, plan.date_end))
                if day
            ]
            team = plan.team_id.name or self.env._("All Teams")
            plan.name = f"{' – '.join(days)}, {team}"

    @api.depends("date_start")
    def _compute_date_end(self):
        for plan in self:
            start, end = plan.date_start, plan.date_end
            if not end or (start and end < start):
                plan.date_end = start

    @api.depends("team_id", "company_id")
    def _compute_performer_ids(self):
        for plan in self:
            plan.performer_ids = self.env["resource.resource"].search(
                plan._get_performers_domain()
            )

    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        """The days of a plan follow each other, and are not too many."""
        for plan in self.filtered(lambda plan: plan.date_start and plan.date_end):
            if plan.date_end < plan.date_start:
                raise ValidationError(self.env._("The last day is before the first."))
            if plan.date_end - plan.date_start >= timedelta(days=MOST_DAYS):
                raise ValidationError(
                    self.env._("Plan at most %(days)s days at once.", days=MOST_DAYS)
                )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self = without_defaults(self, STEP_FIELDS)
        for vals in vals_list:
            self._check_by_hand(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_hand(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_busy(self):
        if self.filtered(lambda plan: plan.state in BUSY):
            raise UserError(self.env._("Cancel the planning first."))

    @api.autovacuum
    def _gc_plans(self):
        """A proposal nobody applied for a month is out of date."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search(
            [("create_date", "<", limit), ("state", "not in", BUSY)], limit=1000
        ).unlink()

    # Actions

    def action_run(self):
        """Plan in the background; what was proposed before is forgotten."""
        self._check_planner()
        for plan in self:
            plan._queue()
        # sudo: jobs of the system belong to nobody
        self.env.ref("service_crm.ir_cron_service_plan").sudo()._trigger()
        return True

    def action_cancel(self):
        """Stop planning; the plan can be made again."""
        self._check_planner()
        plans = self.sudo()  # states are set by the steps only
        plans.filtered(lambda plan: plan.state == "queued").state = "draft"
        plans.filtered(lambda plan: plan.state == "running").is_cancelled = True
        return True

    def action_discard(self):
        """The proposal is not wanted; the present plan stays."""
        self._check_planner()
        plans = self.sudo()  # states are set by the steps only
        plans.filtered(lambda p: p.state in ("proposed", "failed")).state = "discarded"
        return True

    def action_poll(self):
        """How far it is: ``{"state", "progress"}``; asked again and again."""
        self._check_planner()
        self.ensure_one()
        self.sudo()._fail_killed()  # as the system would at its next turn
        return {"state": self.state, "progress": self.progress}

    # Helpers

    def _check_planner(self):
        """The plan is changed by dispatchers."""
        self.env.user._check_service_role("dispatcher")
        self.check_access("write")

    def _check_by_hand(self, vals):
        """What the planner and the steps write is written by nobody else, and what is
        planned does not change meanwhile."""
        if self.env.su:
            return
        if STEP_FIELDS & vals.keys():
            raise AccessError(self.env._("Plans go on by their buttons only."))
        if ASKED_FIELDS & vals.keys() and self.filtered(lambda p: p.state in BUSY):
            raise UserError(self.env._("Cancel the planning first."))

    def _check_performers(self):
        """Somebody may be sent, and not more than can be planned at once."""
        if not self.performer_ids:
            raise UserError(self.env._("Say who may be sent: choose performers."))
        days = (self.date_end - self.date_start).days + 1
        found = days * len(self.performer_ids)
        if found > MOST_WORKDAYS:
            raise UserError(
                self.env._(
                    "%(performers)s performers on %(days)s days are too much for one "
                    "plan: choose fewer performers or fewer days, together at most "
                    "%(most)s days of work.",
                    performers=len(self.performer_ids),
                    days=days,
                    most=MOST_WORKDAYS,
                )
            )

    def _queue(self):
        """One plan per team and days at a time."""
        if self.state in (*BUSY, "done"):
            raise UserError(
                self.env._("%(plan)s: this is planned already.", plan=self.name)
            )
        self._check_performers()
        # sudo: the company is only locked, for plans of two that ask at once
        take_turns_by(self.company_id.sudo(), SQL("%s", (self.company_id.id,)), "name")
        # sudo: also plans of closed teams take the performers' time
        other = self.sudo().search(
            Domain("state", "in", BUSY)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("date_start", "<=", self.date_end)
            & Domain("date_end", ">=", self.date_start)
            & (
                Domain("team_id", "in", [False, self.team_id.id])
                if self.team_id
                else Domain.TRUE
            ),
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(user)s plans these days just now: %(plan)s. Wait until that is "
                    "done.",
                    user=other.user_id.name,
                    plan=other.name,
                )
            )
        plan = self.sudo()  # lines and states are written by the steps only
        plan.line_ids.unlink()
        plan.write(
            {
                "state": "queued",
                "progress": 0,
                "is_cancelled": False,
                "note": False,
                "user_id": self.env.uid,
            }
        )

    def _get_performers_domain(self):
        """Who works for the team. Extension point."""
        domain = Domain("is_performer", "=", True) & Domain(
            "company_id", "in", [False, self.company_id.id]
        )
        if self.team_id:
            domain &= Domain("service_team_ids", "=", False) | Domain(
                "service_team_ids", "in", self.team_id.ids
            )
        return domain
