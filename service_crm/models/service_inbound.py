from odoo import fields, models


class ServiceInbound(models.Model):
    """Whatever came in by any door, as it came, before anything is made of it."""

    _name = "service.inbound"
    _description = "Inbound message"
    _order = "id desc"

    name = fields.Char("Subject", readonly=True)
    channel = fields.Selection(
        lambda self: self.env["crm.lead"]._get_service_channel_selection(),
        required=True,
        readonly=True,
    )
    external_id = fields.Char(
        readonly=True,
        help="The sender's own id of the message, or a fingerprint of its content.",
    )
    sender = fields.Char(readonly=True)
    raw = fields.Binary(attachment=True, readonly=True)
    state = fields.Selection(
        [
            ("new", "Waiting"),
            ("done", "Done"),
            ("choose", "Choose Customer"),
            ("failed", "Failed"),
            ("refused", "Refused"),
            ("ignored", "Not a Request"),
        ],
        default="new",
        required=True,
        index=True,
        copy=False,
    )
    error = fields.Text(readonly=True)
    attempts = fields.Integer(readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    request_id = fields.Many2one("crm.lead", "Request", index="btree_not_null", ondelete="set null")
    team_id = fields.Many2one("crm.team")
    company_id = fields.Many2one("res.company")

    _external_uniq = models.UniqueIndex(
        "(channel, external_id) WHERE external_id IS NOT NULL",
        "This message was received already.",
    )
