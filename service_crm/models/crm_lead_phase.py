from odoo import api, models
from odoo.exceptions import UserError

from .crm_stage import PHASE_ORDER


class CrmLead(models.Model):
    """Service request: its stage and phase, and how it moves between them."""

    _inherit = "crm.lead"

    def _compute_stage_id(self):
        """Requests stand in stages of their own team only, other leads in others."""
        super()._compute_stage_id()
        for lead in self:
            stage = lead.stage_id
            if lead.team_id.is_service:
                own = lead.team_id in stage.team_ids
            else:
                own = not stage.service_phase
            if not own:
                lead.stage_id = lead._stage_find(domain=[("fold", "=", False)])

    def _check_stage_write(self, stage_id):
        """A request is moved by its steps; by hand only between stages of one phase.

        Otherwise the checks of the steps could be passed by with a drag.
        """
        if self.env.su or self.env.user._has_service_role("admin"):
            return
        phase = self.env["crm.stage"].browse(stage_id or ()).service_phase
        for lead in self:
            if lead.is_service and lead.service_phase != phase:
                raise UserError(
                    self.env._(
                        "%(request)s is moved by its steps: open it and use the "
                        "button of the next step, so that nobody forgets what the "
                        "next person needs.",
                        request=lead.display_name,
                    )
                )

    @api.model
    def _get_phase_stages(self, phase, teams):
        """First own stage of each team for the phase: ``{team: stage}``."""
        stages = self.env["crm.stage"]
        ids = stages._get_phase_stage_ids()
        return {
            team: stages.browse(ids[team.id, phase])
            for team in teams
            if (team.id, phase) in ids
        }

    def _get_phase_stage(self, phase):
        """The stage in which this request's team keeps the phase."""
        self.ensure_one()
        stage = self._get_phase_stages(phase, self.team_id).get(self.team_id)
        return stage or self._raise_missing_stage(phase)

    def _raise_missing_stage(self, phase):
        phases = self.env["crm.stage"]._fields["service_phase"]
        raise UserError(
            self.env._(
                "The team %(team)s has no stage for the phase %(phase)s. Add one "
                "under Configuration, Stages.",
                team=self.team_id[:1].name,
                phase=dict(phases._description_selection(self.env))[phase],
            )
        )

    def _move_to_phase(self, phase, force=False):
        """Move requests to the stage of a phase, the whole batch by one write a stage.

        Only forward, unless ``force``. The caller has checked who may do it: the
        stage itself is written by the system, since no role may write it by hand.

        :return: the requests that moved
        """
        moving = self.filtered(
            lambda lead: (
                lead.is_service
                and lead.active
                and lead.service_phase != phase
                and (
                    force
                    or PHASE_ORDER[phase] > PHASE_ORDER.get(lead.service_phase, -1)
                )
            )
        )
        if not moving:
            return moving
        stages = self._get_phase_stages(phase, moving.team_id)
        for team, leads in moving.grouped("team_id").items():
            if team not in stages:
                leads._raise_missing_stage(phase)
            # Only the stage is written as the system, see the docstring.
            leads.sudo().write({"stage_id": stages[team].id})
        moving._after_phase_move(phase)
        return moving

    def _after_phase_move(self, phase):
        """What a finished move closes. Extension point; ``self``: moved requests."""

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """Service teams use their own stages only."""
        team = self.env["crm.team"].browse(team_id or ()) or self.team_id
        if not any(team.mapped("is_service")):
            return super()._stage_find(team_id, domain, order, limit)
        return self.env["crm.stage"].search(
            [("team_ids", "in", team.ids), *(domain or [])], order=order, limit=limit
        )

    @api.model
    def _read_group_service_phases(self, phases, domain):
        """Columns of a board of all teams: the phases ``service_stages`` asks for."""
        asked = self.env.context.get("service_stages")
        if not asked:
            return phases
        wanted = {*phases, *(asked if isinstance(asked, list) else PHASE_ORDER)}
        return [phase for phase in PHASE_ORDER if phase in wanted]

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Columns of a board: own stages of the service team, or of all of them.

        ``service_stages`` in the context asks for the latter: true, or the phases.
        """
        team = self.env["crm.team"].browse(self.env.context.get("default_team_id", ()))
        if team.is_service:
            own = [("team_ids", "in", team.ids)]
        elif phases := self.env.context.get("service_stages"):
            own = [("team_ids.is_service", "=", True)]
            if isinstance(phases, list):
                own.append(("service_phase", "in", phases))
        else:
            return super()._read_group_stage_ids(stages, domain)
        return stages.search(["|", ("id", "in", stages.ids), *own])
