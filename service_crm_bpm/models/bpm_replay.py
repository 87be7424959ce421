from odoo import api, models
from odoo.exceptions import UserError

from ..tools.flow import Choice

MAX_MOVES = 200  # completed stages of one replayed run


class BpmReplay(models.AbstractModel):
    """What a version would have done with documents of the past.

    Each document is taken as it is now; what people decided then is decided again.
    """

    _name = "bpm.replay"
    _inherit = ["bpm.rehearsal"]
    _description = "Replay of a version"

    @api.model
    def _replay(self, process, runs):
        """Run a version over the documents of older runs, and take it back.

        :param process: the version to try
        :param runs: runs of other versions of the process
        :return: ``[{"run", "before", "after", "state", "error", "is_same"}]``
        """
        report = []
        for run in runs:
            with self._rehearse() as env:
                # sudo: started past its state; what it does, it does with its rights
                found = env["bpm.replay"]._replay_run(
                    process.with_env(env).sudo(), run.with_env(env).sudo()
                )
            report.append({"run": run, **found})
        return report

    @api.model
    def _replay_records(self, process, records):
        """Start a version on documents that had no run, and take it back.

        :return: ``[{"record", "after", "state", "error"}]``: as far as it comes without
            a person
        """
        report = []
        for record in records:
            with self._rehearse() as env:
                # sudo: as above
                found = env["bpm.replay"]._replay_record(
                    process.with_env(env).sudo(), record.id
                )
            report.append({"record": record, **found})
        return report

    @api.model
    def _replay_record(self, process, res_id):
        """Start on one document; only inside a rehearsal."""
        try:
            process._prepare_rehearsal()
            return self._describe_run(process._start([{"res_id": res_id}]))
        except UserError as error:
            return {"after": [], "state": "", "error": str(error.args[0])}

    @api.model
    def _describe_run(self, run):
        """Where a run has come to."""
        tokens = run.token_ids.sorted("id")
        states = dict(run._fields["state"]._description_selection(self.env))
        return {
            "after": tokens.mapped("stage_id.name"),
            "state": states[run.state],
            "error": tokens.filtered("error")[:1].error or "",
        }

    @api.model
    def _replay_run(self, process, old):
        """Replay one run; only inside a rehearsal."""
        before = old.token_ids.sorted("id")
        found = {
            "before": before.mapped("stage_id.name"),
            "after": [],
            "state": "",
            "error": "",
            "is_same": False,
        }
        if old.res_model != old._name and not old._get_record():
            found["error"] = self.env._("The document was deleted.")
            return found
        try:
            process._prepare_rehearsal()
            old._release_document()
            vals = {"variables": old.variables, "partner_id": old.partner_id.id}
            if old.res_model != old._name:
                vals["res_id"] = old.res_id
            run = process._start([vals])
            self._decide_again(run, before)
        except UserError as error:
            found["error"] = str(error.args[0])
            return found
        found |= self._describe_run(run)
        found["is_same"] = not found["error"] and [
            token.stage_id.key for token in run.token_ids.sorted("id")
        ] == [token.stage_id.key for token in before]
        return found

    @api.model
    def _decide_again(self, run, before):
        """Complete the stages in the order and with the results of the old run."""
        decided = before.filtered(lambda token: token.state == "done")
        for old in list(decided)[:MAX_MOVES]:
            token = run.token_ids.filtered(
                lambda new, key=old.stage_id.key: (
                    new.stage_id.key == key
                    and new.state in new._get_open_states()
                    and new.state != "failed"
                )
            )[:1]
            if not token or token.kind in ("join", "inclusive_join"):
                continue
            ways = token.stage_id.outgoing_ids
            way = ways.filtered(lambda w, key=old.result_id.key: key and w.key == key)
            if old.result_id.name and not way:
                raise UserError(
                    self.env._(
                        "At “%(stage)s” the result “%(result)s” is no longer there.",
                        stage=token.stage_id.name,
                        result=old.result_id.name,
                    )
                )
            token._complete({token.id: Choice(transition_id=way[:1].id)})
