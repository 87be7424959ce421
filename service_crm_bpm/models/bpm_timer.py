from odoo import fields, models


class BpmTimer(models.Model):
    """Something to be done with a token at a moment."""

    _name = "bpm.timer"
    _description = "Timer of a Process Run"
    _order = "date_due, id"

    token_id = fields.Many2one(
        "bpm.token", required=True, readonly=True, ondelete="cascade", index=True
    )
    instance_id = fields.Many2one(
        "bpm.instance", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(
        [
            ("pause", "End of a pause"),
            ("condition", "Look at a condition again"),
            ("timeout", "Time-out"),
            ("task", "Start of a task"),
            ("deadline", "Deadline"),
            ("retry", "Another attempt"),
        ],
        required=True,
        readonly=True,
    )
    date_due = fields.Datetime("Due", required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    error = fields.Text(readonly=True)

    _due_idx = models.Index("(date_due, id) WHERE state = 'waiting'")
