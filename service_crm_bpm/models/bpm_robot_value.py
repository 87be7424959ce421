import re
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.date_utils import parse_date

from ..tools.chain import CompiledValue
from ..tools.values import (
    format_value,
    parse_number,
    parse_text,
    read_path,
    to_utc,
    to_write,
    walk_path,
)

SETTABLE_TYPES = (
    "boolean", "char", "date", "datetime", "float", "html", "integer", "many2many",
    "many2one", "monetary", "selection", "text",
)  # fmt: skip
TEXT_TYPES = ("char", "text", "html")
NUMBER_TYPES = ("integer", "float", "monetary")


class BpmRobotValue(models.Model):
    """One field that a robot sets, and to what."""

    _name = "bpm.robot.value"
    _description = "Field set by a robot"
    _order = "sequence, id"

    robot_id = fields.Many2one(
        "bpm.robot", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    model_id = fields.Many2one(related="robot_id.value_model_id")
    model_name = fields.Char(related="robot_id.value_model_name")
    source_model_name = fields.Char("Model Read", related="robot_id.model_name")
    field_id = fields.Many2one(
        "ir.model.fields",
        required=True,
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('readonly', '=', False),"
        " ('ttype', 'in', ['boolean', 'char', 'date', 'datetime', 'float', 'html',"
        " 'integer', 'many2many', 'many2one', 'monetary', 'selection', 'text'])]",
    )
    field_type = fields.Selection(related="field_id.ttype", string="Field Type")
    field_relation_id = fields.Many2one(
        "ir.model", compute="_compute_field_relation_id"
    )
    source = fields.Selection(
        [
            ("value", "This value"),
            ("copy", "Copied from"),
            ("variable", "Variable of the process"),
            ("empty", "Emptied"),
        ],
        "To",
        required=True,
        default="value",
    )
    value = fields.Char(
        help="Texts may hold values of the document: {{partner_id}}. Dates are "
        "2026-05-31, today, today +3d, now +2H.",
    )
    value_selection_id = fields.Many2one(
        "ir.model.fields.selection",
        "Choice",
        ondelete="cascade",
        domain="[('field_id', '=', field_id)]",
    )
    value_ref = fields.Reference(
        lambda self: self.env["bpm.robot"]._get_reference_models(), "Linked Document"
    )
    value_boolean = fields.Selection([("yes", "Yes"), ("no", "No")], "Yes or No")
    path = fields.Char("Copied From")
    variable_key = fields.Char("Variable")
    description = fields.Char("Content", compute="_compute_description")

    @api.constrains(
        "field_id", "source", "value", "value_selection_id", "value_ref",
        "value_boolean", "path", "variable_key",
    )  # fmt: skip
    def _check_definition(self):
        """A line that could not be written is not saved."""
        for line in self:
            try:
                line._compile()
            except UserError as error:
                raise ValidationError(error.args[0]) from error

    @api.depends("field_id")
    def _compute_field_relation_id(self):
        for line in self:
            line.field_relation_id = self.env["ir.model"]._get(line.field_id.relation)

    @api.depends(
        "field_id", "source", "value", "value_selection_id", "value_ref",
        "value_boolean", "path", "variable_key",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_description(self):
        for line in self:
            line.description = line._describe()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.robot_id._check_editor()
        lines.robot_id._definition_changed()
        return lines

    def write(self, vals):
        self.robot_id._check_editor()
        result = super().write(vals)
        self.robot_id._check_editor()
        self.robot_id._definition_changed()
        return result

    def unlink(self):
        robots = self.robot_id
        robots._check_editor()
        result = super().unlink()
        robots._definition_changed()
        return result

    def _describe(self):
        """The value as people read it."""
        if self.source == "empty":
            return self.env._("empty")
        if self.source == "copy":
            return self.robot_id._describe_path(self.path or "")
        if self.source == "variable":
            return self._get_variable().name or self.variable_key or "…"
        if self.field_type == "selection":
            return self.value_selection_id.name
        if self.field_type in ("many2one", "many2many"):
            return self.robot_id._describe_ref(self.value_ref)
        if self.field_type == "boolean":
            chosen = dict(
                self._fields["value_boolean"]._description_selection(self.env)
            )
            return chosen.get(self.value_boolean, "")
        return self.robot_id._describe_text(self.value)

    def _compile(self):
        """What to set, as the engine takes it.

        :raise UserError: when it could not be set
        """
        self.ensure_one()
        field = self.env[self.model_name]._fields.get(self.field_id.name)
        if self.field_id.model_id != self.model_id:
            field = None
        if field is None or field.type not in SETTABLE_TYPES:
            raise UserError(
                self.env._(
                    "The field “%(field)s” cannot be set.",
                    field=self.field_id.field_description,
                )
            )
        if self.source == "empty":
            empty = [fields.Command.clear()] if field.type == "many2many" else False
            return CompiledValue(field.name, "value", empty)
        if self.source == "copy":
            return self._compile_copy(self.env[self.source_model_name], field)
        if self.source == "variable":
            return self._compile_variable(field)
        return self._compile_value(field)

    def _get_variable(self):
        """The variable of the process, by its key."""
        variables = self.robot_id.process_id.variable_ids
        return variables.filtered(lambda v: v.key == self.variable_key)

    def _compile_variable(self, field):
        """A value that the process carries along; links are found by their name."""
        if not self._get_variable():
            raise UserError(
                self.env._(
                    "The process has no variable “%(name)s”.",
                    name=self.variable_key or "",
                )
            )
        return CompiledValue(field.name, "variable", self.variable_key)

    def _compile_copy(self, model, field):
        """A value copied from another field: both must be of one kind."""
        if not self.path:
            raise UserError(
                self.env._(
                    "Choose the field that “%(field)s” is copied from.",
                    field=self.field_id.field_description,
                )
            )
        try:
            other = walk_path(model, self.path)[-1]
        except LookupError as error:
            raise UserError(
                self.env._(
                    "There is no field “%(name)s” to copy from.", name=error.args[0]
                )
            ) from error
        if not _fits(field, other):
            raise UserError(
                self.env._(
                    "“%(other)s” does not fit into “%(field)s”.",
                    other=other._description_string(self.env),
                    field=field._description_string(self.env),
                )
            )
        return CompiledValue(field.name, "copy", self.path)

    def _compile_value(self, field):
        """A fixed value, a date relative to the run, or a text with values."""
        content = None
        source = "value"
        if field.type in TEXT_TYPES:
            text = parse_text(self.value)
            self.robot_id._check_paths(text.paths)
            source, content = ("text", text) if text.paths else (source, self.value)
        elif field.type in NUMBER_TYPES:
            content = self._parse_number(field)
        elif field.type in ("date", "datetime"):
            self._parse_date(field, self.value)
            source, content = "date", self.value
        elif field.type == "boolean":
            content = {"yes": True, "no": False}.get(self.value_boolean)
        elif field.type == "selection":
            content = self.value_selection_id.value or None
        elif self.value_ref and self.value_ref._name == field.comodel_name:
            content = self.value_ref.id
            if field.type == "many2many":
                content = [fields.Command.link(content)]
        if content is None or content == "":
            raise UserError(
                self.env._(
                    "Say what “%(field)s” is set to, or choose “Emptied”.",
                    field=field._description_string(self.env),
                )
            )
        return CompiledValue(field.name, source, content)

    def _parse_number(self, field):
        try:
            number = parse_number(self.value or "")
        except ValueError as error:
            raise UserError(
                self.env._(
                    "“%(value)s” is not a number for “%(field)s”.",
                    value=self.value or "",
                    field=field._description_string(self.env),
                )
            ) from error
        return int(number) if field.type == "integer" else number

    @api.model
    def _parse_date(self, field, text):
        """A date as of now, in the form ``write`` takes it."""
        try:
            value = parse_date(text or "", self.env)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "“%(value)s” is not a date for “%(field)s”. Write 2026-05-31, "
                    "today, today +3d or now +2H.",
                    value=text or "",
                    field=field._description_string(self.env),
                )
            ) from error
        if re.match(r"\d+-", text) and isinstance(value, datetime):
            value = to_utc(self.env, value)  # people write the time of their own zone
        return to_write(self, field, value)

    @api.model
    def _get_content(self, record, compiled, target):
        """The value to write.

        :param record: the record it is read from, with the rights of the robot's user
        :param compiled: what :meth:`_compile` made
        :param target: any recordset of the model that is written
        """
        field = target._fields[compiled.field_name]
        if compiled.source == "value":
            return compiled.content
        if compiled.source == "text":
            return compiled.content.render(record)
        if compiled.source == "date":
            return self._parse_date(field, compiled.content)
        if compiled.source == "variable":
            return self._get_variable_content(record, compiled, target)
        holders, other, value = read_path(record, compiled.content)
        if field.type in TEXT_TYPES and other.type not in TEXT_TYPES:
            return format_value(holders, other, value)
        return to_write(record, field, value[0] if isinstance(value, list) else value)

    @api.model
    def _get_variable_content(self, record, compiled, target):
        """The value of a variable of the run, as the field takes it."""
        field = target._fields[compiled.field_name]
        # sudo: a robot of a process reads what its own run carries along
        entry = self.env["bpm.robot"]._get_any_entry(record)
        run = entry.token_id.instance_id if entry else self.env["bpm.instance"]
        value = (run.sudo().variables or {}).get(compiled.content)
        if value in (None, False, "") and field.type != "boolean":
            return False
        if field.relational:
            found = target.env[field.comodel_name].search(
                [("display_name", "=", value)], limit=2
            )
            if len(found) != 1:
                raise UserError(
                    self.env._(
                        "There is no “%(name)s” for “%(field)s”, or more than one.",
                        name=value,
                        field=field._description_string(self.env),
                    )
                )
            return to_write(target, field, found)
        if field.type in NUMBER_TYPES:
            return parse_number(value)
        if field.type in ("date", "datetime"):
            return to_write(target, field, fields.Date.to_date(value))
        return value


def _fits(field, other):
    """Whether a value of one field may be copied into another one."""
    if field.type in TEXT_TYPES:
        return other.type not in ("binary", "json", "properties", "one2many")
    if field.type in NUMBER_TYPES:
        return other.type in NUMBER_TYPES
    if field.relational:
        return other.relational and other.comodel_name == field.comodel_name
    if field.type in ("date", "datetime"):
        return other.type in ("date", "datetime")
    return other.type == field.type
