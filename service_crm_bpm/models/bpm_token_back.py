from odoo import models
from odoo.exceptions import UserError

from ..tools.flow import Choice


class BpmToken(models.Model):
    """Token: steps that people take against the way; rights are checked before."""

    _inherit = "bpm.token"

    def _skip(self, reason=False, choices=None):
        """Leave stages without what they ask for.

        :param choices: ``{token id: Choice}``; missing: what the conditions say
        """
        choices = choices or {}
        # sudo: the step has checked the rights
        tokens = self.sudo()._lock_open()
        tokens._check_moving()
        tokens._get_others_at_join()._close()
        tokens._log("skip", text=reason)
        decided = {t.id: choices.get(t.id, Choice()) for t in tokens}
        with self._begin_chain() as chain:
            chain.touch(tokens.instance_id.ids)
            tokens._leave(decided)._enqueue()

    def _get_others_at_join(self):
        """Tokens that wait at the same joins as these."""
        joins = self.filtered(
            lambda t: t.process_id._get_flow().stages[t.stage_id.id].joins
        )
        others = self.search(
            [
                ("instance_id", "in", joins.instance_id.ids),
                ("stage_id", "in", joins.stage_id.ids),
                ("state", "=", "waiting"),
            ]
        )
        places = {(t.instance_id, t.stage_id) for t in joins}
        return others.filtered(
            lambda t: t not in self and (t.instance_id, t.stage_id) in places
        )

    def _step_back(self, reason=False):
        """Return to the stage before: the last one that a person did or that waited.

        Stepping back over a split takes away all that came of it.

        :return: the new tokens
        :raise UserError: when there is none, or several ways have met since
        """
        # sudo: the step has checked the rights
        tokens = self.sudo()._lock_open()
        tokens._check_moving()
        placed = self.sudo().browse()
        for token in tokens:
            target, split = token._get_step_back()
            (split._get_open_descendants() | token)._cancel()
            token._log("back", text=reason, target_id=target.stage_id.id)
            placed |= self._place([target._prepare_again_values()])
        placed._run()
        return placed

    def _get_step_back(self):
        """Where a step back leads.

        :return: ``(token to return to, first split on the way back or nothing)``
        """
        self.ensure_one()
        flow = self.process_id._get_flow()
        kinds = self.env["bpm.stage"]._get_stage_kinds()
        token, split = self, self.browse()
        while token := token.previous_id:
            stage = flow.stages[token.stage_id.id]
            if stage.joins:
                raise UserError(
                    self.env._(
                        "Several ways have met in “%(stage)s”; there is no way back "
                        "over it.",
                        stage=token.stage_id.name,
                    )
                )
            if stage.splits:
                split = token
            manual_start = stage.kind == "start" and token.stage_id.is_manual
            waits = stage.kind in ("pause", "event", "child")
            if kinds[stage.kind].get("person") or waits or manual_start:
                return token, split
        raise UserError(self.env._("There is no stage before this one to return to."))

    def _get_open_descendants(self):
        """Open tokens that came of these."""
        found, layer = self.browse(), self
        while layer:
            layer = self.search([("previous_id", "in", layer.ids)])
            found |= layer
        return found.filtered(lambda token: token.state in self._get_open_states())

    def _prepare_again_values(self):
        """Values of a token that repeats this visit. Extension point."""
        return {
            "instance_id": self.instance_id.id,
            "process_id": self.process_id.id,
            "company_id": self.company_id.id,
            "stage_id": self.stage_id.id,
            "transition_id": self.transition_id.id,
            "previous_id": self.previous_id.id,
            "user_id": self.user_id.id,
        }

    def _check_moving(self):
        """Nothing moves in a process that is paused."""
        if any(token.instance_id.state == "paused" for token in self):
            raise UserError(self.env._("The process is paused. Resume it first."))
