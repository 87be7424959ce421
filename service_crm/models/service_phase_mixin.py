from odoo import api, models
from odoo.tools import SQL

NOTED = "service.phase.mixin.noted"  # precommit data: {(model, field): {id: key}}


class ServicePhaseMixin(models.AbstractModel):
    """Logs the entries of a model's records into phases and states.

    A model inherits it and names its watched stored fields in
    :meth:`_get_service_entry_fields`. Values that are written are logged at once;
    values that are recomputed are noted when they are flushed and logged before the
    commit, by one look at the final value.
    """

    _name = "service.phase.mixin"
    _description = "Entries into phases and states"

    @api.model
    def _get_service_entry_fields(self):
        """Names of the fields whose values are entered. Extension point."""
        return ()

    def _get_service_entry_records(self, field_name):
        """Those of ``self`` whose entries are logged. Extension point."""
        return self

    def _get_service_entered_phases(self, field_name, previous):
        """Fixed phases behind the present values. Extension point.

        :param previous: ``{record id: value key before}``
        :return: ``{record id: (phase entered, phase left)}``, only of records whose
            phase changed
        """
        return {}

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        log = self.env["service.phase.log"]
        # Only the watched values are read, also where the user may write but not read.
        entering = records.sudo()
        for field_name in self._get_service_entry_fields():
            log._mark_logged(entering, field_name)
            log._log_entries(
                entering._get_service_entry_records(field_name), field_name
            )
        return records

    def write(self, vals):
        watched = [f for f in self._get_service_entry_fields() if f in vals]
        if not watched:
            return super().write(vals)
        log = self.env["service.phase.log"]
        entering = self.sudo()  # only the watched values are read, see create()
        before = {
            field_name: {
                record.id: log._get_value_key(record, field_name)
                for record in entering._get_service_entry_records(field_name)
            }
            for field_name in watched
        }
        result = super().write(vals)
        for field_name in watched:
            log._mark_logged(entering, field_name)
            log._log_entries(
                entering._get_service_entry_records(field_name),
                field_name,
                before[field_name],
            )
        return result

    def _write_multi(self, vals_list):
        """Note the recomputed values: they do not pass ``write``."""
        for field_name in self._get_service_entry_fields():
            logged = self.env["service.phase.log"]._get_logged_keys(
                self._name, field_name
            )
            changed = [
                record.id
                for record, vals in zip(self, vals_list, strict=True)
                if field_name in vals
                and logged.get(record.id) != str(vals[field_name] or "")
            ]
            if changed:
                self.browse(changed)._note_computed_values(field_name, logged)
        return super()._write_multi(vals_list)

    def _note_computed_values(self, field_name, logged):
        """Keep the values before, once, and look at the final ones before commit."""
        precommit = self.env.cr.precommit
        if NOTED not in precommit.data:
            precommit.data[NOTED] = {}
            precommit.add(self.env["service.phase.mixin"]._log_computed_entries)
        noted = precommit.data[NOTED].setdefault((self._name, field_name), {})
        # What the database holds now; the ORM's cache already has the new values.
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE id IN %s",
                SQL.identifier(field_name),
                SQL.identifier(self._table),
                tuple(self.ids),
            )
        )
        for record_id, value in rows:
            noted.setdefault(record_id, logged.get(record_id, str(value or "")))

    @api.model
    def _log_computed_entries(self):
        """Log the entries of recomputed fields (a precommit callback)."""
        noted = self.env.cr.precommit.data.pop(NOTED, {})
        for (model, field_name), before in noted.items():
            # The user who caused a recompute may have no right on the document.
            records = self.env[model].sudo().browse(before).exists()
            self.env["service.phase.log"]._log_entries(
                records._get_service_entry_records(field_name), field_name, before
            )
