from odoo import api, fields, models
from odoo.tools import ormcache

PRIVACY_FIELDS = frozenset(
    (
        "active",
        "company_id",
        "crm_team_member_ids",
        "is_service",
        "member_ids",
        "sequence",
        "service_internal",
        "service_members_only",
        "user_id",
    )
)


class CrmTeam(models.Model):
    """Service team: for colleagues or for customers, and who sees its requests."""

    _inherit = "crm.team"

    service_internal = fields.Boolean(
        "For Colleagues",
        help="Requests of employees come to this team by themselves.",
    )
    service_members_only = fields.Boolean(
        "Only Its Own People See It",
        compute="_compute_service_members_only",
        store=True,
        readonly=False,
        precompute=True,
        help="Requests, recurring visits and contracts of this team are seen by its "
        "leader and members, by who filed them and by who goes there; dispatchers of "
        "other teams see only when its performers are busy.",
    )
    service_sla_hours = fields.Float(
        "To Be Done Within",
        help="Working hours in which the team's requests are to be done, where their "
        "services promise nothing.",
    )

    _service_sla_hours_positive = models.Constraint(
        "CHECK(service_sla_hours IS NULL OR service_sla_hours >= 0)",
        "The hours to be done within can not be negative.",
    )

    @api.depends("service_internal")
    def _compute_service_members_only(self):
        for team in self:
            team.service_members_only = (
                team.service_internal or team.service_members_only
            )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        self.env.registry.clear_cache()
        return teams

    def write(self, vals):
        result = super().write(vals)
        if PRIVACY_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return result

    @api.model
    def _get_internal_team(self, company):
        """The team for colleagues of a company; empty when there is none."""
        return self.browse(self._get_internal_team_id(company.id) or ())

    @api.model
    @ormcache("company_id")
    def _get_internal_team_id(self, company_id):
        """Its id, kept in memory: asked for each request; ``False`` without any."""
        # Whoever files a request need not be allowed to see that team.
        team = self.sudo().search(
            [
                ("is_service", "=", True),
                ("service_internal", "=", True),
                ("company_id", "in", (company_id, False)),
            ],
            order="company_id, sequence, id",
            limit=1,
        )
        return team.id
