from odoo import api, fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    service_form = fields.Boolean(
        "Web Form",
        default=True,
        help="Customers file requests for this team at /service/request without a "
        "login.",
    )

    @api.model
    def _get_form_team(self, team_id=None):
        """The service team behind the public form; empty when there is none."""
        domain = [
            ("is_service", "=", True),
            ("service_form", "=", True),
            ("company_id", "in", [False, *self.env.companies.ids]),
        ]
        if team_id:
            domain.append(("id", "=", team_id))
        return self.search(domain, limit=1)
