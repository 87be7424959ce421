from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.flow import Choice


class LazyDocuments:
    """The documents of tokens, looked for when a condition asks for one."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.found = None

    def __getitem__(self, token):
        if self.found is None:
            self.found = self.tokens._get_identity_records()
        return self.found[token]


class BpmToken(models.Model):
    """Token: the steps a person takes, by buttons and RPC."""

    _inherit = "bpm.token"

    may_work = fields.Boolean(compute="_compute_may_work")
    may_complete = fields.Boolean(compute="_compute_may_work")
    may_take = fields.Boolean(compute="_compute_may_work")
    may_manage = fields.Boolean(compute="_compute_may_work")

    @api.depends("user_id", "state")
    @api.depends_context("uid")
    def _compute_may_work(self):
        for name, step in (
            ("may_work", "begin"),
            ("may_complete", "complete"),
            ("may_take", "take"),
            ("may_manage", "skip"),
        ):
            refusals = self._get_step_refusals(step)
            for token in self:
                token[name] = not refusals[token]

    # Steps ---------------------------------------------------------------------------

    def action_begin(self):
        """In progress from now on."""
        tokens = self._check_step("begin")
        tokens._begin()
        return True

    def action_complete(self, result_id=False, next_user_id=False):
        """Complete stages with a result; asks who goes on when nobody is found.

        :param result_id: the chosen way (``bpm.transition``)
        :param next_user_id: who is responsible for the next stage
        :return: ``True``, or the dialogue in which the next person is chosen
        """
        tokens = self._check_step("complete")
        tokens._check_by_hand()
        choices = tokens._get_choices(result_id)
        tokens._check_obstacles()
        if next_user_id:
            tokens._set_next_user(next_user_id)
        picked = {} if next_user_id else tokens._pick_next_users(choices)
        if not all(picked.values()):
            return self.env["bpm.step"]._get_action(
                self,
                "complete",
                self.env._("Who Goes On?"),
                default_result_id=result_id,
                default_needs_user=True,
            )
        tokens._begin()
        tokens._complete(choices, strict=True, locked=True, picked=picked)
        return True

    def action_hand_over(self, user_id=False, note=False):
        """Make somebody else responsible; asks whom without ``user_id``."""
        tokens = self._check_step("hand_over")
        if not user_id:
            title = self.env._("Hand Over")
            return self.env["bpm.step"]._get_action(self, "hand_over", title)
        tokens._hand_over(tokens._check_next_user(user_id), note)
        return True

    def action_take(self):
        """Become responsible, as one of the people of the stage."""
        tokens = self._check_step("take")
        tokens._hand_over(self.env.user, notify=False)
        return True

    def action_set_next(self, user_id):
        """Say who is responsible for the next stage; ``False``: the rule says it."""
        self._check_step("set_next")._set_next_user(user_id)
        return True

    def action_check(self, check_id, done=True):
        """Tick a point of the checklist, or take the tick back."""
        tokens = self._check_step("check")
        # sudo: which points there are is said by the stage of the run
        check = self.env["bpm.stage.check"].sudo().browse(check_id).exists()
        if check not in tokens.stage_id.check_ids:
            raise UserError(self.env._("This point is not on the list of the stage."))
        command = fields.Command.link if done else fields.Command.unlink
        tokens.write({"checked_ids": [command(check.id)]})
        return True

    # What the steps do; rights were checked ------------------------------------------

    def _begin(self):
        """Stages that have not begun are in progress."""
        # sudo: the engine's own rows; rights were checked
        tokens = self.sudo().filtered(lambda token: token.state == "open")
        if tokens:
            now = fields.Datetime.now()
            tokens.write({"state": "progress", "date_start": now})
            tokens._log("begin")

    def _hand_over(self, user, note=False, notify=True):
        """Somebody else is responsible: the open tasks follow, the protocol says it."""
        # sudo: stages are readable only; the step has checked the rights
        tokens = self.sudo().filtered(lambda token: token.user_id != user)
        for before, handed in tokens.grouped("user_id").items():
            handed._log(
                "assign",
                value_from=before.name or False,
                value_to=user.name,
                text=note or False,
            )
        tokens.write({"user_id": user.id, "is_seen": False})
        tokens._reassign_tasks(user)
        if notify and tokens and user != self.env.user:
            tokens._notify_user(user, self.env._("Handed over to you"))

    def _set_next_user(self, user_id):
        user = self._check_next_user(user_id) if user_id else self.env["res.users"]
        self.write({"next_user_id": user.id})

    def _check_next_user(self, user_id):
        """Only employees that work in the companies of these runs."""
        # sudo: whether he works there, which is checked next
        user = self.env["res.users"].sudo().browse(int(user_id)).exists()
        for token in self:
            if not user or not token.stage_id._may_be_responsible(user, token):
                raise UserError(
                    self.env._(
                        "Choose an employee who works in the company of the process."
                    )
                )
        return user

    # Results -------------------------------------------------------------------------

    def _get_results(self):
        """Results to choose from: ``{token: transitions}``; none: nothing to choose."""
        results = {}
        for token in self:
            # sudo: who sees the stage of a run may know its results
            flow = token.sudo().process_id._get_flow()
            ways = [
                way.id
                for way in flow.outgoing[token.sudo().stage_id.id]  # sudo: as above
                if way.name and not way.outcome
            ]
            # sudo: as above
            transitions = token.sudo().env["bpm.transition"]
            results[token] = transitions.browse(ways if len(ways) > 1 else ())
        return results

    def _get_choices(self, result_id=False):
        """How these stages are left: ``{token id: Choice}``.

        :raise UserError: when a result is to be chosen, or is none of the stage
        """
        choices = {}
        for token, results in self._get_results().items():
            choice = Choice()
            if result_id:
                chosen = token.stage_id.outgoing_ids.filtered(
                    lambda way: way.id == result_id and not way.outcome
                )
                if not chosen:
                    raise UserError(
                        self.env._(
                            "This is no result of the stage “%(stage)s”.",
                            stage=token.stage_id.name,
                        )
                    )
                choice = Choice(chosen.id)
            elif results:
                raise UserError(
                    self.env._(
                        "Choose the result of the stage “%(stage)s”: %(results)s.",
                        stage=token.stage_id.name,
                        results=", ".join(dict.fromkeys(results.mapped("name"))),
                    )
                )
            choices[token.id] = choice
        return choices

    def _needs_next_user(self, choices):
        """Whether the next stage of a person finds nobody by its own rule."""
        return not all(self._pick_next_users(choices).values())

    def _pick_next_users(self, choices):
        """Who does the next stages of persons by their own rules.

        :param choices: ``{token id: Choice}``
        :return: ``{(token id, stage id): user id}``, without an id where nobody is
            found
        """
        tokens = self.filtered(lambda token: not token.next_user_id)
        documents = LazyDocuments(tokens)
        following = defaultdict(list)
        for token in tokens:
            choice = choices[token.id]
            for stage in token._get_next_person_stages(choice, documents):
                following[stage].append(token.id)
        return {
            (token.id, stage.id): user.id
            for stage, ids in following.items()
            for token, user in stage._pick_responsible(self.browse(ids)).items()
        }

    def _get_next_person_stages(self, choice, documents):
        """Stages of persons that follow, through decisions and splits.

        :param documents: ``{token: document}`` with the rights of the process
        """
        self.ensure_one()
        flow = self.process_id._get_flow()
        # sudo: the definition that the run goes by
        stages = self.env["bpm.stage"].sudo()
        queue, seen, found = [(self.stage_id.id, choice)], set(), []
        while queue:
            stage_id, choice = queue.pop()
            for way in self._get_fitting_ways(flow, stage_id, choice, documents):
                if way.target in seen:
                    continue
                seen.add(way.target)
                target = flow.stages[way.target]
                if target.by_hand:
                    found.append(target.id)
                elif target.kind in ("decision", "split", "inclusive_split"):
                    queue.append((target.id, Choice()))
        return stages.browse(found)

    def _get_fitting_ways(self, flow, stage_id, choice, documents):
        """The ways taken out of a stage if it was left now."""
        stage, fitting = flow.stages[stage_id], []
        ways = flow.get_ways(stage_id, choice)
        record = documents[self] if flow.asks(stage_id, ways) else None
        for way in ways:
            if way.is_default and fitting:
                continue
            if stage.kind == "split" or self._fits(way, record):
                fitting.append(way)
                if not stage.splits:
                    break
        return fitting

    # Rights --------------------------------------------------------------------------

    def _may_work(self):
        """Those of these stages the present user may work on."""
        refusals = self._get_step_refusals("begin")
        return self.filtered(lambda token: not refusals[token])

    def _check_step(self, step):
        """Rights first, then whether the stage is still open; both in words.

        :return: the tokens (sudo), locked
        """
        (self - self._get_own()).check_access("read")
        for refusal in self._get_step_refusals(step).values():
            if refusal:
                raise AccessError(refusal)
        # Runs are readable only: their steps are these methods.
        tokens = self.sudo()
        closed = tokens - tokens._lock_open()
        if closed:
            raise UserError(
                self.env._(
                    "The stage “%(stage)s” is not open any more.",
                    stage=closed[0].stage_id.name,
                )
            )
        self._check_not_paused(step)
        return tokens

    def _get_own(self):
        """Stages the present user sees in any case, without asking the record rules:
        who is responsible for a stage sees its run."""
        self.browse().check_access("read")
        companies = (False, *self.env.companies.ids)
        # sudo: the record rules would say the same, with several queries
        return self.filtered(
            lambda token: (
                # sudo: as said above
                token.sudo().user_id.id == self.env.uid
                and token.sudo().company_id.id in companies
                and not token.sudo().instance_id.is_restricted
            )
        )

    def _check_by_hand(self):
        """Only stages of persons are completed by hand; approvals decide themselves."""
        for token in self:
            if not token.process_id._get_flow().stages[token.stage_id.id].by_hand:
                raise UserError(
                    self.env._(
                        "“%(stage)s” is not completed by hand.",
                        stage=token.stage_id.name,
                    )
                )

    def _check_not_paused(self, step):
        """A paused run waits; only who is responsible may change."""
        # sudo: only whether it is paused
        paused = self.sudo().instance_id.filtered(lambda run: run.state == "paused")
        if paused and step not in ("hand_over", "take", "set_next"):
            raise UserError(
                self.env._(
                    "“%(run)s” is paused: resume it first.", run=paused[0].display_name
                )
            )

    def _get_step_refusals(self, step):
        """Why the present user may not take a step: ``{token: words or ''}``."""
        user, represented = self.env.user, None
        refusals = dict.fromkeys(self, "")
        if self.env.su:
            return refusals
        # sudo: whether a step is allowed depends on definitions and other people
        for token in self.sudo():
            refuse = getattr(token, f"_refuse_{step}", token._refuse_work)
            # most take their own steps: those ask nothing of the database
            if refuse(user, user) and not token._is_managed_by(user):
                if represented is None:
                    represented = user | user._get_represented()
                refusals[self.browse(token.id)] = refuse(user, represented)
        return refusals

    def _is_managed_by(self, user):
        """The process owner and service administrators may take every step."""
        return self.instance_id._is_managed_by(user)

    def _refuse_work(self, user, represented):
        if self.user_id in represented:
            return ""
        return self.env._(
            "%(user)s is responsible for the stage “%(stage)s”.",
            user=self.user_id.name or self.env._("Nobody"),
            stage=self.stage_id.name,
        )

    def _refuse_complete(self, user, represented):
        """The role that completes the stage, when one is set."""
        flow = self.process_id._get_flow()
        if not flow.stages[self.stage_id.id].closing_group:
            return self._refuse_work(user, represented)
        role = self.stage_id.closing_group_id
        if role in user.all_group_ids:
            return ""
        return self.env._(
            "The stage “%(stage)s” is completed by: %(role)s.",
            stage=self.stage_id.name,
            role=role.name,
        )

    def _refuse_take(self, user, represented):
        if self.user_id == user:
            return self.env._("You are responsible for this stage already.")
        if self.state != "open":
            return self.env._(
                "“%(stage)s” has been begun already: ask for a hand-over.",
                stage=self.stage_id.name,
            )
        if user in self.stage_id._get_candidates(self)[self]:
            return ""
        return self.env._(
            "You are not among the people of the stage “%(stage)s”.",
            stage=self.stage_id.name,
        )
