from odoo import api, fields, models


class BpmInstance(models.Model):
    """Process run: its card, “Progress of the process”."""

    _inherit = "bpm.instance"

    current_steps = fields.Json("Now", compute="_compute_current_steps")
    present_ids = fields.Many2many(
        "bpm.stage", string="Stands At", compute="_compute_present"
    )
    responsible_ids = fields.Many2many(
        "res.users", string="Responsible Now", compute="_compute_present"
    )
    date_deadline = fields.Datetime("Deadline", compute="_compute_present")
    is_late = fields.Boolean(
        "Overdue", compute="_compute_present", search="_search_is_late"
    )
    is_mine = fields.Boolean(
        "Waits for Me", compute="_compute_present", search="_search_is_mine"
    )
    is_new = fields.Boolean(
        "Not Seen by Me", compute="_compute_present", search="_search_is_new"
    )
    present_stage_id = fields.Many2one(
        "bpm.stage", "Stage", store=False, search="_search_present_stage_id"
    )
    approval_ids = fields.Many2many(
        "service.approval", string="Approvals", compute="_compute_approval_ids"
    )
    child_count = fields.Integer(compute="_compute_child_count")

    @api.depends_context("uid", "lang")
    @api.depends(
        "state",
        "token_ids.state",
        "token_ids.user_id",
        "token_ids.checked_ids",
        "token_ids.next_user_id",
    )
    def _compute_current_steps(self):
        """What there is to do now; own stages first."""
        tokens = self._get_present_tokens()
        tokens.mapped("step")
        per_run = tokens.grouped("instance_id")
        for run in self:
            steps = [token.step for token in per_run.get(run, ())]
            steps.sort(key=lambda step: (not step["mine"], not step["person"]))
            run.current_steps = {"steps": steps, "state": run.state}

    @api.depends_context("uid")
    @api.depends("token_ids.state", "token_ids.user_id", "token_ids.is_seen")
    def _compute_present(self):
        """Where runs stand, with whom, until when."""
        per_run = self._get_present_tokens().grouped("instance_id")
        nothing = self.env["bpm.token"]
        for run in self:
            tokens = per_run.get(run, nothing)
            mine = tokens.filtered(lambda token: token.user_id == self.env.user)
            run.present_ids = tokens.stage_id
            run.responsible_ids = tokens.user_id
            run.date_deadline = min(
                filter(None, tokens.mapped("date_deadline")), default=False
            )
            run.is_late = any(tokens.mapped("is_late"))
            run.is_mine = bool(mine)
            run.is_new = any(not token.is_seen for token in mine)

    @api.depends("token_ids.approval_ids.state")
    def _compute_approval_ids(self):
        """What is, or was, asked at the stages of the run."""
        for run in self:
            run.approval_ids = run.token_ids.approval_ids.filtered(
                lambda approval: approval.state != "reset"
            )

    def _compute_child_count(self):
        counts = dict(
            self._read_group(
                [("parent_id", "in", self.ids)], ["parent_id"], ["__count"]
            )
        )
        for run in self:
            run.child_count = counts.get(run, 0)

    @api.model
    def _search_is_late(self, operator, value):
        return self._search_open_tokens(operator, [("is_late", "=", True)])

    @api.model
    def _search_is_mine(self, operator, value):
        return self._search_open_tokens(operator, [("waiting_for_me", "=", True)])

    @api.model
    def _search_is_new(self, operator, value):
        return self._search_open_tokens(
            operator, [("user_id", "=", self.env.uid), ("is_seen", "=", False)]
        )

    @api.model
    def _search_present_stage_id(self, operator, value):
        """Runs that stand at a stage now."""
        if operator in ("in", "any"):
            return self._search_open_tokens("in", [("stage_id", operator, value)])
        if operator in ("ilike", "=ilike", "like"):
            return self._search_open_tokens("in", [("stage_id.name", operator, value)])
        return NotImplemented

    @api.model
    def _search_open_tokens(self, operator, domain):
        """Runs with an open stage that matches."""
        if operator != "in":
            return NotImplemented
        tokens = self.env["bpm.token"]
        opened = [("state", "in", tokens._get_open_states())]
        return [
            ("state", "in", self._get_open_states()),
            ("token_ids", "any", [*opened, *domain]),
        ]

    def _get_present_tokens(self):
        """Stages that these runs have not left, in the order of entering."""
        tokens = self.env["bpm.token"]
        return tokens.search(
            [
                ("instance_id", "in", self.ids),
                ("state", "in", tokens._get_open_states()),
            ],
            order="id",
        )

    # Screens -------------------------------------------------------------------------

    def _get_card_action(self):
        """The card of one run."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Progress of the Process"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_open_children(self):
        """The child processes of a run."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Child Processes"),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("parent_id", "=", self.id)],
        }

    def action_open_parent(self):
        """The process that started this one."""
        self.ensure_one()
        self.check_access("read")
        return self.parent_id._get_card_action()

    def action_open_stages(self):
        """Planned and actual times of the stages of this run."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm_bpm.action_bpm_time_report"
        )
        return {**action, "domain": [("instance_id", "=", self.id)], "context": {}}

    def action_start_new(self):
        """The list of processes to start; where there is one only: its start card."""
        startable = self.env["bpm.process"]._get_startable(
            self.env.context.get("start_model")
        )
        if len(startable) == 1:
            return startable.action_open_start()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm_bpm.action_bpm_process_choose"
        )
        return {
            **action,
            "domain": [("id", "in", startable.ids)],
            "context": self.env.context,
        }
