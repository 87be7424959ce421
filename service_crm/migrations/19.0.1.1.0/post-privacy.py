"""Closed teams: rules of requests look at visit, team and contract, too."""

from odoo import SUPERUSER_ID, api

from odoo.addons.service_crm.tools.upgrade import renew

BY_REQUEST = "user._get_service_privacy_domain(%s)"
BY_VISIT = "user._get_service_visit_privacy_domain(%s)"
BY_CONTRACT = "user._get_service_contract_privacy_domain(%s)"
BY_TEAM = "user._get_service_team_privacy_domain(%s)"
OF_DOCUMENT = " + ".join(
    [
        BY_VISIT % "'document_id.work_order_id.'",
        BY_CONTRACT % "'document_id.contract_id.'",
    ]
)
PEOPLE = "'opportunity_id', ('create_uid', 'user_id')"
# {rule: (way to the request, what it looks at besides)}
RULES = {
    "cost_report": ("'request_id.'", BY_VISIT % "'work_order_id.'"),
    "document": (
        "'request_id.'",
        BY_VISIT % "'work_order_id.'" + " + " + BY_CONTRACT % "'contract_id.'",
    ),
    "document_decision": ("'document_id.request_id.'", OF_DOCUMENT),
    "document_line": ("'document_id.request_id.'", OF_DOCUMENT),
    "document_question": ("'document_id.request_id.'", OF_DOCUMENT),
    "sale_order": ("'opportunity_id.'", BY_TEAM % f"'', {PEOPLE}"),
    "sale_order_line": (
        "'order_id.opportunity_id.'",
        BY_TEAM % f"'order_id.', {PEOPLE}",
    ),
    "service_load_report": (
        "'request_id.', planners=True",
        BY_VISIT % "'work_order_id.', planners=True",
    ),
    "service_plan_line": (
        "'order_id.request_id.', planners=True",
        BY_VISIT % "'order_id.', planners=True"
        + " + "
        + BY_TEAM % "'plan_id.', people=('user_id',)",
    ),
    "work_order": ("'request_id.', planners=True", BY_VISIT % "planners=True"),
    "work_order_line": (
        "'work_order_id.request_id.', planners=True",
        BY_VISIT % "'work_order_id.', planners=True",
    ),
    "work_order_offer": (
        "'work_order_id.request_id.', planners=True",
        BY_VISIT % "'work_order_id.', planners=True",
    ),
}


def migrate(cr, version):
    changes = {}
    for name, (way, added) in RULES.items():
        before = BY_REQUEST % way
        shipped = [before]
        if name == "work_order":
            shipped.append(BY_REQUEST % "planner=True")
        rule = f"service_crm.rule_{name}_privacy"
        changes[rule, "domain_force"] = (shipped, f"{before} + {added}")
    renew(api.Environment(cr, SUPERUSER_ID, {}), changes)
