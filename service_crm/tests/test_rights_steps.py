"""Role × step: every public step is taken by RPC as a user of every role."""

from datetime import datetime

import requests

from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tests.common import _super_send

from ..tools import board
from .common import requirement
from .common_contract_rights import CONTRACT_STEPS, ContractStepsCommon
from .common_crew_rights import CREW_STEPS, CrewStepsCommon
from .common_documents import DOCUMENT_STEPS, DocumentStepsCommon
from .common_rights import RightsCommon
from .common_tender import TenderStepsCommon
from .common_travel import RoadMap

SELLERS = "manager dispatcher admin"
STAFF = f"operator {SELLERS}"
# Opens a list; what is in it is decided by the rights on the rows.
EMPLOYEES = f"{STAFF} performer user"
LEAD = "crm.lead"
VISIT = "service.work.order"
INBOUND = "service.inbound"
CONSOLE = "service.console"
BOARD = "service.dispatch.board"
PLAN = "service.plan"
TENDER = "service.tender"
WHY = ("Болею",)
APPROVALS = ("approval_customer", "approval_manager", "approval_dispatcher")

# Rows as in check_steps(): model, method, case, who may.
STEPS = [
    *DOCUMENT_STEPS,
    (LEAD, "action_take", "new", "operator admin"),
    (LEAD, "action_assign_by_rules", "new", STAFF),
    (LEAD, "action_escalate", "new", STAFF),
    (LEAD, "action_return_line", "second_line", STAFF),
    ("service.request.escalation", "action_change_line", "escalation", STAFF),
    (LEAD, "action_make_child", "dispatch", STAFF),
    (LEAD, "action_view_people_load", "dispatch", SELLERS),
    ("service.request.line", "action_make_child", "priced_line", STAFF),
    ("service.request.child", "action_make", "child", STAFF),
    ("service.request.performers", "action_create", "performers", "dispatcher admin"),
    (LEAD, "action_convert_known", "known", "operator manager admin"),
    (LEAD, "action_pass_to_manager", "new", "operator admin"),
    (LEAD, "action_no_candidate", "choose", "operator manager admin"),
    (LEAD, "action_convert_new", "qualification", "manager admin"),
    (LEAD, "action_pass_to_dispatch", "known", "operator manager admin"),
    (LEAD, "action_pass_to_dispatch", "qualified", "manager admin"),
    (LEAD, "action_open_lost", "new", STAFF),
    (LEAD, "action_set_lost", "new", STAFF, (), {"lost_reason_id": "@reason"}),
    (LEAD, "action_search_customer", "new", STAFF),
    (LEAD, "action_choose_customer", "choose", STAFF, ("@partner",)),
    (LEAD, "action_make_quotation", "dispatch", SELLERS),
    (LEAD, "action_ask_approvals", "dispatch", SELLERS),
    (LEAD, "action_take_back_quotation", "sent", SELLERS),
    (LEAD, "action_refine_offer", "sent", SELLERS),
    (LEAD, "action_view_versions", "sent", STAFF),
    ("sale.order", "action_refine", "sent_order", SELLERS),
    ("sale.order", "action_view_versions", "sent_order", STAFF),
    ("res.partner", "action_print_service_prices", "customer", STAFF),
    ("product.template", "action_print_service_prices", "catalogue", STAFF),
    ("service.offer.report", "action_open_order", "offer_figures", SELLERS),
    ("service.cost.report", "action_open_source", "cost_figures", SELLERS),
    ("sale.order.refine", "action_refine", "refinement", SELLERS),
    ("sale.order.version", "action_open_file", "version", STAFF),
    (LEAD, "action_open_quotation", "sent", STAFF),
    (LEAD, "action_open_catalogue", "dispatch", STAFF),
    (LEAD, "action_create_work_order", "dispatch", "dispatcher admin"),
    (LEAD, "action_view_work_orders", "closing", f"{STAFF} performer"),
    (LEAD, "action_create_invoice", "closing", SELLERS),
    (LEAD, "action_view_service_invoices", "closing", SELLERS),
    (LEAD, "action_close", "closing", "dispatcher admin"),
    (LEAD, "action_reopen", "done", "dispatcher admin"),
    (LEAD, "action_open_customer_page", "closing", STAFF),
    (LEAD, "action_renew_customer_link", "closing", STAFF),
    ("service.request.reopen", "action_reopen", "reopen", "dispatcher admin"),
    ("sale.order", "action_ask_approvals", "draft_order", SELLERS),
    ("sale.order", "action_confirm", "free_order", SELLERS),
    ("sale.order", "action_confirm", "sent_order", ""),
    ("sale.order", "action_open_request", "sent_order", STAFF),
    ("service.approval", "action_approve", "approval_customer", STAFF, ("А.", "phone")),
    ("service.approval", "action_approve", "approval_manager", "manager admin"),
    ("service.approval", "action_approve", "approval_dispatcher", "dispatcher admin"),
    ("service.approval", "action_reject", "approval_manager", "manager admin", WHY),
    ("service.approval", "action_record_yes", "approval_customer", STAFF),
    ("service.approval", "action_record_no", "approval_dispatcher", "dispatcher admin"),
    ("service.approval", "action_open_document", "approval_manager", STAFF),
    ("service.approval.wizard", "action_decide", "decision", "manager admin"),
    (VISIT, "action_offer", "planned", "dispatcher admin"),
    (VISIT, "action_assign", "planned", "dispatcher admin"),
    (VISIT, "action_confirm_customer", "assigned", "dispatcher admin"),
    (VISIT, "action_confirm_performer", "assigned", "dispatcher performer admin"),
    (VISIT, "action_accept", "assigned", "dispatcher performer admin"),
    (VISIT, "action_accept", "colleagues", "dispatcher admin"),
    (VISIT, "action_refuse", "assigned", "dispatcher performer admin", WHY),
    (VISIT, "action_refuse", "colleagues", "dispatcher admin", WHY),
    (VISIT, "action_on_the_way", "assigned", "dispatcher performer admin"),
    (VISIT, "action_on_the_way", "colleagues", "dispatcher admin"),
    (VISIT, "action_start", "assigned", "dispatcher performer admin"),
    (VISIT, "action_start", "colleagues", "dispatcher admin"),
    (VISIT, "action_done", "in_progress", "dispatcher performer admin"),
    (VISIT, "action_customer_absent", "assigned", "dispatcher performer admin", WHY),
    (
        VISIT,
        "action_reschedule",
        "assigned",
        "dispatcher admin",
        (*WHY, "2026-12-03 09:00:00"),
    ),
    (VISIT, "action_unplan", "assigned", "dispatcher admin", WHY),
    (BOARD, "action_load", "board", STAFF, ([], 1764547200000, 1764633600000)),
    (BOARD, "action_read", "board", STAFF, ("@ids",)),
    (BOARD, "action_check", "board", "dispatcher admin", ("@moves",)),
    (BOARD, "action_move", "board", "dispatcher admin", ("@moves",)),
    (
        BOARD,
        "action_landing",
        "board",
        "dispatcher admin",
        ("@id", "@version", 1764547200000, 1764633600000),
    ),
    (VISIT, "action_cancel", "assigned", "dispatcher admin", WHY),
    (VISIT, "action_send_back", "handed_in", "dispatcher admin", WHY),
    (VISIT, "action_reopen", "cancelled", "dispatcher admin"),
    (VISIT, "action_close", "handed_in", "dispatcher admin"),
    (VISIT, "action_open_request", "assigned", f"{STAFF} performer"),
    (VISIT, "action_open_request", "colleagues", STAFF),
    (VISIT, "action_open_order", "handed_in", STAFF),
    (
        "service.work.order.line",
        "action_toggle_done",
        "lines",
        "dispatcher performer admin",
    ),
    (
        "service.work.order.line",
        "action_toggle_done",
        "colleagues_lines",
        "dispatcher admin",
    ),
    (
        "service.work.order.step",
        "action_take_step",
        "step",
        "dispatcher performer admin",
    ),
    ("service.request.line", "action_add_to_catalogue", "free_line", "admin"),
    (INBOUND, "action_take", "inbound", STAFF),
    (INBOUND, "action_retry", "inbound", STAFF),
    (INBOUND, "action_ignore", "inbound", STAFF),
    (INBOUND, "action_make_request", "inbound", STAFF),
    (INBOUND, "action_attach", "inbound", STAFF, ("@request",)),
    (INBOUND, "action_choose", "inbound", STAFF),
    (INBOUND, "action_open_request", "inbound_done", STAFF),
    ("service.inbound.decision", "action_attach", "inbound_decision", STAFF),
    ("service.inbound.decision", "action_make_request", "inbound_decision", STAFF),
    ("service.phase.log", "action_open_document", "entry", "admin"),
    (CONSOLE, "action_console_find", "console", STAFF, ("Анна",)),
    ("service.phone.action", "action_settle", "phone_action", "dispatcher admin"),
    (CONSOLE, "action_console_card", "console", STAFF, ("@partner",)),
    (CONSOLE, "action_console_queue", "console", STAFF),
    (CONSOLE, "action_console_file", "console", STAFF, ({"service_need": "Шумит"},)),
    (CONSOLE, "action_console_attach", "two_requests", STAFF, ("@first", "@second")),
    (
        "res.partner",
        "action_choose_for_request",
        "customer",
        STAFF,
        (),
        {"context": {"service_request_id": "@request"}},
    ),
    ("res.partner", "action_view_service_requests", "customer", EMPLOYEES),
    ("resource.resource", "action_service_work_orders", "resource", EMPLOYEES),
    ("resource.resource", "action_view_service_ratings", "resource", EMPLOYEES),
    (VISIT, "action_suggestions", "to_plan", STAFF),
    (
        VISIT,
        "action_take_suggestion",
        "to_plan",
        "dispatcher admin",
        ("@slot", "@version"),
    ),
    (PLAN, "action_run", "plan_to_make", "dispatcher admin"),
    (PLAN, "action_cancel", "plan_to_make", "dispatcher admin"),
    (PLAN, "action_poll", "plan_to_make", "dispatcher admin"),
    (PLAN, "action_discard", "plan_made", "dispatcher admin"),
    (PLAN, "action_preview", "plan_made", "dispatcher admin"),
    (PLAN, "action_show_board", "plan_made", "dispatcher admin"),
    (PLAN, "action_take_back", "plan_applied", "dispatcher admin"),
    (PLAN, "action_apply", "plan_made", "dispatcher admin"),
    (PLAN, "action_apply_selected", "plan_made", "dispatcher admin"),
    (f"{PLAN}.line", "action_apply", "plan_line", "dispatcher admin"),
    (f"{PLAN}.line", "action_open_visit", "plan_line", "dispatcher admin"),
    ("service.area", "action_view_places", "area", f"{STAFF} performer"),
    ("service.travel.provider", "action_try", "provider", "admin"),
    (LEAD, "action_explain_price", "dispatch", STAFF),
    (LEAD, "action_preview_price", "dispatch", STAFF),
    ("product.template", "action_publish_kit", "kit", "admin"),
    ("product.template", "action_prepare_kit", "kit", "admin"),
    ("service.price.rule", "action_try", "price_rule", STAFF),
    ("service.segment", "action_open_partners", "segment", STAFF),
    ("service.segment", "action_open_rules", "segment", STAFF),
    (LEAD, "action_picker_state", "dispatch", STAFF),
    (LEAD, "action_picker_facets", "console", EMPLOYEES),
    (LEAD, "action_picker_free_line", "dispatch", STAFF, ({"name": "Замок"},)),
    ("sale.order", "action_picker_state", "draft_order", STAFF),
    ("sale.order", "action_picker_facets", "console", EMPLOYEES),
    (
        "sale.order",
        "action_picker_free_line",
        "draft_order",
        SELLERS,
        ({"name": "Замок"},),
    ),
    ("service.category", "action_open_services", "category", EMPLOYEES),
    ("service.equipment", "action_view_requests", "equipment", STAFF),
    ("service.equipment", "action_view_visits", "equipment", STAFF),
    ("res.partner", "action_view_equipment", "customer", EMPLOYEES),
    (TENDER, "action_start_monitoring", "tender", "manager admin"),
    (TENDER, "action_take_earlier_prices", "tender", "manager admin"),
    (TENDER, "action_place_bid", "tender", "manager admin"),
    (TENDER, "action_set_won", "tender_offered", "manager admin"),
    (TENDER, "action_set_lost", "tender_offered", "manager admin"),
    (TENDER, "action_reopen", "tender_lost", "manager admin"),
    (TENDER, "action_view_offers", "tender", STAFF),
    (TENDER, "action_view_requests", "tender", STAFF),
    (TENDER, "action_view_orders", "tender", STAFF),
    (TENDER, "action_view_contracts", "tender", STAFF),
    (TENDER, "action_view_documents", "tender", STAFF),
    ("service.tender.bid", "action_set_winner", "bid", "manager admin"),
    ("service.tender.offer", "action_open_tender", "offer", STAFF),
    ("service.tender.offer", "action_view_requests", "offer", STAFF),
    ("service.tender.offer", "action_open_order", "offer", STAFF),
    (LEAD, "action_open_tender", "tender_request", STAFF),
    (LEAD, "action_view_tender_prices", "tender_request", STAFF),
    ("sale.order", "action_open_tender", "sent_order", STAFF),
    ("service.contract", "action_open_tender", "tender_contract", STAFF),
    ("service.document", "action_open_tender", "tender_document", STAFF),
    *CONTRACT_STEPS,
    *CREW_STEPS,
]


class TestRightsSteps(
    RightsCommon,
    DocumentStepsCommon,
    TenderStepsCommon,
    ContractStepsCommon,
    CrewStepsCommon,
):
    """Who may take which step, and who is told in words that it is not his."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.build_performer(
            new_test_user(
                cls.env, "colleague", groups="service_crm.group_service_performer"
            )
        )

    @requirement("R23")
    def test_roles_steps(self):
        self.check_steps(STEPS, "service_crm")

    # Requests ------------------------------------------------------------------------

    def _build_second_line(self):
        request = self._build_new()
        request._action_change_line("up", "Сложно")
        return request

    def _build_escalation(self):
        requests = self._build_new()
        return self.env["service.request.escalation"].create(
            {"request_ids": requests.ids, "reason": "Сложно", "team_id": self.team.id}
        )

    def _build_priced_line(self):
        return self._build_dispatch().request_line_ids[:1]

    def _build_performers(self):
        return self.env["service.request.performers"].create(
            {
                "request_id": self._build_dispatch().id,
                "performer_ids": self.performer.ids,
            }
        )

    def _build_child(self):
        return self.env["service.request.child"].create(
            {"parent_id": self._build_dispatch().id, "name": "Розетка"}
        )

    def _build_new(self):
        self.known["@reason"] = (
            self.env["crm.lost.reason"].create({"name": "Дорого"}).id
        )
        return self.build_request(phone="+7 495 555-00-01", contact_name="Борис")

    def _build_known(self):
        return self.build_request(
            partner_id=self.customer.id,
            service_need="Шумит дверь",
            dispatcher_id=self.user_dispatcher.id,
        )

    def _build_choose(self):
        request = self._build_new()
        self.known["@partner"] = self.customer.id
        request.write(
            {
                "match_state": "choose",
                "match_partner_ids": [Command.set(self.customer.ids)],
            }
        )
        return request

    def _build_qualification(self, **values):
        return self.build_request(
            stage_id=self.stages["qualification"].id,
            user_id=self.user_manager.id,
            contact_name="Борис",
            phone="+7 495 555-00-02",
            service_need="Шумит дверь",
            **values,
        )

    def _build_qualified(self):
        return self._build_qualification(
            partner_id=self.customer.id, dispatcher_id=self.user_dispatcher.id
        )

    def _build_dispatch(self):
        self.team.write(dict.fromkeys(APPROVALS, True))
        request = self.build_request(
            type="opportunity",
            stage_id=self.stages["dispatch"].id,
            partner_id=self.customer.id,
            user_id=self.user_manager.id,
            dispatcher_id=self.user_dispatcher.id,
        )
        self.build_line(request, self.inspection)
        return request

    def _build_sent(self):
        request = self._build_dispatch()
        request.with_user(self.user_dispatcher).action_ask_approvals()
        return request

    def _build_closing(self):
        request = self.build_agreed_request()
        self.build_visit(request)
        self.close_works(request)
        return request

    def _build_done(self):
        request = self._build_closing()
        request.with_user(self.user_dispatcher).action_close()
        return request

    def _build_reopen(self):
        return self.env["service.request.reopen"].create(
            {"reason": "Снова шумит", "request_ids": self._build_done().ids}
        )

    def _build_phone_action(self):
        return self.env["service.phone.action"].create(
            {
                "key": "1",
                "user_id": self.user_performer.id,
                "company_id": self.env.company.id,
                "kind": "report",
                "state": "refused",
            }
        )

    def _build_price_rule(self):
        return self.env["service.price.rule"].create({"name": "Ночь", "percent": 50})

    def _build_segment(self):
        return self.env["service.segment"].create({"name": "Соседи"})

    def _build_free_line(self):
        return self.build_line(self._build_dispatch(), name="Смазать петли")

    def _build_kit(self):
        kit = self.build_product("Набор").product_tmpl_id
        kit.component_ids = [
            Command.create(
                {
                    "product_id": self.build_product("Петля").id,
                    "quantity_method": "fixed",
                }
            )
        ]
        return kit

    # Orders and approvals ------------------------------------------------------------

    def _build_draft_order(self):
        request = self._build_dispatch()
        request.with_user(self.user_dispatcher).action_make_quotation()
        return request.service_quotation_id

    def _build_free_order(self):
        order = self._build_draft_order()
        self.team.write(dict.fromkeys(APPROVALS, False))
        return order

    def _build_sent_order(self):
        return self._build_sent().service_quotation_id

    def _build_refinement(self):
        return self.env["sale.order.refine"].create(
            {"reason": "Дорого", "order_ids": self._build_sent_order().ids}
        )

    def _build_catalogue(self):
        """Nothing chosen: the button prints the whole catalogue."""

    def _build_offer_figures(self):
        order = self._build_sent_order()
        return self.env["service.offer.report"].search([("order_id", "=", order.id)])

    def _build_cost_figures(self):
        visit = self._build_handed_in()
        return self.env["service.cost.report"].search(
            [("work_order_id", "=", visit.id)]
        )

    def _build_version(self):
        version = self._build_sent_order().version_ids
        version.attachment_id = self.env["ir.attachment"].create(
            {"name": "offer.pdf", "raw": b"x"}
        )
        return version

    def _build_approval(self, role):
        approvals = self._build_sent_order().service_approval_ids
        return approvals.filtered(lambda approval: approval.role == role)

    def _build_approval_customer(self):
        return self._build_approval("customer")

    def _build_approval_manager(self):
        return self._build_approval("manager")

    def _build_approval_dispatcher(self):
        return self._build_approval("dispatcher")

    def _build_decision(self):
        return self.env["service.approval.wizard"].create(
            {
                "approval_id": self._build_approval("manager").id,
                "decision": "approved",
            }
        )

    # Visits --------------------------------------------------------------------------

    def _build_planned(self, state="draft", performer=None):
        self.known["@colleague"] = self.colleague.ids
        return self.build_visit(
            self.build_agreed_request(),
            state,
            performer_id=(performer or self.performer).id,
            date_start=datetime(2026, 12, 1, 9),
            date_end=datetime(2026, 12, 1, 10),
        )

    def _build_to_plan(self):
        visit = self._build_planned()
        self.env.flush_all()
        self.known["@version"] = visit.plan_version
        self.known["@slot"] = {
            "performer": visit.performer_id.id,
            "start": "2026-12-02 09:00:00",
            "end": "2026-12-02 10:00:00",
        }
        return visit

    def _build_assigned(self):
        return self._build_planned("assigned")

    def _build_colleagues(self):
        return self._build_planned("assigned", self.colleague)

    def _build_in_progress(self):
        return self._build_planned("in_progress")

    def _build_handed_in(self):
        return self._build_planned("done")

    def _build_cancelled(self):
        return self._build_planned("cancelled")

    def _build_lines(self):
        return self._build_in_progress().line_ids

    def _build_colleagues_lines(self):
        return self._build_colleagues().line_ids

    def _build_step(self):
        return self.env["service.work.order.step"].create(
            {
                "step": "refuse",
                "reason": "Болею",
                "work_order_ids": self._build_assigned().ids,
            }
        )

    # Everything else -----------------------------------------------------------------

    def _build_inbound(self):
        self.known["@request"] = self.build_request().id
        return self.env["service.inbound"].create(
            {
                "channel": "phone",
                "name": "Звонок",
                "preview": "Шумит дверь",
                "state": "failed",
                "team_id": self.team.id,
            }
        )

    def _build_inbound_done(self):
        inbound = self._build_inbound()
        inbound.write({"request_id": self.known["@request"], "state": "done"})
        return inbound

    def _build_inbound_decision(self):
        return self.env["service.inbound.decision"].create(
            {
                "inbound_ids": self._build_inbound().ids,
                "mode": "attach",
                "request_id": self.known["@request"],
            }
        )

    def _build_entry(self):
        self.build_request()
        return self.env["service.phase.log"].search([], limit=1, order="id desc")

    def _build_console(self):
        self.known["@partner"] = self.customer.id

    def _build_board(self):
        visit = self._build_assigned()
        self.env.flush_all()
        self.known["@ids"] = visit.ids
        self.known |= {"@id": visit.id, "@version": visit.plan_version}
        self.known["@moves"] = [
            {
                "id": visit.id,
                "version": visit.plan_version,
                "performer": visit.performer_id.id,
                "start": board.to_milliseconds(datetime(2026, 12, 3, 9)),
                "end": False,
            }
        ]

    def _build_two_requests(self):
        first, second = self._build_known(), self._build_known()
        self.known |= {"@first": first.id, "@second": second.id}

    def _build_customer(self):
        self.known["@request"] = self._build_new().id
        return self.customer

    def _build_resource(self):
        return self.performer

    def _build_area(self):
        return self.env["service.area"].create({"name": "Север"})

    def _build_provider(self):
        self.patch(requests.Session, "send", _super_send)
        self.env["ir.config_parameter"].set_param(
            "service_crm.own_network_hosts", "127.0.0.1"
        )
        roads = RoadMap()
        self.addCleanup(roads.close)
        return self.env["service.travel.provider"].create(
            {"name": "Дороги", "url": roads.url}
        )

    def _build_plan_to_make(self):
        return self.env["service.plan"].create(
            {"performer_ids": [Command.set(self.performer.ids)]}
        )

    def _build_plan_applied(self):
        plan = self._build_plan_made().with_user(self.user_dispatcher)
        plan.action_apply()
        return plan.sudo()

    def _build_plan_made(self):
        visit = self.build_work_order()
        plan = self._build_plan_to_make()
        plan.state = "proposed"
        self.env["service.plan.line"].create(
            {
                "plan_id": plan.id,
                "order_id": visit.id,
                "kind": "new",
                "version": visit.plan_version,
                "to_performer_id": self.performer.id,
                "to_start": datetime(2030, 1, 8, 9),
                "to_end": datetime(2030, 1, 8, 10),
            }
        )
        return plan

    def _build_plan_line(self):
        return self._build_plan_made().line_ids

    def _build_category(self):
        return self.build_category()

    def _build_equipment(self):
        return self.env["service.equipment"].create(
            {"name": "Лифт", "partner_id": self.customer.id}
        )
