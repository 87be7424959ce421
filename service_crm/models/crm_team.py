from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    is_service = fields.Boolean(
        "Service Team",
        help="Leads of this team are service requests: they go through the service "
        "phases, from the operators' queue to a paid and rated job.",
    )
    approval_customer = fields.Boolean(
        "Customer approves", default=True, help="An order is carried out only after the customer agreed."
    )
    approval_manager = fields.Boolean("Manager approves")
    approval_dispatcher = fields.Boolean("Dispatcher approves")
    separate_duties = fields.Selection(
        [("none", "Allowed"), ("warn", "Warn"), ("refuse", "Refuse")],
        "Same person takes and performs",
        default="warn",
        required=True,
        help="What happens when the operator of a request is also its performer.",
    )
    require_signature = fields.Boolean(
        "Customer signs on site",
        help="A work order can be handed in only with the customer's signature.",
    )
