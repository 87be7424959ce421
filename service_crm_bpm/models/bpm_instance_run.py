from odoo import fields, models

from odoo.addons.service_crm.tools.batch import run_isolated


class BpmInstance(models.Model):
    """Process run: what follows when none of its tokens moves any more."""

    _inherit = "bpm.instance"

    def _get_unsettled(self, standing):
        """Those that may end or go on now; the others evidently stand at a stage.

        :param standing: ``{run id: id of a token that has entered a stage}``
        """
        # sudo: the engine's own, as in ``_move_isolated()``
        tokens = self.env["bpm.token"].sudo()
        waiting = set(tokens._get_open_states()) - {"failed"}
        return self.filtered(
            lambda run: (
                run.state != "running"
                or run.process_id._get_flow().has_joins
                or tokens.browse(standing.get(run.id)).state not in waiting
            )
        )

    def _settle(self):
        """Nothing moves any more: let inclusive joins go, end what is through."""
        # sudo: the engine's own, as in ``_move_isolated()``
        tokens = self.env["bpm.token"].sudo()
        opened = tokens.search(
            [
                ("instance_id", "in", self.ids),
                ("state", "in", tokens._get_open_states()),
            ],
            order="id",
        )
        standing = opened.grouped("instance_id")
        going = self.filtered(lambda run: run.state in ("running", "failed"))
        groups = []
        for run in going.filtered(standing.get):
            groups += run._get_ready_joins(standing[run])
        if groups:
            firsts = tokens.browse([group[0].id for group in groups])
            firsts._move_isolated(lambda part: part._leave_joined(groups))
        going._refresh_state(opened)
        ended = going - opened.instance_id
        run_isolated(self.env, ended, lambda part: part._end(), type(self)._fail_end)

    def _get_ready_joins(self, opened):
        """Inclusive joins at which nothing more can arrive.

        When all that is left waits at joins, the first inclusive one in the order of
        the stages goes on; if there is none, a parallel join waits for a way on which
        nobody comes.

        :param opened: the open tokens of this run
        :return: ``[tokens that have met, …]``
        """
        self.ensure_one()
        flow = self.process_id._get_flow()
        joins = opened.filtered(
            lambda t: t.state == "waiting" and flow.stages[t.stage_id.id].joins
        )
        if not joins:
            return []
        inclusive = joins.filtered(
            lambda t: flow.stages[t.stage_id.id].kind == "inclusive_join"
        ).grouped("stage_id")
        ready = [
            waiting
            for stage, waiting in inclusive.items()
            if not any(
                flow.reaches(token.stage_id.id, stage.id) for token in opened - waiting
            )
        ]
        if not ready and joins == opened:
            order = list(flow.stages)
            stages = sorted(inclusive, key=lambda stage: order.index(stage.id))
            ready = [inclusive[stage] for stage in stages[:1]]
            if not ready:
                self._fail_joins(joins)
        return ready

    def _fail_joins(self, joins):
        """Say that parallel joins wait for what cannot come."""
        for token in joins[:1]:
            token._fail(
                self.env._(
                    "“%(stage)s” waits for all its ways, and on one of them nobody "
                    "comes any more. Skip it, or step back.",
                    stage=token.stage_id.name,
                ),
                again=False,
            )

    def _end(self):
        """The last stages have been left."""
        self.write({"state": "done", "date_end": fields.Datetime.now()})
        self._log("end")
        self._on_ended()

    def _fail_end(self, error):
        """A run whose end could not be told to others (its parent, its document)."""
        self.write({"state": "failed"})
        self._log("fail", text=self.env["bpm.token"]._get_error_text(error))

    def _on_ended(self):
        """Runs have ended, well or not. Extension point."""
        self.parent_token_id._complete_children()

    def _refresh_state(self, opened=None):
        """Failed when one of the stages is, else running; paused stays paused.

        :param opened: open tokens, when they are known
        """
        if opened is None:
            # sudo: only whether a stage has failed
            opened = (
                self.env["bpm.token"]
                .sudo()
                .search([("instance_id", "in", self.ids), ("state", "=", "failed")])
            )
        failed = opened.filtered(lambda token: token.state == "failed").instance_id
        for state, runs in (("failed", self & failed), ("running", self - failed)):
            runs.filtered(
                lambda run, state=state: (
                    run.state in ("running", "failed") and run.state != state
                )
            ).write({"state": state})

    def _log(self, event, **values):
        """One row of the protocol for each run."""
        self.env["bpm.journal"]._log(
            [
                {
                    "instance_id": run.id,
                    "company_id": run.company_id.id,
                    "event": event,
                    **values,
                }
                for run in self
            ]
        )
