from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.values import parse_number, to_write


class BpmProcessTestGiven(models.Model):
    """One field of the document that a stored test makes."""

    _name = "bpm.process.test.given"
    _inherit = "bpm.process.test.mixin"
    _description = "Field of the Document of a Test"
    _order = "sequence, id"

    test_id = fields.Many2one(
        "bpm.process.test", required=True, ondelete="cascade", index=True
    )
    process_id = fields.Many2one(related="test_id.process_id")
    model_id = fields.Many2one(related="test_id.model_id")
    sequence = fields.Integer(default=10)
    field_id = fields.Many2one(
        "ir.model.fields",
        required=True,
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('ttype', 'not in',"
        " ['one2many', 'binary', 'json'])]",
    )
    value = fields.Char(
        help="As people write it. A linked document by its name: it is made when "
        "there is none."
    )

    def _get_values(self):
        """The lines as values of ``create``."""
        return {
            line.field_id.name: line._parse(
                self.env[line.field_id.model]._fields[line.field_id.name], line.value
            )
            for line in self
        }

    @api.model
    def _parse(self, field, text):
        """A text as the value of a field.

        :raise UserError: when it is none
        """
        try:
            return self._parse_text(field, (text or "").strip())
        except (ValueError, KeyError) as error:
            raise UserError(
                self.env._(
                    "“%(value)s” is no value for “%(field)s”.",
                    value=text or "",
                    field=field._description_string(self.env),
                )
            ) from error

    @api.model
    def _parse_text(self, field, text):
        if not text:
            return False
        if field.type == "boolean":
            return text.lower() in ("1", "true", "yes", self.env._("Yes").lower())
        if field.type in ("integer", "float", "monetary"):
            number = parse_number(text)
            return int(number) if field.type == "integer" else number
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            if text in labels:
                return text
            return {label: key for key, label in labels.items()}[text]
        if field.type == "date":
            return fields.Date.to_date(text)
        if field.type == "datetime":
            return fields.Datetime.to_datetime(text)
        if field.relational:
            return to_write(self, field, self._find(field.comodel_name, text))
        return text

    @api.model
    def _find(self, model, text):
        """The record of a name, made when there is none."""
        found = self.env[model].name_search(text, operator="=", limit=1)
        found = found or [self.env[model].name_create(text)]
        return self.env[model].browse(found[0][0])
