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
    columns = [[_to_column(vals.get(name)) for vals in vals_list] for name in names]
    ids = model.env.execute_query(
        SQL(
            "INSERT INTO %s (%s) SELECT * FROM unnest(%s) RETURNING id",
            SQL.identifier(model._table),
            SQL(", ").join(SQL.identifier(name) for name in names),
            SQL(", ").join(
                SQL("%s::%s[]", column, SQL(model._fields[name].column_type[0]))
                for name, column in zip(names, columns, strict=True)
            ),
        )
    )
    records = model.browse([id_ for (id_,) in ids])
    given = dict(zip(names, columns, strict=True))
    for name, field in model._fields.items():
        if field.store and name != "id":
            empty = None if field.column_type else ()
            field._insert_cache(records, given.get(name, repeat(empty)))
            for inverse in model.pool.field_inverses[field] if name in given else ():
                lists = model.env[inverse.model_name]
                lists.invalidate_model([inverse.name], flush=False)
    records.modified(names, create=True)
    return records


def _to_column(value):
    return None if value is False else value
