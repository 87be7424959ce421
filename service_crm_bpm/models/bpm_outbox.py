from odoo import fields, models


class BpmOutbox(models.Model):
    """A webhook on its way out: sent after the commit, repeated until it arrives."""

    _name = "bpm.outbox"
    _description = "Outgoing Webhook"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    instance_id = fields.Many2one(
        "bpm.instance", readonly=True, ondelete="set null", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", readonly=True)
    url = fields.Char(required=True, readonly=True)
    payload = fields.Text(readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    date_due = fields.Datetime("Next Attempt", readonly=True)
    attempts = fields.Integer(readonly=True)
    response = fields.Text(readonly=True)

    _due_idx = models.Index("(date_due, id) WHERE state = 'waiting'")
