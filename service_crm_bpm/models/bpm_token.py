from odoo import fields, models


class BpmToken(models.Model):
    """One visit of a run to one stage: where the process stands, and has been.

    A token is made when a stage is entered and closed when it is left. Several open
    ones exist only between a split and its join.
    """

    _name = "bpm.token"
    _description = "Stage of a Process Run"
    _order = "id"
    _rec_name = "stage_id"

    instance_id = fields.Many2one(
        "bpm.instance", required=True, readonly=True, ondelete="cascade", index=True
    )
    process_id = fields.Many2one("bpm.process", readonly=True)
    stage_id = fields.Many2one(
        "bpm.stage", required=True, readonly=True, ondelete="restrict"
    )
    kind = fields.Selection(related="stage_id.kind")
    company_id = fields.Many2one("res.company", readonly=True)
    transition_id = fields.Many2one(
        "bpm.transition", "Came By", readonly=True, ondelete="set null"
    )
    previous_id = fields.Many2one(
        "bpm.token",
        "Came From",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("open", "Not Started"),
            ("progress", "In Progress"),
            ("waiting", "Waiting"),
            ("failed", "Failed"),
            ("done", "Completed"),
            ("cancelled", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    next_user_id = fields.Many2one(
        "res.users", "Responsible for the Next Stage", domain=[("share", "=", False)]
    )
    is_seen = fields.Boolean("Seen", readonly=True)
    date_enter = fields.Datetime("Entered", readonly=True)
    date_start = fields.Datetime("Begun", readonly=True)
    date_done = fields.Datetime("Left", readonly=True)
    date_deadline = fields.Datetime("Deadline", readonly=True)
    hours = fields.Float("Actual Time (h)", readonly=True, aggregator="sum")
    result_id = fields.Many2one("bpm.transition", readonly=True, ondelete="set null")
    error = fields.Text(readonly=True)
    attempts = fields.Integer(readonly=True)
    # a timer or an event is, or was, waited for: to be forgotten when it is left
    is_awaited = fields.Boolean(readonly=True)
    # {"transition_id", "outcome"} or {"enter": True}: how it goes on when the run is
    # resumed, or when what failed is tried again
    held = fields.Json(readonly=True)
    child_ids = fields.One2many("bpm.instance", "parent_token_id", "Child Processes")
    activity_id = fields.Many2one(
        "mail.activity",
        "Task",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    # ids of the points of the stage's checklist that are done
    checked_ids = fields.Many2many("bpm.stage.check", readonly=True)

    _run_idx = models.Index(
        "(instance_id) WHERE state IN ('open', 'progress', 'waiting', 'failed')"
    )
    _open_idx = models.Index(
        "(stage_id) WHERE state IN ('open', 'progress', 'waiting', 'failed')"
    )
    _mine_idx = models.Index(
        "(user_id) WHERE state IN ('open', 'progress', 'waiting', 'failed')"
    )
    _person_idx = models.Index("(user_id, instance_id) WHERE user_id IS NOT NULL")
