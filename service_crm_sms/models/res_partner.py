from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_message_channel = fields.Selection(
        [("mail", "E-mail"), ("sms", "SMS"), ("both", "E-mail and SMS")],
        "Messages by",
        help="How this person likes to be told about visits and requests. Without a "
        "choice: by e-mail, or by SMS when there is no e-mail address.",
    )
