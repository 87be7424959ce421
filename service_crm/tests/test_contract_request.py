"""Requests and contracts: which one covers, what is consumed, ready to buy."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import requirement
from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-07-15 09:00:00")
class TestContractRequest(ContractCommon):
    def ask(self, **values):
        return self.build_request(partner_id=self.customer.id, **values)

    def test_the_one_contract_in_force_that_covers(self):
        self.assertFalse(self.ask().contract_id)
        whole = self.build_contract()
        self.build_contract(activate=False)
        self.build_contract(date_end=date(2026, 7, 14))
        self.build_contract(direction="expense")
        self.assertEqual(self.ask().contract_id, whole)
        site = self.build_contract(site_ids=[Command.set(self.site.ids)])
        self.assertEqual(self.ask(site_id=self.site.id).contract_id, site)
        lift = self.build_contract(equipment_ids=[Command.set(self.lift.ids)])
        request = self.ask(site_id=self.site.id, equipment_id=self.lift.id)
        self.assertEqual(request.contract_id, lift)
        other = self.env["service.equipment"].create(
            {"name": "Лифт 2", "partner_id": self.company_customer.id}
        )
        self.assertEqual(self.ask(equipment_id=other.id).contract_id, whole)

    def test_two_that_fit_alike_are_left_to_the_operator(self):
        contract = self.build_contract()
        self.build_contract(subject="Второй")
        request = self.ask()
        self.assertFalse(request.contract_id)
        request.with_user(self.user_operator).contract_id = contract
        request.site_id = self.site
        self.assertEqual(request.contract_id, contract)
        request.partner_id = self.build_partner(name="Другой")
        self.assertFalse(request.contract_id)

    def test_leads_of_other_teams_have_none(self):
        self.build_contract()
        team = self.env["crm.team"].create({"name": "Продажи"})
        lead = self.env["crm.lead"].create(
            {"name": "Дом", "partner_id": self.customer.id, "team_id": team.id}
        )
        self.assertFalse(lead.contract_id)

    def test_another_company_has_its_own_contracts(self):
        other = self.env["res.company"].create({"name": "Вторая"})
        contract = self.build_contract(
            activate=False, company_id=other.id, team_id=False, user_id=False
        )
        contract.action_activate()
        self.assertFalse(self.ask().contract_id)

    def test_prices_of_the_contract(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "По договору",
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 70})
                ],
            }
        )
        self.build_contract(pricelist_id=pricelist.id)
        line = self.build_line(self.ask(), self.inspection)
        self.assertEqual(line.price_unit, 70)

    def test_the_console_says_under_which_contract(self):
        self.build_contract(
            date_end=date(2026, 12, 31), equipment_ids=[Command.set(self.lift.ids)]
        )
        card = (
            self.env["service.console"]
            .with_user(self.user_operator)
            .action_console_card(self.customer.id)
        )
        self.assertEqual(len(card["contracts"]), 1)
        self.assertIn("31 Dec", card["contracts"][0]["term"])
        self.assertIn("Лифт № 4711", card["contracts"][0]["covers"])

    def test_queries_of_a_batch_of_requests_are_constant(self):
        self.build_contract()

        def count(number):
            self.env.flush_all()
            self.env.invalidate_all()
            requests = self.env["crm.lead"].new().browse()
            requests = self.env["crm.lead"].create(
                [
                    {
                        "name": f"Заявка {index}",
                        "team_id": self.team.id,
                        "partner_id": self.customer.id,
                        "contract_id": False,
                    }
                    for index in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests._compute_contract_id()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(2), count(20))

    # -- consumption

    def build_contract_visit(self, contract, done=3.0, **values):
        request = self.ask(
            type="opportunity",
            user_id=self.user_manager.id,
            dispatcher_id=self.user_dispatcher.id,
        )
        self.assertEqual(request.contract_id, contract)
        return self.env["service.work.order"].create(
            {
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "request_id": request.id,
                "performer_id": self.performer.id,
                "state": "done",
                "actual_end": "2026-07-15 22:30:00",
                "line_ids": [
                    Command.create(
                        {
                            "product_id": self.inspection.id,
                            "name": "Осмотр",
                            "quantity_done": done,
                        }
                    )
                ],
                **values,
            }
        )

    def test_closed_work_is_consumption_once(self):
        self.env.company.resource_calendar_id.tz = "Europe/Moscow"
        contract = self.build_usage(included=1, price=50)
        visit = self.build_contract_visit(contract)
        self.close_works(visit.request_id)
        visit.request_id._action_works_closed()
        use = contract.use_ids
        self.assertEqual(use.mapped("quantity"), [3])
        self.assertEqual(use.date, date(2026, 7, 16))
        self.assertFalse(visit.request_id.invoice_error)
        self.assertFalse(visit.request_id.order_ids)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            use.with_user(self.user_manager).quantity = 1
        with freeze_time("2026-08-01 09:00:00"):
            contract.sudo().billed_until = date(2026, 6, 30)
            self.bill(contract)
        self.assertEqual(contract.move_ids.amount_untaxed, 100)

    def test_what_an_order_agreed_the_order_invoices(self):
        contract = self.build_usage()
        request = self.build_agreed_request()
        self.assertEqual(request.contract_id, contract)
        visit = self.build_visit(request)
        visit.line_ids.create(
            {
                "work_order_id": visit.id,
                "product_id": self.hinge.id,
                "name": "Петля",
                "quantity_done": 1,
            }
        )
        self.close_works(request)
        self.assertFalse(contract.use_ids)
        self.assertEqual(request.order_ids.invoice_ids.amount_untaxed, 240)

    def test_work_beyond_the_contract_needs_an_order(self):
        contract = self.build_fixed(
            line_ids=[Command.create({"product_id": self.inspection.id})]
        )
        visit = self.build_contract_visit(contract)
        visit.line_ids.create(
            {
                "work_order_id": visit.id,
                "product_id": self.hinge.id,
                "name": "Петля",
                "quantity_done": 1,
            }
        )
        self.close_works(visit.request_id)
        self.assertEqual(len(contract.use_ids), 1)
        self.assertIn("no confirmed order", visit.request_id.invoice_error)

    # -- ready to buy

    @requirement("R221")
    def test_ready_to_buy_gives_account_and_contract_drafts(self):
        request = self.build_request(
            stage_id=self.stages["qualification"].id,
            user_id=self.user_manager.id,
            contact_name="Борис Орлов",
            partner_name="ООО «Гамма»",
            phone="+7 495 555-00-02",
            email_from="boris@gamma.example.com",
            service_need="Обучение сварщиков",
        )
        self.build_line(request, self.inspection, quantity=2)
        lead = request.with_user(self.user_manager)
        lead.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.user_manager.id
        )
        lead.message_post(body="Созвонились, готовы купить")
        lead.activity_ids.action_feedback("Готовы")
        self.team.payment_scheme = "half"
        action = lead.action_make_contract()
        contract = request.made_contract_ids
        self.assertEqual(action["res_id"], contract.id)
        self.assertEqual(contract.state, "draft")
        self.assertEqual(contract.partner_id, request.partner_id)
        account = request.partner_id.commercial_partner_id
        self.assertEqual(account.name, "ООО «Гамма»")
        self.assertTrue(account.is_company)
        self.assertEqual(contract.subject, request.name)
        self.assertEqual(contract.amount_total, 200)
        self.assertEqual(contract.pricelist_id, request._get_service_pricelist())
        lead.action_make_contract()
        self.assertEqual(request.made_contract_ids, contract)
        contract.with_user(self.user_manager).action_activate()
        self.assertEqual(contract.payment_ids.mapped("amount"), [100, 100])

    def test_nobody_knows_who_buys(self):
        request = self.build_request(stage_id=self.stages["new"].id)
        with self.assertRaisesRegex(UserError, "nobody knows yet"):
            request.with_user(self.user_manager).action_make_contract()

    def test_merged_requests_keep_contract_and_maintenance(self):
        """What was made of the request that goes is of the one that stays."""
        contract = self.build_contract()
        maintenance = self.env["service.contract.maintenance"].create(
            {"contract_id": contract.id}
        )
        day = date(2026, 8, 1)
        first = self.ask()
        second = self.ask(maintenance_id=maintenance.id, maintenance_date=day)
        contract.request_id = second
        both = (first + second).with_user(self.user_manager)
        merged = both.with_context(service_merge_head=first.id).merge_opportunity()
        self.assertEqual(merged, first)
        self.assertEqual(contract.request_id, first)
        self.assertEqual(first.maintenance_id, maintenance)
        self.assertEqual(first.maintenance_date, day)
