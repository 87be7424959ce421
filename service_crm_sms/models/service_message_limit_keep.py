from odoo import fields, models


class ServiceMessageLimit(models.Model):
    """Limits of messages: how long the log keeps them."""

    _inherit = "service.message.limit"

    keep_months = fields.Integer(
        "Keep Messages, Months",
        default=36,
        help="Older messages are taken out of the log. 0: they are kept for ever.",
    )

    _keep_positive = models.Constraint(
        "CHECK(keep_months >= 0)", "The number of months can not be negative."
    )
