from odoo import models

from ..tools.chain import STAGE_FIELD
from ..tools.flow import Choice


class BpmToken(models.Model):
    """Token: the robots of the stages it enters and leaves.

    A stage that has robots writes its entries into the log of all entries, and the
    engine of the robots does the rest. A stage without robots writes nothing.
    """

    _inherit = "bpm.token"

    def _run_robots(self, on):
        """Run the robots of stages that have just been entered or left.

        :param on: enter or leave
        :return: ``{token id: error}`` of the tokens for which a robot failed
        """
        index = self.env["bpm.robot"]._get_robot_index()
        waiting = self.filtered(lambda token: index.waits_for(on, token.stage_id.id))
        if not waiting:
            return {}
        log = self.env["service.phase.log"].sudo()  # the log is the program's
        field = "value" if on == "enter" else "previous_value"
        rows = log.search([("token_id", "in", waiting.ids), (field, "!=", False)])
        if rows:  # another attempt: only what failed is done again
            rows._run_failed_again()
        first = waiting - rows.token_id
        rows += log._log_entered([token._prepare_entry_values(on) for token in first])
        failed = self.env["bpm.robot.log"].search(
            [("entry_id", "in", rows.ids), ("state", "=", "failed")], order="id desc"
        )
        return {row.entry_id.token_id.id: row._get_failure() for row in failed}

    def _prepare_entry_values(self, on):
        """Values of the log row of one entered or left stage. Extension point."""
        run = self.instance_id
        key = str(self.stage_id.id)
        return {
            "res_model": run.res_model,
            "res_id": run.res_id,
            "field_name": STAGE_FIELD,
            "value": key if on == "enter" else False,
            "previous_value": key if on == "leave" else False,
            "name": self.stage_id.name,
            "user_id": self.env.uid,
            "company_id": self.company_id.id,
            "token_id": self.id,
        }

    def _stop_broken(self, choices, errors):
        """What a robot failed to do on a stage nobody works on stops the run there.

        :param choices: ``{token id: Choice}`` of tokens that are through at once
        :param errors: ``{token id: error}``
        :return: the choices of those that go on
        """
        for token in self.filtered(lambda t: t.id in errors and t.id in choices):
            flow = token.process_id._get_flow()
            stage = flow.stages[token.stage_id.id]
            if stage.joins:
                continue
            choice = Choice(outcome="error")
            if flow.get_ways(stage.id, choice):
                choices[token.id] = choice
            else:
                del choices[token.id]
                token._fail(errors[token.id])
        return choices

    def _has_moved_on(self, on):
        """Whether a run has left the stage (or come back to it) meanwhile."""
        open_states = self._get_open_states()
        if on == "enter":
            return self.state not in open_states
        return any(
            token.stage_id == self.stage_id and token.state in open_states
            for token in self.instance_id.token_ids
        )
