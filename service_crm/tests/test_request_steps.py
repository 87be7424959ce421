from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import ServiceCommon, requirement

STEPS = {
    "action_take": {"operator"},
    "action_convert_known": {"operator", "manager"},
    "action_pass_to_manager": {"operator"},
    "action_no_candidate": {"operator", "manager"},
    "action_convert_new": {"manager"},
    "action_pass_to_dispatch": {"operator", "manager"},
    "action_search_customer": {"operator", "manager", "dispatcher"},
}


class TestRequestSteps(ServiceCommon):
    """The steps of a request between the roles, each as the person who takes it."""

    def setUp(self):
        super().setUp()
        self.unknown = {
            "name": "Новый заказ",
            "phone": "+7 999 555-44-33",
            "email_from": "boris@novy.example.com",
        }

    def as_role(self, records, role):
        return records.with_user(self.users[role])

    def assert_refused(self, regex, method, *args):
        with self.assertRaisesRegex(UserError, regex):
            method(*args)

    @requirement("R14")
    def test_known_customer_becomes_a_deal_without_manager_or_new_partner(self):
        requests = self.build_request(
            phone="8 (495) 120-81-15", country_id=self.env.ref("base.ru").id
        ) + self.build_request(email_from="Anna <ANNA@alfa.example.com>")
        self.assertEqual(requests.mapped("match_state"), ["known", "known"])
        partners = self.env["res.partner"].search_count([])
        self.as_role(requests, "operator").action_convert_known()
        for request in requests:
            self.assertEqual(request.type, "opportunity")
            self.assertEqual(request.partner_id, self.customer)
            self.assertEqual(request.service_phase, "new")
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        requests.write(
            {"dispatcher_id": self.user_dispatcher.id, "service_need": "Дверь шумит"}
        )
        self.as_role(requests, "operator").action_pass_to_dispatch()
        self.assertEqual(requests.mapped("service_phase"), ["dispatch", "dispatch"])
        self.assertEqual(requests.operator_id, self.user_operator)
        log = self.env["service.phase.log"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "in", requests.ids)]
        )
        self.assertNotIn("qualification", log.mapped("phase"))

    @requirement("R13")
    def test_several_customers_with_one_number_are_never_linked_silently(self):
        other = self.build_partner(name="Пётр Сидоров", phone="8 495 120 81 15")
        request = self.build_request(phone="+74951208115")
        self.assertEqual(request.match_state, "choose")
        self.assertFalse(request.partner_id)
        self.assertEqual(request.match_partner_ids, self.customer + other)
        operator = self.as_role(request, "operator")
        self.assert_refused("Choose one first", operator.action_convert_known)
        self.assert_refused("Choose one", operator.action_pass_to_manager)
        operator.action_choose_customer(other.id)
        self.assertEqual(request.partner_id, other)
        self.assertEqual(request.match_state, "known")
        self.assertFalse(request.match_partner_ids)

    @requirement("R15")
    def test_new_customer_goes_to_a_manager(self):
        self.team.member_ids = [Command.link(self.user_manager.id)]
        request = self.build_request(**self.unknown)
        self.assertEqual(request.match_state, "none")
        self.as_role(request, "operator").action_pass_to_manager()
        self.assertEqual(request.user_id, self.user_manager)
        self.assertEqual(request.service_phase, "qualification")
        self.assertEqual(request.waiting_for, "manager")
        self.assertEqual(request.operator_id, self.user_operator)
        activity = request.activity_ids
        self.assertEqual(activity.user_id, self.user_manager)
        self.assertEqual(
            activity.activity_type_id, self.env.ref("service_crm.mail_activity_qualify")
        )

    def test_managers_share_new_customers_evenly(self):
        second = self.user_manager.copy({"login": "second", "name": "Second"})
        self.team.member_ids = [Command.set((self.user_manager + second).ids)]
        requests = self.env["crm.lead"].create(
            [
                {
                    "name": f"New {n}",
                    "team_id": self.team.id,
                    "phone": f"+7 999 000-00-0{n}",
                }
                for n in range(4)
            ]
        )
        self.as_role(requests, "operator").action_pass_to_manager()
        self.assertEqual(
            requests.mapped("user_id.id"), (self.user_manager + second).ids
        )
        self.assertEqual(
            sorted(requests.user_id.ids), sorted((self.user_manager + second).ids)
        )
        counts = {user: len(own) for user, own in requests.grouped("user_id").items()}
        self.assertEqual(set(counts.values()), {2})

    @requirement("R16")
    def test_refusal_lists_all_that_is_missing(self):
        request = self.build_request(name="?")
        self.as_role(request, "operator").action_pass_to_manager()
        manager = self.as_role(request, "manager")
        with self.assertRaises(UserError) as refused:
            manager.action_pass_to_dispatch()
        for label in (
            "What is needed",
            "Name of the contact or company",
            "Phone or e-mail",
            "Customer",
            "Dispatcher",
        ):
            self.assertIn(label, str(refused.exception))
            self.assertIn(label, request.service_missing)
        self.assertEqual(request.service_phase, "qualification")
        with self.assertRaises(UserError) as refused:
            manager.action_convert_new()
        self.assertIn("Phone or e-mail", str(refused.exception))
        self.assertEqual(request.type, "lead")
        manager.write({"contact_name": "Борис", "email_from": "not an address"})
        self.assert_refused("valid e-mail", manager.action_convert_new)

    @requirement("R17", "R54", "R57", "R58")
    def test_manager_makes_deal_contact_and_company(self):
        request = self.build_request(**self.unknown)
        self.as_role(request, "operator").action_pass_to_manager()
        manager = self.as_role(request, "manager")
        manager.write(
            {
                "contact_name": "Борис Новиков",
                "partner_name": "ООО Новый",
                "customer_vat": "7707083893",
                "customer_company_registry": "1027700132195",
                "service_need": "Монтаж подъёмника",
                "dispatcher_id": self.user_dispatcher.id,
            }
        )
        manager.action_convert_new()
        contact = request.partner_id
        self.assertEqual(request.type, "opportunity")
        self.assertEqual(contact.name, "Борис Новиков")
        self.assertFalse(contact.is_company)
        self.assertEqual(contact.phone, "+7 999 555-44-33")
        company = contact.parent_id
        self.assertEqual(company.name, "ООО Новый")
        self.assertTrue(company.is_company)
        self.assertEqual(company.vat, "7707083893")
        self.assertEqual(company.company_registry, "1027700132195")
        self.assertEqual(request.commercial_partner_id, company)
        self.assertEqual(company.user_id, request.user_id)
        manager.action_pass_to_dispatch()
        self.assertEqual(request.service_phase, "dispatch")
        order = self.env["sale.order"].create(
            {"partner_id": contact.id, "opportunity_id": request.id}
        )
        self.assertEqual(request.order_ids, order)
        self.assertFalse(
            request.activity_ids.filtered(
                lambda a: (
                    a.activity_type_id
                    == self.env.ref("service_crm.mail_activity_qualify")
                )
            )
        )

    def test_a_known_company_and_contact_are_taken_not_made_twice(self):
        first, second, third = (
            self.build_request(
                name=name,
                phone=phone,
                country_id=self.env.ref("base.ru").id,
                contact_name=contact,
                partner_name="Alfa LLC",
            )
            for name, phone, contact in [
                ("First", "+7 999 555-44-33", "Boris"),
                ("Same person", "8 999 555 44 33", "Boris"),
                ("Another", "+7 999 555-44-34", "Ivan"),
            ]
        )
        requests = first + second + third
        self.as_role(requests, "operator").action_pass_to_manager()
        requests.user_id = self.user_manager
        partners = self.env["res.partner"].search_count([])
        manager = self.as_role(requests, "manager")
        manager.action_convert_new()
        manager.action_convert_new()
        self.assertEqual(self.env["res.partner"].search_count([]), partners + 2)
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertEqual(requests.partner_id.parent_id, self.company_customer)

    @requirement("R18")
    def test_lost_creates_nobody_and_keeps_the_reason(self):
        request = self.build_request(**self.unknown)
        self.as_role(request, "operator").action_pass_to_manager()
        reason = self.env["crm.lost.reason"].create({"name": "Слишком дорого"})
        partners = self.env["res.partner"].search_count([])
        manager = self.as_role(request, "manager")
        self.assert_refused("reason", manager.action_set_lost)
        wizard = (
            self.env["crm.lead.lost"]
            .with_user(self.user_manager)
            .with_context(**manager.action_open_lost()["context"])
            .create({"lost_reason_id": reason.id})
        )
        wizard.action_lost_reason_apply()
        self.assertFalse(request.active)
        self.assertEqual(request.won_status, "lost")
        self.assertEqual(request.lost_reason_id, reason)
        self.assertEqual(reason.leads_count, 1)
        self.assertEqual(request.type, "lead")
        self.assertFalse(request.partner_id)
        self.assertFalse(request.activity_ids)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertEqual(request.waiting_for, "nobody")
        self.assert_refused("was lost", manager.action_pass_to_dispatch)

    @requirement("R19")
    def test_dispatcher_is_named_by_operator_or_manager_and_told(self):
        for role in ("operator", "manager"):
            request = self.build_request(
                partner_id=self.customer.id, service_need="Осмотр"
            )
            actor = self.as_role(request, role)
            actor.action_convert_known()
            self.assert_refused("Dispatcher", actor.action_pass_to_dispatch)
            self.assertEqual(request.service_phase, "new")
            actor.dispatcher_id = self.user_dispatcher
            activity = request.activity_ids
            self.assertEqual(activity.user_id, self.user_dispatcher)
            actor.action_pass_to_dispatch()
            self.assertEqual(request.service_phase, "dispatch")
            self.assertEqual(request.waiting_for, "dispatcher")
            self.assertEqual(request.activity_ids, activity)

    def test_another_dispatcher_is_told_instead_of_the_first(self):
        second = self.user_dispatcher.copy({"login": "second", "name": "Second"})
        request = self.build_request(
            partner_id=self.customer.id, dispatcher_id=self.user_dispatcher.id
        )
        self.assertEqual(request.activity_ids.user_id, self.user_dispatcher)
        self.as_role(request, "operator").dispatcher_id = second
        self.assertEqual(request.activity_ids.user_id, second)

    @requirement("R20")
    def test_known_customer_is_not_passed_on_without_a_need(self):
        request = self.build_request(
            phone="+7 495 120-81-15", dispatcher_id=self.user_dispatcher.id
        )
        operator = self.as_role(request, "operator")
        operator.action_convert_known()
        operator.service_need = "   "
        self.assert_refused("What is needed", operator.action_pass_to_dispatch)
        operator.request_line_ids = [Command.create({"name": "Осмотр лифта"})]
        operator.action_pass_to_dispatch()
        self.assertEqual(request.service_phase, "dispatch")

    @requirement("R23")
    def test_role_by_step(self):
        """Role × step: who may not is refused as that user, before anything else."""
        for step, allowed in STEPS.items():
            for role in ("operator", "manager", "dispatcher", "performer"):
                request = self.build_request(
                    phone="+7 495 120-81-15",
                    service_need="Осмотр",
                    dispatcher_id=self.user_dispatcher.id,
                )
                before = request.read(["stage_id", "type", "operator_id", "partner_id"])
                actor = self.as_role(request, role)
                with self.subTest(step=step, role=role):
                    if role not in allowed:
                        with self.assertRaises(AccessError):
                            getattr(actor, step)()
                        self.assertEqual(
                            request.read(
                                ["stage_id", "type", "operator_id", "partner_id"]
                            ),
                            before,
                        )
                        continue
                    try:
                        getattr(actor, step)()
                    except AccessError:
                        self.fail(f"{role} may not {step}")
                    except UserError as refusal:
                        # not this request, but this role
                        self.assertNotIsInstance(refusal, AccessError)

    def test_a_taken_request_is_not_taken_again(self):
        second = self.user_operator.copy({"login": "second_operator", "name": "Вторая"})
        request = self.build_request()
        self.as_role(request, "operator").action_take()
        self.as_role(request, "operator").action_take()
        self.assert_refused("already taken", request.with_user(second).action_take)
        self.assertEqual(request.operator_id, self.user_operator)

    def test_merged_requests_keep_what_hangs_on_them(self):
        first = self.build_request(service_need="Дверь", partner_id=self.customer.id)
        second = self.build_request(
            service_need="Свет",
            dispatcher_id=self.user_dispatcher.id,
            request_line_ids=[Command.create({"name": "Осмотр"})],
        )
        visit = self.build_work_order(request_id=second.id)
        merged = self.as_role(first + second, "operator").merge_opportunity()
        self.assertEqual(merged.partner_id, self.customer)
        self.assertIn("Дверь", merged.service_need)
        self.assertIn("Свет", merged.service_need)
        self.assertEqual(merged.dispatcher_id, self.user_dispatcher)
        self.assertEqual(merged.request_line_ids.mapped("name"), ["Осмотр"])
        self.assertEqual(visit.request_id, merged)
        plain = self.env["crm.lead"].create({"name": "Plain", "team_id": False})
        self.assert_refused("only be merged", (merged + plain).merge_opportunity)
