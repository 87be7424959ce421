from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.service_crm.tools.batch import run_isolated
from odoo.addons.service_crm.tools.expression_tokens import ExpressionError

from ..tools.flow import Choice

MAX_STEPS = 100  # stages a run passes at once, without a person or a pause


class BpmToken(models.Model):
    """Token: the engine.

    Tokens of any number of runs move together, stage kind by stage kind. What a stage
    does is its kind's method ``_enter_<kind>(self)``: it gets the tokens that have just
    entered such stages and returns ``{token id: Choice}`` of those that are through at
    once; the others wait until somebody calls :meth:`_complete`. Everything here runs
    as superuser on the engine's own models; the document is touched with the rights of
    the user the process runs as.
    """

    _inherit = "bpm.token"

    @api.model
    def _get_open_states(self):
        """States of a token that has not left its stage."""
        return ("open", "progress", "waiting", "failed")

    def _complete(self, choices=None):
        """Leave stages, and go on from there as far as nothing waits.

        Rights and obstacles are checked by the caller.

        :param choices: ``{token id: Choice}``; missing: what the conditions say
        """
        choices = choices or {}
        tokens = self.sudo()._lock_open()
        self._run_queue(
            tokens._leave_isolated({t.id: choices.get(t.id, Choice()) for t in tokens})
        )

    def _lock_open(self):
        """Those tokens that are still open; their runs are locked until the commit."""
        self.env.cr.execute(
            "SELECT id FROM bpm_instance WHERE id IN %s ORDER BY id FOR UPDATE",
            [tuple(self.instance_id.ids) or (0,)],
        )
        self.invalidate_recordset(["state"])
        return self.filtered(
            lambda token: (
                token.state in self._get_open_states()
                and token.instance_id.state not in ("done", "cancelled")
            )
        )

    @api.model
    def _place(self, vals_list):
        """New tokens on the stages they are about to enter."""
        now = fields.Datetime.now()
        return self.sudo().create([{"date_enter": now, **v} for v in vals_list])

    def _run(self):
        """Enter the stages of new tokens, and go on as far as nothing waits."""
        self._run_queue(self.sudo())

    @api.model
    def _run_queue(self, queue):
        """Work off the tokens that have to enter their stages.

        :param queue: new tokens
        """
        steps, touched = Counter(), self.env["bpm.instance"].sudo()
        while queue:
            touched |= queue.instance_id
            too_long = queue.filtered(
                lambda token: steps[token.instance_id.id] >= MAX_STEPS
            )
            for token in too_long:
                token._fail(token._get_loop_error(), again=False)
            queue -= too_long
            steps.update(queue.mapped("instance_id.id"))
            following = queue.browse()
            for tokens in queue.grouped(lambda t: (t.process_id, t.kind)).values():
                following |= tokens._enter_isolated()
            queue = following or touched._get_ready_joins()
        touched._finish_if_ended()

    def _enter_isolated(self):
        """Enter stages of one kind; who fails is alone.

        :return: the tokens placed next
        """
        placed = []

        def run(part):
            placed.append(part._leave(part._enter()))

        def on_error(token, error):
            token._fail(token._get_error_text(error))

        run_isolated(self.env, self, run, on_error)
        return self.browse().union(*placed)

    def _leave_isolated(self, choices):
        """Leave stages by choices; who fails is alone.

        :return: the tokens placed next
        """
        placed = []

        def run(part):
            placed.append(part._leave({t.id: choices[t.id] for t in part}))

        def on_error(token, error):
            token._fail(token._get_error_text(error))

        run_isolated(self.env, self, run, on_error)
        return self.browse().union(*placed)

    def _enter(self):
        """What happens on entering stages of one kind.

        :return: ``{token id: Choice}`` of those that are through at once
        """
        self._log("enter")
        errors = self._run_robots("enter")
        choices = getattr(self, f"_enter_{self[:1].kind}")() or {}
        return self._stop_broken(choices, errors)

    def _leave(self, choices):
        """Close tokens and place the following ones.

        :param choices: ``{token id: Choice}``
        :return: new tokens
        """
        leaving = self.browse(choices)
        if not leaving:
            return leaving
        vals_list, results = [], defaultdict(list)
        for token, ways in leaving._choose(choices).items():
            results[ways[0].id if len(ways) == 1 else False].append(token.id)
            vals_list += [token._prepare_next_values(way) for way in ways]
        now = fields.Datetime.now()
        for result_id, ids in results.items():
            self.browse(ids).write(
                {
                    "state": "done",
                    "result_id": result_id,
                    "date_done": now,
                    "error": False,
                }
            )
        leaving._clear()
        leaving._log("leave")
        leaving._run_robots("leave")
        return self._place(vals_list)

    def _choose(self, choices):
        """The ways that tokens take.

        :return: ``{token: [FlowTransition, …]}``
        :raise UserError: when no way fits
        """
        chosen = {}
        for process, tokens in self.grouped("process_id").items():
            flow = process._get_flow()
            records = tokens._get_identity_records()
            for token in tokens:
                stage = flow.stages[token.stage_id.id]
                ways = flow.get_ways(stage.id, choices[token.id])
                fitting = []
                for way in ways:
                    if way.is_default and fitting:
                        continue
                    if token._fits(way, records[token]):
                        fitting.append(way)
                        if not stage.splits:
                            break
                if not fitting and not stage.ends:
                    raise UserError(
                        self.env._(
                            "No way out of the stage “%(stage)s” fits. Add a way that "
                            "is taken otherwise.",
                            stage=stage.name,
                        )
                    )
                chosen[token] = fitting
        return chosen

    def _fits(self, way, record):
        """Whether the conditions of a way hold for the document of a token."""
        self.ensure_one()
        if self.kind == "split":
            return True
        if way.domain is not None and not record.filtered_domain(way.domain):
            return False
        return way.condition is None or self.instance_id._is_true(record, way.condition)

    def _get_identity_records(self):
        """The documents of tokens with the rights the process runs with.

        :return: ``{token: document}``
        """
        records = {}
        robots = self.env["bpm.robot"]
        key = lambda token: (token.process_id.user_id.id, token.company_id.id)  # noqa: E731
        for (user_id, company_id), tokens in self.grouped(key).items():
            env = robots._get_identity_env(user_id, company_id)
            per_run = tokens.instance_id.with_env(env)._get_records()
            records.update(
                (token, per_run[token.instance_id.with_env(env)]) for token in tokens
            )
        return records

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
            "user_id": self.next_user_id.id,
        }

    def _clear(self):
        """Take away what the stage left behind (timers, waits). Extension point."""

    def _fail(self, error, again=True):
        """Stop with an error in plain sight; the run waits for another attempt.

        :param again: whether it may help to try again later
        """
        self.sudo().write({"state": "failed", "error": error})
        self.instance_id.sudo().write({"state": "failed"})
        self._log("fail", text=error)

    def _retry(self):
        """Enter the stages of failed tokens again."""
        failed = self.sudo()._lock_open().filtered(lambda t: t.state == "failed")
        failed.write({"state": "open", "error": False})
        failed._log("retry")
        failed.instance_id._refresh_state()
        failed._run()

    def _cancel(self):
        """Close tokens without going on."""
        tokens = self.sudo().filtered(lambda t: t.state in self._get_open_states())
        tokens.write({"state": "cancelled", "date_done": fields.Datetime.now()})
        tokens._clear()

    def _log(self, event, **values):
        """One row of the protocol for each token."""
        self.env["bpm.journal"]._log(
            [{**token._prepare_journal_values(event), **values} for token in self]
        )

    def _prepare_journal_values(self, event):
        """Values of a row of the protocol."""
        return {
            "instance_id": self.instance_id.id,
            "token_id": self.id,
            "company_id": self.company_id.id,
            "event": event,
            "stage_id": self.stage_id.id,
            "target_id": False,
            "result": self.result_id.name if event == "leave" else False,
            "text": False,
            "value_from": False,
            "value_to": False,
            "hours": 0.0,
        }

    def _get_error_text(self, error):
        """An error in words."""
        if isinstance(error, ExpressionError):
            return self.env["service.expression"]._get_error_text(error)
        return self.env["bpm.robot"]._get_error_text(self, error)

    def _get_loop_error(self):
        """Which stages follow each other without end."""
        visited = self.search(
            [("instance_id", "=", self.instance_id.id)], order="id desc", limit=12
        )
        names = visited.mapped("stage_id.name")
        return self.env._(
            "Stopped after %(count)s stages without a person or a pause: %(path)s. Put "
            "a pause or a person's stage into the loop.",
            count=MAX_STEPS,
            path=" → ".join(reversed(names)),
        )
