import json
import logging
from collections import defaultdict
from contextlib import contextmanager
from time import perf_counter
from weakref import WeakKeyDictionary

from odoo import api, models
from odoo.fields import Command
from odoo.tools import ormcache

from odoo.addons.service_crm.tools.batch import run_isolated

from ..tools.chain import Made, Outcome, RobotChain, make_outcome
from ..tools.values import get_raw, write_grouped

_logger = logging.getLogger(__name__)
# What runs in a transaction, by cursor: not in the context, which a client could send
# and which outlives the run, nor in the cursor's cache, which a rollback empties.
_chains = WeakKeyDictionary()

NOT_DONE = ("skipped", "")  # the condition does not hold


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
        index = self._get_robot_index()
        if not rows or not (index.match(rows) or index.match_ended(rows)):
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
                self._undo_ended(model, index.match_ended(rows))
                self._run_rows(chain, model, index.match(rows))

    @api.model
    def _run_rows(self, chain, model, matches):
        """Run what is due at once, plan the rest.

        :param matches: ``[(robot, [log row, …])]``
        """
        previous = self._get_robot_index().previous
        told, waiting = {}, {robot.id: (robot, rows) for robot, rows in matches}
        while waiting:
            ready = [
                match
                for robot_id, match in waiting.items()
                if previous.get(robot_id) not in waiting
            ]
            told |= self._run_ready(chain, model, ready, told)
            for robot, _rows in ready:
                del waiting[robot.id]

    @api.model
    def _run_ready(self, chain, model, matches, told):
        """Run or plan robots that need not wait for one of the others any more.

        :param told: ``{(robot id, log row): state}`` of the robots before them
        :return: the same of these
        """
        index = self._get_robot_index()
        planned, jobs, outcomes, entries, facts = [], [], {}, {}, {}
        for robot, rows in matches:
            wanted = {}
            before = index.previous.get(robot.id)
            later = (robot.delay or robot.date) and not chain.dry
            for row in rows:
                [row_id] = row._ids
                if row_id not in facts:  # read once, not once for each robot
                    facts[row_id] = row.res_id, row.company_id.id
                res_id, company_id = facts[row_id]
                if before and told.get((before, row)) in ("planned", "failed"):
                    planned.append((robot, row, True))
                elif later:
                    planned.append((robot, row, False))
                else:
                    entries[robot.id, res_id] = row
                    if chain.count(robot.id, res_id):
                        wanted[res_id] = company_id
                    else:
                        outcomes[robot.id, res_id] = Outcome(
                            "failed", error=self._get_loop_error(chain, res_id)
                        )
            if wanted:
                jobs.append((robot, wanted))
        chain.entries = entries
        outcomes |= self._execute(chain, model, jobs)
        log = self.env["bpm.robot.log"]
        log._log_outcomes(outcomes, entries, {robot.id: robot for robot, _ in matches})
        planned = self._filter_planned(chain, model, planned)
        log._plan(planned)
        told = {
            (key[0], entries[key]): outcome.state
            for key, outcome in outcomes.items()
            if key[0] in index.following
        }
        return told | {(robot.id, row): "planned" for robot, row, _held in planned}

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

        A robot that reads what another one before it may change begins a new step, and
        so does any other kind of action.
        """
        steps, changed, open_ = [], set(), None
        for job in jobs:
            robot = job[0]
            if (
                steps
                and robot.merges
                and open_
                and open_.user_id == robot.user_id
                and not self._depends_on(model, robot.reads, changed)
            ):
                steps[-1].append(job)
            else:
                steps.append([job])
                changed = set()
                open_ = robot.merges and robot
            for name in robot.writes if open_ else ():
                changed |= self._get_changed_names(model, name)
        return steps

    @api.model
    def _depends_on(self, model, reads, changed):
        """Whether one of the read paths may lead to something that was changed.

        :param changed: names of fields of the model
        """
        for path in reads:
            name, _dot, rest = path.partition(".")
            field = self.env[model]._fields.get(name)
            if rest or name in changed or field is None:
                return True
            # computed of nothing it names: of anything
            if field.compute and not self.env.registry.field_depends[field]:
                return True
        return False

    @api.model
    @ormcache("model", "name")
    def _get_changed_names(self, model, name):
        """A field and those of its model that are computed of it, by their names."""
        field = self.env[model]._fields[name]
        dependent = self.env.registry.get_dependent_fields(field)
        return frozenset({name, *(f.name for f in dependent if f.model_name == model)})

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
                outcomes[key] = make_outcome(state, result, spent)

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
        done, values, kept, known = {}, defaultdict(dict), [], {}
        for compiled in robots:
            ids = per_robot[compiled.id]
            chosen = records.browse(i for i in records._ids if i in ids)
            for hop in compiled.hops:  # also what others have read before
                chosen.mapped(hop).check_access("read")
            # nothing is written before all conditions of the step were looked at
            key = id(compiled.domain), chosen._ids
            if key not in known:
                known[key] = chosen.filtered_domain(compiled.domain)
            matching = known[key]
            for res_id in set(chosen._ids).difference(matching._ids):
                done[compiled.id, res_id] = NOT_DONE
            if not matching:
                continue
            # Runs as its user, who need not be one who may read robots.
            robot = self.browse(compiled.id).with_env(records.env).sudo()
            results = {}
            if compiled.merges:
                prepare = getattr(robot, f"_prepare_{compiled.kind}_values")
                for res_id, vals in prepare(matching).items():
                    _merge(values[res_id], vals)
                    if compiled.undo:
                        record = records.browse(res_id)
                        kept.append((compiled.id, record, get_raw(record, vals)))
            elif self._is_tried_out(chain) and self._get_robot_kinds()[
                compiled.kind
            ].get("reaches_out"):
                results = dict.fromkeys(matching._ids, robot._describe_action())
            else:
                results = getattr(robot, f"_run_{compiled.kind}")(matching) or {}
            done.update(
                ((compiled.id, res_id), ("done", results.get(res_id, "")))
                for res_id in matching._ids
            )
        write_grouped(records, values)
        for robot_id, record, before in kept:
            changes = json.dumps([before, get_raw(record, before)])
            done[robot_id, record.id] = ("done", Made("", changes=changes))
        return done

    def _get_entry(self, record):
        """The log row that one robot runs for on a record; none in tests of kinds."""
        chain = _chains.get(self.env.cr)
        return chain.entries.get((self.id, record.id)) if chain else None

    @api.model
    def _get_any_entry(self, record):
        """The log row that robots run for on a record just now."""
        chain = _chains.get(self.env.cr)
        rows = chain.entries.items() if chain else ()
        return next((row for (_r, res_id), row in rows if res_id == record.id), None)

    @api.model
    def _is_tried_out(self, chain):
        """Whether what robots do is taken back: nothing may reach out."""
        return chain.dry or self.env["bpm.rehearsal"]._is_rehearsed()

    @api.model
    def _filter_planned(self, chain, model, planned):
        """Of the entries to be waited for, those whose condition holds now."""
        kept = []
        per_robot = defaultdict(list)
        for robot, row, held in planned:
            per_robot[robot.id].append((robot, row, held))
        for plans in per_robot.values():
            robot = plans[0][0]
            if robot.domain.is_true():
                kept += plans
                continue
            # only the condition is looked at, whoever caused the entry
            records = (
                self.env[model].sudo().browse([row.res_id for _r, row, _h in plans])
            )
            try:
                matching = set(records.filtered_domain(robot.domain)._ids)
            except Exception as error:  # looked at again, and reported, when due
                _logger.info("condition of robot %s: %s", robot.id, error)
                matching = set(records._ids)
            kept += [plan for plan in plans if plan[1].res_id in matching]
        return kept


def _merge(values, vals):
    """Add the values of a later robot; commands of many2many fields add up."""
    for name, value in vals.items():
        if isinstance(value, list) and isinstance(values.get(name), list):
            value = value if _clears(value) else values[name] + value
        values[name] = value


def _clears(commands):
    return any(command[0] in (Command.CLEAR, Command.SET) for command in commands)
