from odoo import api, fields, models


class ServiceRequestEscalation(models.TransientModel):
    """Why requests go to another line, and to whom."""

    _name = "service.request.escalation"
    _description = "Pass requests to another line"

    request_ids = fields.Many2many("crm.lead", string="Requests", readonly=True)
    direction = fields.Selection(
        [("up", "To the next line"), ("back", "Back")], required=True, default="up"
    )
    reason = fields.Char(required=True)
    team_id = fields.Many2one(
        "crm.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        domain=[("is_service", "=", True)],
    )
    people_ids = fields.Many2many("res.users", compute="_compute_people_ids")
    user_id = fields.Many2one(
        "res.users", "Person", domain="[('id', 'in', people_ids)]"
    )

    @api.depends("request_ids", "direction")
    def _compute_team_id(self):
        """Going up, the team that the team of the requests passes on to."""
        for wizard in self:
            teams = wizard.request_ids.team_id
            team = teams.escalation_team_id or teams
            one = wizard.direction == "up" and len(team) == 1
            wizard.team_id = team if one else False

    @api.depends("team_id", "direction")
    def _compute_people_ids(self):
        for wizard in self:
            team = wizard.team_id
            going_up = wizard.direction == "up"
            wizard.people_ids = going_up and team.second_line_ids or team.member_ids

    def action_change_line(self):
        """Pass the requests on, or back."""
        self.ensure_one()
        self.request_ids._action_change_line(
            self.direction, self.reason, self.team_id, self.user_id
        )
        return {"type": "ir.actions.act_window_close"}
