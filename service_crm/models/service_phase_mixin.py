from odoo import api, models


class ServicePhaseMixin(models.AbstractModel):
    """Logs the entries of a model's records into phases and states.

    A model inherits it and names its watched fields in
    :meth:`_get_service_entry_fields`. Entries of computed fields, which do not pass
    ``write``, are logged by calling ``service.phase.log._log_entries`` directly.
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

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        log = self.env["service.phase.log"]
        for field_name in self._get_service_entry_fields():
            log._log_entries(
                records._get_service_entry_records(field_name), field_name
            )
        return records

    def write(self, vals):
        watched = [f for f in self._get_service_entry_fields() if f in vals]
        if not watched:
            return super().write(vals)
        log = self.env["service.phase.log"]
        before = {
            f: {record.id: log._get_value_key(record, f) for record in self}
            for f in watched
        }
        result = super().write(vals)
        for field_name in watched:
            log._log_entries(
                self._get_service_entry_records(field_name),
                field_name,
                before[field_name],
            )
        return result
