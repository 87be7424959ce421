"""Settings of message rules that came later have the values they are shipped with."""

from odoo.tools import SQL, sql

# {setting: (type in the database, {shipped rule: value})}
SETTINGS = {
    "at_any_hour": ("boolean", {"rule_received": True, "rule_on_the_way": True}),
    "with_invitation": ("boolean", {"rule_assigned": True, "rule_cancelled": True}),
    "merge_minutes": ("integer", {"rule_slot_moved": 2}),
}


def migrate(cr, version):
    for column, (kind, values) in SETTINGS.items():
        if sql.column_exists(cr, "service_notification_rule", column):
            continue
        sql.create_column(cr, "service_notification_rule", column, kind)
        for name, value in values.items():
            cr.execute(
                SQL(
                    """
                    UPDATE service_notification_rule SET %s = %s
                     WHERE id = (SELECT res_id FROM ir_model_data
                                  WHERE module = 'service_crm_sms' AND name = %s)
                    """,
                    SQL.identifier(column),
                    value,
                    name,
                )
            )
