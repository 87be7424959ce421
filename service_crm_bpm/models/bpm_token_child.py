from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.flow import Choice
from ..tools.values import walk_path

CHILD_BATCH = 1000  # children started in one transaction


class BpmToken(models.Model):
    """Token: child processes.

    A child is a run of its own. With "wait" the stage is left when all its children
    have ended, and cancelling it cancels them; with "go on" the child only knows where
    it came from.

    Of very many documents only so many children start at once; the others follow in
    batches, by the job of the timers. The stage is not left before the last one.
    """

    _inherit = "bpm.token"

    # ids of the documents whose children have not started yet
    pending_documents = fields.Json(readonly=True)

    child_count = fields.Integer(compute="_compute_child_progress")
    child_done_count = fields.Integer(compute="_compute_child_progress")
    child_progress = fields.Integer(
        "Progress of the Child Processes (%)", compute="_compute_child_progress"
    )

    @api.depends("child_ids.state", "pending_documents")
    def _compute_child_progress(self):
        for token in self:
            children = token.child_ids
            done = children.filtered(lambda run: run.state in ("done", "cancelled"))
            count = len(children) + len(token.pending_documents or ())
            token.child_count = count
            token.child_done_count = len(done)
            token.child_progress = (
                round(sum(children.mapped("progress")) / count) if count else 0
            )

    def _enter_child(self):
        through = {}
        begun = self._get_begun_children()
        for stage, tokens in self.grouped("stage_id").items():
            documents = {
                token: [res_id for res_id in ids if res_id not in begun[token]]
                for token, ids in tokens._get_child_documents(stage).items()
            }
            waiting = tokens.filtered(lambda t, d=documents: d[t] or begun[t])
            through |= tokens._start_children(stage, documents, waiting)
        self.filtered(begun.get)._complete_children()
        return through

    def _on_timer_children(self):
        """Start the next batch of children; the last one may let the stage go."""
        through = {}
        tokens = self._filter_open().filtered("pending_documents")
        for stage, own in tokens.grouped("stage_id").items():
            documents = {token: token.pending_documents for token in own}
            through |= own._start_children(stage, documents, own)
        self.browse(through)._complete(through)
        # their children may have ended while others were still to be started
        tokens._complete_children()

    def _get_begun_children(self):
        """Documents whose children have started: ``{token: {res_id, …}}``.

        Those of an earlier attempt at the stage.
        """
        begun = defaultdict(set)
        runs = self.env["bpm.instance"].sudo()  # the program's own
        for run in runs.search([("parent_token_id", "in", self.ids)]):
            begun[run.parent_token_id].add(run.res_id)
        return begun

    def _start_children(self, stage, documents, waiting):
        """Start the child processes of one stage, as many as one batch takes.

        :param documents: ``{token: [res_id, …]}``
        :param waiting: tokens that wait for the end of their children, if any do
        :return: ``{token id: Choice}`` of those that wait for nothing any more
        """
        room, batch, later = CHILD_BATCH, {}, self.browse()
        for token, ids in documents.items():
            batch[token], left = ids[:room], ids[room:]
            room -= len(batch[token])
            if left:
                later |= token
            if left or token.pending_documents:
                token.pending_documents = left or False
        waits = stage.child_mode == "wait"
        standing = waiting if waits else later
        # before anything starts: what ends at once lets its stage go
        standing.write({"state": "waiting"})
        self._start_batch(stage, batch)
        if later:
            now = fields.Datetime.now()
            self.env["bpm.timer"]._plan("children", dict.fromkeys(later, now))
        choice = Choice(outcome="success" if waits else "")
        return dict.fromkeys((self - standing).ids, choice)

    def _start_batch(self, stage, documents):
        """Start children of one stage, one for each document.

        :param documents: ``{token: [res_id, …]}``
        """
        process = stage._get_child_process()
        vals_list = [
            token._prepare_child_values(res_id)
            for token, ids in documents.items()
            for res_id in ids
        ]
        runs = process._start(vals_list)
        if len(runs) < len(vals_list):
            raise UserError(
                self.env._(
                    "“%(process)s” is under way for the document already.",
                    process=process.name,
                )
            )
        per_token = runs.grouped("parent_token_id")
        for token in self:
            if own := per_token.get(token):
                token._log("child", text=", ".join(own.mapped("name"))[:500])

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
            .filtered(
                lambda token: (
                    token.kind == "child"
                    and token.stage_id.child_mode == "wait"
                    and token.state == "waiting"
                    and not token.pending_documents
                )
            )
        )
        # sudo: the last child may be one its user alone does not see
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
        stages = self.filtered(lambda token: token._get_flow_stage().kind == "child")
        stages.filtered("pending_documents").pending_documents = False
        left = stages.filtered(lambda token: token.stage_id.child_mode == "wait")
        left.child_ids._cancel_run(self.env._("The parent process left the stage."))
