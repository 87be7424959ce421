import ast
import logging
from collections import Counter, defaultdict
from datetime import timedelta
from weakref import WeakKeyDictionary

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache

from odoo.addons.service_crm.tools.batch import run_isolated

from ..tools.watch import StartRule, Watch

_logger = logging.getLogger(__name__)
NOTED = "bpm_noted"  # key of the cursor's data of what is looked at before the commit
TELL_AGAIN = timedelta(days=1)
MAX_STARTS = 5  # of one process for one document within a transaction
_started = WeakKeyDictionary()  # how often, by cursor


class BpmProcess(models.Model):
    """Process: what is watched, and starts by itself.

    Changes are noted when they are flushed, and looked at once before the commit, by
    their final values. Models that nothing watches are not touched at all; see
    ``bpm_process_hook.py``.
    """

    _inherit = "bpm.process"

    def _definition_changed(self):
        """What processes watch may have changed as well."""
        result = super()._definition_changed()
        if any(process.state != "draft" for process in self):
            self.env["bpm.robot"]._update_watched_models()
        return result

    @api.model
    @ormcache()
    def _get_watch(self):
        """What the published processes, and those with runs, watch for."""
        env = self.env(user=SUPERUSER_ID, su=True, context={})
        watch = Watch()
        processes = env["bpm.process"].search([("state", "=", "published")])
        for process in processes:
            if process.start_mode != "none" and process.model_name in env:
                process._add_start_to(watch)
        under_way = env["bpm.instance"]._read_group(
            [("state", "in", env["bpm.instance"]._get_open_states())], ["process_id"]
        )
        processes = processes.union(*(process for (process,) in under_way))
        for stage in processes.stage_ids:
            if stage.kind in ("event", "pause") and stage.process_id.model_name in env:
                stage._add_events_to(watch)
            elif stage.kind == "work" and stage.process_id.model_name in env:
                stage._add_auto_ways_to(watch)
        return watch

    def _add_start_to(self, watch):
        """Enter when this process starts by itself."""
        domain = self._parse_start_domain()
        names = domain and {
            condition.field_expr.split(".", 1)[0]
            for condition in domain.iter_conditions()
        }
        if domain is not None:
            watch.add_start(
                self.model_name,
                StartRule(self.id, self.start_mode, domain, frozenset(names or ())),
            )

    def _parse_start_domain(self):
        """Which documents start this process; ``None`` when it cannot be understood."""
        try:
            domain = Domain(ast.literal_eval((self.start_domain or "[]").strip()))
            domain.validate(self.env[self.model_name])
        except Exception as error:  # said when the process is published
            _logger.info("start of process %s: %s", self.id, error)
            return None
        return domain

    @api.model
    def _note_created(self, records):
        """Remember new records until the commit."""
        if records._name in self._get_watch().created:
            for record_id in records.ids:
                self._get_noted(records._name)["created"].setdefault(record_id)

    @api.model
    def _note_changed(self, records, names):
        """Remember changed records until the commit, and what they matched before.

        :param names: per record, the fields that change
        """
        watch = self._get_watch()
        noted = self._get_noted(records._name)
        fresh = []
        for record, changed in zip(records, names, strict=True):
            wanted = watch.get_noted(records._name, changed)
            if not wanted or not isinstance(record.id, int):
                continue
            if record.id not in noted["changed"]:
                fresh.append(record.id)
            noted["changed"].setdefault(record.id, set()).update(wanted)
        fresh = [res_id for res_id in fresh if res_id not in noted["created"]]
        for rule in watch.starts.get(records._name, ()) if fresh else ():
            if rule.mode == "condition":
                found = self._find_in_database(records, rule.domain, fresh)
                noted["before"][rule.process_id].update(found)

    @api.model
    def _find_in_database(self, records, domain, ids):
        """Those that match by what the database holds now, without any flush."""
        # sudo: only whether the document matched already
        model = records.sudo().with_context(active_test=False).browse()
        query = model._search(domain & Domain("id", "in", ids))
        self.env.cr.execute(query.select())
        return {res_id for (res_id,) in self.env.cr.fetchall()}

    @api.model
    def _get_noted(self, model):
        """What is remembered of a model until the commit."""
        precommit = self.env.cr.precommit
        if NOTED not in precommit.data:
            precommit.data[NOTED] = {}
            precommit.add(self._react)
        return precommit.data[NOTED].setdefault(
            model, {"created": {}, "changed": {}, "before": defaultdict(set)}
        )

    @api.model
    def _react(self):
        """Look at what was noted (called before the commit)."""
        watch = self._get_watch()
        waits = self.env["bpm.wait"].sudo()  # the program's own
        for model, noted in self.env.cr.precommit.data.pop(NOTED, {}).items():
            names = {**dict.fromkeys(noted["created"], ()), **noted["changed"]}
            # sudo: whoever caused the change may have no right on the document
            records = self.env[model].sudo().browse(names).exists()
            kinds = defaultdict(list)
            for record in records:
                created = record.id in noted["created"]
                for kind in watch.get_kinds(model, names[record.id], created):
                    kinds[kind].append(record.id)
            for kind, ids in kinds.items():
                waits._happened(kind, records.browse(ids))
            for rule in watch.starts.get(model, ()):
                self._start_by_rule(rule, records, noted)

    @api.model
    def _start_by_rule(self, rule, records, noted):
        """Start one process for the documents that begin to match."""
        fresh = [
            record.id
            for record in records
            if record.id in noted["created"]
            or (
                rule.mode == "condition"
                and rule.fields.intersection(noted["changed"][record.id])
                and record.id not in noted["before"][rule.process_id]
            )
        ]
        if not fresh:
            return
        process = self.sudo().browse(rule.process_id)  # whoever saves the document
        robots = self.env["bpm.robot"]
        env = robots._get_identity_env(process.user_id.id, process.company_id.id)
        # Only what the process may see; it works for its own company alone.
        seen = records.browse(fresh).with_env(env)._filtered_access("read")
        if process.company_id and "company_id" in seen:
            seen = seen.filtered(lambda d: d.company_id <= process.company_id)
        run_isolated(
            self.env,
            seen.filtered_domain(rule.domain),
            process._start_by_itself,
            process._note_start_failure,
        )

    def _start_by_itself(self, documents):
        """Start a run for each document."""
        started = _started.get(self.env.cr)
        if started is None:
            started = _started[self.env.cr] = Counter()
            forget = lambda: _started.pop(self.env.cr, None)  # noqa: E731
            self.env.cr.postcommit.add(forget)
            self.env.cr.postrollback.add(forget)
        wanted = []
        for document in documents:
            key = self.id, document.id
            started[key] += 1
            if started[key] <= MAX_STARTS:
                wanted.append({"res_id": document.id})
            elif started[key] == MAX_STARTS + 1:
                self._note_start_failure(document, self._get_start_loop_error())
        if wanted:
            self._start(wanted)

    def _get_start_loop_error(self):
        return self.env._(
            "Stopped: the process starts itself again and again for this document, by "
            "what it writes there. Change the condition on which it starts."
        )

    def _note_start_failure(self, document, error):
        """Say on the process that it did not start for a document."""
        if isinstance(error, Exception):
            error = self.env["bpm.token"]._get_error_text(error)
        before = fields.Datetime.now() - TELL_AGAIN
        told = self.message_ids.filtered(
            lambda message: (
                message.date > before
                and self.owner_id.partner_id in message.notified_partner_ids
            )
        )
        self.message_post(
            body=self.env._(
                "Not started for %(document)s: %(error)s",
                document=document.sudo().display_name,  # its name only
                error=error,
            ),
            # many failures are one mail a day; all of them stand on the process
            partner_ids=[] if told else self.owner_id.partner_id.ids,
        )
