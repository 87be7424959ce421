from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.flow import Choice
from ..tools.values import walk_path


class BpmToken(models.Model):
    """Token: child processes.

    A child is a run of its own. With "wait" the stage is left when all its children
    have ended, and cancelling it cancels them; with "go on" the child only knows where
    it came from.
    """

    _inherit = "bpm.token"

    child_count = fields.Integer(compute="_compute_child_progress")
    child_done_count = fields.Integer(compute="_compute_child_progress")
    child_progress = fields.Integer(
        "Progress of the Child Processes (%)", compute="_compute_child_progress"
    )

    @api.depends("child_ids.state")
    def _compute_child_progress(self):
        for token in self:
            children = token.child_ids
            done = children.filtered(lambda run: run.state in ("done", "cancelled"))
            token.child_count = len(children)
            token.child_done_count = len(done)
            token.child_progress = (
                round(sum(children.mapped("progress")) / len(children))
                if children
                else 0
            )

    def _enter_child(self):
        through = {}
        for stage, tokens in self.grouped("stage_id").items():
            started = tokens._start_children(stage)
            waits = stage.child_mode == "wait"
            waiting = tokens & started if waits else tokens.browse()
            waiting.write({"state": "waiting"})
            through |= {
                token.id: Choice(outcome="success" if waits else "")
                for token in tokens - waiting
            }
        return through

    def _start_children(self, stage):
        """Start the child processes of one stage.

        :return: the tokens that have any
        """
        process = stage._get_child_process()
        vals_list = []
        for token, documents in self._get_child_documents(stage).items():
            for res_id in documents:
                vals_list.append(token._prepare_child_values(res_id))
        runs = process._start(vals_list)
        if len(runs) < len(vals_list):
            raise UserError(
                self.env._(
                    "“%(process)s” is under way for the document already.",
                    process=process.name,
                )
            )
        for token in self:
            own = runs.filtered(lambda run, token=token: run.parent_token_id == token)
            if own:
                token._log("child", text=", ".join(own.mapped("name"))[:500])
        return runs.parent_token_id

    def _prepare_child_values(self, res_id):
        """Values of a child run. Extension point."""
        run = self.instance_id
        vals = {
            "res_id": res_id,
            "parent_id": run.id,
            "parent_token_id": self.id,
            "user_id": run.user_id.id,
            "note": run.note,
        }
        if not res_id:
            vals["partner_id"] = run.partner_id.id
        return vals

    def _get_child_documents(self, stage):
        """Documents of the child processes: ``{token: [res_id, …]}``.

        Found with the rights the process runs with.
        """
        child_model = stage.child_process_id.model_name
        if child_model == "bpm.instance":
            return {token: [False] for token in self}
        documents = {}
        for token, record in self._get_identity_records().items():
            token._check_document(record)
            if stage.child_path:
                walk_path(record, stage.child_path)
                record = record.mapped(stage.child_path)
            if record._name != child_model:
                raise UserError(
                    self.env._(
                        "The child process of the stage “%(stage)s” is about another "
                        "kind of document.",
                        stage=stage.name,
                    )
                )
            documents[token] = record.ids
        return documents

    def _complete_children(self):
        """Stages whose last child has ended are left."""
        # Locked before the children are counted: of two that end at the same moment,
        # one has to see the other.
        tokens = (
            self.sudo()
            ._lock_open()
            .filtered(lambda token: token.kind == "child" and token.state == "waiting")
        )
        runs = self.env["bpm.instance"].sudo()
        children = runs.search([("parent_token_id", "in", tokens.ids)])
        choices = {}
        for token, own in children.grouped("parent_token_id").items():
            if any(run.state in runs._get_open_states() for run in own):
                continue
            well = all(run.state == "done" and run.is_success for run in own)
            choices[token.id] = Choice(outcome="success" if well else "failure")
        tokens.browse(choices)._complete(choices)

    def _cancel_children(self):
        """What a stage that was left has waited for ends with it."""
        left = self.filtered(
            lambda t: t.stage_id.kind == "child" and t.stage_id.child_mode == "wait"
        )
        left.child_ids._cancel_run(self.env._("The parent process left the stage."))
