from odoo import api, fields, models


class BpmStep(models.TransientModel):
    """Dialogue before a step of a run: who goes on, and why."""

    _name = "bpm.step"
    _description = "Step of a Process"
    # what the steps of each model are taken on
    _FIELDS = {
        "bpm.token": "token_ids",
        "bpm.instance": "instance_ids",
        "service.approval": "approval_ids",
    }

    token_ids = fields.Many2many("bpm.token", string="Stages")
    instance_ids = fields.Many2many("bpm.instance", string="Runs")
    approval_ids = fields.Many2many("service.approval")
    step = fields.Selection(
        [
            ("complete", "Complete"),
            ("hand_over", "Hand over"),
            ("skip", "Skip"),
            ("back", "Step back"),
            ("pause", "Pause"),
            ("cancel", "Cancel"),
            ("delegate", "Pass on"),
        ],
        required=True,
    )
    result_id = fields.Many2one("bpm.transition")
    user_id = fields.Many2one(
        "res.users", "Who", domain=[("share", "=", False)], help="An employee."
    )
    reason = fields.Char()

    @api.model
    def _get_action(self, records, step, title, **context):
        """The dialogue that asks for what a step still needs.

        :param records: stages, runs or approvals
        :param context: default values of the dialogue
        """
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                f"default_{self._FIELDS[records._name]}": [
                    fields.Command.set(records.ids)
                ],
                "default_step": step,
                **context,
            },
        }

    def action_confirm(self):
        """Take the step with what was said here; it checks the rights."""
        self.ensure_one()
        # sudo: only which ones; the steps ask for the rights of the user
        tokens = self.sudo().token_ids.sudo(False)
        if self.step == "complete":
            return self._close(
                tokens.action_complete(self.result_id.id, self.user_id.id)
            )
        if self.step == "hand_over":
            tokens.action_hand_over(self.user_id.id, self.reason)
        elif self.step == "delegate":
            # sudo: as above
            approvals = self.sudo().approval_ids.sudo(False)
            approvals.action_delegate(self.user_id.id)
        else:
            # sudo: as above
            records = tokens or self.sudo().instance_ids.sudo(False)
            getattr(records, f"action_{self.step}")(self.reason)
        return self._close(True)

    def _close(self, result):
        """What follows the dialogue."""
        if isinstance(result, dict):
            return result
        return {"type": "ir.actions.act_window_close"}
