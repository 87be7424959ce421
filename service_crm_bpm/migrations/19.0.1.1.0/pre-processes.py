"""Shipped processes whose definition changed, and settings that are new.

Runs keep the version of their process. What is shipped now is therefore loaded as a
process of its own; post-processes.py makes it the next version of the one there is.
"""

from odoo.tools import SQL, sql

# Processes that were shipped without a part: {process: the part}
CHANGED = {
    "process_incoming_marketing": "qualify_who_3",
    "process_online_shop": "stock",
}
# Settings that came later, and the parts they are shipped switched on for.
SETTINGS = {
    ("bpm_variable", "by_people"): (
        "process_complaint_variable_action",
        "process_complaint_variable_cause",
        "process_lost_customers_variable_reason",
        "process_purchase_request_variable_amount",
        "process_sales_variable_reason",
        "process_sales_variable_sale_type",
    ),
    ("bpm_stage", "tells_all"): ("process_receive_payment_invoice",),
}


def migrate(cr, version):
    if not sql.table_exists(cr, "bpm_process"):
        return  # from before there were processes
    for (table, column), names in SETTINGS.items():
        if not sql.column_exists(cr, table, column):
            _add_setting(cr, table, column, names)
    for process, part in CHANGED.items():
        if not _has_name(cr, f"{process}_{part}"):
            _set_aside(cr, process)


def _add_setting(cr, table, column, names):
    names = SQL("%s", names)
    cr.execute(
        SQL(
            """
            ALTER TABLE %(table)s ADD COLUMN %(column)s boolean;
            UPDATE %(table)s SET %(column)s = TRUE
             WHERE id IN (SELECT res_id FROM ir_model_data
                           WHERE module = 'service_crm_bpm' AND name IN %(names)s)
            """,
            table=SQL.identifier(table),
            column=SQL.identifier(column),
            names=names,
        )
    )


def _has_name(cr, name):
    cr.execute(
        "SELECT 1 FROM ir_model_data WHERE module = 'service_crm_bpm' AND name = %s",
        [name],
    )
    return bool(cr.rowcount)


def _set_aside(cr, process):
    """Let the names of a process and its parts go to the definition shipped now."""
    cr.execute(
        """
        DELETE FROM ir_model_data
         WHERE module = 'service_crm_bpm' AND model LIKE 'bpm.%%'
           AND starts_with(name, %s)
        """,
        [f"{process}_"],
    )
    cr.execute(
        """
        UPDATE ir_model_data SET name = 'former_' || name
         WHERE module = 'service_crm_bpm' AND name = %s
        """,
        [process],
    )
