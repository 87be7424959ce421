from odoo import fields, models


class CrmTeam(models.Model):
    """Service team: how long its offers are valid."""

    _inherit = "crm.team"

    offer_validity_days = fields.Integer(
        "Offers Valid (Days)", help="0: as long as the company's quotations are."
    )
    offer_reminder_days = fields.Integer(
        "Remind before Lapse (Days)",
        default=2,
        help="The dispatcher gets a to-do so many days before an offer lapses. "
        "0: never.",
    )

    _offer_days_positive = models.Constraint(
        "CHECK(COALESCE(offer_validity_days, 0) >= 0 "
        "AND COALESCE(offer_reminder_days, 0) >= 0)",
        "Days of validity and of the reminder can not be negative.",
    )
