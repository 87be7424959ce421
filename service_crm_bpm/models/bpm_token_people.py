from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class BpmToken(models.Model):
    """Token: who is responsible for the stage, and hears of it.

    Exactly one person is accountable for an open stage of a person: who was chosen by
    hand, else by the rule of the stage, else the first of its people, else the process
    owner.
    """

    _inherit = "bpm.token"

    waiting_for_me = fields.Boolean(
        compute="_compute_waiting_for_me", search="_search_waiting_for_me"
    )
    in_my_area = fields.Boolean(
        "In My Area of Responsibility",
        compute="_compute_in_my_area",
        search="_search_in_my_area",
    )

    @api.depends("user_id", "state")
    @api.depends_context("uid")
    def _compute_waiting_for_me(self):
        mine = self.filtered_domain(self._get_mine_domain())
        for token in self:
            token.waiting_for_me = token in mine

    @api.depends("user_id", "state", "stage_id.responsible_ids")
    @api.depends_context("uid")
    def _compute_in_my_area(self):
        mine = self.filtered_domain(self._get_area_domain())
        for token in self:
            token.in_my_area = token in mine

    def _search_waiting_for_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_mine_domain()
        return domain if True in value else ~domain

    def _search_in_my_area(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_area_domain()
        return domain if True in value else ~domain

    @api.model
    def _get_mine_domain(self):
        """Open stages the present user is responsible for, or asked to approve.

        Also as a deputy. What somebody else is asked for waits for that one only.
        """
        users = self.env.user | self.env.user._get_represented()
        mine = Domain("user_id", "in", users.ids)
        pending = Domain("state", "=", "pending")
        # any!: who else is asked is no secret
        asked = Domain("approval_ids", "any!", pending & Domain("user_id", "!=", False))
        asked_me = Domain("approval_ids", "any!", pending & mine)
        opened = Domain("state", "in", self._get_open_states())
        return opened & (asked_me | (mine & ~asked))

    @api.model
    def _get_area_domain(self):
        """Open stages the present user is, or may become, responsible for."""
        user = self.env.user
        listed = Domain("stage_id.responsible_ids.user_id", "=", user.id) | Domain(
            "stage_id.responsible_ids.group_id", "in", user.all_group_ids.ids
        )
        return self._get_mine_domain() | (
            Domain("state", "in", self._get_open_states()) & listed
        )

    # On entering a stage -------------------------------------------------------------

    def _enter_start(self):
        """A start that a person completes gets its people."""
        choices = super()._enter_start()
        self.filtered(lambda token: token.id not in choices)._assign_people()
        return choices

    def _enter_work(self):
        """Work gets its people; it waits until they complete it."""
        choices = super()._enter_work()
        self._assign_people()
        return choices

    def _assign_people(self):
        """Stages of persons have begun: who, until when, with which task."""
        if not self:
            return
        for user, tokens in self._choose_responsible().items():
            tokens.write({"user_id": user.id})
        self._plan_deadline()
        self._plan_timeout()
        self._plan_tasks()
        self._plan_notice()

    def _choose_responsible(self):
        """Who becomes responsible: ``{user: tokens}``, always somebody."""
        chosen = defaultdict(self.browse)
        for stage, tokens in self.grouped("stage_id").items():
            by_hand = tokens.filtered("user_id")
            for token in by_hand:
                chosen[token.user_id] |= token
            tokens -= by_hand
            if not tokens:
                continue
            picked = tokens._get_picked(stage)
            picked |= stage._pick_responsible(
                tokens.filtered(lambda token, p=picked: token not in p)
            )
            missed = tokens.filtered(lambda token, p=picked: not p[token])
            candidates = stage._get_candidates(missed)
            for token in tokens:
                process = token.process_id
                user = (
                    picked[token]
                    or candidates[token][:1]
                    or process.owner_id
                    or process.user_id
                )
                chosen[user] |= token
        return chosen

    def _get_picked(self, stage):
        """Who was found for a stage before it was reached: ``{token: user}``."""
        chain = self._get_chain()
        known = chain.picked if chain else {}
        # sudo: whom the chain found, whoever moves the run
        users = self.env["res.users"].sudo()
        keys = {token: (token.previous_id.id, stage.id) for token in self}
        return {
            token: users.browse(known[key])
            for token, key in keys.items()
            if key in known
        }

    def _get_last_users(self):
        """Who did the last stage of a person in each run: ``{run id: user}``."""
        if not self:
            return {}
        self.flush_model(["instance_id", "state", "user_id", "date_done"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (instance_id) instance_id, user_id
                  FROM bpm_token
                 WHERE instance_id IN %s AND state = 'done' AND user_id IS NOT NULL
              ORDER BY instance_id, date_done DESC, id DESC
                """,
                tuple(self.instance_id.ids),
            )
        )
        return {run_id: self.env["res.users"].browse(uid) for run_id, uid in rows}

    def _prepare_next_values(self, way):
        """Who was chosen by hand is kept until the next stage of a person."""
        values = super()._prepare_next_values(way)
        if not self.process_id._get_flow().stages[way.target].by_hand:
            values["next_user_id"] = values.pop("user_id")
        return values
