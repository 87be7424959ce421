from odoo import api, fields, models


class ResourceResource(models.Model):
    """A performer: what the dispatcher plans by, beside skills and hours."""

    _inherit = "resource.resource"

    # Who goes there is a person or not: "material" says nothing to a dispatcher.
    resource_type = fields.Selection(
        [("user", "Person"), ("material", "Crew, Room or Device")]
    )
    service_team_ids = fields.Many2many(
        "crm.team",
        "service_team_performer_rel",
        "resource_id",
        "team_id",
        "Service Teams",
        domain="[('is_service', '=', True)]",
        help="The teams this performer works for; empty: all of them.",
    )
    service_area_ids = fields.Many2many(
        "service.area",
        "service_area_performer_rel",
        "resource_id",
        "area_id",
        "Areas",
        help="Where this performer goes; empty: everywhere.",
    )
    service_start_id = fields.Many2one(
        "res.partner",
        "Day Starts At",
        help="The address the way to the first visit begins at; empty: the company.",
    )
    service_end_id = fields.Many2one(
        "res.partner",
        "Day Ends At",
        help="The address after the last visit; empty: where the day starts.",
    )
    crew_member_ids = fields.Many2many(
        "resource.resource",
        "service_crew_member_rel",
        "crew_id",
        "member_id",
        "Members",
        domain="[('is_performer', '=', True), ('is_crew', '=', False)]",
        help="Who goes along when this crew is sent.",
    )
    crew_ids = fields.Many2many(
        "resource.resource",
        "service_crew_member_rel",
        "member_id",
        "crew_id",
        "Crews",
    )
    is_crew = fields.Boolean("Crew", compute="_compute_is_crew", store=True)

    @api.depends("crew_member_ids")
    def _compute_is_crew(self):
        for resource in self:
            resource.is_crew = bool(resource.crew_member_ids)
