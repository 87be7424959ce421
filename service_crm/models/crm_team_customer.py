from odoo import fields, models


class CrmTeam(models.Model):
    """Service team: what customers may do on their own page."""

    _inherit = "crm.team"

    customer_changes = fields.Selection(
        [
            ("ask", "Ask, and the dispatcher answers"),
            ("self", "Do it themselves"),
        ],
        "Customers Move and Cancel Visits",
        default="ask",
        required=True,
        help="By themselves: among the free times of the performers, at once.",
    )
    customer_notice_hours = fields.Integer(
        "Until (Hours before)",
        help="Later than that customers can only call: for moving and cancelling a "
        "visit. 0: until the performer sets off.",
    )
    arrival_minutes = fields.Integer(
        "Arrival Window (Minutes)",
        default=60,
        help="How exactly customers are told when the performer arrives.",
    )
    customer_link_days = fields.Integer(
        "Links Work for (Days)",
        default=180,
        help="So long after the request is finished customers can open their page. "
        "0: without end.",
    )

    _customer_rules_positive = models.Constraint(
        "CHECK(COALESCE(customer_notice_hours, 0) >= 0"
        " AND COALESCE(arrival_minutes, 0) >= 0"
        " AND COALESCE(customer_link_days, 0) >= 0)",
        "Hours, minutes and days can not be negative.",
    )
