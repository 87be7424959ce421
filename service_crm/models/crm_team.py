from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_stage import SERVICE_PHASES


class CrmTeam(models.Model):
    _inherit = "crm.team"

    is_service = fields.Boolean(
        "Service Team",
        help="Leads of this team are service requests: they go through the service "
        "phases, from the operators' queue to a paid and rated job.",
    )
    approval_customer = fields.Boolean(
        "Customer Approves",
        default=True,
        help="An order is carried out only after the customer agreed.",
    )
    approval_manager = fields.Boolean(
        "Manager Approves",
        help="An order is carried out only after the manager of the customer agreed.",
    )
    approval_dispatcher = fields.Boolean(
        "Dispatcher Approves",
        help="An order is carried out only after the dispatcher agreed.",
    )
    separate_duties = fields.Selection(
        [("none", "Allowed"), ("warn", "Warn"), ("refuse", "Refuse")],
        "Same person takes and performs",
        default="warn",
        required=True,
        help="What happens when the operator of a request is also its performer.",
    )

    require_signature = fields.Boolean(
        "Customer signs on site",
        help="A work order can be handed in only with the customer's signature.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        # Data files bring the stages of their team themselves, with translations.
        if not self.env.context.get("service_stages_follow"):
            teams.filtered("is_service")._ensure_service_stages()
        return teams

    def write(self, vals):
        changed = self.browse()
        if "is_service" in vals:
            changed = self.filtered(lambda t: t.is_service != bool(vals["is_service"]))
        if changed and not vals["is_service"]:
            changed._check_no_requests()
        result = super().write(vals)
        if changed and vals["is_service"]:
            changed._adopt_own_stages()
            changed._ensure_service_stages()
            changed._convert_leads_to_requests()
            for team in changed:
                team.alias_defaults = team._alias_get_creation_values()[
                    "alias_defaults"
                ]
        return result

    @api.model
    def _get_default_team_id(self, user_id=False, domain=False):
        """A service team is a default only for its own people and by context: a
        salesperson without a team must not make service requests by accident."""
        team = super()._get_default_team_id(user_id=user_id, domain=domain)
        if team and team.id == self.env.context.get("default_team_id"):
            return team
        # Odoo reads the given user's companies the same way.
        user = self.env["res.users"].sudo().browse(user_id or self.env.uid)
        if user._is_service_only():
            return self._get_service_team()
        if not team.is_service or user in (team.user_id | team.member_ids):
            return team
        companies = [False, *(user.company_ids & self.env.companies).ids]
        others = self.search(
            [("company_id", "in", companies), ("is_service", "=", False)]
        )
        return (others.filtered_domain(domain) if domain else others)[:1] or others[:1]

    @api.model
    def _get_service_team(self):
        """The service team a new request belongs to: the user's own, else the first
        of the company."""
        teams = self.search(
            [
                ("is_service", "=", True),
                ("company_id", "in", [self.env.company.id, False]),
            ]
        )
        given = teams.filtered(
            lambda team: team.id == self.env.context.get("default_team_id")
        )
        own = teams.filtered(lambda team: self.env.user in team.member_ids)
        return (given or own or teams)[:1]

    def _alias_get_creation_values(self):
        """Mail to a service team makes leads also when Odoo's "Leads" are off."""
        values = super()._alias_get_creation_values()
        if self.is_service and isinstance(values.get("alias_defaults"), dict):
            values["alias_defaults"]["type"] = "lead"
        return values

    def _action_assign_leads(self, *args, **kwargs):
        """Requests are given out by operators, not by Odoo's assignment rules."""
        teams = self.filtered(lambda team: not team.is_service)
        return super(CrmTeam, teams)._action_assign_leads(*args, **kwargs)

    def _ensure_service_stages(self):
        """Give every service team a stage of its own for each phase it has none for."""
        stages = self.env["crm.stage"].search([("team_ids", "in", self.ids)])
        there = {(team, s.service_phase) for s in stages for team in s.team_ids}
        self.env["crm.stage"].create(
            [
                team._prepare_service_stage_values(phase, name, sequence)
                for team in self
                for sequence, (phase, name) in enumerate(SERVICE_PHASES, start=1)
                if (team, phase) not in there
            ]
        )

    def _adopt_own_stages(self):
        """Stages a team had of its own get a phase; those it shares it leaves."""
        for stage in self.env["crm.stage"].search(
            [("team_ids", "in", self.ids), ("service_phase", "=", False)]
        ):
            if not stage.team_ids <= self:
                stage.team_ids -= self
            elif stage.is_won:
                stage.service_phase = "done"
            else:
                stage.service_phase = "dispatch"

    def _prepare_service_stage_values(self, phase, name, sequence):
        """Values of the stage that a service team gets for a phase."""
        return {
            "name": name,
            "sequence": sequence * 10,
            "service_phase": phase,
            "team_ids": [fields.Command.link(self.id)],
            "is_won": phase == "done",
            "fold": phase == "done",
        }

    def _check_no_requests(self):
        """A team with requests stays a service team: they would lose their way."""
        counts = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group([("team_id", "in", self.ids)], ["team_id"], ["__count"])
        )
        for team, count in counts:
            raise UserError(
                self.env._(
                    "%(team)s has %(count)s service requests. Move them to another "
                    "team first, or archive this team and make a new one.",
                    team=team.name,
                    count=count,
                )
            )

    def _convert_leads_to_requests(self):
        """Leads a team already has become requests when it becomes a service team."""
        leads = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search([("team_id", "in", self.ids)])
        )
        leads._enter_service()
