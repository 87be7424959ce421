"""Values of records by path, and texts that mix words with them.

Nothing is evaluated: a path is a chain of field names, ``partner_id.city``.
"""

import re
from datetime import datetime, time
from typing import NamedTuple

from markupsafe import Markup, escape
from pytz import UTC

from odoo import fields, models
from odoo.tools import format_date, format_datetime, html2plaintext
from odoo.tools.date_utils import parse_date
from odoo.tools.misc import formatLang

PLACEHOLDER = re.compile(r"\{\{\s*(?:object\.)?([^{}]*?)\s*\}\}")

MOMENT = re.compile(r"(today|now)(\s+[+-]\d+[a-zA-Z])*$")  # e.g. now +2H


class Text(NamedTuple):
    """A text taken apart: words, and paths in place of the odd elements."""

    parts: tuple

    @property
    def paths(self):
        return tuple(part for part in self.parts[1::2] if not MOMENT.match(part))

    def render(self, record):
        """The text with the values of one record; an unset value leaves nothing."""
        return "".join(
            _format_part(record, part) if position % 2 else part
            for position, part in enumerate(self.parts)
        )


def parse_text(text):
    """Take a text with ``{{field}}`` apart."""
    return Text(tuple(PLACEHOLDER.split(text or "")))


def _format_part(record, part):
    if not MOMENT.match(part):
        return format_path(record, part)
    moment = parse_date(part, record.env)
    if isinstance(moment, datetime):
        return format_datetime(record.env, moment, dt_format="short")
    return format_date(record.env, moment)


def walk_path(model, path):
    """The fields along a path.

    :param model: model (recordset) the path starts at
    :return: list of fields, the last one holds the value
    :raise LookupError: with the part that is no field of its model
    """
    walked = []
    for name in path.split("."):
        field = model._fields.get(name) if model is not None else None
        if field is None:
            raise LookupError(name)
        walked.append(field)
        model = model.env[field.comodel_name] if field.relational else None
    return walked


def check_path_access(record, path):
    """Refuse fields along a path that the user may not read at all.

    :raise AccessError: who reads what is in memory is not asked by Odoo
    """
    model = record.browse()
    for field in walk_path(model, path):
        model._check_field_access(field, "read")
        if field.relational:
            model = model.env[field.comodel_name]


def read_path(record, path):
    """The holder and the raw value at the end of a path.

    :return: ``(records that hold the last field, field, value)``; the value is a list
        or a recordset when the path passes several records, ``None`` when none
    """
    *head, last = path.split(".")
    holders = record.mapped(".".join(head)) if head else record
    field = holders._fields[last]
    if not holders:
        return holders, field, None
    return holders, field, holders[last] if len(holders) == 1 else holders.mapped(last)


def format_path(record, path):
    """The value at the end of a path as people read it; empty when unset."""
    holders, field, value = read_path(record, path)
    if isinstance(value, list):
        texts = [
            format_value(holder, field, item)
            for holder, item in zip(holders, value, strict=False)
        ]
        return ", ".join(text for text in texts if text)
    return format_value(holders, field, value)


def format_value(record, field, value):
    """A raw value of a field as people read it, in language and zone of ``record``."""
    env = record.env
    if isinstance(value, models.BaseModel):
        return ", ".join(name for name in value.mapped("display_name") if name)
    if field.type == "boolean" and value is not None:
        return env._("Yes") if value else env._("No")
    if field.type in ("float", "monetary") and value is not None:
        return _format_number(record, field, value or 0.0)
    if field.type == "integer" and value is not None:
        return str(value or 0)
    if value is None or value is False or value == "":
        return ""
    if field.type == "selection":
        return str(dict(field._description_selection(env)).get(value, value))
    if field.type == "date":
        return format_date(env, value)
    if field.type == "datetime":
        return format_datetime(env, value, dt_format="short")
    if field.type == "html":
        return html2plaintext(value)
    return str(value)


def _format_number(record, field, value):
    if field.type == "monetary":
        currency = record[:1][field.get_currency_field(record)]
        return formatLang(record.env, value, currency_obj=currency or None)
    digits = field.get_digits(record.env)
    return formatLang(record.env, value, digits=digits[1] if digits else 2)


def to_html(text, record):
    """A text with line breaks and the values of one record, safe to show."""
    lines = text.render(record).split("\n")
    return Markup("<br/>").join(escape(line) for line in lines)


def get_raw(record, names):
    """The values of some fields of one record as JSON can keep them."""
    return {
        name: value
        if isinstance(value := record[name], bool | int | float | str)
        else value.ids
        if isinstance(value, models.BaseModel)
        else str(value)
        for name in names
    }


def from_raw(field, value):
    """A kept value as the field takes it in ``write``."""
    if field.type == "many2one":
        return value[0] if value else False
    return value


def parse_number(text):
    """A number as people write it: ``1 000,50`` or ``1000.5``.

    :raise ValueError: when it is none
    """
    return float(re.sub(r"\s", "", str(text)).replace(",", "."))


def to_write(record, field, value):
    """A value read elsewhere as a field takes it in ``write``.

    :param record: any recordset; its language and zone count
    """
    if isinstance(value, models.BaseModel):
        if field.type == "many2many":
            return [fields.Command.link(item.id) for item in value]
        return value[:1].id
    if field.type == "date" and isinstance(value, datetime):
        return fields.Date.context_today(record, value)
    if field.type == "datetime" and value and not isinstance(value, datetime):
        return to_utc(record.env, datetime.combine(value, time.min))
    return value


def to_utc(env, moment):
    """A naive moment in the zone of the environment, as the database keeps it."""
    local = env.tz.localize(moment)
    return local.astimezone(UTC).replace(tzinfo=None)


def write_grouped(records, values):
    """Write values, in one call for all records that get the same.

    :param records: recordset of their model, whose environment writes
    :param values: ``{record id: values}``
    """
    groups = {}
    for res_id, vals in values.items():
        key = repr(sorted(vals.items()))
        groups.setdefault(key, (vals, []))[1].append(res_id)
    for vals, ids in groups.values():
        records.browse(ids).write(vals)


def split_common(values):
    """Tell what all records get from what each gets for itself.

    :param values: ``{record id: values}``, all of the same fields
    :return: ``(common values, {record id: the others})``
    """
    first, *others = values.values() if values else [{}]
    common = {
        name: value
        for name, value in first.items()
        if all(other[name] == value for other in others)
    }
    return common, {
        res_id: {name: v for name, v in vals.items() if name not in common}
        for res_id, vals in values.items()
    }
