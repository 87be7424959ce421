from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.mail.tools.discuss import Store


class MailActivity(models.Model):
    """Activity: the task of a stage of a process."""

    _inherit = "mail.activity"

    bpm_token_ids = fields.One2many("bpm.token", "activity_id", "Stages of Processes")
    bpm_approval_ids = fields.One2many(
        "service.approval", "activity_id", "Approvals of Processes"
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_process_task(self):
        """A process task goes with its stage, not by hand."""
        if not self.env.su and self._get_blocked_tokens():
            raise UserError(
                self.env._(
                    "This task belongs to a process. Do it, hand it over, or ask the "
                    "process owner to skip its stage."
                )
            )

    def action_done(self):
        """After a process task the card of the process opens."""
        tokens = self._get_process_tokens()
        result = super().action_done()
        return tokens._get_card_action() if tokens else result

    def action_feedback_schedule_next(self, feedback=False, attachment_ids=None):
        """After a process task comes its process, not another task."""
        tokens = self._get_process_tokens()
        action = super().action_feedback_schedule_next(feedback, attachment_ids)
        return tokens._get_card_action() if tokens else action

    def _check_decided(self):
        """Who is asked to approve decides; ticking off the to-do is no answer."""
        # sudo: of those who may not see them too
        asked = self.sudo().bpm_approval_ids.filtered(lambda a: a.state == "pending")
        if asked:
            raise UserError(
                self.env._(
                    "“%(approval)s” waits for your decision: approve or reject it.",
                    approval=asked[0].display_name,
                )
            )

    def _action_done(self, feedback=False, attachment_ids=None):
        """Stages whose process task is done go on when nothing is to be chosen."""
        self._check_decided()
        tokens = self.filtered("active")._get_blocked_tokens()
        tokens._check_task_done()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        tokens._on_task_done()
        return result

    def _to_store_defaults(self, target):
        """The chatter knows to which run a task belongs."""
        return [
            *super()._to_store_defaults(target),
            Store.Attr("bpm_run_id", lambda a: a._get_process_run_id()),
        ]

    def _get_process_run_id(self):
        """The run whose card opens when this task is done."""
        # sudo: its id only; the card asks for the rights
        return self._get_process_tokens().sudo().instance_id[:1].id or False

    def _get_process_tokens(self):
        """Open stages whose tasks these are."""
        # sudo: who has the task may know the stage it belongs to
        tokens = self.sudo().bpm_token_ids._filter_open()
        return self.env["bpm.token"].browse(tokens.ids)

    def _get_blocked_tokens(self):
        """Open stages that wait for these tasks."""
        tokens = self._get_process_tokens()
        # sudo: as above
        blocked = tokens.sudo().filtered(lambda token: token.stage_id.task_blocks)
        return tokens.browse(blocked.ids)
