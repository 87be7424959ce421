from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    service_item_ids = fields.Many2many(
        "product.product",
        "crm_team_service_item_rel",
        string="Services Added by Themselves",
        domain="[('sale_ok', '=', True), ('type', '!=', 'combo')]",
        help="When a request becomes a deal of this team, it gets these services.",
    )
