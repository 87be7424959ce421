"""Letting transactions that do the same thing go one after the other."""

from odoo.tools import SQL


def take_turns(records):
    """Let only one transaction at a time go on with these records.

    The rows are updated, not only locked: who comes second is refused by the database
    and tried again by Odoo, then with the first one's work in sight. They are locked
    in one order, so that two with several records in common never wait for each other.
    """
    if records.ids:
        table = SQL.identifier(records._table)
        records.env.execute_query(
            SQL(
                """
                UPDATE %(table)s SET write_uid = write_uid
                 WHERE id IN (SELECT id FROM %(table)s WHERE id IN %(ids)s
                              ORDER BY id FOR NO KEY UPDATE)
             RETURNING id
                """,
                table=table,
                ids=tuple(records.ids),
            )
        )
