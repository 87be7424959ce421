from collections import defaultdict

from odoo import api, fields, models


class BpmWait(models.Model):
    """A token that waits for an event, found by what it waits for."""

    _name = "bpm.wait"
    _description = "Wait of a Process Run"
    _order = "id"

    token_id = fields.Many2one(
        "bpm.token", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Char(required=True, readonly=True)
    key = fields.Char(
        required=True,
        readonly=True,
        help="What it waits for: model and id of the document, or a signal.",
    )

    _event_idx = models.Index("(kind, key)")

    @api.model_create_multi
    def create(self, vals_list):
        waits = super().create(vals_list)
        waits.token_id._note_awaited()
        return waits

    @api.model
    def _add(self, tokens):
        """Have tokens wait for the events of their stages."""
        # the program's own: whoever moves a run lets it wait
        return self.sudo().create([self._prepare_wait_values(t) for t in tokens])

    @api.model
    def _prepare_wait_values(self, token):
        """Values of the wait of one token. Extension point."""
        run, wait = token.instance_id, token.stage_id._get_wait()
        kind = wait.event_kind if token.kind == "event" else "look"
        key = f"{run.res_model},{run.res_id}"
        if kind == "signal":
            key = wait.signal
        elif kind == "webhook":
            key = f"{run.id},{wait.signal}"
        return {
            "token_id": token.id,
            "company_id": token.company_id.id,
            "kind": kind,
            "key": key,
        }

    @api.model
    def _drop(self, tokens):
        """Tokens wait for nothing any more."""
        # the program's own, as above
        self.sudo().search([("token_id", "in", tokens.ids)]).unlink()

    @api.model
    def _find(self, kind, keys):
        """The waits for events: ``{key: waits}`` (sudo)."""
        # sudo: waits are the program's own
        waits = self.sudo().search([("kind", "=", kind), ("key", "in", list(keys))])
        return waits.grouped("key")

    @api.model
    def _happened(self, kind, records):
        """Something happened: who waits for it goes on.

        :param kind: key of ``bpm.stage._get_event_kinds()``, or ``look``
        :param records: what happened, in batch: messages, invoices, documents …
        """
        events = defaultdict(list)
        for record, documents in self._get_event_documents(kind, records).items():
            for document in documents:
                events[f"{document._name},{document.id}"].append(record.id)
        if not events:
            return
        by_stage = defaultdict(list)
        for key, waits in self._find(kind, events).items():
            for wait in waits:
                by_stage[wait.token_id.stage_id].append((wait.token_id, events[key]))
        for stage, pairs in by_stage.items():
            # sudo: the program's own, as above
            tokens = self.env["bpm.token"].sudo().browse([t.id for t, _ids in pairs])
            if kind == "look":
                tokens._look_again()
                continue
            candidates = {token.id: records.browse(ids) for token, ids in pairs}
            tokens._meet(stage._get_wait().domain, candidates)

    @api.model
    def _get_event_documents(self, kind, records):
        """Which documents events are about: ``{event: [document, …]}``.

        Events that do not count are left out. For a further kind define
        ``_get_<kind>_documents(records)``.
        """
        find = getattr(self, f"_get_{kind}_documents", None)
        return find(records) if find else {record: [record] for record in records}

    @api.model
    def _signal(self, name, company=None, text=False):
        """Send a signal: all runs of the company that wait for it go on.

        :return: how many
        """
        waits = self._find("signal", [name]).get(name, self.browse())
        if company:
            waits = waits.filtered(
                lambda w: w.company_id in (company, w.company_id[:0])
            )
        waits.token_id._event_came(text or name)
        return len(waits)
