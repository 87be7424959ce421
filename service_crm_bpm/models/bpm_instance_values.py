from datetime import datetime

from odoo import fields, models

from ..tools.values import check_path_access, read_path


def _get_readable(model, names):
    """Those of the names that are fields which the user may read, with the fields by
    which Odoo decides what he may do with a document."""
    rules = model.env["ir.rule"]
    wanted = set(names)
    for operation in ("read", "write"):
        domain = rules._compute_domain(model._name, operation)
        wanted.update(c.field_expr.split(".")[0] for c in domain.iter_conditions())
    found = [model._fields[name] for name in wanted if name in model._fields]
    return [
        field.name
        for field in found
        if field.type not in ("one2many", "many2many")  # a query each, seldom needed
        and model._has_field_access(field, "read")
    ]


class BpmInstance(models.Model):
    """Process run: values that conditions and texts speak of."""

    _inherit = "bpm.instance"

    def _get_records(self, names=None):
        """The documents of runs: ``{run: document}``, with the rights of the caller.

        An empty one when it is deleted or the caller may not see it: what is in memory
        is read without a question, whoever reads.

        :param names: fields to read at once; all when it is not known
        """
        records = {}
        for model, runs in self.grouped("res_model").items():
            if model == self._name:
                records.update((run, run) for run in runs)
                continue
            empty = self.env[model]
            found = empty.browse()
            if empty.has_access("read"):
                found = empty.with_context(active_test=False).search_fetch(
                    [("id", "in", runs.mapped("res_id"))],
                    names and _get_readable(empty, names),
                    order="id",
                )
            # read together, though they are handed out one by one
            documents = empty.browse(found.ids)
            single = {document.id: document for document in documents}
            records.update((run, single.get(run.res_id, empty)) for run in runs)
        return records

    def _get_value(self, record, name):
        """One value of a condition.

        A variable of the run, ``result.<key of a stage>`` for how that stage was left
        last, else a field of the document by its path; ``None`` for an unset date.
        """
        self.ensure_one()
        variables = self.variables or {}
        if name in variables:
            return self._get_variable(name, variables[name])
        if name.startswith("result."):
            return self._get_result(name.removeprefix("result."))
        check_path_access(record, name)
        _holders, field, value = read_path(record, name)
        if isinstance(value, models.BaseModel):
            return value.display_name or ""
        if field.type in ("date", "datetime"):
            if isinstance(value, datetime):
                value = fields.Datetime.context_timestamp(record, value).date()
            return value or None
        if (value is False or value is None) and field.type != "boolean":
            return 0 if field.type in ("integer", "float", "monetary") else ""
        return value

    def _get_variable(self, key, value):
        """A variable as conditions take it."""
        kinds = self.process_id._get_flow().variables
        kind = kinds.get(key, "text")
        if kind == "date":
            return fields.Date.to_date(value) if value else None
        if kind == "bool":
            return bool(value)
        if kind == "number":
            return value or 0
        return value or ""

    def _get_result(self, key):
        """The result with which a stage was left last; empty when it was not yet."""
        # sudo: the condition only asks how the stage was left
        left = self.sudo().token_ids.filtered(
            lambda token: token.state == "done" and token.stage_id.key == key
        )
        return left.sorted("id")[-1:].result_id.with_context(lang=None).name or ""

    def _is_true(self, record, expression):
        """Whether a compiled condition holds for this run.

        :raise ExpressionError: when it cannot be told
        """
        values = {name: self._get_value(record, name) for name in expression.names}
        return expression.is_true(values)
