from odoo import fields, models


class ServiceMailing(models.Model):
    """One message to many: a group of customers, their consent, the price, and the pace
    at which it goes out."""

    _name = "service.mailing"
    _inherit = ["mail.thread"]
    _description = "Mailing"
    _order = "id desc"

    active = fields.Boolean(default=True)
    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    template_id = fields.Many2one(
        "service.message.template", "Text", required=True, ondelete="restrict"
    )
    segment_ids = fields.Many2many("service.segment", string="To")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sending", "Sending"),
            ("paused", "Paused"),
            ("done", "Sent"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
