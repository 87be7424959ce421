import logging
from collections import defaultdict
from contextlib import contextmanager
from time import perf_counter
from weakref import WeakKeyDictionary

from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.service_crm.tools.batch import run_isolated

from ..tools.chain import Outcome, RobotChain

_logger = logging.getLogger(__name__)
# What runs in a transaction, by cursor: not in the context, which a client could send
# and which outlives the run, nor in the cursor's cache, which a rollback empties.
_chains = WeakKeyDictionary()


class BpmRobot(models.Model):
    """Robot: the engine.

    The robots of one entry are sorted; those that only set fields are collected and
    written at once. What these writes enter themselves is put into the queue of the
    chain and looked at afterwards, in batch again, never by recursion.
    """

    _inherit = "bpm.robot"

    @api.model
    def _run_entered(self, rows):
        """Run or plan the robots that wait for new log rows."""
        if not rows or not self._get_robot_index().match(rows):
            return
        outer = _chains.get(self.env.cr)
        if outer and not rows[0].token_id:
            outer.queue.extend(rows)  # caused by a robot: looked at after its write
            return
        # a process goes on by what the robots of its stage have done
        with self._begin_chain() as chain, chain.nested():
            chain.queue.extend(rows)
            self._run_chain(chain)

    @contextmanager
    def _begin_chain(self):
        """All that robots cause from here on is one chain."""
        cr = self.env.cr
        if cr in _chains:
            yield _chains[cr]
            return
        _chains[cr] = RobotChain()
        try:
            yield _chains[cr]
        finally:
            del _chains[cr]

    @api.model
    def _run_chain(self, chain):
        """Work off the entries of a chain, those that it causes itself too."""
        index = self._get_robot_index()
        while waiting := chain.take():
            per_model = defaultdict(list)
            seen = set()
            for row in waiting:
                place = (row.res_model, row.res_id, row.field_name)
                if place in seen:  # entered twice meanwhile: one after the other
                    chain.queue.append(row)
                else:
                    seen.add(place)
                    per_model[row.res_model].append(row)
            for model, rows in per_model.items():
                self._run_rows(chain, model, index.match(rows))

    @api.model
    def _run_rows(self, chain, model, matches):
        """Run what is due at once, plan the rest.

        :param matches: ``[(robot, [log row, …])]``
        """
        planned, jobs, outcomes, entries = [], [], {}, {}
        for robot, rows in matches:
            if robot.delay and not chain.dry:
                planned += [(robot, row) for row in rows]
                continue
            wanted = {}
            for row in rows:
                entries[robot.id, row.res_id] = row
                if chain.count(robot.id, row.res_id):
                    wanted[row.res_id] = row.company_id.id
                else:
                    outcomes[robot.id, row.res_id] = Outcome(
                        "failed", error=self._get_loop_error(chain, row.res_id)
                    )
            if wanted:
                jobs.append((robot, wanted))
        chain.entries = entries
        outcomes |= self._execute(chain, model, jobs)
        log = self.env["bpm.robot.log"]
        log._log_outcomes(outcomes, entries, {robot.id: robot for robot, _ in matches})
        log._plan(self._filter_planned(chain, model, planned))

    @api.model
    def _execute(self, chain, model, jobs):
        """Run robots on records, as few writes as possible, errors kept apart.

        :param jobs: ``[(robot, {record id: company id})]``
        :return: ``{(robot id, record id): Outcome}``
        """
        outcomes = {}
        for step in self._get_steps(model, sorted(jobs, key=lambda j: j[0].order)):
            companies = defaultdict(lambda: defaultdict(set))
            for robot, wanted in step:
                for res_id, company_id in wanted.items():
                    companies[company_id][robot.id].add(res_id)
            robots = [robot for robot, _wanted in step]
            for company_id, per_robot in companies.items():
                outcomes |= self._run_step(chain, model, company_id, robots, per_robot)
        return outcomes

    @api.model
    def _get_steps(self, model, jobs):
        """Neighbours that are written together.

        A robot that reads what another one before it sets (or anything computed, which
        may follow from it) begins a new step, and so does any other kind of action.
        """
        steps, writes, open_ = [], set(), None
        for job in jobs:
            robot = job[0]
            if (
                steps
                and robot.merges
                and open_
                and open_.user_id == robot.user_id
                and not self._depends_on(model, robot.reads, writes)
            ):
                steps[-1].append(job)
                writes |= robot.writes
            else:
                steps.append([job])
                writes = set(robot.writes)
                open_ = robot.merges and robot
        return steps

    @api.model
    def _depends_on(self, model, reads, writes):
        """Whether one of the read paths may be changed by the written fields."""
        for path in reads:
            name, _dot, rest = path.partition(".")
            field = self.env[model]._fields.get(name)
            if name in writes or rest or field is None or field.compute:
                return True
        return False

    @api.model
    def _run_step(self, chain, model, company_id, robots, per_robot):
        """Run the robots of one step on the records of one company.

        :param per_robot: ``{robot id: set of record ids}``
        """
        outcomes, ready = {}, []
        for robot in robots:
            error = robot.error
            if not error and not ready:
                error = self._get_identity_error(robot.user_id)
            if error:
                outcomes |= {
                    (robot.id, res_id): Outcome("failed", error=error)
                    for res_id in per_robot[robot.id]
                }
            else:
                ready.append(robot)
        if ready:
            env = self._get_identity_env(ready[0].user_id, company_id)
            ids = sorted(set().union(*(per_robot[robot.id] for robot in ready)))
            records = env[model].browse(ids)
            outcomes |= self._run_records(chain, ready, records, per_robot)
        return outcomes

    @api.model
    def _run_records(self, chain, robots, records, per_robot):
        """Run the robots of one step on records, isolated from each other's errors."""
        outcomes = {}

        def run(part):
            mark, begun = len(chain.queue), perf_counter()
            try:
                done = self._apply(chain, robots, part, per_robot)
                part.env.flush_all()
            except BaseException:
                del chain.queue[mark:]  # these entries are rolled back
                raise
            spent = (perf_counter() - begun) * 1000 / (len(done) or 1)
            for key, (state, result) in done.items():
                outcomes[key] = Outcome(state, result=result, duration=spent)

        def on_error(record, error):
            if len(robots) > 1:  # whose fault? each robot alone on this record
                for robot in robots:
                    outcomes.update(
                        self._run_records(chain, [robot], record, per_robot)
                    )
            elif record.id in per_robot[robots[0].id]:
                outcomes[robots[0].id, record.id] = Outcome(
                    "failed", error=self._get_error_text(record, error)
                )

        run_isolated(records.env, records, run, on_error)
        return outcomes

    @api.model
    def _apply(self, chain, robots, records, per_robot):
        """Do what the robots of one step say.

        :return: ``{(robot id, record id): (state, what was done)}``
        """
        done, values = {}, defaultdict(dict)
        for compiled in robots:
            # Runs as its user, who need not be one who may read robots.
            robot = self.browse(compiled.id).with_env(records.env).sudo()
            chosen = records.filtered(
                lambda record, ids=per_robot[compiled.id]: record.id in ids
            )
            matching = chosen.filtered_domain(compiled.domain)
            done.update(
                ((compiled.id, record.id), ("skipped", ""))
                for record in chosen - matching
            )
            if not matching:
                continue
            results = {}
            if compiled.merges:
                prepare = getattr(robot, f"_prepare_{compiled.kind}_values")
                for res_id, vals in prepare(matching).items():
                    _merge(values[res_id], vals)
            elif chain.dry and self._get_robot_kinds()[compiled.kind].get(
                "reaches_out"
            ):
                results = dict.fromkeys(matching._ids, robot._describe_action())
            else:
                results = getattr(robot, f"_run_{compiled.kind}")(matching) or {}
            done.update(
                ((compiled.id, record.id), ("done", results.get(record.id, "")))
                for record in matching
            )
        for vals, ids in _group_equal(values):
            records.browse(ids).write(vals)
        return done

    def _get_entry(self, record):
        """The log row that one robot runs for on a record; none in tests of kinds."""
        chain = _chains.get(self.env.cr)
        return chain.entries.get((self.id, record.id)) if chain else None

    @api.model
    def _filter_planned(self, chain, model, planned):
        """Of the entries to be waited for, those whose condition holds now."""
        kept = []
        per_robot = defaultdict(list)
        for robot, row in planned:
            per_robot[robot].append(row)
        for robot, rows in per_robot.items():
            if robot.domain.is_true():
                kept += [(robot, row) for row in rows]
                continue
            # only the condition is looked at, whoever caused the entry
            records = self.env[model].sudo().browse([row.res_id for row in rows])
            try:
                matching = set(records.filtered_domain(robot.domain)._ids)
            except Exception as error:  # looked at again, and reported, when due
                _logger.info("condition of robot %s: %s", robot.id, error)
                matching = set(records._ids)
            kept += [(robot, row) for row in rows if row.res_id in matching]
        return kept

    @api.model
    def _get_identity_env(self, user_id, company_id):
        """The environment a robot runs in: one user's rights, companies, language.

        The company of the documents comes first when the user may work in it.
        """
        user = self._get_identity(user_id)
        own = user.company_id.id
        allowed = sorted(
            user._get_company_ids(), key=lambda c: (c != company_id, c != own, c)
        )
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_")
        }
        context |= {
            "lang": user.lang,
            "tz": user.tz,
            "allowed_company_ids": allowed,
        }
        return self.env(user=user_id, su=False, context=context)

    @api.model
    def _get_identity(self, user_id):
        """The user a robot runs as (superuser mode)."""
        # sudo: who causes an entry need not see who the robot runs as
        return self.env["res.users"].sudo().browse(user_id)

    @api.model
    def _get_identity_error(self, user_id):
        """Why a robot cannot run as this user, if so."""
        user = self._get_identity(user_id)
        if user.active or user_id == SUPERUSER_ID:
            return ""
        return self.env._(
            "The user the robot runs as, %(user)s, is archived.", user=user.name
        )

    @api.model
    def _get_error_text(self, record, error):
        """An error in words for the journal."""
        if isinstance(error, IntegrityError):
            return self.env._(
                "The operation cannot be completed: %s",
                record._sql_error_to_message(error),
            )
        if isinstance(error, UserError):
            return str(error.args[0])
        _logger.info("a robot failed on %s", record, exc_info=error)
        return f"{type(error).__name__}: {error}"

    @api.model
    def _get_loop_error(self, chain, res_id):
        """Which robots start each other."""
        # sudo: names of robots only, for the journal
        robots = self.sudo().browse(chain.get_loop(res_id))
        return self.env._(
            "Stopped: these robots start each other again and again for this document: "
            "%(robots)s. Give one of them a condition.",
            robots=" ↔ ".join(robots.mapped("display_name")),
        )

    @api.model
    def _notify_failures(self, robot_ids):
        """Tell the responsible user of each failing robot, until it is looked at."""
        if not robot_ids:
            return
        activity_type = self.env.ref(
            "service_crm_bpm.activity_robot_failed", raise_if_not_found=False
        )
        if not activity_type:
            return
        # The system reports, not the user whose save it was.
        activities = self.env["mail.activity"].sudo()
        told = activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", list(robot_ids)),
                ("activity_type_id", "=", activity_type.id),
            ]
        ).mapped("res_id")
        # sudo: as above, it is the system that reports
        robots = self.sudo().browse(set(robot_ids) - set(told))
        model_id = self.env["ir.model"]._get_id(self._name)

        def tell(part):
            activities.with_context(mail_activity_quick_update=True).create(
                [
                    {
                        "res_model_id": model_id,
                        "res_id": robot.id,
                        "activity_type_id": activity_type.id,
                        "summary": self.env._("Failed: see its journal"),
                        "date_deadline": fields.Date.context_today(self),
                        "user_id": (robot.process_id.owner_id or robot.user_id).id,
                        "automated": True,
                    }
                    for robot in part
                ]
            )

        def on_error(robot, error):
            _logger.info("nobody is told of robot %s", robot.id, exc_info=error)

        run_isolated(self.env, robots, tell, on_error)


def _merge(values, vals):
    """Add the values of a later robot; commands of many2many fields add up."""
    for name, value in vals.items():
        if isinstance(value, list) and isinstance(values.get(name), list):
            value = value if _clears(value) else values[name] + value
        values[name] = value


def _clears(commands):
    return any(command[0] in (Command.CLEAR, Command.SET) for command in commands)


def _group_equal(values):
    """``[(vals, [record id, …])]``: one write for all records that get the same."""
    groups = {}
    for res_id, vals in values.items():
        key = repr(sorted(vals.items()))
        groups.setdefault(key, (vals, []))[1].append(res_id)
    return list(groups.values())
