from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmMigration(models.Model):
    """Moves runs that are under way from older versions of a process to a newer one.

    First a proposal of which stage becomes which, then a rehearsal, then the move; the
    move can be undone for the runs that have not gone on since.
    """

    _name = "bpm.migration"
    _description = "Move of Runs to Another Version"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    family_id = fields.Many2one(
        "bpm.process",
        "Process",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('family_id', '=', id)]",
    )
    target_id = fields.Many2one(
        "bpm.process",
        "To Version",
        required=True,
        ondelete="cascade",
        compute="_compute_target_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('family_id', '=', family_id), ('state', '=', 'published')]",
    )
    state = fields.Selection(
        [("draft", "Prepared"), ("done", "Moved"), ("undone", "Taken Back")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    line_ids = fields.One2many(
        "bpm.migration.line",
        "migration_id",
        "Stages",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    item_ids = fields.One2many("bpm.migration.item", "migration_id", "Runs")
    run_count = fields.Integer("Runs Under Way", compute="_compute_run_count")
    failed_count = fields.Integer("Not Moved", compute="_compute_run_count")
    date_done = fields.Datetime("Moved On", readonly=True, copy=False)
    user_id = fields.Many2one("res.users", "Moved By", readonly=True, copy=False)

    @api.depends("family_id", "target_id")
    def _compute_name(self):
        for migration in self:
            migration.name = self.env._(
                "%(process)s → version %(version)s",
                process=migration.family_id.name or "",
                version=migration.target_id.version,
            )

    @api.depends("family_id")
    def _compute_target_id(self):
        for migration in self:
            migration.target_id = self.env["bpm.process"].search(
                [
                    ("family_id", "=", migration.family_id.id),
                    ("state", "=", "published"),
                ],
                limit=1,
            )

    @api.depends("family_id", "target_id")
    def _compute_line_ids(self):
        """The proposal: the stage of the same key, else of the same name."""
        for migration in self:
            targets = migration.target_id.stage_ids
            per_key = {stage.key: stage for stage in targets}
            per_name = {stage.name: stage for stage in targets}
            places = migration._get_places()
            migration.line_ids = [fields.Command.clear()] + [
                fields.Command.create(
                    {
                        "source_id": stage.id,
                        "target_id": (
                            per_key.get(stage.key)
                            or per_name.get(stage.name)
                            or targets.browse()
                        ).id,
                        "token_count": count,
                    }
                )
                for stage, count in places
            ]

    def _compute_run_count(self):
        for migration in self:
            migration.run_count = len(migration._get_runs())
            migration.failed_count = len(migration.item_ids.filtered("error"))

    @api.model_create_multi
    def create(self, vals_list):
        migrations = super().create(vals_list)
        migrations._check_designer()
        return migrations

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if "done" in self.mapped("state"):
            raise UserError(
                self.env._("What was moved is kept, so that it can be taken back.")
            )

    def action_rehearse(self):
        """Try the move and take it back: who lands where, and what would fail."""
        self.ensure_one()
        self._check_ready()
        with self.env["bpm.rehearsal"]._rehearse() as env:
            # sudo: below: the right is checked above, and all is taken back
            rehearsed = self.with_env(env)
            rehearsed.sudo()._move()
            found = [
                rehearsed.env["bpm.migration.item"]._copy_item(item)
                # sudo: as above
                for item in rehearsed.sudo().item_ids
            ]
        # sudo: the rows of the rehearsal are the program's
        self.sudo().item_ids = [
            fields.Command.clear(),
            *(fields.Command.create(values) for values in found),
        ]

    def action_apply(self):
        """Move the runs."""
        self.ensure_one()
        self._check_ready()
        # sudo: the right is checked above; the engine's models are the program's
        self.sudo().item_ids = [fields.Command.clear()]
        self.sudo()._move()
        self.sudo().write(
            {
                "state": "done",
                "date_done": fields.Datetime.now(),
                "user_id": self.env.uid,
            }
        )

    def action_undo(self):
        """Take the move back for the runs that have not gone on since."""
        self.ensure_one()
        self._check_designer()
        if self.state != "done":
            raise UserError(self.env._("Only what was moved can be taken back."))
        # sudo: as above
        self.sudo()._move_back()
        self.sudo().state = "undone"

    def _check_designer(self):
        """Who may design processes, and owns this one or administrates, moves runs."""
        self.check_access("write")
        for migration in self:
            migration.target_id.check_access("write")
            if not migration.target_id._is_managed_by(self.env.user):
                raise UserError(
                    self.env._(
                        "Only the owner of “%(process)s” or an administrator moves its "
                        "runs.",
                        process=migration.target_id.name,
                    )
                )

    def _check_ready(self):
        """A move is complete and goes to the published version."""
        self._check_designer()
        if self.state != "draft":
            raise UserError(self.env._("These runs have been moved already."))
        if self.target_id.state != "published":
            raise UserError(self.env._("Runs are moved to the published version only."))
        missing = self.line_ids.filtered(
            lambda line: line.token_count and not line.target_id
        )
        if missing:
            raise UserError(
                self.env._(
                    "Say which stage of the new version takes the place of: "
                    "%(stages)s.",
                    stages=", ".join(missing.mapped("source_id.name")),
                )
            )

    def _get_runs(self):
        """Runs under way in other versions of the process."""
        runs = self.env["bpm.instance"]
        return runs.search(
            [
                ("family_id", "=", self.family_id.id),
                ("process_id", "!=", self.target_id.id),
                ("state", "in", runs._get_open_states()),
            ]
        )

    def _get_places(self):
        """Where these runs stand: ``[(stage, number of tokens)]``."""
        tokens = self.env["bpm.token"]
        return tokens._read_group(
            [
                ("instance_id", "in", self._get_runs().ids),
                ("state", "in", tokens._get_open_states()),
            ],
            ["stage_id"],
            ["__count"],
        )
