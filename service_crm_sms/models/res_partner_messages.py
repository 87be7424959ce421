from odoo import fields, models


class ResPartner(models.Model):
    """Contact: wants no messages at all."""

    _inherit = "res.partner"

    service_no_messages = fields.Boolean(
        "No Messages",
        help="Rules and mailings tell this person nothing; on a company: nor anybody "
        "of it. What was not sent stands in the log of messages.",
    )
