from odoo import fields, models


class CrmTeam(models.Model):
    """Team: who is on duty for its devices."""

    _inherit = "crm.team"

    duty_partner_id = fields.Many2one("res.partner", "On Duty")
