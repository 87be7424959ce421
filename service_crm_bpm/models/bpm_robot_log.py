from collections import defaultdict
from operator import itemgetter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, groupby, split_every

from ..tools.chain import Outcome

# what a robot makes and a run need not be linked with
NOT_LINKED = ("mail.activity", "calendar.event", "res.users", "bpm.instance")


class BpmRobotLog(models.Model):
    """Journal of the robots: one row per robot and entry, never two."""

    _name = "bpm.robot.log"
    _description = "Run of a robot"
    _order = "id desc"
    _rec_name = "res_name"

    robot_id = fields.Many2one(
        "bpm.robot", required=True, readonly=True, ondelete="cascade", index=True
    )
    entry_id = fields.Many2one(
        "service.phase.log",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document Id", model_field="res_model", required=True, readonly=True
    )
    res_name = fields.Char("Document", related="entry_id.res_name", related_sudo=False)
    res_model_name = fields.Char(related="entry_id.res_model_name")
    entered = fields.Char(related="entry_id.name", string="Entered")
    state = fields.Selection(
        [
            ("planned", "Waiting"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("skipped", "Not Done"),
        ],
        required=True,
        readonly=True,
    )
    error = fields.Text(readonly=True)
    result = fields.Char(readonly=True)
    # what it changed, as JSON, until that is taken back
    changes = fields.Text(readonly=True)
    date_undone = fields.Datetime("Taken Back", readonly=True)
    made_model = fields.Char("Model of What Was Made", readonly=True)
    made_id = fields.Many2oneReference(
        "What Was Made", model_field="made_model", readonly=True
    )
    attempts = fields.Integer(readonly=True)
    duration = fields.Float(
        "Duration (ms)", readonly=True, digits=(16, 2), aggregator="avg"
    )
    date_due = fields.Datetime("Due", readonly=True)
    date_done = fields.Datetime("Finished", readonly=True)
    instance_id = fields.Many2one(
        related="entry_id.token_id.instance_id", string="Process Run"
    )
    user_id = fields.Many2one("res.users", "Ran As", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    _once_per_entry = models.UniqueIndex(
        "(robot_id, entry_id)", "A robot runs once per entry."
    )
    _due_idx = models.Index("(date_due, id) WHERE state = 'planned'")
    _failed_idx = models.Index("(robot_id) WHERE state = 'failed'")
    _document_idx = models.Index("(res_model, res_id)")

    def action_retry(self):
        """Run failed robots again, each for its document."""
        self._check_operator()
        # Nobody may write the journal but the program; the right is checked above.
        failed = self.sudo().filtered(lambda log: log.state == "failed")
        if not failed:
            raise UserError(self.env._("Only what failed can be tried again."))
        failed.try_lock_for_update()._run_again(check_left=False)

    def action_run_now(self):
        """Do now what waits for its time."""
        self._check_operator()
        # Nobody may write the journal but the program; the right is checked above.
        planned = self.sudo().filtered(lambda log: log.state == "planned")
        if not planned:
            raise UserError(self.env._("Only what waits can be done now."))
        planned.try_lock_for_update()._run_again()

    def action_cancel(self):
        """Do not do what waits or failed."""
        self._check_operator()
        # Nobody may write the journal but the program; the right is checked above.
        waiting = self.sudo().filtered(lambda log: log.state in ("planned", "failed"))
        if not waiting:
            raise UserError(self.env._("This has already been settled."))
        waiting.write(
            {
                "state": "skipped",
                "result": self.env._("Called off by %(user)s", user=self.env.user.name),
                "date_done": fields.Datetime.now(),
            }
        )
        waiting._release()

    def action_open_document(self):
        """Open the record the robot ran for."""
        self.ensure_one()
        return self.entry_id.action_open_document()

    def action_open_made(self):
        """Open the record the robot has made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.made_model,
            "res_id": self.made_id,
            "views": [(False, "form")],
        }

    def _check_operator(self):
        """Who may change robots may repeat their runs."""
        self.check_access("read")
        self.env["bpm.robot"].check_access("write")

    @api.model
    def _log_outcomes(self, outcomes, entries, robots):
        """Write what became of robots that ran at once.

        :param outcomes: ``{(robot id, record id): Outcome}``
        :param entries: ``{(robot id, record id): log row of the entry}``
        :param robots: ``{robot id: compiled robot}``
        """
        now = fields.Datetime.now()
        # where the condition did not hold nothing ran
        outcomes = {key: o for key, o in outcomes.items() if o.state != "skipped"}
        vals_list = [
            {
                **self._prepare_log_values(robots[key[0]], entries[key]),
                "state": outcome.state,
                "error": outcome.error or False,
                "result": outcome.result or False,
                "made_model": outcome.made_model or False,
                "made_id": outcome.made_id or False,
                "changes": outcome.changes or False,
                "duration": outcome.duration,
                "attempts": 1,
                "date_done": now,
            }
            for key, outcome in outcomes.items()
        ]
        if not vals_list:
            return
        self._insert(vals_list)
        self._log_protocol([(entries[k], k[0], o) for k, o in outcomes.items()])
        self.env["bpm.robot"]._notify_failures(
            {key[0] for key, o in outcomes.items() if o.state == "failed"}
        )

    @api.model
    def _insert(self, vals_list):
        """Write rows; ten robots on a hundred documents make a thousand of them.

        The ORM would take as long for this as the robots for their work, and nothing
        is computed from a row of the journal.

        :param vals_list: values of stored fields, all with the same keys
        """
        now = self.env.cr.now()
        names = [*vals_list[0], "create_uid", "create_date", "write_uid", "write_date"]
        magic = (self.env.uid, now, self.env.uid, now)
        rows = [
            tuple(None if value is False else value for value in vals.values()) + magic
            for vals in vals_list
        ]
        for part in split_every(1000, rows):
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (%s) VALUES %s",
                    SQL.identifier(self._table),
                    SQL(", ").join(SQL.identifier(name) for name in names),
                    SQL(", ").join(SQL("%s", row) for row in part),
                )
            )
        self.env["bpm.robot"].invalidate_model(["log_ids"], flush=False)

    @api.model
    def _prepare_log_values(self, robot, row):
        """Values of a row of the journal. Extension point.

        :param robot: compiled robot
        :param row: log row of the entry
        """
        return {
            "robot_id": robot.id,
            "entry_id": row.id,
            "res_model": row.res_model,
            "res_id": row.res_id,
            "user_id": robot.user_id,
            "company_id": row.company_id.id,
        }

    def _settle(self, outcomes):
        """Write what became of rows that were planned or failed.

        :param outcomes: ``{row: Outcome}``
        """
        groups = {}
        for row, outcome in outcomes.items():
            key = (outcome._replace(duration=0.0), row.attempts)
            groups.setdefault(key, []).append((row, outcome))
        now = fields.Datetime.now()
        for (outcome, attempts), pairs in groups.items():
            self.browse([row.id for row, _outcome in pairs]).write(
                {
                    "state": outcome.state,
                    "error": outcome.error or False,
                    "result": outcome.result or False,
                    "made_model": outcome.made_model or False,
                    "made_id": outcome.made_id or False,
                    "changes": outcome.changes or False,
                    "duration": sum(o.duration for _row, o in pairs) / len(pairs),
                    "attempts": attempts + (outcome.state in ("done", "failed")),
                    "date_done": now,
                }
            )
        self._log_protocol(
            [(row.entry_id, row.robot_id.id, o) for row, o in outcomes.items()]
        )
        self._release()
        self.env["bpm.robot"]._notify_failures(
            {row.robot_id.id for row, o in outcomes.items() if o.state == "failed"}
        )

    def _get_failure(self):
        """What failed, in words."""
        return f"{self.robot_id.display_name}: {self.error}"

    @api.model
    def _log_protocol(self, pairs):
        """One row in the protocol of each run whose robots did something.

        :param pairs: ``[(log row of the entry, robot id, Outcome)]``
        """
        texts, made = {}, defaultdict(list)
        for entry, robot_id, outcome in pairs:
            if not entry.token_id or outcome.state not in ("done", "failed"):
                continue
            # sudo: the name of the robot, for the protocol
            name = self.env["bpm.robot"].sudo().browse(robot_id).display_name
            made[entry.token_id.instance_id].append(
                (outcome.made_model, outcome.made_id)
            )
            said = outcome.error or outcome.result
            texts.setdefault(entry.token_id, []).append(
                f"{name}: {said}" if said else name
            )
        self.env["bpm.journal"]._log(
            [
                {**token._prepare_journal_values("robot"), "text": "; ".join(words)}
                for token, words in texts.items()
            ]
        )
        for run, records in made.items():
            for model, numbers in groupby(set(records), itemgetter(0)):
                if model in self.env and model not in NOT_LINKED:
                    run._link(self.env[model].browse([n for _m, n in numbers]))

    @api.model
    def _make_skipped(self, reason):
        return Outcome("skipped", result=reason)
