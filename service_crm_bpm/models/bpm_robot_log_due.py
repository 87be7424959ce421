from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.service_crm.tools.batch import PASS_THROUGH

from ..tools.chain import Outcome

BATCH = 200
MAX_TRIES = 5
MAX_PER_HOUR = 20  # runs of one delayed robot for one document


class BpmRobotLog(models.Model):
    """Journal of the robots: what waits for its time, and what is repeated."""

    _inherit = "bpm.robot.log"

    @api.model
    def _wake_cron(self, moments):
        """Have the cron run near the given moments, once per minute."""
        minutes = {moment.replace(second=0, microsecond=0) for moment in moments}
        cron = self.env.ref("service_crm_bpm.cron_robots", raise_if_not_found=False)
        if cron:
            # sudo: whoever causes an entry wakes the program's own cron
            cron.sudo()._trigger(
                at=[minute + timedelta(minutes=1) for minute in minutes]
            )

    @api.model
    def _cron_run_due(self):
        """Run the robots whose time has come, in batches, each in its transaction."""
        domain = Domain("state", "=", "planned") & Domain(
            "date_due", "<=", fields.Datetime.now()
        )
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(domain))
        tries = 0
        while due := self.search(domain, limit=BATCH, order="date_due, id"):
            # what another process has locked is its work
            rows = due.try_lock_for_update().filtered_domain(domain)
            if not rows:
                break
            try:
                rows._run_again()
            except PASS_THROUGH:
                tries += 1
                if tries == MAX_TRIES:
                    raise
                self.env.cr.rollback()
                continue
            if not commit(len(rows)):
                break

    def _run_again(self, check_left=True):
        """Run planned or failed rows (locked, sudo) and write what became of them.

        :param check_left: whether a document that left the value is let be
        """
        index = self.env["bpm.robot"]._get_robot_index()
        outcomes = {}
        for model, rows in self.grouped("res_model").items():
            outcomes.update(
                (row, self._make_skipped(reason))
                for row, reason in rows._get_obsolete(model, index, check_left).items()
            )
            waiting = rows.filtered(lambda row: row not in outcomes)
            outcomes.update(waiting._get_runaways())
            waiting = waiting.filtered(lambda row: row not in outcomes)
            with self.env["bpm.robot"]._begin_chain() as chain, chain.nested():
                outcomes.update(waiting._execute_rows(chain, model, index))
                self.env["bpm.robot"]._run_chain(chain)
        self._settle(outcomes)

    def _execute_rows(self, chain, model, index):
        """Run the robots of these rows of one model."""
        jobs = []
        for robot, rows in self.grouped("robot_id").items():
            # several entries of one document into the same value: one after another
            waiting = rows.sorted("id")
            while waiting:
                wanted = {row.res_id: row for row in reversed(waiting)}
                jobs.append((index.robots[robot.id], wanted))
                waiting = waiting.filtered(lambda r, w=wanted: w[r.res_id] != r)
        outcomes = {}
        rounds = defaultdict(list)
        seen = defaultdict(int)
        for robot, wanted in jobs:
            rounds[seen[robot.id]].append((robot, wanted))
            seen[robot.id] += 1
        for number in sorted(rounds):
            chain.entries = {
                (robot.id, res_id): row.entry_id
                for robot, wanted in rounds[number]
                for res_id, row in wanted.items()
            }
            done = self.env["bpm.robot"]._execute(
                chain,
                model,
                [
                    (robot, {i: row.company_id.id for i, row in wanted.items()})
                    for robot, wanted in rounds[number]
                ],
            )
            for robot, wanted in rounds[number]:
                for res_id, row in wanted.items():
                    outcome = done[robot.id, res_id]
                    if outcome.state == "skipped":
                        outcome = self._make_skipped(
                            self.env._("The condition does not hold any more")
                        )
                    outcomes[row] = outcome
        return outcomes

    def _get_obsolete(self, model, index, check_left):
        """``{row: reason}`` of rows there is nothing to do for any more."""
        existing = set(self.env[model].browse(self.mapped("res_id")).exists()._ids)
        later = self._get_later_entries(model) if check_left else {}
        reasons = {}
        for row in self:
            robot = index.robots.get(row.robot_id.id)
            if row.res_id not in existing:
                reasons[row] = self.env._("The document was deleted")
            elif robot is None:
                reasons[row] = self.env._("The robot was switched off")
            elif (
                check_left and robot.stop_when_left and row._has_moved_on(robot, later)
            ):
                reasons[row] = self.env._("The document has moved on")
        return reasons

    def _has_moved_on(self, robot, later):
        """Whether what the robot waited for has ended meanwhile.

        :param later: what :meth:`_get_later_entries` returned
        """
        if robot.trigger[1] == "date":
            return self._get_date(robot) != self.entry_id.value
        if token := self.entry_id.token_id:
            return token._has_moved_on(robot.trigger[0])
        return any(
            _moves_on(robot, entry)
            for entry in later.get((robot.field_name, self.res_id), ())
            if entry.id > self.entry_id.id
        )

    def _get_later_entries(self, model):
        """``{(field, record id): [log row, …]}`` since the first of these entries."""
        entries = self.env["service.phase.log"].search(
            [
                ("res_model", "=", model),
                ("res_id", "in", self.mapped("res_id")),
                ("id", ">", min(self.entry_id.ids, default=0)),
            ]
        )
        later = defaultdict(list)
        for entry in entries:
            later[entry.field_name, entry.res_id].append(entry)
        return later

    def _get_runaways(self):
        """Rows of robots that start each other by way of delays: ``{row: Outcome}``."""
        groups = self._read_group(
            [
                ("robot_id", "in", self.robot_id.ids),
                ("res_id", "in", self.mapped("res_id")),
                ("state", "=", "done"),
                ("date_done", ">", fields.Datetime.now() - timedelta(hours=1)),
            ],
            ["robot_id", "res_id"],
            ["__count"],
            having=[("__count", ">=", MAX_PER_HOUR)],
        )
        running = {(robot.id, res_id) for robot, res_id, _count in groups}
        return {
            row: Outcome(
                "failed",
                error=self.env._(
                    "Stopped: this robot ran %(count)s times for this document within "
                    "an hour. Robots start each other; give one of them a condition.",
                    count=MAX_PER_HOUR,
                ),
            )
            for row in self
            if (row.robot_id.id, row.res_id) in running
        }


def _moves_on(robot, entry):
    """Whether a later entry ends what a robot waited for."""
    on, kind, key = robot.trigger
    if on == "leave":  # it came back
        return (entry.phase if kind == "phase" else entry.value) == key
    return kind == "value" or bool(entry.phase or entry.previous_phase)
