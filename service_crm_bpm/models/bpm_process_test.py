from odoo import fields, models


class BpmProcessTest(models.Model):
    """A test kept with its process: given a document like …, when …, then …"""

    _name = "bpm.process.test"
    _description = "Test of a Process"
    _order = "sequence, id"

    process_id = fields.Many2one(
        "bpm.process", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    state = fields.Selection(
        [("new", "Not Run"), ("passed", "Passed"), ("failed", "Failed")],
        default="new",
        required=True,
        readonly=True,
        copy=False,
    )
    message = fields.Text("What Was Found", readonly=True, copy=False)
