from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmRobot(models.Model):
    """A further kind of robot: somebody follows the documents."""

    _inherit = "bpm.robot"

    follower_id = fields.Many2one("res.partner", ondelete="restrict")

    @api.model
    def _get_robot_kinds(self):
        """One entry here, and the methods below."""
        kinds = super()._get_robot_kinds()
        return {**kinds, "follow": {"name": self.env._("Add a follower")}}

    @api.model
    def _get_guarded_fields(self):
        return [*super()._get_guarded_fields(), "follower_id"]

    def _check_follow(self):
        if not self.follower_id:
            raise UserError(self.env._("Choose who shall follow."))

    def _describe_follow(self):
        return self.env._("let %(name)s follow", name=self.follower_id.name)

    def _run_follow(self, records):
        """The whole batch at once; ``records`` have the rights of the robot's user."""
        records.message_subscribe(self.follower_id.ids)
        return dict.fromkeys(records.ids, self.follower_id.name)
