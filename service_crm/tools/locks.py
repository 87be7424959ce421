"""Letting transactions that do the same thing go one after the other."""

from odoo.tools import SQL


def take_turns(records):
    """Let only one transaction at a time go on with these records.

    The rows are updated, not only locked: who comes second is refused by the database
    and tried again by Odoo, then with the first one's work in sight. They are locked
    in one order, so that two with several records in common never wait for each other.
    """
    if records.ids:
        take_turns_by(records, SQL("%s", tuple(records.ids)))


def take_turns_by(model, ids, column="id"):
    """The same for the rows that a query finds.

    :param model: recordset of the model; what is pending in it is written first
    :param SQL ids: a list of ids, or a query that finds them
    :param column: a column to read on the way, as it is after the wait
    :return: ``{id: value of the column}``
    """
    model.flush_model([column])
    rows = model.env.execute_query(
        SQL(
            """
            UPDATE %(table)s SET write_uid = write_uid
             WHERE id IN (SELECT id FROM %(table)s WHERE id IN %(ids)s
                          ORDER BY id FOR NO KEY UPDATE)
         RETURNING id, %(column)s
            """,
            table=SQL.identifier(model._table),
            ids=ids,
            column=SQL.identifier(column),
        )
    )
    return dict(rows)
