"""Planned payments: what is paid follows from real invoices and payments."""

from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import requirement
from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-07-15 09:00:00")
class TestContractPayment(ContractCommon):
    def get_flow(self, **owner):
        """``{month: expected}`` of the view."""
        self.env.flush_all()
        field_name, record = owner.popitem()
        rows = self.env["service.cashflow.report"]._read_group(
            [(field_name, "=", record.id)], ["date:month"], ["amount_rest:sum"]
        )
        return {month.strftime("%m.%y"): amount for month, amount in rows}

    @requirement("R195")
    def test_three_invoices_one_paid(self):
        contract = self.build_contract(amount_total=900)
        self.plan(
            contract, ("2026-07-01", 300), ("2026-08-01", 300), ("2026-09-01", 300)
        )
        invoices = self.env["account.move"]
        for month in (5, 6, 7):
            invoices |= self.build_invoice(contract, 300, date(2026, month, 1))
        self.pay(invoices[0])
        self.assertEqual(contract.amount_invoiced, 900)
        self.assertEqual(contract.amount_paid, 300)
        self.assertEqual(contract.amount_rest, 600)
        self.assertEqual(contract.payment_ids.mapped("amount_paid"), [300, 0, 0])
        self.assertEqual(
            contract.payment_ids.mapped("state"), ["paid", "planned", "planned"]
        )
        self.assertEqual(
            self.get_flow(contract_id=contract),
            {"07.26": 0, "08.26": 300, "09.26": 300},
        )

    @requirement("R223")
    def test_programme_payment_remainder(self):
        contract = self.build_contract(subject="Курс сварки", amount_total=1000)
        self.pay(self.build_invoice(contract, 400))
        self.assertEqual(contract.amount_agreed, 1000)
        self.assertEqual(contract.amount_paid, 400)
        self.assertEqual(contract.amount_rest, 600)
        partner = self.company_customer.with_user(self.user_manager)
        shown = partner.web_read(
            {
                "service_contract_ids": {
                    "fields": {"amount_rest": {}, "state": {}, "subject": {}}
                }
            }
        )[0]["service_contract_ids"]
        self.assertEqual(
            [(row["amount_rest"], row["state"]) for row in shown], [(600, "active")]
        )
        passport = {"passport_number": "4509 123456"}
        customer = self.customer
        customer.write(passport)
        with self.assertRaises(AccessError):
            customer.with_user(self.user_manager).read(["passport_number"])
        self.user_manager.group_ids |= self.env.ref(
            "service_crm.group_service_passport"
        )
        self.assertEqual(
            customer.with_user(self.user_manager).read(["passport_number"])[0][
                "passport_number"
            ],
            "4509 123456",
        )

    def test_a_payment_in_part_a_refund_another_currency(self):
        contract = self.build_contract(amount_total=1000)
        self.plan(contract, ("2026-08-01", 500), ("2026-09-01", 500))
        invoice = self.build_invoice(contract, 1000)
        self.pay(invoice, 600)
        first, second = contract.payment_ids
        self.assertEqual((first.amount_rest, second.amount_rest), (0, 400))
        self.assertEqual((first.state, second.state), ("paid", "part"))
        # 100 are credited and paid back
        refund = self.build_invoice(contract, 100, move_type="out_refund")
        self.pay(refund)
        self.assertEqual(contract.amount_invoiced, 900)
        self.assertEqual(contract.amount_paid, 500)
        self.assertEqual(second.amount_rest, 500)
        euro = self.env["res.currency"].create(
            {
                "name": "TUG",
                "symbol": "t",
                "rate_ids": [Command.create({"name": "2026-01-01", "rate": 4.0})],
            }
        )
        self.pay(self.build_invoice(contract, 400, currency_id=euro.id))
        self.assertEqual(contract.amount_paid, 600)

    def test_a_credit_note_set_off_against_its_invoice_is_no_money(self):
        contract = self.build_contract(amount_total=100)
        invoice = self.build_invoice(contract, 100)
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).modify_moves()
        credit = contract.move_ids.filtered(lambda m: m.move_type == "out_refund")
        self.assertTrue(credit)
        self.assertEqual(credit.state, "posted")
        self.assertEqual(contract.amount_paid, 0)
        self.assertEqual(contract.amount_invoiced, 0)

    def test_percents_make_the_whole_to_the_cent(self):
        contract = self.build_contract(amount_total=100.01)
        rows = self.env["service.contract.payment"].create(
            [
                {"contract_id": contract.id, "percent": percent, "date": day}
                for percent, day in (
                    (33.33, "2026-08-01"),
                    (33.33, "2026-09-01"),
                    (33.34, "2026-10-01"),
                )
            ]
        )
        self.assertEqual(rows.mapped("amount"), [33.33, 33.33, 33.35])
        contract.amount_total = 200
        self.assertEqual(sum(rows.mapped("amount")), 200)
        with self.assertRaisesRegex(ValidationError, "more than the whole"):
            self.env["service.contract.payment"].create(
                {"contract_id": contract.id, "percent": 1}
            )

    def test_days_make_it_due_and_overdue(self):
        contract = self.build_contract(amount_total=100)
        row = self.plan(contract, ("2026-07-20", 100))
        self.assertEqual(row.state, "planned")
        cron = self.env.ref("service_crm.ir_cron_contract_payments")
        for day, state in (("2026-07-20", "due"), ("2026-07-21", "overdue")):
            with freeze_time(f"{day} 12:00:00"), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            row.invalidate_recordset()
            self.assertEqual(row.state, state)
        entries = self.env["service.phase.log"].search(
            [("res_model", "=", row._name), ("res_id", "=", row.id)], order="id"
        )
        self.assertEqual(entries.mapped("value")[-1], "overdue")
        self.assertEqual(contract.amount_overdue, 100)

    def test_invoice_of_a_planned_payment_is_exact(self):
        tax = self.env["account.tax"].create({"name": "НДС 20 %", "amount": 20})
        product = self.build_product("Абонент", taxes_id=[Command.set(tax.ids)])
        contract = self.build_contract(
            amount_total=10.05, billing_product_id=product.id
        )
        row = self.plan(contract, ("2026-08-01", 10.05))
        row.with_user(self.user_manager).action_make_invoice()
        self.assertEqual(row.move_id.amount_total, 10.05)
        with self.assertRaisesRegex(UserError, "has its invoice"):
            row.with_user(self.user_manager).action_make_invoice()
        with self.assertRaises(AccessError):
            row.with_user(self.user_operator).action_make_invoice()

    def test_the_plan_follows_price_and_term(self):
        contract = self.build_fixed(
            100, date_start=date(2026, 6, 1), date_end=date(2026, 9, 30)
        ).with_user(self.user_manager)
        self.bill(contract)
        contract.billing_amount = 150
        self.assertEqual(contract.payment_ids.mapped("amount"), [100, 150, 150, 150])
        contract.date_end = date(2026, 8, 31)
        self.assertEqual(contract.payment_ids.mapped("amount"), [100, 150, 150])
        with freeze_time("2026-08-02"):
            self.bill(contract)
        self.assertEqual(contract.payment_ids.mapped("amount"), [100, 150, 150])
        endless = self.build_fixed(100, date_start=date(2026, 6, 1))
        self.assertEqual(max(endless.payment_ids.mapped("date")), date(2027, 8, 1))
        with freeze_time("2026-08-02"):
            self.bill(endless)
        self.assertEqual(max(endless.payment_ids.mapped("date")), date(2027, 9, 1))

    @requirement("R196")
    def test_expected_money_of_all_contracts_by_month(self):
        partner = self.build_partner(name="Бюджет")
        income = self.build_fixed(
            100, partner_id=partner.id, date_end=date(2026, 9, 30)
        )
        self.build_fixed(
            40,
            partner_id=partner.id,
            direction="expense",
            date_start=date(2026, 8, 1),
            date_end=date(2026, 9, 30),
        )
        self.env.flush_all()
        rows = self.env["service.cashflow.report"].with_user(self.user_manager)
        found = {
            (month.strftime("%m.%y"), direction): amount
            for month, direction, amount in rows._read_group(
                [("partner_id", "=", partner.id), ("date", ">=", "2026-08-01")],
                ["date:month", "direction"],
                ["amount_rest:sum"],
            )
        }
        self.assertEqual(
            found,
            {
                ("08.26", "inflow"): 100,
                ("09.26", "inflow"): 100,
                ("10.26", "inflow"): 100,
                ("09.26", "outflow"): -40,
                ("10.26", "outflow"): -40,
            },
        )
        row = rows.search([("contract_id", "=", income.id)], limit=1)
        self.assertEqual(row.action_open()["res_id"], income.id)
        with self.assertRaises(AccessError):
            rows.with_user(self.user_operator).search([])

    def test_expected_money_of_orders_with_and_without_a_plan(self):
        request = self.build_agreed_request()
        order = request.order_ids
        self.assertEqual(self.get_flow(order_id=order), {"07.26": 200})
        self.build_visit(request)
        self.close_works(request)
        order.invoice_ids.invoice_date = date(2026, 8, 1)
        order.invoice_ids.action_post()
        self.assertEqual(sum(self.get_flow(order_id=order).values()), 200)
        self.pay(order.invoice_ids)
        self.assertEqual(sum(self.get_flow(order_id=order).values()), 0)
        order.payment_scheme = "half"
        self.assertEqual(order.payment_ids.mapped("amount_rest"), [0, 0])

    def test_invoiced_beyond_the_plan_is_expected_too(self):
        contract = self.build_contract(amount_total=500)
        self.plan(contract, ("2026-07-01", 500))
        self.build_invoice(contract, 700)
        self.assertEqual(sum(self.get_flow(contract_id=contract).values()), 700)


@tagged("post_install", "-at_install")
@freeze_time("2026-07-15 09:00:00")
class TestOrderPaymentScheme(ContractCommon):
    def build_paid_order(self, scheme, **values):
        self.team.payment_scheme = scheme
        request = self.build_agreed_request(**values)
        return request, request.order_ids

    def build_planned_visit(self, request, **values):
        return self.build_visit(
            request,
            "assigned",
            date_start=datetime(2026, 7, 16, 9),
            date_end=datetime(2026, 7, 16, 10),
            override_reason="Вне расписания",
            **values,
        )

    def invoice_part(self, row):
        row.with_user(self.user_manager).action_make_invoice()
        row.move_id.action_post()
        return row.move_id

    @requirement("R166")
    def test_unpaid_prepayment_blocks_the_job(self):
        request, order = self.build_paid_order("prepay")
        self.assertEqual(order.payment_ids.amount, 200)
        visit = self.build_planned_visit(request)
        visit = visit.with_user(self.user_performer)
        for step in ("action_on_the_way", "action_start"):
            with self.assertRaisesRegex(UserError, r"Anna Petrova.* owes .*200"):
                getattr(visit, step)()
        invoice = self.invoice_part(order.payment_ids)
        self.pay(invoice, 150)
        with self.assertRaisesRegex(UserError, "50"):
            visit.action_on_the_way()
        self.pay(invoice)
        visit.action_on_the_way()
        visit.action_start()
        self.assertEqual(visit.state, "in_progress")

    @requirement("R173")
    def test_half_and_half(self):
        request, order = self.build_paid_order("half")
        first, second = order.payment_ids
        self.assertEqual((first.amount, second.amount), (100, 100))
        visit = self.build_planned_visit(request)
        with self.assertRaisesRegex(UserError, "owes"):
            visit.with_user(self.user_performer).action_on_the_way()
        self.pay(self.invoice_part(first))
        visit.with_user(self.user_performer).action_on_the_way()
        visit.with_user(self.user_performer).action_start()
        self.close_works(request)
        final = order.invoice_ids - first.move_id
        self.assertEqual(final.amount_total, 100)
        final.action_post()
        with self.assertRaisesRegex(UserError, r"owes .*100"):
            request.with_user(self.user_dispatcher).action_close()
        self.pay(final)
        self.assertEqual(second.state, "paid")
        request.with_user(self.user_dispatcher).action_close()
        self.assertEqual(request.service_phase, "done")

    def test_less_work_than_ordered_leaves_nothing_to_pay(self):
        request, order = self.build_paid_order("half")
        self.pay(self.invoice_part(order.payment_ids[0]))
        self.build_planned_visit(request, done=1.5)
        self.close_works(request)
        final = order.invoice_ids - order.payment_ids[0].move_id
        self.assertEqual(final.amount_total, 50)
        final.action_post()
        self.pay(final)
        self.assertEqual(order.payment_total, 150)
        self.assertEqual(order.payment_ids.mapped("amount_rest"), [0, 0])
        request.with_user(self.user_dispatcher).action_close()

    def test_another_scheme_of_one_order(self):
        request, order = self.build_paid_order("half")
        order.with_user(self.user_dispatcher).payment_scheme = "none"
        self.assertFalse(order.payment_ids)
        self.build_planned_visit(request).with_user(
            self.user_performer
        ).action_on_the_way()
        order._action_cancel()
        other = self.build_agreed_request().order_ids
        self.assertEqual(len(other.payment_ids), 2)
        other._action_cancel()
        self.assertFalse(other.payment_ids)

    def test_cents_of_halves(self):
        self.inspection.list_price = 33.335
        _request, order = self.build_paid_order("half")
        first, second = order.payment_ids
        self.assertEqual(first.amount + second.amount, order.amount_total)

    def test_orders_of_other_teams_have_no_plan(self):
        self.team.payment_scheme = "half"
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.inspection.id})],
            }
        )
        order.action_confirm()
        self.assertEqual(order.payment_scheme, "none")
        self.assertFalse(order.payment_ids)

    def test_advance_of_a_contract_blocks_too(self):
        contract = self.build_contract(amount_total=300)
        self.plan(contract, ("2026-07-10", 300)).needed_for = "start"
        request = self.build_agreed_request()
        self.assertEqual(request.contract_id, contract)
        visit = self.build_planned_visit(request).with_user(self.user_performer)
        with self.assertRaisesRegex(UserError, "Alfa LLC still owes"):
            visit.action_on_the_way()
        self.pay(self.build_invoice(contract, 300))
        visit.action_on_the_way()
