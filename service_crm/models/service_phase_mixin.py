from odoo import api, models


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
        self.env["service.phase.log"]._log_created(
            records, dict.fromkeys(self._get_service_entry_fields())
        )
        return records

    def write(self, vals):
        written = dict.fromkeys(
            f for f in self._get_service_entry_fields() if f in vals
        )
        if not written:
            return super().write(vals)
        log = self.env["service.phase.log"]
        before = log._get_keys_before(self, written)
        result = super().write(vals)
        log._log_written(self, before)
        return result

    def _write_multi(self, vals_list):
        """Note the recomputed values: they do not pass ``write``."""
        self.env["service.phase.log"]._note_flushed(
            self, vals_list, dict.fromkeys(self._get_service_entry_fields())
        )
        return super()._write_multi(vals_list)
