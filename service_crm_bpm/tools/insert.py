"""Rows of the engine's own tables: one statement, however many."""

from itertools import repeat

from odoo.tools import SQL


def insert_rows(model, vals_list):
    """Insert rows; for models without anything computed, checked or required but what
    is given here.

    :param model: recordset of the model
    :param vals_list: ``[{name of a stored field: value as the column takes it}]``
    :return: the records, with their values in memory
    """
    names = list(dict.fromkeys(name for vals in vals_list for name in vals))
    ids = model.env.execute_query(
        SQL(
            "INSERT INTO %s (%s) SELECT * FROM unnest(%s) RETURNING id",
            SQL.identifier(model._table),
            SQL(", ").join(SQL.identifier(name) for name in names),
            SQL(", ").join(
                SQL(
                    "%s::%s[]",
                    [_to_column(vals.get(name)) for vals in vals_list],
                    SQL(model._fields[name].column_type[0]),
                )
                for name in names
            ),
        )
    )
    records = model.browse([id_ for (id_,) in ids])
    cache_rows(records, vals_list)
    for name in names:
        for inverse in model.pool.field_inverses[model._fields[name]]:
            # not invalidate_model(): it forgets the field itself too, of all rows
            inverse._invalidate_cache(model.env)
    records.modified(names, create=True)
    return records


def cache_rows(records, vals_list):
    """Put the values of new rows into memory, empty ones too: none has to be read."""
    for name, field in records._fields.items():
        if not field.store or name == "id":
            continue
        if any(name in vals for vals in vals_list):
            for record, vals in zip(records, vals_list, strict=True):
                field._update_cache(record, _to_column(vals.get(name)))
        else:
            field._insert_cache(records, repeat(None if field.column_type else ()))


def _to_column(value):
    return None if value is False else value
