from odoo import fields, models


class BpmWait(models.Model):
    """A token that waits for an event, found by what it waits for."""

    _name = "bpm.wait"
    _description = "Wait of a Process Run"
    _order = "id"

    token_id = fields.Many2one(
        "bpm.token", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Char(required=True, readonly=True)
    key = fields.Char(
        required=True,
        readonly=True,
        help="What it waits for: model and id of the document, a signal, a secret.",
    )

    _event_idx = models.Index("(kind, key)")
