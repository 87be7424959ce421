from odoo import api, fields, models


class BpmToken(models.Model):
    """Token: what the card of the run and “My Processes” show of a stage."""

    _inherit = "bpm.token"

    step = fields.Json("What to Do", compute="_compute_step")
    run_name = fields.Char("Process and Document", related="instance_id.name")
    partner_id = fields.Many2one(related="instance_id.partner_id")
    run_state = fields.Selection(related="instance_id.state", string="State of the Run")
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    planned_hours = fields.Float(related="stage_id.planned_hours")

    @api.depends("date_deadline", "state", "date_done")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for token in self:
            token.is_late = bool(
                token.date_deadline and token.date_deadline < (token.date_done or now)
            )

    @api.model
    def _search_is_late(self, operator, value):
        """Open stages whose deadline is over."""
        if operator != "in":
            return NotImplemented
        return [
            ("state", "in", self._get_open_states()),
            ("date_deadline", "<", fields.Datetime.now()),
        ]

    @api.depends_context("uid", "lang")
    @api.depends("state", "user_id", "checked_ids", "next_user_id", "error")
    def _compute_step(self):
        """Everything that the step panel draws, for all tokens at once."""
        flags = {
            name: self._get_step_refusals(step)
            for name, step in (
                ("may_work", "begin"),
                ("may_complete", "complete"),
                ("may_take", "take"),
                ("may_manage", "skip"),
                ("may_ask_again", "ask_again"),
            )
        }
        user = self.env.user
        obstacles, results = self._get_obstacles(), self._get_results()
        waits, approvals = self._get_wait_texts(), self._get_own_approvals()
        for token in self:
            token.step = {
                **token._prepare_step_values(),
                **{name: not words[token] for name, words in flags.items()},
                "obstacles": obstacles[token],
                "results": token._prepare_result_values(results[token]),
                "may_take": not flags["may_take"][token] and token.user_id != user,
                "waits": waits[token],
                "approval": approvals.get(token.id, False),
            }

    def _prepare_step_values(self):
        """What the panel shows of one stage. Extension point."""
        self.ensure_one()
        # sudo: the definition of the stage belongs to the run that the user sees
        token = self.sudo()
        stage = token.stage_id
        person = self._is_person_stage()
        return {
            "id": self.id,
            "name": stage.name,
            "kind": stage.kind,
            "person": person,
            "state": token.state,
            "state_name": dict(self._fields["state"]._description_selection(self.env))[
                token.state
            ],
            "paused": token.instance_id.state == "paused",
            "lane": stage.lane_id.name or "",
            "user": {"id": token.user_id.id, "name": token.user_id.name or ""},
            "mine": token.user_id == self.env.user,
            "seen": token.is_seen,
            "entered": fields.Datetime.to_string(token.date_enter),
            "deadline": fields.Datetime.to_string(token.date_deadline) or "",
            "late": token.is_late,
            "instruction": stage.instruction or "",
            "probability": stage.probability,
            "checks": [
                {
                    "id": check.id,
                    "name": check.name,
                    "done": check in token.checked_ids,
                    "required": check.is_required,
                }
                for check in stage.check_ids
            ],
            "papers": stage.required_document_type_ids.mapped("name"),
            "error": token.error or "",
            "refused": stage.kind == "approval" and token._is_refused(),
            "next_user": {
                "id": token.next_user_id.id,
                "name": token.next_user_id.name or "",
            },
        }

    def _get_own_approvals(self):
        """What the present user is asked for at these stages: ``{token id: id}``."""
        asking = self.filtered(lambda token: token.kind == "approval")
        if not asking:
            return {}
        approvals = self.env["service.approval"].search(
            [("token_id", "in", asking.ids), ("waiting_for_me", "=", True)]
        )
        return {approval.token_id.id: approval.id for approval in approvals}

    def _is_person_stage(self):
        """Whether a person completes the stage by hand."""
        self.ensure_one()
        # sudo: as above
        stage = self.sudo().stage_id
        return stage.kind == "work" or (stage.kind == "start" and stage.is_manual)

    def _prepare_result_values(self, ways):
        """The results to choose from, each with what comes next.

        :param ways: the transitions that are offered; none: only “complete”
        """
        self.ensure_one()
        # sudo: as above
        stage = self.sudo().stage_id
        shown = ways.sudo() or stage.outgoing_ids.filtered(lambda way: not way.outcome)
        return [
            {
                "id": way.id if ways else False,
                "name": way.name or "",
                "next": way.target_id.name,
                "next_kind": way.target_id.kind,
                "lane": way.target_id.lane_id.name or "",
            }
            for way in shown
        ]

    def _get_wait_texts(self):
        """What stages that no person completes wait for, in words. Extension point.

        :return: ``{token: text}``
        """
        # sudo: timers and children are named, not shown
        tokens = self.sudo()
        kinds = self.env["bpm.stage"]._get_event_kinds()
        due = {
            timer.token_id.id: timer.date_due
            for timer in self.env["bpm.timer"]
            .sudo()  # as above
            .search(
                [
                    ("token_id", "in", self.ids),
                    ("kind", "in", ("pause", "timeout")),
                    ("state", "=", "waiting"),
                ]
            )
        }
        texts = {}
        for token in tokens:
            stage, text = token.stage_id, ""
            moment = due.get(token.id)
            until = (
                self.env["ir.qweb.field.datetime"].value_to_html(
                    moment, {"format": "d MMM HH:mm"}
                )
                if moment
                else ""
            )
            if stage.kind == "pause":
                text = (
                    self.env._("Pause until %(date)s", date=until)
                    if until
                    else self.env._("Pause until the condition holds")
                )
            elif stage.kind == "event":
                event = kinds.get(stage.event_kind, {}).get("name", "")
                text = self.env._("Waits for: %(event)s", event=event)
                if until:
                    text = self.env._(
                        "Waits for: %(event)s, until %(date)s", event=event, date=until
                    )
            elif stage.kind == "child":
                children = token.instance_id.child_ids.filtered(
                    lambda run, t=token: run.parent_token_id == t
                )
                done = children.filtered(lambda run: run.state == "done")
                text = self.env._(
                    "Waits for child processes: %(done)s of %(all)s ended",
                    done=len(done),
                    all=token.child_count,
                )
            elif stage.kind in ("join", "inclusive_join"):
                text = self.env._("Waits for the other branches")
            elif stage.kind == "approval":
                text = token._get_approval_text()
            texts[self.browse(token.id)] = text
        return texts

    def _get_approval_text(self):
        """Whose decision an approval waits for."""
        self.ensure_one()
        names = [
            approval.user_id.name or approval.partner_id.display_name or approval.role
            for approval in self._get_pending_approvals()
        ]
        if not names:
            return self.env._("Refused. Ask again when what was wrong is put right.")
        return self.env._(
            "Waits for the decision of: %(names)s", names=", ".join(names)
        )
