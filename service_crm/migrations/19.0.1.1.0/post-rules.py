"""Record rules as they are shipped now: Odoo leaves rules alone in upgrades."""

from odoo import SUPERUSER_ID, api

from odoo.addons.service_crm.tools.upgrade import remove, renew

# What a performer sees hung on the one who leads a visit; now on all who go there.
LEADS, GO_THERE = "performer_user_id", "booked_ids.user_id"
OF_PERFORMERS = {
    "rule_crm_lead_performer": (
        "[('is_service', '=', True), '|', ('create_uid', '=', user.id), "
        "('work_order_ids.%s', '=', user.id)]"
    ),
    "rule_work_order_performer": "[('%s', '=', user.id)]",
    "rule_work_order_line_performer": "[('work_order_id.%s', '=', user.id)]",
    "rule_document_performer": "[('work_order_id.%s', '=', user.id)]",
    "rule_document_line_performer": (
        "[('document_id.work_order_id.%s', '=', user.id)]"
    ),
    "rule_document_decision_performer": (
        "[('document_id.work_order_id.%s', '=', user.id)]"
    ),
    "rule_document_question_performer": (
        "[('document_id.work_order_id.%s', '=', user.id)]"
    ),
    "rule_request_line_performer": (
        "['|', ('request_id.create_uid', '=', user.id), "
        "('request_id.work_order_ids.%s', '=', user.id)]"
    ),
    "rule_request_value_performer": (
        "['|', ('request_id.create_uid', '=', user.id), "
        "('request_id.work_order_ids.%s', '=', user.id)]"
    ),
    "rule_equipment_performer": "[('request_ids.work_order_ids.%s', '=', user.id)]",
}

# Invoices of orders; now those of contracts, too: {rule: way to the invoice}
OF_INVOICES = {
    "rule_account_move_service": "",
    "rule_account_move_line_service": "move_id.",
}
ORDERS_ONLY = (
    "[('move_type', 'in', ('out_invoice', 'out_refund')), "
    "('%sinvoice_line_ids.sale_line_ids.order_id.is_service', '=', True)]"
)
CONTRACTS_TOO = (
    "['|', ('%scontract_id', '!=', False), '&', "
    "('move_type', 'in', ('out_invoice', 'out_refund')), "
    "('%sinvoice_line_ids.sale_line_ids.order_id.is_service', '=', True)]"
)

# Ratings of all companies; now those of the own ones.
RATINGS = (
    "%s if user.has_groups('service_crm.group_service_operator,"
    "service_crm.group_service_manager,service_crm.group_service_dispatcher') "
    "else ['|', ('res_model', '!=', 'crm.lead'), '&', ('consumed', '=', True), "
    "('rated_partner_id', '=', user.partner_id.id)]"
)
OWN_RATINGS = (
    "['|', ('res_model', '!=', 'crm.lead'), "
    "('request_company_id', 'in', company_ids + [False])]"
)
RATINGS_NAME = (
    ["Ratings of requests: operators, managers, dispatchers; performers, own ones"],
    "Ratings of requests: operators, managers, dispatchers of the company; "
    "performers, own ones",
)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    domains = {
        (f"service_crm.{name}", "domain_force"): change
        for name, change in _get_changes().items()
    }
    renew(env, domains | {("service_crm.rule_rating_read", "name"): RATINGS_NAME})
    remove(
        env,
        "domain_force",
        {"service_crm.rule_approval_roles": ["[('is_visible', '=', True)]"]},
    )


def _get_changes():
    """``{rule: (domains shipped before, domain shipped now)}``"""
    changes = {
        name: ([domain % LEADS], domain % GO_THERE)
        for name, domain in OF_PERFORMERS.items()
    }
    for name, way in OF_INVOICES.items():
        changes[name] = ([ORDERS_ONLY % way], CONTRACTS_TOO % (way, way))
    changes["rule_rating_read"] = (
        [RATINGS % "[(1, '=', 1)]"],
        RATINGS % OWN_RATINGS,
    )
    return changes
