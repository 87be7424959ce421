from odoo import api, models


class ServiceRequestLine(models.Model):
    """Requested service: what the catalogue says of it reaches the request."""

    _inherit = "service.request.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.request_id._take_team_of_services()
        lines.request_id._assign_by_rules()
        return lines
