from datetime import datetime

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.values import parse_number


class BpmVariable(models.Model):
    """Variable: its values, as people type them, and as the run keeps them."""

    _inherit = "bpm.variable"

    def _to_json(self, value):
        """A value of this variable as the run keeps it; ``None`` for none.

        :param value: text as people type it, or of the variable's type
        :raise UserError: when it is none
        """
        self.ensure_one()
        if value is None or value == "" or (value is False and self.kind != "bool"):
            return False if self.kind == "bool" else None
        try:
            return getattr(self, f"_parse_{self.kind}")(value)
        except (ValueError, TypeError) as error:
            raise UserError(
                self.env._(
                    "“%(value)s” is no value of “%(variable)s”.",
                    value=value,
                    variable=self.name,
                )
            ) from error

    def _parse_number(self, value):
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        number = parse_number(value)
        return int(number) if number.is_integer() else number

    def _parse_bool(self, value):
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        yes = {"1", "true", "yes", self.env._("Yes").lower()}
        no = {"0", "false", "no", self.env._("No").lower()}
        if word not in yes | no:
            raise ValueError(word)
        return word in yes

    def _parse_date(self, value):
        if isinstance(value, datetime):
            value = fields.Datetime.context_timestamp(self, value)
        return fields.Date.to_string(fields.Date.to_date(value))

    def _parse_text(self, value):
        return str(value)

    def _to_text(self, value):
        """A kept value as people read it."""
        if self.kind == "bool":
            return self.env._("Yes") if value else self.env._("No")
        if value is None or value is False:
            return ""
        if self.kind == "date":
            return format_date(self.env, value)
        return str(value)

    def _prepare_change_values(self, run):
        """Values of the line in which the variable of a run is changed."""
        self.ensure_one()
        value = (run.variables or {}).get(self.key)
        name = {"bool": "value_bool", "date": "value_date"}.get(self.kind, "value")
        shown = value if name != "value" else self._to_text(value)
        return {"variable_id": self.id, name: shown or False}
