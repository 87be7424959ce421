"""Rules had a template of the e-mail and one of the SMS; now both are one text."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL, sql

from odoo.addons.service_crm.tools.upgrade import renew

TABLE = "service_notification_rule"
PRIVACY = "user._get_service_privacy_domain('request_id.')"
TEMPLATES = ("mail_template_id", "sms_template_id")


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    if all(sql.column_exists(cr, TABLE, column) for column in TEMPLATES):
        _join_templates(env)
    renew(
        env,
        {
            ("service_crm_sms.rule_offered", "condition"): (
                [False, "[]"],
                "[('performer_id', '!=', False)]",
            ),
            ("service_crm_sms.rule_notification_privacy", "domain_force"): (
                [PRIVACY],
                f"{PRIVACY} + user._get_service_visit_privacy_domain('work_order_id.')",
            ),
        },
    )


def _join_templates(env):
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT mail_template_id, sms_template_id, company_id, array_agg(id)
              FROM service_notification_rule WHERE template_id IS NULL
          GROUP BY mail_template_id, sms_template_id, company_id
          ORDER BY min(id)
            """
        )
    )
    for mail_id, sms_id, company_id, ids in rows:
        text = _get_text(env, mail_id, sms_id, company_id)
        env.cr.execute(
            "UPDATE service_notification_rule SET template_id = %s WHERE id IN %s",
            [text.id, tuple(ids)],
        )
    # Nothing reads them any more, and they would hold on to deleted templates.
    for column in TEMPLATES:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP COLUMN %s",
                SQL.identifier(TABLE),
                SQL.identifier(column),
            )
        )
    env.invalidate_all()


def _get_text(env, mail_id, sms_id, company_id):
    """The text with these templates: one that is shipped, else a new one."""
    texts = env["service.message.template"]
    found = texts.search(
        [
            ("mail_template_id", "=", mail_id or False),
            ("sms_template_id", "=", sms_id or False),
            ("company_id", "in", [company_id or False, False]),
        ],
        limit=1,
    )
    if found:
        return found
    mail = env["mail.template"].browse(mail_id or ())
    sms = env["sms.template"].browse(sms_id or ())
    return texts.create(
        {
            "name": (mail or sms).name,
            "model_id": (mail or sms).model_id.id,
            "mail_template_id": mail.id,
            "sms_template_id": sms.id,
            "company_id": company_id,
        }
    )
