from odoo import fields, models

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
        """Per run and join, tokens of each of its ways in: ``[tokens, …]``."""
        complete = []
        arrived = self.search(
            [
                ("instance_id", "in", self.instance_id.ids),
                ("stage_id", "in", self.stage_id.ids),
                ("state", "=", "waiting"),
            ],
            order="id",
        )
        for (run, stage), tokens in arrived.grouped(
            lambda token: (token.instance_id, token.stage_id)
        ).items():
            flow = run.process_id._get_flow()
            per_way = tokens.grouped("transition_id")
            if len(per_way) == len(flow.incoming[stage.id]):
                complete.append(self.browse([t[:1].id for t in per_way.values()]))
        return complete

    def _merge_joined(self, groups):
        """Of tokens that met, the first one goes on."""
        merged = self.browse()
        for tokens in groups:
            merged |= tokens[:1]
            others = tokens[1:]
            others.write({"state": "done", "date_done": fields.Datetime.now()})
            others._clear()
        return merged

    def _enter_end(self):
        for success, tokens in self.grouped(lambda t: t.stage_id.is_success).items():
            tokens.instance_id.write({"is_success": success})
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
