import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..tools.batch import run_isolated
from ..tools.defaults import without_defaults

_logger = logging.getLogger(__name__)
# Visits are planned that far ahead, and looked at again a month before it is needed.
HORIZON = timedelta(days=365)
RULE_FIELDS = frozenset(
    "date_first hour tz interval frequency mon tue wed thu fri sat sun by_weekday end "
    "date_last count holidays planned_hours performer_id line_ids site_id "
    "partner_id team_id dispatcher_id instruction contract_id".split()
)
# What buttons and the job write, and nobody by hand.
STEP_FIELDS = frozenset({"error", "planned_until", "retry_on", "state", "visit_ids"})


class ServiceVisitSeries(models.Model):
    """Recurring visits: started, paused and ended by buttons, kept up by a job."""

    _inherit = "service.visit.series"

    visit_ids = fields.One2many(
        "service.work.order", "series_id", "Visits", readonly=True
    )
    visit_count = fields.Integer("Visits Ahead", compute="_compute_visits")
    date_next = fields.Datetime("Next Visit", compute="_compute_visits")
    next_label = fields.Char("Next", compute="_compute_next_label")
    planned_until = fields.Date(
        readonly=True, copy=False, help="The visits until this day are planned."
    )
    pause_until = fields.Date(
        "Paused Until",
        copy=False,
        help="On this day it goes on by itself; empty: until somebody resumes it.",
    )
    error = fields.Text("What Could Not Be Done", readonly=True, copy=False)
    retry_on = fields.Date(readonly=True, copy=False)

    _due_idx = models.Index("(planned_until) WHERE state IN ('running', 'paused')")

    @api.depends("visit_ids.state", "visit_ids.date_start")
    def _compute_visits(self):
        found = {
            series: (count, moment)
            for series, count, moment in self.env["service.work.order"]._read_group(
                [
                    ("series_id", "in", self.ids),
                    ("state", "not in", ("done", "closed", "cancelled")),
                    ("date_start", ">=", fields.Datetime.now()),
                ],
                ["series_id"],
                ["__count", "date_start:min"],
            )
        }
        for series in self:
            series.visit_count, series.date_next = found.get(series._origin, (0, False))

    @api.depends("date_next", "tz")
    @api.depends_context("lang")
    def _compute_next_label(self):
        """On the clock of the place, as the rule is told."""
        for series in self:
            series.next_label = series.date_next and format_datetime(
                self.env, series.date_next, tz=series.tz, dt_format="EEE d MMM, HH:mm"
            )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """They are started by the button, whatever the call says."""
        self = without_defaults(self, STEP_FIELDS)
        for vals in vals_list:
            for name in STEP_FIELDS & vals.keys():
                del vals[name]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and STEP_FIELDS & vals.keys():
            raise UserError(
                self.env._("Recurring visits are started, paused and ended by buttons.")
            )
        result = super().write(vals)
        if RULE_FIELDS & vals.keys() or vals.get("active") is False:
            # Rights were checked by the write; visits are removed and made by the
            # system.
            running = self.sudo().filtered(lambda series: series.state == "running")
            running._replan()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if self.filtered(lambda series: series.state not in ("draft", "ended")):
            raise UserError(
                self.env._("End the recurring visits first: then nobody expects them.")
            )

    # Steps

    def action_start(self):
        """Plan the visits of the year to come."""
        self._check_may_step("draft", "ended")
        # Rights were checked; state and visits are the system's, here and below.
        series = self.sudo()
        series.write({"state": "running", "planned_until": False})
        series._plan_ahead()
        return True

    def action_pause(self):
        """No visits until it is resumed; those not agreed yet are taken away."""
        self._check_may_step("running")
        series = self.sudo()  # see action_start()
        series.state = "paused"
        series._remove_free_visits()
        series._trigger_plan(series.filtered("pause_until").mapped("pause_until"))
        return True

    def action_resume(self):
        """Plan again, from today on."""
        self._check_may_step("paused")
        self.sudo()._resume()  # see action_start()
        return True

    def action_end(self):
        """No more visits; those not agreed yet are taken away."""
        self._check_may_step("draft", "running", "paused")
        series = self.sudo()  # see action_start()
        series.state = "ended"
        series._remove_free_visits()
        return True

    def action_view_visits(self):
        """Open the visits of these series."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_visit_series_visits"
        )
        return {
            **action,
            "domain": [("series_id", "in", self.ids)],
            "context": {"create": False},
        }

    def action_view_load(self):
        """Open the load of the performers by week, all their work counted."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_visit_load"
        )
        people = self.visit_ids.booked_ids | self.performer_id
        domain = Domain("state", "!=", "cancelled")
        if people:
            domain &= Domain("booked_ids", "in", people.ids)
        return {**action, "domain": list(domain)}

    def _check_may_step(self, *states):
        """Managers and dispatchers start, pause and end; in words when not now."""
        self.env.user._check_service_role("manager", "dispatcher")
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for series in self:
            if series.state not in states:
                raise UserError(
                    self.env._(
                        "%(name)s is “%(state)s”: nothing to do.",
                        name=series.name,
                        state=labels[series.state],
                    )
                )

    def _resume(self):
        self.write({"state": "running", "pause_until": False, "planned_until": False})
        self._plan_ahead()

    # The job

    @api.model
    def _cron_plan(self, limit=20):
        """Plan what comes into sight, make the requests of what is near."""
        domain = self._get_due_domain()
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(domain))
        while rows := self.search(
            domain, limit=limit, order="planned_until, id"
        ).try_lock_for_update():
            rows._run_due()
            if not commit(len(rows), remaining=self.search_count(domain)):
                return
        self.env["service.work.order"]._make_series_requests(commit)

    @api.model
    def _get_due_domain(self):
        """Series whose visits are not planned far enough, or whose pause is over."""
        today = fields.Date.today()
        return (Domain("retry_on", "=", False) | Domain("retry_on", "<=", today)) & (
            Domain("state", "=", "running")
            & (
                Domain("planned_until", "=", False)
                | Domain("planned_until", "<", today + HORIZON)
            )
            | Domain("state", "=", "paused") & Domain("pause_until", "<=", today)
        )

    def _run_due(self):
        """Plan; what fails keeps its error and waits for tomorrow."""

        def keep_error(row, error):
            _logger.warning("Recurring visits %s: %s", row.id, error)
            row.write(
                {
                    "error": str(error),
                    "retry_on": fields.Date.add(fields.Date.today(), days=1),
                }
            )

        paused = self.filtered(lambda series: series.state == "paused")
        paused.write({"state": "running", "pause_until": False, "planned_until": False})
        done = run_isolated(
            self.env, self, lambda rows: rows._plan_visits(), keep_error
        )
        done.filtered("error").write({"error": False, "retry_on": False})

    def _trigger_plan(self, days=None):
        """Wake the job, now or in the morning of these days."""
        moments = [fields.Datetime.to_datetime(day) for day in days or ()]
        if moments or days is None:
            # sudo: whoever plans may wake the job
            cron = self.env.ref("service_crm.ir_cron_visit_series").sudo()
            cron._trigger(at=moments or None)

    def _plan_ahead(self):
        """Plan what is seen at once; the job goes on with the rest."""
        self._plan_visits()
        self._trigger_plan()

    def _replan(self):
        """Plan the visits anew that nobody agreed to yet."""
        self._remove_free_visits()
        self.planned_until = False
        self.filtered("active")._plan_ahead()

    def _follow_contract_end(self):
        """Visits after the end are taken away, or the missing ones planned."""
        for series in self:
            end = series.contract_id.date_end
            if end:
                series._remove_free_visits(after=end)
        self.planned_until = False
        self._plan_ahead()
