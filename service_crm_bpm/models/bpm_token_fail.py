from odoo import models

from odoo.addons.service_crm.tools.expression_tokens import ExpressionError

from ..tools.flow import Choice
from ..tools.steps import MAX_ROUNDS


class BpmToken(models.Model):
    """Token: what cannot go on, and the next attempt."""

    _inherit = "bpm.token"

    def _fail(self, error, again=True):
        """Stop with an error in plain sight; the run waits for another attempt.

        Extension point.

        :param again: whether another attempt may help
        """
        # sudo: the engine's own models, whoever moved the run
        tokens = self.sudo()
        tokens.write({"state": "failed", "error": error})
        tokens.instance_id.filtered(lambda run: run.state == "running").write(
            {"state": "failed"}
        )
        tokens._log("fail", text=error)

    def _retry(self):
        """Try again what failed: to leave the stage as it was left, or to enter it."""
        # sudo: as above; the step has checked the rights
        failed = self.sudo()._lock_open().filtered(lambda t: t.state == "failed")
        if not failed:
            return
        left = failed.filtered(lambda token: token.held and "enter" not in token.held)
        choices = {token.id: token._get_held_choice() for token in left}
        failed.write({"state": "open", "error": False})
        failed._log("retry")
        failed.instance_id._refresh_state()
        with self._begin_chain():
            left._go_on(choices)
            (failed - left)._enqueue()

    def _hold(self, choices):
        """Note how tokens go on, until their runs are resumed or tried again.

        :param choices: ``{token id: Choice}``; those without enter their stage
        """
        for token in self:
            choice = choices.get(token.id)
            token.held = choice._asdict() if choice else {"enter": True}

    def _release(self):
        """Tokens of resumed runs go on as it was noted."""
        # sudo: as above
        held = self.sudo().filtered(
            lambda token: token.held and token.state in ("open", "progress", "waiting")
        )
        entering = held.filtered(lambda token: "enter" in token.held)
        leaving = held - entering
        choices = {token.id: token._get_held_choice() for token in leaving}
        held.held = False
        with self._begin_chain():
            leaving._go_on(choices)
            entering._enqueue()

    def _get_held_choice(self):
        return Choice(**{k: v for k, v in self.held.items() if k in Choice._fields})

    def _takes_error_way(self):
        """Whether a failed stage is left by its way for errors, with no further
        attempt."""
        self.ensure_one()
        flow = self.process_id._get_flow()
        return (
            self.state == "failed"
            and any(w.outcome == "error" for w in flow.outgoing[self.stage_id.id])
            and not self.env["bpm.timer"].search_count(
                [
                    ("token_id", "=", self.id),
                    ("kind", "=", "retry"),
                    ("state", "=", "waiting"),
                ],
                limit=1,
            )
        )

    def _get_error_text(self, error):
        """An error in words."""
        if isinstance(error, ExpressionError):
            return self.env["service.expression"]._get_error_text(error)
        return self.env["bpm.robot"]._get_error_text(self, error)

    def _get_loop_error(self):
        """Which stages follow each other without end."""
        visited = self.search(
            [("instance_id", "=", self.instance_id.id)], order="id desc", limit=12
        )
        names = [token.stage_id.name for token in visited]
        return self.env._(
            "Stopped after more than %(count)s stages without a person or a pause: "
            "%(path)s. Put a pause or a person's stage into the loop.",
            count=MAX_ROUNDS,
            path=" → ".join(reversed(names)),
        )
