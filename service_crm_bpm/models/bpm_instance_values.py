from odoo import models

from ..tools.values import read_path


class BpmInstance(models.Model):
    """Process run: values that conditions and texts speak of."""

    _inherit = "bpm.instance"

    def _get_records(self):
        """The documents of runs: ``{run: document}``, an empty one when deleted.

        With the rights of the caller.
        """
        records = {}
        for model, runs in self.grouped("res_model").items():
            if model == self._name:
                records.update((run, run) for run in runs)
                continue
            existing = set(self.env[model].browse(runs.mapped("res_id")).exists()._ids)
            for run in runs:
                ids = [run.res_id] if run.res_id in existing else []
                records[run] = self.env[model].browse(ids)
        return records

    def _get_value(self, record, name):
        """One value of a condition: a variable of the run, else a field by its path."""
        self.ensure_one()
        variables = self.variables or {}
        if name in variables:
            return variables[name]
        _holders, field, value = read_path(record, name)
        if isinstance(value, models.BaseModel):
            return value.display_name or ""
        if value is False and field.type != "boolean":
            return 0 if field.type in ("integer", "float", "monetary") else ""
        return value

    def _is_true(self, record, expression):
        """Whether a compiled condition holds for this run.

        :raise ExpressionError: when it cannot be told
        """
        values = {name: self._get_value(record, name) for name in expression.names}
        return expression.is_true(values)
