"""Texts of “on the way” say when the performer arrives, not the planned time.

Only where nobody wrote them anew. In other languages than English they come with the
translations of the addon.
"""

from odoo.tools import SQL

# What the texts said, and what they say: {table: (column, [(before, now)])}
TEXTS = {
    "mail_template": (
        "body_html",
        [
            ('top;">Planned</td>', 'top;">Arrives</td>'),
            (
                'object._get_slot_text(object._get_customer_tz())">'
                "Monday, 23 November, 10:00–12:00</t>",
                'object._get_arrival_text()">10:00–10:30</t>',
            ),
        ],
    ),
    "sms_template": (
        "body",
        [
            (
                "({{ object._get_request_number() }}). ",
                "({{ object._get_request_number() }}), "
                "arrives {{ object._get_arrival_text() }}. ",
            )
        ],
    ),
}


def migrate(cr, version):
    for table, (column, changes) in TEXTS.items():
        column = SQL.identifier(column)
        shipped = text = SQL("%s->>'en_US'", column)
        said = [SQL("strpos(%s, %s) > 0", shipped, before) for before, _now in changes]
        for before, now in changes:
            text = SQL("replace(%s, %s, %s)", text, before, now)
        cr.execute(
            SQL(
                """
                UPDATE %(table)s
                   SET %(column)s = jsonb_build_object('en_US', %(text)s)
                 WHERE id = (SELECT res_id FROM ir_model_data
                              WHERE module = 'service_crm_sms' AND name = %(name)s)
                   AND write_date = create_date AND %(said)s
                """,
                table=SQL.identifier(table),
                column=column,
                text=text,
                name=f"{table}_on_the_way",
                said=SQL(" AND ").join(said),
            )
        )
