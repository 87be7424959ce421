from odoo import api, fields, models
from odoo.exceptions import AccessError


class BpmInstance(models.Model):
    """Process run: paused, resumed, cancelled by who may."""

    _inherit = "bpm.instance"

    may_manage = fields.Boolean(compute="_compute_may_manage")
    may_stop = fields.Boolean(compute="_compute_may_manage")

    @api.depends("process_id.owner_id", "user_id")
    @api.depends_context("uid")
    def _compute_may_manage(self):
        user = self.env.user
        for run in self:
            run.may_manage = run._is_managed_by(user)
            run.may_stop = run.may_manage or run.user_id == user

    def action_pause(self, reason=False):
        """Nothing moves until the run is resumed; asks why without a reason."""
        runs = self._check_stopping()
        if not reason:
            return self.env["bpm.step"]._get_action(self, "pause", self.env._("Pause"))
        runs._pause(reason)
        return True

    def action_resume(self):
        """Go on after a pause."""
        self._check_stopping()._resume()
        return True

    def action_cancel(self, reason=False):
        """End the run without its end; asks why without a reason."""
        runs = self._check_stopping()
        if not reason:
            title = self.env._("Cancel the Process")
            return self.env["bpm.step"]._get_action(self, "cancel", title)
        runs._cancel_run(reason)
        return True

    def action_retry(self):
        """Try what has failed again."""
        self._check_managing()._retry_run()
        return True

    def _is_managed_by(self, user):
        """The process owner and service administrators may take every step."""
        # sudo: who sees the run may know who owns its process
        return self.sudo().process_id._is_managed_by(user)

    def _check_managing(self):
        """The process owner and service administrators.

        :return: the runs (sudo)
        """
        self.check_access("read")
        if not self.env.su and not all(run.may_manage for run in self):
            raise AccessError(
                self.env._(
                    "Only the process owner or a service administrator does this."
                )
            )
        # runs are readable only: their steps are these methods
        return self.sudo()

    def _check_stopping(self):
        """The same, and who has started the run."""
        self.check_access("read")
        if not self.env.su and not all(run.may_stop for run in self):
            raise AccessError(
                self.env._(
                    "Only who has started the process, its owner or a service "
                    "administrator does this."
                )
            )
        # see _check_managing()
        return self.sudo()
