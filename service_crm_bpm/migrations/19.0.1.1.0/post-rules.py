"""Record rules of approvals that are the service's now."""

from odoo import SUPERUSER_ID, api

from odoo.addons.service_crm.tools.upgrade import remove

GONE = {
    "service_crm_bpm.rule_approval_asked": [
        "[('user_id', '=', user.id)]",
        "['|', ('user_id', '=', user.id), ('user_id.deputy_id', '=', user.id)]",
    ],
    "service_crm_bpm.rule_approval_roles": [
        "['|', ('token_id', '=', False), "
        "('token_id.instance_id.is_visible', '=', True)]"
    ],
}


def migrate(cr, version):
    remove(api.Environment(cr, SUPERUSER_ID, {}), "domain_force", GONE)
