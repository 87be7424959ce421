from odoo import api, models
from odoo.exceptions import AccessError


class BpmRobot(models.Model):
    """Robot: who may change what it does."""

    _inherit = "bpm.robot"

    def action_take_over(self):
        """Let the robot run with the rights of who presses the button."""
        self.check_access("write")
        if not self.env.is_system() and "server" in self.mapped("kind"):
            raise self._make_server_error()
        # The guard of write() keeps others from using the rights of the present user;
        # here these rights are given up.
        self.sudo().user_id = self.env.user

    @api.model
    def _get_guarded_fields(self):
        """Fields that make what a robot does. Extension point.

        Only the user the robot runs as, or a system administrator, changes them.
        """
        return [
            "company_id", "trigger", "trigger_on", "phase", "stage_id",
            "work_order_state", "model_id", "field_id", "value_selection_id",
            "value_ref", "value_boolean", "condition", "delay", "delay_unit",
            "stop_when_left", "user_id", "kind", "value_ids", "todo_type_id",
            "todo_summary", "todo_days", "todo_user_type",
            "todo_user_path", "todo_user_id", "template_id", "action_id",
            "text",
        ]  # fmt: skip

    def _check_editor(self):
        """Nobody gets the rights of another user by way of a robot."""
        if self.env.is_system():
            return
        if "server" in self.mapped("kind"):
            raise self._make_server_error()
        for robot in self:
            if robot.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "The robot “%(robot)s” runs with the rights of %(user)s. Only "
                        "%(user)s or a system administrator may change what it does. "
                        "Press “Run as Me” first to let it run with your rights.",
                        robot=robot.display_name,
                        user=robot.user_id.name,
                    )
                )

    def _make_server_error(self):
        return AccessError(
            self.env._(
                "Server actions can do anything in the database: only system "
                "administrators give them to a robot or change such a robot."
            )
        )
