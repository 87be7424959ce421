import hashlib
import json
import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)
KEPT_DAYS = 90


class BpmWebhook(models.Model):
    """A message of another program to a process, as it came, and what became of it.

    ::

        {"event": "start", "document": 17, "values": {"sum": 1000}}
        {"event": "goods_arrived", "document": "S00042"}
        {"event": "goods_arrived", "run": 5}

    ``document`` is the id or the exact name of a document, ``values`` are variables of
    the process. The same delivery number is taken once.
    """

    _name = "bpm.webhook"
    _description = "Incoming Webhook"
    _order = "id desc"
    _rec_name = "event"

    endpoint_id = fields.Many2one(
        "bpm.endpoint",
        "Process",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    event = fields.Char(readonly=True)
    delivery = fields.Char("Delivery Number", readonly=True)
    network = fields.Char("From", readonly=True)
    payload = fields.Text("Content", readonly=True)
    state = fields.Selection(
        [
            ("new", "Waiting"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("refused", "Refused"),
        ],
        default="new",
        required=True,
        readonly=True,
    )
    refusal = fields.Selection(
        [
            ("signature", "Wrong signature"),
            ("age", "Too old, or its clock is wrong"),
            ("limit", "Too many in a minute"),
        ],
        "Refused For",
        readonly=True,
    )
    times = fields.Integer(default=1, readonly=True)
    error = fields.Text(readonly=True)
    run_ids = fields.Many2many("bpm.instance", string="Runs", readonly=True)

    _delivery_uniq = models.UniqueIndex(
        "(endpoint_id, delivery) WHERE delivery IS NOT NULL"
    )
    # a day of refusals of one kind from one network is one row
    _refused_uniq = models.UniqueIndex(
        "(endpoint_id, network, refusal, (create_date::date)) WHERE state = 'refused'"
    )

    def action_retry(self):
        """Do again what failed."""
        self.check_access("read")
        self.env["bpm.process"].check_access("write")
        failed = self.filtered(lambda webhook: webhook.state in ("failed", "new"))
        if not failed:
            raise UserError(self.env._("Only what failed can be tried again."))
        # Nobody may write what came in but the program; the right is checked above.
        for webhook in failed.sudo():
            webhook._process()

    @api.model
    def _store(self, endpoint, body, delivery, network):
        """Keep a message, committed.

        :return: the row (read it in a new transaction), whether it is new
        """
        text = body.decode("utf-8", "replace").replace(
            "\0", "\N{REPLACEMENT CHARACTER}"
        )
        vals = {
            "endpoint_id": endpoint.id,
            "company_id": endpoint.company_id.id,
            "delivery": delivery or hashlib.sha256(body).hexdigest(),
            "network": network,
            "payload": text,
        }
        domain = [(name, "=", vals[name]) for name in ("endpoint_id", "delivery")]
        for _attempt in range(2):
            try:
                with self.env["service.inbound"]._own_transaction() as own:
                    rows = own.env[self._name]
                    if known := rows.search(domain, limit=1):
                        return self.browse(known.id), False
                    made = rows.create(vals)
                    made.flush_recordset()
                    return self.browse(made.id), True
            except psycopg2.errors.UniqueViolation:
                _logger.info("webhook %s came twice at once", vals["delivery"])
        return self.browse(), False

    def _process(self):
        """Do what one message says, in a transaction of its own."""
        self.ensure_one()
        inbound = self.env["service.inbound"]
        try:
            with inbound._own_transaction() as own:
                webhook = own.env[self._name].browse(self.id)
                if webhook.try_lock_for_update().state in ("new", "failed"):
                    webhook._run()
        except Exception as error:
            _logger.info("webhook %s failed", self.id, exc_info=True)
            with inbound._own_transaction() as own:
                failed = own.env[self._name].browse(self.id)
                text = own.env["bpm.robot"]._get_error_text(failed, error)
                failed.write({"state": "failed", "error": text})
        self.invalidate_recordset()

    def _run(self):
        """Start the process, or tell its runs of an event."""
        process = self._get_process()
        # what the process does by itself, it does in the name of this user
        self = self.with_env(process.env(user=process.user_id.id, su=True))
        process = process.with_env(self.env)
        message = self._parse_payload()
        self.event = message["event"]
        if message["event"] == "start":
            runs = self._start_run(process, message)
        else:
            runs = self._tell_runs(process, message)
        self.write({"state": "done", "error": False, "run_ids": [(6, 0, runs.ids)]})

    def _get_process(self):
        """The published version, else the last one."""
        family = self.endpoint_id.family_id
        versions = self.env["bpm.process"].with_context(active_test=False)
        versions = versions.search(
            [("family_id", "=", family.id)], order="version desc"
        )
        published = versions.filtered(lambda version: version.state == "published")
        return (published or versions)[:1]

    def _parse_payload(self):
        """The message as a dictionary, its parts of the right kind.

        :raise UserError: when it is none
        """
        try:
            message = json.loads(self.payload or "{}")
        except ValueError as error:
            raise UserError(
                self.env._("This is no JSON: %(error)s", error=error)
            ) from error
        values = message.get("values", {}) if isinstance(message, dict) else None
        if not isinstance(values, dict):
            raise UserError(
                self.env._('The message has to look like {"event": …, "values": {…}}.')
            )
        return {
            "event": str(message.get("event") or "start")[:200],
            "document": message.get("document"),
            "run": message.get("run"),
            "values": values,
        }

    def _start_run(self, process, message):
        if not self.endpoint_id.may_start:
            raise UserError(self.env._("The process does not start by webhooks."))
        process._check_startable()
        vals = {}
        if process.model_name != "bpm.instance":
            vals["res_id"] = self._find_document(process, message["document"]).id
        if message["values"]:
            known = {variable.key: variable for variable in process.variable_ids}
            if unknown := message["values"].keys() - known:
                raise UserError(
                    self.env._(
                        "The process “%(process)s” has no variable “%(key)s”.",
                        process=process.name,
                        key=", ".join(sorted(unknown)),
                    )
                )
            vals["variables"] = process._prepare_instance_values()["variables"] | {
                key: known[key]._to_json(value)
                for key, value in message["values"].items()
            }
        runs = process._start([vals])
        if not runs:
            raise UserError(
                self.env._("The process is under way for this document already.")
            )
        return runs

    def _tell_runs(self, process, message):
        """The runs that wait for the event go on."""
        runs = self.env["bpm.instance"]
        open_states = runs._get_open_states()
        family = process.family_id
        domain = [("family_id", "=", family.id), ("state", "in", open_states)]
        if message["run"]:
            domain.append(("id", "=", self._read_id(message["run"])))
        else:
            document = self._find_document(process, message["document"])
            domain.append(("res_model", "=", document._name))
            domain.append(("res_id", "=", document.id))
        keys = [f"{run.id},{message['event']}" for run in runs.search(domain)]
        found = self.env["bpm.wait"]._find("webhook", keys)
        tokens = self.env["bpm.token"].union(*(w.token_id for w in found.values()))
        if not tokens:
            raise UserError(
                self.env._(
                    "No run waits for “%(event)s” just now.", event=message["event"]
                )
            )
        runs = tokens.instance_id
        if message["values"]:
            runs._set_variables(message["values"])
        tokens._event_came(message["event"])
        return runs

    def _find_document(self, process, value):
        """The document that a message names, by its id or its exact name.

        :raise UserError: when there is none, or several, that the process may see
        """
        model = self.env["bpm.robot"]._get_identity_env(
            process.user_id.id, process.company_id.id
        )[process.model_name]
        documents = model.browse()
        if isinstance(value, int) and not isinstance(value, bool):
            documents = model.search([("id", "=", value)])
        elif isinstance(value, str) and value and model._rec_name:
            documents = model.search([(model._rec_name, "=", value)], limit=2)
        if len(documents) != 1:
            raise UserError(
                self.env._(
                    "“%(value)s” names no single document of the process.",
                    value=value if value is not None else "",
                )
            )
        return documents.sudo()  # found with the rights of the process

    def _read_id(self, value):
        """An id as a number; 0 of what is none."""
        return int(value) if str(value).isdecimal() and int(value) < 2**31 else 0

    def _get_answer(self):
        """What the sender is told: status, and content."""
        with self.env["service.inbound"]._own_transaction() as own:
            webhook = own.env[self._name].browse(self.id)
            if webhook.state == "done":
                return 200, {"ok": True, "runs": webhook.run_ids.ids}
            if webhook.state == "new":
                return 202, {"ok": True, "runs": []}
            return 422, {"ok": False, "error": webhook.error or ""}

    @api.autovacuum
    def _gc_webhooks(self):
        """Messages are forgotten after a while."""
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("create_date", "<", before)], limit=10_000).unlink()
