from odoo import fields, models


class BpmStage(models.Model):
    """Stage: who does it, who closes it, what happens when it is late."""

    _inherit = "bpm.stage"

    closing_group_id = fields.Many2one(
        "res.groups",
        "Completed Only By",
        help="Only people of this role complete the stage and its process task. "
        "Empty: who is responsible.",
    )
    tells_all = fields.Boolean(
        "Tell All of Them",
        help="Everybody who could be responsible hears of the stage, not only who is "
        "chosen; as long as it has not begun, any of them takes it.",
    )
    deadline_action = fields.Selection(
        [
            ("none", "Show it as late"),
            ("notify", "Tell the manager and the process owner"),
            ("hand_over", "Hand it over to the manager"),
        ],
        "When Late",
        default="notify",
        required=True,
        help="What happens when the planned time is over.",
    )

    def _has_person(self):
        """Whether somebody does the stage."""
        self.ensure_one()
        kind = self._get_stage_kinds().get(self.kind, {})
        return bool(kind.get("person") or (self.kind == "start" and self.is_manual))

    def _has_demands(self):
        """Whether anything may have to be done before the stage is completed."""
        self.ensure_one()
        return bool(
            self.check_ids.filtered("is_required")
            or self.required_field_ids
            or self.required_files
            or self.required_document_type_ids
            or (self.task_blocks and self.makes_task)
        )

    def _passes(self):
        """Whether nothing ever waits on the stage."""
        self.ensure_one()
        kind = self._get_stage_kinds().get(self.kind, {})
        return bool(kind.get("passes")) and not self._has_person()

    def _get_candidates(self, tokens):
        """Who may be responsible for this stage, in order, deputies in their place.

        :param tokens: tokens on this stage, or of runs that may come to it
        :return: ``{token: users}``
        """
        # sudo: who works for which company is a question of the engine
        found = dict.fromkeys(tokens, self.env["res.users"].sudo())
        for line in self._get_line_candidates(tokens):
            for token, people in line.items():
                found[token] |= people
        return found

    def _get_line_candidates(self, tokens):
        """The same line by line: ``[{token: users}, …]``."""
        self.ensure_one()
        if not self.responsible_ids or not tokens:
            return []
        # sudo: as above
        users = self.env["res.users"].sudo()
        # only what is read from documents needs them
        by_path = self.responsible_ids.filtered("path")
        records = tokens._get_identity_records() if by_path else {}
        lines = [
            {
                token: users.browse((people or users).ids)
                for token, people in line._get_users(tokens, records).items()
            }
            for line in self.responsible_ids
        ]
        acting = users.union(
            *(p for line in lines for p in line.values())
        )._get_acting()
        return [
            {
                token: users.union(
                    *(
                        acting[user]
                        for user in people
                        if self._may_be_responsible(acting[user], token)
                    )
                )
                for token, people in line.items()
            }
            for line in lines
        ]

    def _may_be_responsible(self, user, token):
        """Whether a user works, and in the company of the run."""
        return (
            user.active
            and not user.share
            and (not token.company_id or token.company_id.id in user._get_company_ids())
        )

    def _pick_responsible(self, tokens):
        """Who becomes responsible for this stage by its rule.

        :return: ``{token: user}``; empty: nobody is found, or chosen by hand
        """
        self.ensure_one()
        candidates = self._get_candidates(tokens)
        # sudo: as above
        nobody = self.env["res.users"].sudo()
        pick = getattr(self, f"_pick_{self.responsible_mode}")
        everybody = nobody.union(*candidates.values())
        return pick(candidates, everybody) if everybody else candidates

    def _get_approvers(self, tokens):
        """Whom an approval stage asks, in order: ``{token: users}``.

        All its people when some of them are enough, else one person per line.
        """
        self.ensure_one()
        if self.approval_mode in ("one", "count"):
            return self._get_candidates(tokens)
        # sudo: as above
        found = dict.fromkeys(tokens, self.env["res.users"].sudo())
        for line in self._get_line_candidates(tokens):
            everybody = found[tokens[0]].union(*line.values())
            online = everybody._get_online()
            for token, people in line.items():
                present = (
                    people & online if self.responsible_mode == "online" else people
                )
                found[token] |= present[:1] or people[:1]
        return found

    def _pick_online(self, candidates, everybody):
        online = everybody._get_online()
        return {token: (users & online)[:1] for token, users in candidates.items()}

    def _pick_first(self, candidates, everybody):
        return {token: users[:1] for token, users in candidates.items()}

    def _pick_manual(self, candidates, everybody):
        return dict.fromkeys(candidates, everybody.browse())

    def _pick_least_loaded(self, candidates, everybody):
        """Who has the fewest open stages; the batch itself counts too."""
        # sudo: how much everybody has to do, not what
        tokens = self.env["bpm.token"].sudo()
        load = dict.fromkeys(everybody.ids, 0)
        load |= {
            user.id: count
            for user, count in tokens._read_group(
                [
                    ("user_id", "in", everybody.ids),
                    ("state", "in", tokens._get_open_states()),
                ],
                ["user_id"],
                ["__count"],
            )
        }
        picked = {}
        for token, users in candidates.items():
            user = users.browse()
            if users:
                user = min(users, key=lambda u: load[u.id])
                load[user.id] += 1
            picked[token] = user
        return picked
