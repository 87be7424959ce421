from odoo import fields, models


class ServiceNotificationRule(models.Model):
    """Message rules: the visit as an entry for the calendar."""

    _inherit = "service.notification.rule"

    with_invitation = fields.Boolean(
        "Attach the Visit for the Calendar",
        help="The e-mail brings the visit as an appointment. A later one moves it, "
        "that of a cancelled visit takes it out again.",
    )
