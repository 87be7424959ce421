from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

SERVICE_PHASES = [
    ("new", "New"),
    ("qualification", "Qualification"),
    ("dispatch", "Dispatching"),
    ("agreed", "Agreed"),
    ("execution", "In Progress"),
    ("closing", "Closing"),
    ("done", "Done"),
]
PHASE_ORDER = {phase: number for number, (phase, _name) in enumerate(SERVICE_PHASES)}


class CrmStage(models.Model):
    _name = "crm.stage"
    _inherit = ["crm.stage", "service.cached.mixin"]

    service_phase = fields.Selection(
        SERVICE_PHASES,
        index="btree_not_null",
        help="What the stage means on service teams. Stages may be renamed and "
        "reordered freely; the program reads only the phase.",
    )

    @api.model
    @ormcache()
    def _get_phase_stage_ids(self):
        """First stage of each service team for each phase: ``{(team, phase): id}``."""
        # What a stage means is the same for everybody.
        stages = self.sudo().search(
            [("service_phase", "!=", False)], order="sequence, id"
        )
        return {
            (team.id, stage.service_phase): stage.id
            for stage in reversed(stages)
            for team in stage.team_ids
        }

    @api.constrains("service_phase", "team_ids", "is_won")
    def _check_service_phase(self):
        """Service teams and others share no stage; of theirs only "done" is won."""
        for stage in self:
            service = stage.team_ids.filtered("is_service")
            if not service and not stage.service_phase:
                continue
            if not service or service != stage.team_ids:
                raise ValidationError(
                    self.env._(
                        "The stage %(stage)s has a service phase or a service team: "
                        "it can belong to service teams only. Make another stage for "
                        "the other teams.",
                        stage=stage.name,
                    )
                )
            if not stage.service_phase:
                raise ValidationError(
                    self.env._(
                        "Choose the phase of the stage %(stage)s: every stage of a "
                        "service team needs one.",
                        stage=stage.name,
                    )
                )
            if stage.is_won != (stage.service_phase == "done"):
                raise ValidationError(
                    self.env._(
                        "The stage %(stage)s: of a service team's stages those of "
                        "the phase Done, and only those, are won stages.",
                        stage=stage.name,
                    )
                )
