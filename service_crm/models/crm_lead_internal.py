from odoo import api, models


class CrmLead(models.Model):
    """Service request: what colleagues ask for lands with the team for colleagues."""

    _inherit = "crm.lead"

    @api.model
    def _prepare_service_create(self, vals_list):
        """Requests of colleagues begin with the internal team of their company.

        Not those below another request: who makes one names the group for it.
        """
        vals_list = super()._prepare_service_create(vals_list)
        team_model = self.env["crm.team"]
        internal = {}
        for vals in vals_list:
            asked = vals.get("service_number") and not vals.get("service_parent_id")
            if asked and vals.get("partner_id"):
                company = self.env["res.company"].browse(vals.get("company_id"))
                if team := team_model._get_internal_team(company):
                    internal[vals["partner_id"]] = team
        if not internal:
            return vals_list
        partners = self.env["res.partner"].browse(internal)
        colleagues = set(partners._filter_colleagues().ids)
        for vals in vals_list:
            team = internal.get(vals.get("partner_id"))
            if (
                team
                and vals["partner_id"] in colleagues
                and not vals.get("service_parent_id")
                and not team.browse(vals["team_id"]).service_internal
            ):
                stage = self._get_phase_stages("new", team).get(team)
                vals["team_id"] = team.id
                vals["stage_id"] = stage.id if stage else False
        return vals_list

    def write(self, vals):
        result = super().write(vals)
        if vals.get("partner_id"):
            self._take_internal_team()
        return result

    def _take_internal_team(self):
        """New requests that turn out to be a colleague's go to the internal team."""
        fresh = self.filtered(
            lambda lead: (
                lead.is_service
                and lead.service_phase == "new"
                and not lead.service_parent_id
                and not lead.team_id.service_internal
            )
        )
        teams = {
            company: self.env["crm.team"]._get_internal_team(company)
            for company in fresh.company_id
        }
        fresh = fresh.filtered(lambda lead: teams.get(lead.company_id))
        if not fresh:
            return
        colleagues = fresh.partner_id._filter_colleagues()
        for team, leads in (
            fresh.filtered(lambda lead: lead.partner_id in colleagues)
            .grouped(lambda lead: teams[lead.company_id])
            .items()
        ):
            stage = self._get_phase_stages("new", team).get(team)
            # Where a colleague's request goes is not the choice of who finds them.
            leads.sudo().write(
                {"team_id": team.id, **({"stage_id": stage.id} if stage else {})}
            )

    @api.depends("team_id")
    def _compute_service_sla_hours(self):
        """Where the services promise nothing, the team does."""
        result = super()._compute_service_sla_hours()
        for lead in self:
            products = lead.request_line_ids.product_id
            hours = lead.team_id.service_sla_hours
            if hours and not any(products.mapped("service_effective_sla_hours")):
                lead.service_sla_hours = hours
        return result

    def _get_role_people(self, role, named, book):
        """Only people who may see the request can get it."""
        people = super()._get_role_people(role, named, book)
        team = self.team_id
        if role == "performer" or not team.service_members_only:
            return people
        return people & (team.member_ids | team.user_id)
