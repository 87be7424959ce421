from odoo import SUPERUSER_ID, api, models
from odoo.tools import ormcache

from ..tools.flow import Flow, FlowStage, FlowTransition


class BpmProcess(models.Model):
    """Process: compiled once per version."""

    _inherit = "bpm.process"

    def _get_flow(self):
        """The graph of this version; kept per Odoo process until a definition changes.

        :raise UserError: when a condition cannot be understood
        """
        self.ensure_one()
        return self._compile_flow(self.id)

    @api.model
    @ormcache("process_id")
    def _compile_flow(self, process_id):
        env = self.env(user=SUPERUSER_ID, su=True, context={})
        process = env["bpm.process"].browse(process_id)
        kinds = env["bpm.stage"]._get_stage_kinds()
        return Flow(
            process.id,
            process.model_name,
            [
                FlowStage(
                    id=stage.id,
                    key=stage.key,
                    name=stage.name,
                    kind=stage.kind,
                    splits=bool(kinds.get(stage.kind, {}).get("splits")),
                    joins=bool(kinds.get(stage.kind, {}).get("joins")),
                    ends=bool(kinds.get(stage.kind, {}).get("ends")),
                    passes=stage._passes(),
                    # a signal is sent on entering
                    plain=bool(kinds.get(stage.kind, {}).get("plain"))
                    and not stage.event_signal,
                    person=stage._has_person(),
                    demands=stage._has_demands(),
                    closing_group=stage.closing_group_id.id,
                )
                for stage in process.stage_ids
            ],
            [
                FlowTransition(
                    id=way.id,
                    source=way.source_id.id,
                    target=way.target_id.id,
                    name=way.name or "",
                    outcome=way.outcome or "",
                    domain=way._parse_domain(),
                    condition=way._parse_condition(),
                    is_default=way.is_default,
                )
                for way in process.transition_ids
            ],
            {variable.key: variable.kind for variable in process.variable_ids},
            process.calendar_id.id,
        )

    def _get_user_id(self):
        """As whom the process runs; kept until a definition changes.

        What is rehearsed may run as somebody else, which nobody else may find here.
        """
        self.ensure_one()
        if self.env["bpm.rehearsal"]._is_rehearsed():
            return self.user_id.id
        return self._keep_user_id(self.id)

    @api.model
    @ormcache("process_id")
    def _keep_user_id(self, process_id):
        # sudo: who moves a run need not see the definition
        return self.sudo().browse(process_id).user_id.id

    def _definition_changed(self):
        """Have the versions compiled again, here and in the other Odoo processes."""
        if self:
            self.env.registry.clear_cache()
