from odoo import models


class CrmTeamMember(models.Model):
    """Member of a team: decides what requests of closed teams somebody sees."""

    _name = "crm.team.member"
    _inherit = ["crm.team.member", "service.cached.mixin"]
