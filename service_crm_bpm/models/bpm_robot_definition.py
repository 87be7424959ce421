from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmProcess(models.Model):
    """Process: its robots are part of the definition."""

    _inherit = "bpm.process"

    robot_ids = fields.One2many("bpm.robot", "process_id", "Robots", copy=False)

    @api.model
    def _get_checked_paths(self):
        """Also what makes up its robots."""
        guarded = self.env["bpm.robot"]._get_guarded_fields()
        return [*super()._get_checked_paths(), *(f"robot_ids.{n}" for n in guarded)]

    def _check_editor(self):
        """Nor does a designer get the rights of server actions."""
        result = super()._check_editor()
        self._check_server_robots()
        return result

    def _check_take_over(self):
        """As with its editors."""
        result = super()._check_take_over()
        self._check_server_robots()
        return result

    def _check_server_robots(self):
        """What runs server actions is changed by system administrators only: a way in
        front of them says on which documents they run."""
        if self.env.is_system():
            return
        # whether there are any
        robots = self.sudo().with_context(active_test=False).robot_ids
        if "server" in robots.mapped("kind"):
            raise robots._make_server_error()


class BpmRobot(models.Model):
    """Robot of a process: what keeps it from running."""

    _inherit = "bpm.robot"

    def _find_problems(self):
        """Sentences about what keeps the robot from running. Extension point."""
        self.ensure_one()
        try:
            self._compile()
        except UserError as error:
            text = error.args[0]
        else:
            text = self._get_missing_right()
        if not text:
            return []
        return [
            self.env._(
                "robot “%(robot)s”: %(reason)s", robot=self.display_name, reason=text
            )
        ]

    def _get_missing_right(self):
        """What the user it runs as may not do; nothing: empty. Extension point."""
        user = self.user_id
        if self.kind != "fields" or not user.active:
            return ""
        target = self.env[self.model_name].with_user(user)
        may_write = target.has_access("write")
        refused = self.value_ids.field_id.filtered(
            lambda f: (
                not may_write
                or not target._has_field_access(target._fields[f.name], "write")
            )
        )
        if not refused:
            return ""
        return self.env._(
            "%(user)s may not change “%(fields)s”.",
            user=user.name,
            fields=", ".join(refused.mapped("field_description")),
        )
