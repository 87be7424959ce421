from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.service_crm.tools.locks import take_turns


class BpmInstance(models.Model):
    """Process run: steps that people take against its way; rights are checked before.

    Each leaves a row in the protocol with its reason.
    """

    _inherit = "bpm.instance"

    def _lock_under_way(self):
        """Those runs that are under way; nobody else moves them until the commit."""
        # sudo: runs are readable only: they are moved by these steps
        runs = self.sudo()
        take_turns(runs)
        runs.invalidate_recordset(["state"])
        return runs.filtered(lambda run: run.state in self._get_open_states())

    def _pause(self, reason=False):
        """Nothing moves until the runs are resumed; what happens meanwhile is kept."""
        runs = self._lock_under_way().filtered(lambda run: run.state != "paused")
        runs.write({"state": "paused"})
        self.env["bpm.timer"]._hold(runs)
        runs._log("pause", text=reason)

    def _resume(self, reason=False):
        """Paused runs go on, with what happened meanwhile."""
        runs = self._lock_under_way().filtered(lambda run: run.state == "paused")
        runs.write({"state": "running"})
        runs._refresh_state()
        runs._log("resume", text=reason)
        self.env["bpm.timer"]._release(runs)
        runs._get_open_tokens()._release()

    def _cancel_run(self, reason=False):
        """End runs before their end. Children that are waited for end with them."""
        runs = self._lock_under_way()
        if not runs:
            return
        runs._get_open_tokens()._cancel()
        runs.write({"state": "cancelled", "date_end": fields.Datetime.now()})
        runs._log("cancel", text=reason)
        with self.env["bpm.token"]._begin_chain():
            runs._on_ended()

    def _retry_run(self):
        """Try again all that failed in runs."""
        runs = self._lock_under_way().filtered(lambda run: run.state == "failed")
        runs._get_open_tokens()._retry()
        with self.env["bpm.token"]._begin_chain() as chain:
            chain.touch(runs.ids)

    def _get_open_tokens(self):
        """Where runs stand (sudo)."""
        # sudo: where a run stands is the same for everybody
        tokens = self.env["bpm.token"].sudo()
        return tokens.search(
            [
                ("instance_id", "in", self.ids),
                ("state", "in", tokens._get_open_states()),
            ],
            order="id",
        )

    def _set_variables(self, values):
        """Change variables of runs.

        :param values: ``{key: value}``, as text or of the variable's type
        :raise UserError: when the process has no such variable, or the value is none
        """
        for run in self._lock_under_way():
            known = {v.key: v for v in run.process_id.variable_ids}
            before, after = run.variables or {}, {}
            for key, value in values.items():
                if key not in known:
                    raise UserError(
                        self.env._(
                            "The process “%(process)s” has no variable “%(key)s”.",
                            process=run.process_id.name,
                            key=key,
                        )
                    )
                after[key] = known[key]._to_json(value)
            changed = {k: v for k, v in after.items() if v != before.get(k)}
            if not changed:
                continue
            run.variables = {**before, **changed}
            for key, value in changed.items():
                run._log(
                    "change",
                    text=known[key].name,
                    value_from=known[key]._to_text(before.get(key)),
                    value_to=known[key]._to_text(value),
                )
