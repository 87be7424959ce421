from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import ServiceCommon, requirement


class TestInternalRequests(ServiceCommon):
    """Requests of colleagues: a team, a time and eyes of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.helpdesk_operator = new_test_user(
            cls.env, "helpdesk", groups="service_crm.group_service_operator"
        )
        cls.internal = cls.env["crm.team"].create(
            {
                "name": "Хозяйственная служба",
                "is_service": True,
                "service_internal": True,
                "service_sla_hours": 16,
                "member_ids": cls.helpdesk_operator.ids,
            }
        )
        cls.team.service_sla_hours = 4
        cls.colleague = new_test_user(
            cls.env,
            "colleague_asks",
            name="Коллега",
            email="colleague@home.example.com",
        )

    def file(self, user=None, **values):
        leads = self.env["crm.lead"].with_user(user or self.user_operator)
        return leads.create({"name": "Стул", "team_id": self.team.id, **values})

    @requirement("R247")
    def test_teams_time_and_visibility(self):
        external = self.file(partner_id=self.customer.id)
        internal = self.file(
            user=self.user_admin, partner_id=self.colleague.partner_id.id
        )
        # separate teams
        self.assertEqual(external.team_id, self.team)
        self.assertEqual(internal.team_id, self.internal)
        self.assertIn(self.internal, internal.stage_id.team_ids)
        # separate time to be done in
        self.assertEqual(external.service_sla_hours, 4)
        self.assertEqual(internal.service_sla_hours, 16)
        self.assertTrue(external.service_due and internal.service_due)
        # separate visibility
        self.assertTrue(self.internal.service_members_only)
        for role in ("operator", "manager", "dispatcher"):
            user = self.users[role]
            seen = self.env["crm.lead"].with_user(user).search([])
            self.assertIn(external, seen, role)
            self.assertNotIn(internal, seen, role)
            with self.assertRaises(AccessError):
                internal.with_user(user).read(["name"])
        self.assertEqual(internal.with_user(self.helpdesk_operator).name, "Стул")
        self.assertEqual(internal.with_user(self.user_admin).name, "Стул")
        # and the other way round, where the company wants it
        self.team.service_members_only = True
        self.team.member_ids = self.user_operator
        self.assertEqual(external.with_user(self.user_operator).name, "Стул")
        with self.assertRaises(AccessError):
            external.with_user(self.helpdesk_operator).read(["name"])

    def test_by_mail_and_when_the_customer_is_found_later(self):
        by_mail = self.env["crm.lead"].create(
            {
                "name": "Стул",
                "team_id": self.team.id,
                "email_from": "Коллега <colleague@home.example.com>",
            }
        )
        self.assertEqual(by_mail.team_id, self.internal)
        later = self.file()
        self.assertEqual(later.team_id, self.team)
        later.sudo().partner_id = self.colleague.partner_id
        self.assertEqual(later.team_id, self.internal)

    def test_who_files_it_sees_it(self):
        filed = self.file(partner_id=self.colleague.partner_id.id)
        self.assertEqual(filed.team_id, self.internal)
        self.assertEqual(filed.name, "Стул")

    def test_what_hangs_on_it_is_closed_too(self):
        internal = self.file(
            user=self.user_admin,
            partner_id=self.colleague.partner_id.id,
            type="opportunity",
            stage_id=self.stages["dispatch"].id,
        )
        self.build_line(internal, self.build_product())
        visit = self.build_work_order(
            request_id=internal.id, performer_id=self.performer.id
        )
        visit.write({"line_ids": [Command.create({"name": "Ножка"})]})
        offer = self.env["service.work.order.offer"].create(
            {"work_order_id": visit.id, "performer_id": self.performer.id}
        )
        self.env.flush_all()
        for model in ("service.request.line", "service.work.order"):
            found = self.env[model].with_user(self.user_operator)
            self.assertFalse(found.search([("request_id", "=", internal.id)]), model)
            found = self.env[model].with_user(self.helpdesk_operator)
            self.assertTrue(found.search([("request_id", "=", internal.id)]), model)
        for records in (visit.line_ids, offer):
            self.assertFalse(records.with_user(self.user_operator).has_access("read"))
            for user in (self.helpdesk_operator, self.user_dispatcher):
                self.assertTrue(records.with_user(user).has_access("read"))
        found = self.env["service.cost.report"]
        for role, seen in (("manager", False), ("admin", True)):
            rows = found.with_user(self.users[role])
            rows = rows.search([("request_id", "=", internal.id)])
            self.assertEqual(bool(rows), seen, role)
        # dispatchers plan the same performers, so they see when those are busy
        self.assertTrue(visit.with_user(self.user_dispatcher).has_access("read"))
        self.assertTrue(visit.with_user(self.user_performer).has_access("read"))
        self.assertTrue(internal.with_user(self.user_performer).has_access("read"))

    def check_seen(self, records, seen):
        """Who sees these; the team's own people and administrators always do."""
        users = {**self.users, "member": self.helpdesk_operator}
        for name, user in users.items():
            if name in ("operator", "manager", "dispatcher", "admin", "member"):
                found = records.with_user(user).search([("id", "in", records.ids)])
                expected = name in (*seen, "admin", "member")
                self.assertEqual(bool(found), expected, (records, name))

    def test_visits_without_request_are_closed_too(self):
        visit = self.build_work_order(
            team_id=self.internal.id,
            partner_id=self.colleague.partner_id.id,
            performer_id=self.performer.id,
            date_start="2026-12-01 09:00:00",
            line_ids=[Command.create({"name": "Ножка"})],
        )
        offer = self.env["service.work.order.offer"].create(
            {"work_order_id": visit.id, "performer_id": self.performer.id}
        )
        paper = self.env["service.document"].create(
            {
                "type_id": self.env["service.document.type"].create({"name": "Акт"}).id,
                "work_order_id": visit.id,
            }
        )
        self.env.flush_all()
        self.assertFalse(visit.request_id)
        for records in (visit, visit.line_ids, offer):
            self.check_seen(records, ["dispatcher"])
        self.check_seen(paper, [])
        for model, user, seen in (
            ("service.cost.report", self.user_manager, False),
            ("service.load.report", self.user_manager, False),
            ("service.load.report", self.user_dispatcher, True),
        ):
            rows = self.env[model].with_user(user)
            rows = rows.search([("work_order_id", "=", visit.id)])
            self.assertEqual(bool(rows), seen, (model, user.login))
        self.assertTrue(visit.with_user(self.user_performer).has_access("read"))
        # a request decides where there is one
        visit.request_id = self.file(partner_id=self.customer.id)
        self.check_seen(visit, ["operator", "manager", "dispatcher"])
        # helpers of a visit see it, whatever else they are
        visit.request_id = False
        visit.team_id = self.internal
        helper = self.build_performer(self.user_operator, "Помощник")
        visit.helper_ids = helper
        self.check_seen(visit, ["operator", "dispatcher"])

    def test_recurring_visits_and_plans_are_closed_too(self):
        contract = self.env["service.contract"].create(
            {
                "subject": "Чайники",
                "partner_id": self.company_customer.id,
                "user_id": self.user_manager.id,
                "date_start": "2026-01-01",
                "maintenance_ids": [
                    Command.create(
                        {
                            "name": "Чайник",
                            "every_months": 3,
                            "date_first": "2026-12-01",
                        }
                    )
                ],
            }
        )
        contract.with_user(self.user_manager).action_activate()
        maintenance = contract.maintenance_ids
        series = self.env["service.visit.series"].create(
            {
                "name": "Чайник",
                "team_id": self.internal.id,
                "contract_id": contract.id,
                "maintenance_id": maintenance.id,
                "line_ids": [Command.create({"product_id": self.build_product().id})],
            }
        )
        series.team_id = self.internal
        series.action_start()
        visits = series.visit_ids
        self.assertTrue(visits)
        self.check_seen(series, [])
        self.check_seen(series.line_ids, [])
        self.check_seen(visits, ["dispatcher"])
        # and nobody makes them a second time for not seeing them
        found = maintenance.with_user(self.user_manager)
        self.assertTrue(found.has_series)
        with self.assertRaises(AccessError):
            found.action_plan_visits()

        plans = self.env["service.plan"].with_user(self.user_admin)
        plan = plans.create({"team_id": self.internal.id}).sudo()
        self.env["service.plan.line"].create(
            {"plan_id": plan.id, "order_id": visits[0].id, "kind": "same"}
        )
        dispatchers = plan.with_user(self.user_dispatcher)
        for records in (plan, plan.line_ids):
            records = records.with_user(self.user_dispatcher)
            self.assertFalse(records.search([("id", "in", records.ids)]))
        plan.user_id = self.user_dispatcher
        self.assertTrue(dispatchers.has_access("read"))
        plan.user_id = self.user_admin
        self.internal.member_ids += self.user_dispatcher
        self.assertTrue(dispatchers.has_access("read"))

    def build_contract(self, **values):
        return self.env["service.contract"].create(
            {
                "subject": "Чайники",
                "partner_id": self.company_customer.id,
                "user_id": False,
                "team_id": self.internal.id,
                "date_start": "2026-01-01",
                "line_ids": [Command.create({"product_id": self.build_product().id})],
                "maintenance_ids": [
                    Command.create({"name": "Чайник", "date_first": "2026-12-01"})
                ],
                "payment_ids": [Command.create({"date": "2026-12-01", "amount": 50})],
                **values,
            }
        )

    def test_contracts_are_closed_too(self):
        contract = self.build_contract()
        open_one = self.build_contract(team_id=self.team.id)
        without = self.build_contract(team_id=False)
        kind = self.env["service.document.type"].create({"name": "Соглашение"})
        paper = self.env["service.document"].create(
            {
                "type_id": kind.id,
                "contract_id": contract.id,
                "line_ids": [Command.create({"name": "Чайник"})],
            }
        )
        contract.action_activate()
        use = self.env["service.contract.use"].create(
            {"contract_id": contract.id, "line_id": contract.line_ids.id}
        )
        self.env.flush_all()
        expected = self.env["service.cashflow.report"].search(
            [("contract_id", "=", contract.id)]
        )
        self.assertTrue(expected)
        hidden = (
            contract,
            contract.line_ids,
            contract.maintenance_ids,
            contract.payment_ids,
            use,
            paper,
            paper.line_ids,
        )
        roles = ["operator", "manager", "dispatcher"]
        for records in hidden:
            self.check_seen(records, [])
        found = expected.with_user(self.user_manager)
        self.assertFalse(found.search([("contract_id", "=", contract.id)]))
        self.check_seen(open_one, roles)
        self.check_seen(without, roles)
        # whoever is responsible for it sees it, whatever his team
        contract.user_id = self.user_manager
        for records in hidden[:-2]:
            self.check_seen(records, ["manager"])
        contract.user_id = False
        # and so do all when another team works under it
        self.file(partner_id=self.company_customer.id, contract_id=contract.id)
        self.check_seen(contract, roles)
        self.check_seen(paper, roles)

    def test_no_second_contract_for_not_seeing_the_first(self):
        request = self.file(partner_id=self.customer.id, type="opportunity")
        contract = self.build_contract(request_id=request.id)
        self.env.flush_all()
        self.check_seen(contract, [])
        request.with_user(self.user_manager).action_make_contract()
        self.assertEqual(request.made_contract_ids, contract)

    def test_orders_without_request_are_closed_too(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.colleague.partner_id.id,
                "team_id": self.internal.id,
                "user_id": False,
                "order_line": [Command.create({"product_id": self.build_product().id})],
            }
        )
        for records in (order, order.order_line):
            records = records.with_user(self.user_dispatcher)
            self.assertFalse(records.search([("id", "in", records.ids)]))
        order.user_id = self.user_dispatcher
        self.assertTrue(order.with_user(self.user_dispatcher).has_access("read"))

    def test_services_and_parts_of_the_work_of_colleagues(self):
        outside = self.env["crm.team"].create({"name": "Монтаж", "is_service": True})
        service = self.build_product("Розетка", service_team_id=outside.id)
        request = self.file(
            user=self.user_admin,
            partner_id=self.colleague.partner_id.id,
            request_line_ids=[Command.create({"product_id": service.id})],
        )
        # the service is done by another team, but a colleague's request stays inside
        self.assertEqual(request.team_id, self.internal)
        # unless somebody passes a part of the work on by name
        child = request._make_child(outside, "Розетка", "В кабинете 12")
        self.assertEqual(child.team_id, outside)

    def test_managers_do_not_read_the_subject_in_the_load(self):
        internal = self.file(
            user=self.user_admin, partner_id=self.colleague.partner_id.id
        )
        self.build_work_order(
            request_id=internal.id,
            performer_id=self.performer.id,
            date_start="2026-12-01 09:00:00",
        )
        self.env.flush_all()
        domain = [("request_id", "=", internal.id)]
        report = self.env["service.load.report"]
        self.assertFalse(report.with_user(self.user_manager).search(domain))
        self.assertTrue(report.with_user(self.user_dispatcher).search(domain))

    def test_joining_the_team_opens_its_requests(self):
        internal = self.file(
            user=self.user_admin, partner_id=self.colleague.partner_id.id
        )
        self.assertFalse(internal.with_user(self.user_manager).has_access("read"))
        self.internal.member_ids += self.user_manager
        self.assertTrue(internal.with_user(self.user_manager).has_access("read"))
        self.internal.member_ids -= self.user_manager
        self.assertFalse(internal.with_user(self.user_manager).has_access("read"))

    def test_another_company_has_its_own(self):
        company = self.env["res.company"].create({"name": "Вторая"})
        self.internal.member_ids = False
        self.internal.company_id = company
        request = self.file(partner_id=self.colleague.partner_id.id)
        self.assertEqual(request.team_id, self.team)

    def test_rules_give_it_to_those_who_see_it(self):
        self.env["service.assignment.rule"].create(
            {"name": "По загрузке", "role": "operator", "method": "load"}
        )
        request = self.file(partner_id=self.colleague.partner_id.id)
        self.assertEqual(request.operator_id, self.helpdesk_operator)

    def test_quotation_and_line_in_a_batch(self):
        requests = self.env["crm.lead"].create(
            [
                {
                    "name": f"Стул {number}",
                    "team_id": self.team.id,
                    "partner_id": partner.id,
                    "request_line_ids": [Command.create({"name": "Починить"})],
                }
                for number, partner in enumerate(
                    (self.customer, self.colleague.partner_id) * 3
                )
            ]
        )
        self.assertEqual(
            requests.team_id.mapped(
                lambda team: len(requests.filtered(lambda r: r.team_id == team))
            ),
            [3, 3],
        )
