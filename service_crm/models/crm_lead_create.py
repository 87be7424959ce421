from odoo import api, models


class CrmLead(models.Model):
    """Service request: how leads become requests, at their birth or later."""

    _inherit = "crm.lead"

    @api.model
    def _prepare_service_create(self, vals_list):
        """The values of a batch, those of service requests made complete.

        Every door ends here: the request enters the operators' queue as a lead
        without manager and dispatcher, numbered and matched with its customer. Past
        the queue come only the system itself and administrators (import).
        """
        teams = self._get_create_teams(vals_list)
        if not any(team.is_service for team in teams):
            return vals_list
        trusted = self.env.su or self.env.user._has_service_role("admin")
        vals_list = [dict(vals) for vals in vals_list]
        requests = [
            (vals, team)
            for vals, team in zip(vals_list, teams, strict=True)
            if team.is_service
        ]
        first_stages = {
            team: team_stage
            for team in {team for _vals, team in requests}
            for team_stage in [self._get_phase_stages("new", team).get(team)]
        }
        for vals, team in requests:
            if not trusted:
                for field_name in ("type", "user_id", "stage_id", "active"):
                    vals.pop(field_name, None)
            vals["team_id"] = team.id
            vals.setdefault("type", "lead")
            vals.setdefault("user_id", False)
            vals.setdefault("company_id", team.company_id.id or self.env.company.id)
            if not vals.get("stage_id") and first_stages[team]:
                vals["stage_id"] = first_stages[team].id
            if not vals.get("name"):
                vals["name"] = self._get_default_request_name(vals)
        values = [vals for vals, _team in requests]
        numbers = self.env["ir.sequence"]._next_by_code_batch(
            "service.request", sum(not vals.get("service_number") for vals in values)
        )
        numbers = iter(numbers)
        for vals in values:
            if not vals.get("service_number"):
                vals["service_number"] = next(numbers)
        self._prepare_match_values(values)
        return vals_list

    @api.model
    def _get_create_teams(self, vals_list):
        """The team every new lead of a batch will have, without changing any."""
        team_model = self.env["crm.team"]
        given = self.env.context.get("default_team_id")
        default_user = self.env.context.get("default_user_id", self.env.uid)
        only_service = self.env.user._is_service_only()
        by_user = {}
        teams = []
        for vals in vals_list:
            if "team_id" in vals or given:
                teams.append(team_model.browse(vals.get("team_id", given) or ()))
                continue
            user_id = vals.get("user_id", default_user)
            if not user_id and only_service:
                user_id = self.env.uid
            if user_id and user_id not in by_user:
                by_user[user_id] = team_model._get_default_team_id(user_id=user_id)
            teams.append(by_user.get(user_id, team_model))
        return teams

    @api.model
    def _get_default_request_name(self, vals):
        """The subject of a request without one: the first line of the need."""
        need = (vals.get("service_need") or "").strip()
        if need:
            return need.splitlines()[0][:80]
        return self.env._("Service request")

    def _enter_service(self):
        """Existing leads become requests: with the team they got, or with its wish."""
        numbers = self.env["ir.sequence"]._next_by_code_batch(
            "service.request", len(self)
        )
        for lead, number in zip(self, numbers, strict=True):
            if lead.won_status == "won":
                phase = "done"
            elif lead.type == "opportunity" and lead.partner_id:
                phase = "dispatch"
            else:
                phase = "new"
            values = {
                "service_number": lead.service_number or number,
                "match_state": "known" if lead.partner_id else "none",
            }
            if lead.service_phase != phase:
                values["stage_id"] = lead._get_phase_stage(phase).id
            # The step into the service is the team's, not one of a role.
            lead.sudo().write(values)
