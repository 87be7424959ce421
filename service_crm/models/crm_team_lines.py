from odoo import fields, models


class CrmTeam(models.Model):
    """Service team: where its first line passes on what it cannot solve."""

    _inherit = "crm.team"

    second_line_ids = fields.Many2many(
        "res.users",
        "crm_team_second_line_rel",
        "team_id",
        "user_id",
        string="People of the Second Line",
        domain=[("share", "=", False)],
        help="Who gets what the first line of this team, or of another, passes on. "
        "Rules of assignment give them nothing by themselves.",
    )
    escalation_team_id = fields.Many2one(
        "crm.team",
        "Passes On To",
        domain="[('is_service', '=', True), ('id', '!=', id)]",
        ondelete="set null",
        help="The team whose second line gets it. Empty: the second line of this team.",
    )
