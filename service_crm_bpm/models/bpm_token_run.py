from collections import defaultdict
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from odoo.addons.service_crm.tools.batch import run_isolated
from odoo.addons.service_crm.tools.locks import take_turns_by

from ..tools.flow import Choice
from ..tools.insert import insert_rows
from ..tools.steps import StepChain

CHUNK = 1000  # tokens that move together; what memory is needed for at once
# What runs in a transaction, by cursor: not in the context, which a client could send.
_chains = WeakKeyDictionary()


class BpmToken(models.Model):
    """Token: the engine.

    Tokens of any number of runs move together, stage kind by stage kind. What a stage
    does is its kind's method ``_enter_<kind>(self)``: it gets the tokens that have just
    entered such stages and returns ``{token id: Choice}`` of those that are through at
    once; the others wait until somebody calls :meth:`_complete`. Everything here runs
    as superuser on the engine's own models; the document is touched with the rights of
    the user the process runs as.

    Tokens that are placed go into the queue of the transaction's chain, which is worked
    off round by round when the outermost caller is done: whatever a stage, a robot or
    the end of a child process sets going is done in batch, and none of it by recursion.
    """

    _inherit = "bpm.token"

    @api.model
    def _get_open_states(self):
        """States of a token that has not left its stage."""
        return ("open", "progress", "waiting", "failed")

    def _complete(self, choices=None, strict=False, locked=False, picked=None):
        """Leave stages, and go on from there as far as nothing waits.

        Rights and obstacles are checked by the caller. Tokens that have left meanwhile
        are passed over; those of paused runs go on when their runs do.

        :param choices: ``{token id: Choice}``; missing: what the conditions say
        :param strict: a stage that cannot be left is an error for the caller, who then
            sees it at once, instead of a failed stage
        :param locked: the caller has called :meth:`_lock_open` himself
        :param picked: who was found for the next stages:
            ``{(token id, stage id): user id}``
        """
        choices = choices or {}
        for ids in split_every(CHUNK, self.ids, list):
            # sudo: the engine's own models, as everywhere here (see above)
            tokens = self.sudo().browse(ids)
            if not locked:
                tokens = tokens._lock_open()
            with self._begin_chain() as chain:
                chain.picked |= picked or {}
                decided = {t.id: choices.get(t.id, Choice()) for t in tokens}
                tokens._go_on(decided, strict)

    def _go_on(self, choices, strict=False):
        """Leave stages; what is paused is noted instead."""
        paused = self.filtered(lambda token: token.instance_id.state == "paused")
        if paused and strict:
            raise UserError(self.env._("The process is paused. Resume it first."))
        paused._hold(choices)
        going = self - paused
        if strict:
            going._leave({token.id: choices[token.id] for token in going})._enqueue()
        else:
            going._move_isolated(
                lambda part: part._leave({t.id: choices[t.id] for t in part}), choices
            )

    def _lock_open(self):
        """Those tokens that are still open; who else moves their runs has to wait.

        What is in memory stays true: who comes second is refused by the database and
        tried again, see ``take_turns_by()``.
        """
        if not self:
            return self
        self.flush_recordset(["instance_id"])
        states = take_turns_by(
            self.env["bpm.instance"],
            SQL("(SELECT instance_id FROM bpm_token WHERE id IN %s)", tuple(self.ids)),
            "state",
        )
        runs = self.env["bpm.instance"].browse(states)
        for run, state in zip(runs, states.values(), strict=True):
            run._fields["state"]._update_cache(run, state)
        return self.sorted("id").filtered(
            lambda token: (
                token.state in self._get_open_states()
                and token.instance_id.state in runs._get_open_states()
            )
        )

    @api.model
    def _place(self, vals_list):
        """New tokens on the stages they are about to enter."""
        now = fields.Datetime.now()
        if not vals_list:
            return self.sudo().browse()  # sudo: as what is placed
        vals = {"state": "open", "date_enter": now}
        # sudo: the engine's own rows; who may move the run was checked
        placed = insert_rows(self.sudo(), [{**vals, **row} for row in vals_list])
        placed._on_placed()
        return placed

    def _on_placed(self):
        """New tokens are on the stages they are about to enter. Extension point."""

    def _run(self):
        """Enter the stages of new tokens, and go on as far as nothing waits."""
        for ids in split_every(CHUNK, self.ids, list):
            with self._begin_chain():
                self.sudo().browse(ids)._enqueue()  # sudo: as in _place()

    def _enqueue(self):
        """Tokens enter their stages in the next round of the chain."""
        _chains[self.env.cr].queue += self.ids

    @contextmanager
    def _begin_chain(self):
        """All that is placed inside is worked off at the end of the outermost block."""
        cr = self.env.cr
        if cr in _chains:
            _chains[cr].nested = True
            yield _chains[cr]
            return
        chain = _chains[cr] = StepChain()
        try:
            yield chain
            # sudo: the engine goes on, also where the user sees nothing
            self.sudo()._run_chain(chain)
        finally:
            del _chains[cr]

    @api.model
    def _get_chain(self):
        """The chain that is worked off now in this transaction, if there is one."""
        return _chains.get(self.env.cr)

    @api.model
    def _run_chain(self, chain):
        while chain.queue or chain.touched:
            if chain.queue:
                self._run_round(chain)
            else:
                # sudo: the engine settles what it moved
                runs = self.env["bpm.instance"].sudo().browse(chain.take_touched())
                if chain.nested:  # what moved them may have been rolled back
                    runs = runs.exists()
                else:
                    runs = runs._get_unsettled(chain.standing)
                if runs:
                    runs._settle()

    @api.model
    def _run_round(self, chain):
        """Enter the stages of all tokens that wait in the chain, kind by kind."""
        for kind_ids in self._get_queued(chain).values():
            # an end for all, reached just now, may have taken tokens away
            tokens = self.browse(kind_ids).filtered(
                lambda token: token.state in self._get_open_states()
            )
            run_ids = [token.instance_id.id for token in tokens]
            chain.touch(run_ids)
            endless = chain.count(run_ids)
            for token in tokens:
                if token.instance_id.id in endless:
                    token._fail(token._get_loop_error(), again=False)
                    tokens -= token
            tokens._move_isolated(lambda part: part._leave(part._enter()))
            chain.standing.update((t.instance_id.id, t.id) for t in tokens)

    @api.model
    def _get_queued(self, chain):
        """Ids of the tokens that wait to enter, by kind of stage."""
        queued = self.browse(chain.take())
        if chain.nested:  # what made them may have been rolled back
            queued = queued.exists()
        paused = queued.filtered(lambda token: token.instance_id.state == "paused")
        paused._hold({})
        going = queued - paused
        groups = defaultdict(list)
        for process, tokens in going.grouped("process_id").items():
            stages = process._get_flow().stages
            for token in tokens:
                groups[process, stages[token.stage_id.id].kind].append(token.id)
        # an end for all comes after what is reached at the same time
        return dict(sorted(groups.items(), key=lambda g: g[0][1] == "terminate"))

    def _move_isolated(self, move, choices=None):
        """Move tokens in one savepoint; who fails is alone. What was placed is queued.

        :param move: called with a part of the tokens, returns the tokens placed
        :param choices: how the tokens leave, kept for another attempt
        """
        chain = _chains[self.env.cr]
        chain.touch(self.instance_id.ids)

        def run(part):
            mark = len(chain.queue)
            try:
                placed = move(part)
                self.env.flush_all()
            except BaseException:
                del chain.queue[mark:]  # these tokens are rolled back
                raise
            placed._enqueue()

        def on_error(token, error):
            choice = (choices or {}).get(token.id)
            by_error_way = choice and choice.outcome == "error"
            if choice and not by_error_way:
                token._hold(choices)
            token._fail(token._get_error_text(error))
            if not by_error_way and token._takes_error_way():
                way_out = {token.id: Choice(outcome="error")}
                token._move_isolated(lambda part: part._leave(way_out), way_out)

        run_isolated(self.env, self, run, on_error)

    def _enter(self):
        """What happens on entering stages of one kind, of one process.

        Where nobody can wait only the leaving is written down.

        :return: ``{token id: Choice}`` of those that are through at once
        """
        if not self[:1]._get_flow_stage().passes:
            self._log("enter")
        errors = self._run_robots("enter")
        choices = getattr(self, f"_enter_{self[:1]._get_flow_stage().kind}")() or {}
        return self._stop_broken(choices, errors)

    def _leave(self, choices):
        """Close tokens and place the following ones.

        :param choices: ``{token id: Choice}``
        :return: new tokens
        """
        leaving = self.browse(choices).filtered(
            lambda token: token.state in self._get_open_states()
        )
        if not leaving:
            return leaving
        chosen = leaving._choose(choices)
        vals_list = [
            token._prepare_next_values(way)
            for token, ways in chosen.items()
            for way in ways
        ]
        leaving._close(chosen)
        leaving._log("leave")
        leaving._run_robots("leave")
        return leaving._place_following(vals_list)

    def _close(self, chosen=None):
        """Tokens have left their stages.

        :param chosen: ``{token: [FlowTransition, …]}``
        """
        chosen = chosen or {}
        now = fields.Datetime.now()

        def get_result(token):
            ways = chosen.get(token, ())
            return ways[0].id if len(ways) == 1 else False

        for result_id, tokens in self.grouped(get_result).items():
            tokens.write(
                {
                    "state": "done",
                    "result_id": result_id,
                    "date_done": now,
                    "error": False,
                    "held": False,
                }
            )
        self._clear()

    def _prepare_next_values(self, way):
        """Values of the token that follows. Extension point.

        :param FlowTransition way: the way taken
        """
        return {
            "instance_id": self.instance_id.id,
            "process_id": self.process_id.id,
            "company_id": self.company_id.id,
            "stage_id": way.target,
            "transition_id": way.id,
            "previous_id": self.id,
            "user_id": self.next_user_id.id,
        }

    def _clear(self):
        """Stages are left or cancelled: take away what they set going. Extension
        point."""
        self._cancel_children()

    def _cancel(self):
        """Close tokens without going on."""
        # sudo: the engine's own rows; rights were checked
        tokens = self.sudo().filtered(lambda t: t.state in self._get_open_states())
        if tokens:
            tokens.write({"state": "cancelled", "date_done": fields.Datetime.now()})
            tokens._clear()

    def _get_flow_stage(self):
        """The stage as it is kept in memory, without asking the database."""
        return self.process_id._get_flow().stages[self.stage_id.id]

    def _get_result_name(self):
        """How the stage was left, in the words of who left it."""
        flow = self.process_id._get_flow()
        return self.result_id.id in flow.named and self.result_id.name

    def _log(self, event, **values):
        """One row of the protocol for each token."""
        self.env["bpm.journal"]._log(
            [{**token._prepare_journal_values(event), **values} for token in self]
        )

    def _prepare_journal_values(self, event):
        """Values of a row of the protocol. Extension point."""
        return {
            "instance_id": self.instance_id.id,
            "token_id": self.id,
            "company_id": self.company_id.id,
            "event": event,
            "stage_id": self.stage_id.id,
            "result": self._get_result_name() if event == "leave" else False,
        }
