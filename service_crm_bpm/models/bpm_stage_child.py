from odoo import models
from odoo.exceptions import UserError


class BpmStage(models.Model):
    """Stage: the child process."""

    _inherit = "bpm.stage"

    def _get_child_process(self):
        """The version of the child process that is published now (sudo).

        :raise UserError: when there is none
        """
        self.ensure_one()
        # sudo: which version is published is the same for everybody
        child = self.sudo().child_process_id
        published = child.search(
            [("family_id", "=", child.family_id.id), ("state", "=", "published")]
        )
        if not published:
            raise UserError(
                self.env._(
                    "The child process “%(process)s” is not published.",
                    process=child.name or self.name,
                )
            )
        # sudo: the parent starts it, whatever the user may read
        return published.with_user(self.env.user).sudo()
