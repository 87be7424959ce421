from odoo import models


class BpmToken(models.Model):
    """Token: steps of the process owner and of service administrators."""

    _inherit = "bpm.token"

    def action_skip(self, reason=False):
        """Go on without doing the stage; asks why without a reason."""
        tokens = self._check_step("skip")
        if not reason:
            title = self.env._("Skip the Stage")
            return self.env["bpm.step"]._get_action(self, "skip", title)
        tokens._skip(reason)
        return True

    def action_back(self, reason=False):
        """Back to the stage before; asks why without a reason."""
        tokens = self._check_step("back")
        if not reason:
            title = self.env._("One Stage Back")
            return self.env["bpm.step"]._get_action(self, "back", title)
        tokens._step_back(reason)
        return True

    def action_retry(self):
        """Try failed stages again."""
        self._check_step("retry")._retry()
        return True

    def _refuse_skip(self, user, represented):
        return self.env._(
            "Only the process owner or a service administrator does this."
        )

    _refuse_back = _refuse_retry = _refuse_skip
