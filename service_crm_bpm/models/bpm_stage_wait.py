import ast

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import ormcache

from odoo.addons.service_crm.tools.expression import parse
from odoo.addons.service_crm.tools.expression_tokens import ExpressionError

from ..tools.flow import StageWait


class BpmStage(models.Model):
    """Stage: what it waits for, compiled once."""

    _inherit = "bpm.stage"

    event_model_name = fields.Char(compute="_compute_event_model_name")

    @api.depends("event_kind", "process_id.model_id")
    def _compute_event_model_name(self):
        """Whose fields the condition of an event speaks of."""
        for stage in self:
            stage.event_model_name = stage._get_event_model()

    def _get_wait(self):
        """What this stage waits for; kept until a definition changes.

        :return: ``StageWait``
        :raise UserError: when a condition cannot be understood
        """
        self.ensure_one()
        return self._compile_wait(self.id)

    @api.model
    @ormcache("stage_id")
    def _compile_wait(self, stage_id):
        env = self.env(user=SUPERUSER_ID, su=True, context={})
        stage = env["bpm.stage"].browse(stage_id)
        timeout = ()
        if stage.timeout_amount > 0:
            working = stage.timeout_working_time
            timeout = (stage.timeout_amount, stage.timeout_unit or "days", working)
        return StageWait(
            pause_mode=stage.pause_mode or "duration",
            amount=stage.pause_amount,
            unit=stage.pause_unit or "days",
            working=stage.pause_working_time,
            path=(stage.pause_path or "").strip(),
            expression=stage._parse_pause_condition(),
            event_kind=stage.event_kind or "",
            domain=stage._parse_event_domain(),
            field_name=stage.event_field_id.name or "",
            signal=(stage.event_signal or "").strip(),
            timeout=timeout,
        )

    def _parse_pause_condition(self):
        """The condition that ends a pause, compiled; ``None`` when there is none.

        :raise UserError: when it cannot be understood
        """
        if self.kind != "pause" or self.pause_mode != "condition":
            return None
        try:
            return parse(self.pause_condition or "")
        except ExpressionError as error:
            raise UserError(
                self.env["service.expression"]._get_error_text(
                    error, self.name, self.pause_condition or ""
                )
            ) from error

    def _get_event_model(self):
        """The model of the events this stage waits for, which its condition is about.

        :return: its name; empty when events have no condition
        """
        self.ensure_one()
        if self.event_kind == "change":
            return self.process_id.model_name
        return self._get_event_kinds().get(self.event_kind, {}).get("model", "")

    def _parse_event_domain(self):
        """Which events count, as a domain; ``None`` when all do.

        :raise UserError: when it cannot be understood
        """
        if self.kind != "event" or not self._get_event_model():
            return None
        try:
            domain = Domain(ast.literal_eval((self.event_domain or "[]").strip()))
            domain.validate(self.env[self._get_event_model()])
        except Exception as error:
            raise UserError(
                self.env._("The condition cannot be understood: %(error)s", error=error)
            ) from error
        return None if domain.is_true() else domain
