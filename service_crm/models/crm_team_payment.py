from odoo import fields, models


class CrmTeam(models.Model):
    """Service team: how its orders are paid."""

    _inherit = "crm.team"

    payment_scheme = fields.Selection(
        [
            ("none", "No advance"),
            ("prepay", "100 % in advance"),
            ("half", "50 % in advance, 50 % after the work"),
        ],
        "Payment of Orders",
        default="none",
        required=True,
        help="What the orders of this team begin with; each order may be paid another "
        "way. The work does not begin before the advance is paid.",
    )
