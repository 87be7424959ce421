from odoo import fields, models

from ..tools.flow import Choice


class BpmInstance(models.Model):
    _inherit = "bpm.instance"

    def _get_ready_joins(self):
        """Inclusive joins at which nothing can arrive any more.

        :return: the tokens placed behind them
        """
        tokens = self.env["bpm.token"].sudo()
        opened = tokens.search(
            [
                ("instance_id", "in", self.ids),
                ("state", "in", tokens._get_open_states()),
            ],
            order="id",
        )
        ready = []
        for run, own in opened.grouped("instance_id").items():
            joins = own.filtered(lambda t: t.kind == "inclusive_join")
            flow = run.process_id._get_flow() if joins else None
            for stage, waiting in joins.grouped("stage_id").items():
                if not any(
                    flow.reaches(token.stage_id.id, stage.id) for token in own - waiting
                ):
                    ready.append(waiting)
        merged = tokens._merge_joined(ready)
        return merged._leave_isolated({token.id: Choice() for token in merged})

    def _finish_if_ended(self):
        """Runs without an open token are done."""
        tokens = self.env["bpm.token"].sudo()
        opened = tokens.search(
            [
                ("instance_id", "in", self.ids),
                ("state", "in", tokens._get_open_states()),
            ]
        ).instance_id
        ended = (self - opened).filtered(
            lambda run: run.state in self._get_open_states()
        )
        if ended:
            ended.write({"state": "done", "date_end": fields.Datetime.now()})
            ended._log("end")
            ended._on_ended()

    def _on_ended(self):
        """Runs have ended, well or not. Extension point."""

    def _refresh_state(self):
        """Running again when no stage is failed any more."""
        failed = (
            self.env["bpm.token"]
            .sudo()
            .search([("instance_id", "in", self.ids), ("state", "=", "failed")])
            .instance_id
        )
        (self - failed).filtered(lambda run: run.state == "failed").write(
            {"state": "running"}
        )

    def _log(self, event, **values):
        """One row of the protocol for each run."""
        self.env["bpm.journal"]._log(
            [
                {
                    "instance_id": run.id,
                    "company_id": run.company_id.id,
                    "event": event,
                    "token_id": False,
                    "stage_id": False,
                    "target_id": False,
                    "result": False,
                    "text": False,
                    "value_from": False,
                    "value_to": False,
                    "hours": 0.0,
                    **values,
                }
                for run in self
            ]
        )
