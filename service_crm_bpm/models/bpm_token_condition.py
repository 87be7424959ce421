from datetime import timedelta

from odoo import fields, models

from ..tools.flow import Choice

LOOK_AGAIN = timedelta(minutes=15)


class BpmToken(models.Model):
    """Token: pauses until a condition holds."""

    _inherit = "bpm.token"

    def _wait_for_condition(self, records):
        """Go on where the condition holds; else look at it again.

        :param records: ``{token: document with the rights of the process}``
        :return: ``{token id: Choice}`` of those through at once
        """
        through = self.filtered(
            lambda token: token.instance_id._is_true(
                records[token], token.stage_id._get_wait().expression
            )
        )
        later = fields.Datetime.now() + LOOK_AGAIN
        self.env["bpm.timer"]._plan("condition", dict.fromkeys(self - through, later))
        return {token.id: Choice() for token in through}

    def _on_timer_condition(self):
        """Look whether the condition holds by now, and again later."""
        self._look_again()
        timers = self.env["bpm.timer"].search(
            [("token_id", "in", self.ids), ("kind", "=", "condition")]
        )
        timers.date_due = fields.Datetime.now() + LOOK_AGAIN
        timers._wake_cron()
