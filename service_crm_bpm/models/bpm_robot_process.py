from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.chain import STAGE_FIELD


class BpmRobot(models.Model):
    """Robot of a stage of a process: runs as the process does."""

    _inherit = "bpm.robot"

    process_stage_id = fields.Many2one(
        "bpm.stage", "Stage of a Process", ondelete="cascade", index=True
    )
    process_id = fields.Many2one(
        related="process_stage_id.process_id", store=True, index="btree_not_null"
    )

    @api.depends("process_stage_id.process_id.model_id")
    def _compute_trigger_field(self):
        return super()._compute_trigger_field()

    @api.depends("trigger", "process_stage_id.process_id.user_id")
    def _compute_user_id(self):
        own = self.filtered(lambda r: r.trigger == "process" and r.process_stage_id)
        for robot in own:
            robot.user_id = robot.process_stage_id.process_id.user_id
        return super(BpmRobot, self - own)._compute_user_id()

    @api.model
    def _get_robot_triggers(self):
        """Adds: stages of processes."""
        triggers = super()._get_robot_triggers()
        return {**triggers, "process": {"name": self.env._("Stage of a process")}}

    def _get_trigger_model(self):
        """Of a stage: what its process is about."""
        if self.trigger == "process" and self.process_stage_id:
            return self.process_stage_id.process_id.model_id
        return super()._get_trigger_model()

    def _get_trigger_key_process(self):
        """Visits of one stage."""
        stage = self.process_stage_id
        return "value", str(stage.id) if stage else False

    def _get_field_name(self):
        """Stages of processes have a name of their own in the log."""
        if self.trigger == "process":
            return STAGE_FIELD
        return super()._get_field_name()

    def _check_watched(self):
        """A robot of a process runs as the process does."""
        if self.trigger != "process":
            return super()._check_watched()
        if self.user_id != self.process_id.user_id:
            raise UserError(
                self.env._(
                    "A robot of a process runs as the process does: as %(user)s.",
                    user=self.process_id.user_id.name,
                )
            )
        return None

    @api.model
    def _get_guarded_fields(self):
        """Also the fields of this file."""
        return [*super()._get_guarded_fields(), "process_stage_id"]

    def _check_editor(self):
        """Nobody changes the robots of a published version."""
        self.process_id._check_editable()
        return super()._check_editor()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self.process_id._check_editable()

    def _describe_watched(self):
        """Also what this file adds."""
        if self.trigger == "process":
            return self.process_stage_id.name, self.process_stage_id.process_id.name
        return super()._describe_watched()

    def _get_token(self, record):
        """The visit of a process the robot runs for; none without a process."""
        row = self._get_entry(record)
        return row.token_id if row else self.env["bpm.token"]
