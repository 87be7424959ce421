import logging
import math
import time
from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import OperationalError
from psycopg2.extensions import TransactionRollbackError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, config

from odoo.addons.base.models.ir_cron import MIN_TIME_PER_JOB

from ..tools import plan_rounds

_logger = logging.getLogger(__name__)

PULSE = 1.0  # seconds between two looks at whether somebody cancelled
SILENCE = timedelta(minutes=3)  # without a sign of life: the server was stopped
SHARE = 0.6  # of the longest time of a job: the rest is for reading and writing
TRIES = 5


class ServicePlan(models.Model):
    """Plan: made in the background, without a transaction open meanwhile."""

    _inherit = "service.plan"

    @api.model
    def _cron_run(self):
        """Make the plans that wait, one after the other.

        What would not be done in the time the server gives to a job waits for the next.
        """
        commit = self.env["ir.cron"]._commit_progress
        self.search([("state", "=", "running")])._fail_killed()
        waiting = self.search([("state", "=", "queued")], order="id")
        waiting = [(plan.id, plan.seconds) for plan in waiting]
        commit(remaining=len(waiting))
        for plan_id, seconds in waiting:
            most, left = self._get_time_to_plan()
            if min(seconds, most) > left + 1:
                break
            self._run(plan_id)
            if not commit(1):
                break

    @api.model
    def _get_time_to_plan(self):
        """Seconds a job may plan, and how many of them are left of the present job."""
        limit = config["limit_time_real_cron"]
        limit = limit if limit > 0 else config["limit_time_real"]
        limit = limit or math.inf
        if config["workers"]:
            # planning is all processor: a worker process is stopped by this one, too
            limit = min(limit, config["limit_time_cpu"] or math.inf)
        if limit == math.inf:
            return math.inf, math.inf
        end = self.env.context.get("cron_end_time")
        gone = time.monotonic() - (end - MIN_TIME_PER_JOB) if end else 0
        return SHARE * limit, SHARE * limit - gone

    def _fail_killed(self):
        """Plans whose server was stopped can be made again."""
        limit = fields.Datetime.now() - SILENCE
        killed = self.filtered(
            lambda plan: plan.state == "running" and (plan.heartbeat or limit) <= limit
        )
        for plan in killed:
            plan.write(
                {
                    "state": "failed",
                    "note": plan._in_language().env._(
                        "The server was stopped while it planned. Plan again."
                    ),
                }
            )

    @api.model
    def _run(self, plan_id):
        """Make one plan: read, solve, write, each apart from the others."""
        try:
            with self._own_transaction(plan_id) as plan:
                if not plan._claim():
                    return
            # apart: it is seen, and a server that is stopped leaves it as it is
            with self._own_transaction(plan_id) as plan:
                if not plan:
                    return
                plan._in_language()._check_still_planner()
                planner = plan._as_planner()
                facts, settled, complaint = planner._read_facts()
                planner._check_jobs(facts, settled)
                seen = planner._read_versions([*facts.jobs, *settled])
                solver = plan.solver
                seconds = min(plan.seconds, *self._get_time_to_plan())
            pulse = _Pulse(self, plan_id)
            outcome = plan_rounds.solve(
                facts, seconds, solver, pulse.tell, pulse.is_stopped
            )
            self._write_proposal(plan_id, facts, settled, outcome, complaint, seen)
        except UserError as error:
            self._fail(plan_id, str(error))
        except Exception:
            _logger.exception("plan %s failed", plan_id)
            self._fail(plan_id)

    @api.model
    def _write_proposal(self, plan_id, *answer):
        """Write what was found; again when somebody wrote the plan at that moment."""
        for tries_left in reversed(range(TRIES)):
            try:
                with self._own_transaction(plan_id) as plan:
                    if plan.state == "running":
                        plan._as_planner()._finish(*answer)
                return
            except TransactionRollbackError:
                if not tries_left:
                    raise

    @contextmanager
    def _own_transaction(self, plan_id):
        """The plan as the system, in a transaction committed at the end."""
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            yield env[self._name].browse(plan_id).exists()

    def _as_planner(self):
        """The plan as who asked for it, in his language and company."""
        user = self.user_id
        return self.with_user(user).with_context(
            allowed_company_ids=self.company_id.ids, lang=user.lang, tz=user.tz
        )

    def _in_language(self):
        """The plan, in the language of who asked for it."""
        return self.with_context(lang=self.user_id.lang)

    def _check_still_planner(self):
        """Who asked for a plan may have left since, or have another role."""
        user = self.user_id
        if user != self.env.ref("base.user_root") and not (
            user.active
            and user._has_service_role("dispatcher")
            and self.company_id in user.company_ids
        ):
            raise UserError(
                self.env._("Who asked for this plan does not dispatch any more.")
            )

    def _claim(self):
        """Whether it is ours: nobody cancelled it or took it up."""
        if not self:
            return False
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE service_plan SET state = 'running', heartbeat = %s
                 WHERE id = %s AND state = 'queued' RETURNING id
                """,
                fields.Datetime.now(),
                self.id,
            )
        )
        self.invalidate_recordset()
        return bool(rows)

    def _check_jobs(self, facts, settled):
        """Something is to be planned, and somebody is there to do it."""
        if not facts.jobs and not settled:
            raise UserError(
                self.env._(
                    "There is nothing to plan: no job waits, and no planned visit of "
                    "these days may move."
                )
            )

    @api.model
    def _fail(self, plan_id, text=None):
        """Note why a plan could not be made."""
        with self._own_transaction(plan_id) as plan:
            if plan.state == "running":
                note = text or plan._in_language().env._(
                    "The planner failed; the log tells why."
                )
                plan.write({"state": "failed", "note": note})

    @api.model
    def _beat(self, plan_id, percent):
        """Tell how far it is, and learn whether to go on, in a moment's transaction."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                SQL(
                    """
                    UPDATE service_plan SET progress = %s, heartbeat = %s
                     WHERE id = %s AND state = 'running' AND is_cancelled IS NOT TRUE
                 RETURNING id
                    """,
                    percent,
                    fields.Datetime.now(),
                    plan_id,
                )
            )
            return bool(cr.rowcount)


class _Pulse:
    """The planner's link to the database: progress there, cancelling back."""

    def __init__(self, plans, plan_id):
        self.plans, self.plan_id = plans, plan_id
        self.next = 0.0
        self.stopped = False

    def tell(self, share):
        if self.stopped or time.monotonic() < self.next:
            return
        self.next = time.monotonic() + PULSE
        try:
            self.stopped = not self.plans._beat(self.plan_id, round(100 * share))
        except OperationalError:
            # Somebody writes the plan at this very moment: seen with the next beat.
            self.next = 0.0

    def is_stopped(self):
        return self.stopped
