from odoo import models

from ..tools.flow import Choice


class BpmToken(models.Model):
    """Token: what the plain kinds of stages do; see ``bpm_token_run.py``."""

    _inherit = "bpm.token"

    def _enter_start(self):
        return {t.id: Choice() for t in self if not t.stage_id.is_manual}

    def _enter_work(self):
        return {}

    def _enter_automatic(self):
        return {token.id: Choice() for token in self}

    _enter_decision = _enter_split = _enter_inclusive_split = _enter_automatic

    def _enter_join(self):
        """One token of each way in becomes one token."""
        self.write({"state": "waiting"})
        return {t.id: Choice() for t in self._merge_joined(self._get_complete_joins())}

    def _enter_inclusive_join(self):
        """Waits until nothing can arrive any more; see ``_get_ready_joins()``."""
        self.write({"state": "waiting"})

    def _get_complete_joins(self):
        """Per run and join, a token of each of its ways in: ``[tokens, …]``."""
        complete = []
        arrived = self.search(
            [
                ("instance_id", "in", self.instance_id.ids),
                ("stage_id", "in", self.stage_id.ids),
                ("state", "=", "waiting"),
            ],
            order="id",
        )
        for (_run, stage), tokens in arrived.grouped(
            lambda token: (token.instance_id, token.stage_id)
        ).items():
            flow = tokens.process_id._get_flow()
            per_way = tokens.grouped("transition_id").values()
            if len(per_way) == len(flow.incoming[stage.id]):
                # in a loop the same ways may have come several times
                complete += [
                    self.browse([token.id for token in group])
                    for group in zip(*per_way, strict=False)
                ]
        return complete

    def _merge_joined(self, groups):
        """Of tokens that met, the first one goes on.

        :return: the tokens that go on
        """
        merged = self.browse([tokens[0].id for tokens in groups])
        (self.browse().union(*groups) - merged)._close()
        return merged

    def _leave_joined(self, groups):
        """Leave inclusive joins.

        :param groups: tokens that have met; of them, those whose first one is here
        :return: new tokens
        """
        merged = self._merge_joined([group for group in groups if group[0] in self])
        return merged._leave({token.id: Choice() for token in merged})

    def _enter_end(self):
        # of several ends that are reached, the last one counts
        for stage, tokens in self.grouped("stage_id").items():
            tokens.instance_id.write(
                {"is_success": stage.is_success, "end_stage_id": stage.id}
            )
        return {token.id: Choice() for token in self}

    def _enter_terminate(self):
        """Everything else of the run stops."""
        others = self.search(
            [
                ("instance_id", "in", self.instance_id.ids),
                ("state", "in", self._get_open_states()),
                ("id", "not in", self.ids),
            ]
        )
        others._cancel()
        return self._enter_end()
