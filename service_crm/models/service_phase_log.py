from odoo import api, fields, models
from odoo.tools import SQL

# precommit data, both {(model, field): {id: key}}
LOGGED = "service.phase.log.seen"  # values that were looked at and not flushed yet
NOTED = "service.phase.log.noted"  # values before, of what was recomputed


class ServicePhaseLog(models.Model):
    """The seam: one row per entry of a record into a phase or state.

    Whatever must happen once when a record enters a phase (default mails, robots,
    message rules) extends :meth:`_service_entered`; there is no second mechanism.

    Once per entry holds under races too: the row is written in the transaction that
    updates the record, and of two transactions that update the same record from the
    same state PostgreSQL lets only one through (REPEATABLE READ); the other one is
    repeated by Odoo, finds the value already there and enters nothing. So only stored
    fields can be entered.
    """

    _name = "service.phase.log"
    _description = "Entry into a phase or state"
    _order = "id desc"
    _rec_name = "name"

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document Id", model_field="res_model", required=True, readonly=True
    )
    res_name = fields.Char("Document", compute="_compute_res_name", compute_sudo=False)
    res_model_name = fields.Char("Kind of Document", compute="_compute_res_model_name")
    field_name = fields.Char(
        "Technical Field",
        required=True,
        readonly=True,
        help="The field whose value was entered: stage_id, state, slot_state …",
    )
    value = fields.Char(
        "Key",
        readonly=True,
        help="The entered value: a selection key, or the id of a linked record. "
        "Empty when the field was emptied.",
    )
    previous_value = fields.Char("Key Before", readonly=True)
    phase = fields.Char(
        readonly=True,
        help="For stages: the fixed phase that was entered. Empty when the stage "
        "changed within one phase.",
    )
    previous_phase = fields.Char("Phase Before", readonly=True)
    name = fields.Char(
        "Entered", readonly=True, help="The entered value as people read it."
    )
    date = fields.Datetime(
        default=fields.Datetime.now, required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        "res.users", "By", readonly=True, default=lambda self: self.env.user
    )
    company_id = fields.Many2one("res.company", readonly=True)

    _document_idx = models.Index("(res_model, res_id, field_name, id DESC)")

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_res_name(self):
        """Names of the documents, of those that the reader may see."""
        for model, rows in self.grouped("res_model").items():
            documents = self.env[model].browse(rows.mapped("res_id")).exists()
            names = {
                document.id: document.display_name
                for document in documents._filtered_access("read")
            }
            for row in rows:
                row.res_name = names.get(row.res_id) or self.env._(
                    "Document %(id)s", id=row.res_id
                )

    @api.depends("res_model")
    def _compute_res_model_name(self):
        for row in self:
            row.res_model_name = self.env["ir.model"]._get(row.res_model).name

    def action_open_document(self):
        """Open the record of this entry."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.model
    def _log_entries(self, records, field_name, previous=None):
        """Write one row per record that entered a new value, then tell the listeners.

        :param records: recordset of any length of one model
        :param field_name: watched stored field (selection, many2one, boolean, char)
        :param previous: ``{record id: value key before}``; records whose key did not
            change are skipped. Without it every record counts as entering.
        :return: the new log rows (sudo)
        """
        return self._log_entered(self._prepare_entries(records, field_name, previous))

    @api.model
    def _log_entered(self, vals_list):
        """Write the rows of a batch of entries, then tell the listeners."""
        rows = self.sudo()  # the log is the system's, whoever enters something
        if not vals_list:
            return rows.browse()
        rows = rows.create(vals_list)
        rows._service_entered()
        return rows

    @api.model
    def _prepare_entries(self, records, field_name, previous=None):
        """Values of the rows of those records that entered a new value."""
        previous = previous or {}
        # Whoever enters a phase (accountant, customer by link) needs no right to read
        # the document's other fields, nor any right on the log: it is the system's.
        records = records.sudo()
        changed = [
            (record, key, previous.get(record.id, ""))
            for record in records
            if (key := self._get_value_key(record, field_name))
            != previous.get(record.id, "")
        ]
        self._mark_logged(records, field_name)
        if not changed:
            return []
        entered = records.browse([record.id for record, _key, _before in changed])
        phases = self._get_entered_phases(entered, field_name, previous)
        labels = self._get_value_labels(entered, field_name)
        return [
            {
                **self._prepare_log_values(record, field_name, key, before),
                "name": labels[record.id],
                "phase": phases.get(record.id, (False, False))[0],
                "previous_phase": phases.get(record.id, (False, False))[1],
            }
            for record, key, before in changed
        ]

    @api.model
    def _log_created(self, records, field_names):
        """Log what new records enter; see ``service.phase.mixin``."""
        # Only the watched values are read, also where the user may write but not read.
        records = records.sudo()
        entries = []
        for field_name in field_names:
            self._mark_logged(records, field_name)
            entered = self._get_entry_records(records, field_name)
            entries += self._prepare_entries(entered, field_name)
        self._log_entered(entries)

    @api.model
    def _get_keys_before(self, records, field_names):
        """``{field: {record id: value key}}`` as it is before a write."""
        return {
            field_name: {
                record.id: self._get_value_key(record, field_name)
                # only the watched values are read, see _log_created()
                for record in self._get_entry_records(records.sudo(), field_name)
            }
            for field_name in field_names
        }

    @api.model
    def _log_written(self, records, before):
        """Log what a write entered.

        :param before: what :meth:`_get_keys_before` returned before the write
        """
        records = records.sudo()  # only the watched values are read, see _log_created()
        for field_name, previous in before.items():
            self._mark_logged(records, field_name)
            self._log_entries(
                self._get_entry_records(records, field_name), field_name, previous
            )

    @api.model
    def _note_flushed(self, records, vals_list, field_names):
        """Note the values before, of what is flushed without having been written.

        To be called by ``_write_multi``; the entries are logged before the commit.
        """
        seen = self.env.cr.precommit.data.get(LOGGED, {})
        for field_name in field_names:
            looked_at = seen.get((records._name, field_name), {})
            recomputed = [
                record.id
                for record, vals in zip(records, vals_list, strict=True)
                if field_name in vals
                and looked_at.get(record.id) != str(vals[field_name] or "")
            ]
            if recomputed:
                self._note_recomputed(records.browse(recomputed), field_name, looked_at)

    @api.model
    def _note_recomputed(self, records, field_name, looked_at):
        """Keep the values before, once, and look at the final ones before commit."""
        precommit = self.env.cr.precommit
        if NOTED not in precommit.data:
            precommit.data[NOTED] = {}
            precommit.add(self._log_recomputed)
        noted = precommit.data[NOTED].setdefault((records._name, field_name), {})
        # What the database holds now; the ORM's cache already has the new values.
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE id IN %s",
                SQL.identifier(field_name),
                SQL.identifier(records._table),
                tuple(records.ids),
            )
        )
        for record_id, value in rows:
            noted.setdefault(record_id, looked_at.get(record_id, str(value or "")))

    @api.model
    def _log_recomputed(self):
        """Log the entries of recomputed fields (called before the commit)."""
        noted = self.env.cr.precommit.data.pop(NOTED, {})
        for (model, field_name), before in noted.items():
            # The user who caused a recompute may have no right on the document.
            records = self.env[model].sudo().browse(before).exists()
            self._log_entries(
                self._get_entry_records(records, field_name), field_name, before
            )

    @api.model
    def _get_entry_records(self, records, field_name):
        """Those of the records whose entries are logged."""
        if not hasattr(records, "_get_service_entry_records"):
            return records
        return records._get_service_entry_records(field_name)

    @api.model
    def _prepare_log_values(self, record, field_name, key, previous_key):
        """Values of the log row of one record. Extension point.

        :param record: the record (sudo)
        :param key: the entered value as text, empty when the field was emptied
        :param previous_key: the value before as text
        """
        return {
            "res_model": record._name,
            "res_id": record.id,
            "field_name": field_name,
            "value": key or False,
            "previous_value": previous_key or False,
            "user_id": self.env.uid,
            "company_id": record.company_id.id if "company_id" in record else False,
        }

    @api.model
    def _get_entered_phases(self, records, field_name, previous):
        """``{record id: (phase entered, phase left)}`` of models that have phases."""
        if not hasattr(records, "_get_service_entered_phases"):
            return {}
        return records._get_service_entered_phases(field_name, previous)

    @api.model
    def _get_value_key(self, record, field_name):
        """The entered value as text: record id, selection key; empty when unset."""
        value = record[field_name]
        if isinstance(value, models.BaseModel):
            return str(value.id) if value else ""
        return str(value) if value else ""

    @api.model
    def _get_value_labels(self, records, field_name):
        """``{record id: the value as people read it}``, without a query per record."""
        field = records._fields[field_name]
        if field.type == "many2one":
            return {r.id: r[field_name].display_name or False for r in records}
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return {r.id: labels.get(r[field_name], r[field_name]) for r in records}
        if field.type == "boolean":
            label = field._description_string(self.env)
            return {r.id: r[field_name] and label for r in records}
        return {r.id: self._get_value_key(r, field_name) or False for r in records}

    @api.model
    def _mark_logged(self, records, field_name):
        """Note that the present values were looked at: flushing them enters nothing,
        nor did a flush in the middle of the write."""
        data = self.env.cr.precommit.data
        noted = data.get(NOTED, {}).get((records._name, field_name), {})
        for record_id in records._ids:
            noted.pop(record_id, None)
        seen = data.setdefault(LOGGED, {})
        seen.setdefault((records._name, field_name), {}).update(
            (record.id, self._get_value_key(record, field_name)) for record in records
        )

    def _service_entered(self):
        """React to entries, once per row. ``self``: log rows of one batch (sudo).

        Extension point: call ``super()`` and work on the whole batch with a constant
        number of queries. Records are had by :meth:`_get_entered_records`. The acting
        user may have no right on them (an accountant, a customer with a link). A
        listener must not break the save that caused the entry: isolate what may fail
        by ``tools.batch.run_isolated``.
        """

    def _get_entered_records(self):
        """The records behind the rows of one model, with the user's own rights."""
        model = self[:1].res_model
        return self.env[model].sudo(False).browse(self.mapped("res_id")).exists()
