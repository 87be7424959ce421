"""The periodic run: flat fees, consumption, parts of periods, exactly once."""

from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import requirement
from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-07-15 09:00:00")
class TestContractBilling(ContractCommon):
    @requirement("R81")
    def test_fixed_price_and_consumption_when_the_month_closes(self):
        fixed = self.build_fixed(310, date_start=date(2026, 6, 1))
        usage = self.build_usage(price=50.0, date_start=date(2026, 6, 1))
        self.use(usage, 2, "2026-06-03")
        self.use(usage, 1.5, "2026-06-30")
        self.use(usage, 9, "2026-07-01")
        self.bill(fixed | usage)
        self.assertEqual(fixed.move_ids.amount_untaxed, 310)
        self.assertEqual(usage.move_ids.amount_untaxed, 175)
        self.assertEqual(fixed.move_ids.state, "draft")
        self.assertEqual(fixed.move_ids.move_type, "out_invoice")
        self.assertEqual(fixed.billed_until, date(2026, 6, 30))
        self.assertEqual(
            usage.use_ids.filtered("period_id").mapped("quantity"), [2, 1.5]
        )
        self.assertIn("2026", fixed.move_ids.invoice_line_ids.name)

    def test_nothing_before_the_period_is_over(self):
        contract = self.build_fixed(date_start=date(2026, 7, 1))
        self.assertFalse(self.bill(contract))
        self.assertEqual(contract.billing_next_date, date(2026, 8, 1))
        with self.assertRaisesRegex(UserError, "nothing to invoice"):
            contract.with_user(self.user_manager).action_bill()

    def test_included_quantity_is_not_charged(self):
        contract = self.build_usage(
            included=3, price=50, billing_amount=100, date_start=date(2026, 6, 1)
        )
        self.use(contract, 2, "2026-06-03")
        self.use(contract, 2, "2026-06-04")
        self.bill(contract)
        self.assertEqual(contract.move_ids.amount_untaxed, 150)
        quiet = self.build_usage(included=3, date_start=date(2026, 6, 1))
        self.use(quiet, 3, "2026-06-03")
        self.bill(quiet)
        self.assertFalse(quiet.move_ids)
        self.assertEqual(quiet.period_ids.state, "nothing")
        self.assertTrue(quiet.use_ids.period_id)

    def test_parts_of_the_first_and_the_last_period(self):
        contract = self.build_fixed(
            310, date_start=date(2026, 5, 20), date_end=date(2026, 7, 10)
        )
        for _period in range(3):
            self.bill(contract)
        self.assertEqual(
            contract.move_ids.sorted("id").mapped("amount_untaxed"), [120, 310, 100]
        )
        self.assertFalse(contract.billing_next_date)
        self.assertFalse(self.bill(contract))

    def test_days_of_a_pause_are_not_paid(self):
        contract = self.build_fixed(300, date_start=date(2026, 6, 1))
        with freeze_time("2026-06-11"):
            contract.with_user(self.user_manager).action_pause()
        with freeze_time("2026-06-21"):
            contract.with_user(self.user_manager).action_resume()
        self.bill(contract)
        self.assertEqual(contract.move_ids.amount_untaxed, 200)

    def test_a_fixed_price_is_invoiced_at_the_beginning_if_agreed(self):
        contract = self.build_fixed(
            300, billing_time="begin", date_start=date(2026, 6, 20)
        )
        self.bill(contract)
        self.assertEqual(contract.billing_next_date, date(2026, 7, 1))
        self.bill(contract)
        self.assertEqual(
            contract.move_ids.sorted("id").mapped("amount_untaxed"), [110, 300]
        )
        self.assertEqual(contract.billing_next_date, date(2026, 8, 1))
        self.assertFalse(self.bill(contract))
        planned = contract.payment_ids.filtered(
            lambda row: row.period_start == date(2026, 9, 1)
        )
        self.assertEqual(planned.date, date(2026, 9, 1))
        contract.with_user(self.user_manager).billing_time = "end"
        self.assertEqual(contract.billing_next_date, date(2026, 9, 1))
        planned = contract.payment_ids.filtered(
            lambda row: row.period_start == date(2026, 9, 1)
        )
        self.assertEqual(planned.date, date(2026, 10, 1))
        usage = self.build_usage(billing_time="begin", date_start=date(2026, 7, 1))
        self.assertEqual(usage.billing_next_date, date(2026, 8, 1))

    def test_a_pause_after_the_invoice_is_settled_with_the_next_one(self):
        values = {"billing_time": "begin", "date_start": date(2026, 7, 1)}
        short = self.build_fixed(310, **values)
        long = self.build_fixed(310, **values)
        other = self.build_fixed(310, **values)
        contracts = short | long | other
        paused = (short | long).with_user(self.user_manager)
        self.bill(contracts)
        for day, step in (
            ("2026-07-11", lambda: paused.action_pause()),
            ("2026-07-21", lambda: paused[0].action_resume()),
            ("2026-08-01", lambda: self.bill(contracts)),
            ("2026-08-11", lambda: paused[1].action_resume()),
            ("2026-09-01", lambda: self.bill(contracts)),
            ("2026-10-01", lambda: self.bill(contracts)),
        ):
            with freeze_time(day):
                step()
        amounts = {
            contract: contract.move_ids.sorted("id").mapped("amount_untaxed")
            for contract in contracts
        }
        self.assertEqual(amounts[short], [310, 210, 310, 310])
        self.assertEqual(amounts[other], [310, 310, 310, 310])
        # July: 10 days of 31, August: 21 of 31, when all of it was thought a pause
        self.assertEqual(amounts[long], [310, 310, 310])
        self.assertEqual(
            long.move_ids.sorted("id")[1].invoice_line_ids.mapped("price_unit"),
            [310, -210, 210],
        )

    def test_quarters_and_years(self):
        quarter = self.build_fixed(
            910, billing_period="quarter", date_start=date(2026, 4, 1)
        )
        year = self.build_fixed(
            365, billing_period="year", date_start=date(2025, 12, 1)
        )
        self.bill(quarter | year)
        self.assertEqual(quarter.move_ids.amount_untaxed, 910)
        self.assertEqual(year.move_ids.amount_untaxed, 31)

    def test_the_period_ends_by_the_clock_of_the_company(self):
        contract = self.build_fixed(date_start=date(2026, 6, 1))
        with freeze_time("2026-06-30 22:00:00"):
            self.env.company.resource_calendar_id.tz = "UTC"
            self.assertFalse(self.bill(contract))
            self.env.company.resource_calendar_id.tz = "Europe/Moscow"
            self.assertTrue(self.bill(contract))

    def test_late_reports_come_with_the_next_invoice(self):
        contract = self.build_usage(date_start=date(2026, 5, 1))
        self.use(contract, 1, "2026-05-05")
        self.bill(contract)
        self.use(contract, 2, "2026-05-31")
        self.bill(contract)
        self.assertEqual(
            contract.move_ids.sorted("id").mapped("amount_untaxed"), [50, 100]
        )

    def test_expense_contracts_make_bills(self):
        contract = self.build_fixed(
            200, direction="expense", date_start=date(2026, 6, 1)
        )
        self.bill(contract)
        self.assertEqual(contract.move_ids.move_type, "in_invoice")
        self.assertEqual(contract.payment_ids[:1].direction, "expense")

    def test_taxes_of_the_product_and_cents(self):
        tax = self.env["account.tax"].create({"name": "НДС 20 %", "amount": 20})
        product = self.build_product("Абонент", taxes_id=[Command.set(tax.ids)])
        contract = self.build_fixed(
            100.01,
            billing_product_id=product.id,
            date_start=date(2026, 6, 8),
        )
        self.bill(contract)
        # 100.01 × 23 ÷ 30 = 76.674…
        self.assertEqual(contract.move_ids.amount_untaxed, 76.67)
        self.assertEqual(contract.move_ids.amount_total, 92.0)
        row = contract.payment_ids.filtered("move_id")
        self.assertEqual(row.amount, 92.0)

    def test_the_job_catches_up_and_does_nothing_twice(self):
        contracts = self.build_fixed(date_start=date(2026, 3, 1)) | self.build_usage(
            date_start=date(2026, 5, 1)
        )
        with self.enter_registry_test_mode():
            cron = self.env.ref("service_crm.ir_cron_contract_bill")
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        contracts.invalidate_recordset()
        self.assertEqual(len(contracts[0].period_ids), 4)
        self.assertEqual(len(contracts[0].move_ids), 4)
        self.assertEqual(len(contracts[1].period_ids), 2)

    @mute_logger("odoo.addons.service_crm.models.service_contract_terms")
    def test_a_poisoned_contract_keeps_its_error_and_stops_nobody(self):
        contracts = self.env["service.contract"]
        for _number in range(5):
            contracts |= self.build_fixed(date_start=date(2026, 6, 1))
        poisoned = contracts[2]
        poisoned.partner_id.property_account_receivable_id = False
        prepare = type(contracts)._prepare_period_lines
        reason = "Нет счёта"

        def prepare_or_fail(contract, first, last, uses):
            if contract.id == poisoned.id:
                raise UserError(reason)
            return prepare(contract, first, last, uses)

        with patch.object(type(contracts), "_prepare_period_lines", prepare_or_fail):
            done = self.bill(contracts)
        self.assertEqual(done, contracts - poisoned)
        self.assertEqual(poisoned.job_error, reason)
        self.assertEqual(poisoned.job_retry, date(2026, 7, 16))
        self.assertFalse(poisoned.period_ids)
        self.assertNotIn(
            poisoned,
            contracts.search(
                contracts._get_billing_domain() & contracts._get_job_domain()
            ),
        )
        poisoned.with_user(self.user_manager).action_bill()
        self.assertEqual(len(poisoned.move_ids), 1)
        self.assertFalse(poisoned.job_error)

    def test_one_period_of_a_contract_is_one_row(self):
        contract = self.build_fixed(date_start=date(2026, 6, 1))
        self.bill(contract)
        contract.sudo().billed_until = False
        with (
            self.assertRaisesRegex(Exception, "period_uniq"),
            mute_logger("odoo.sql_db"),
        ):
            contract.sudo()._bill_next_period()

    def test_a_deleted_draft_is_made_again(self):
        contract = self.build_fixed(date_start=date(2026, 6, 1))
        self.bill(contract)
        contract.move_ids.unlink()
        period = contract.period_ids
        self.assertEqual(period.state, "missing")
        period.with_user(self.user_manager).action_make_invoice()
        self.assertEqual(contract.move_ids.amount_untaxed, 310)
        with self.assertRaisesRegex(UserError, "has its invoice"):
            period.with_user(self.user_manager).action_make_invoice()

    def test_terminated_in_the_middle_of_a_month(self):
        contract = self.build_fixed(310, date_start=date(2026, 7, 1))
        contract.with_user(self.user_manager).action_terminate(
            reason="Переезд", date="2026-07-10"
        )
        self.assertEqual(contract.state, "cancelled")
        self.bill(contract)
        self.assertEqual(contract.move_ids.amount_untaxed, 100)
        self.assertFalse(contract.payment_ids.filtered(lambda row: not row.move_id))

    def test_not_shorter_than_what_is_invoiced(self):
        contract = self.build_fixed(date_start=date(2026, 6, 1))
        self.bill(contract)
        with self.assertRaisesRegex(UserError, "invoiced until"):
            contract.date_end = date(2026, 6, 15)
        with self.assertRaisesRegex(UserError, "begin of an invoiced"):
            contract.date_start = date(2026, 5, 15)

    def test_two_companies_each_with_its_own_books(self):
        other = self.env["res.company"].create({"name": "Вторая"})
        self.env["account.chart.template"].try_loading(
            "generic_coa", other, install_demo=False
        )
        contract = self.build_fixed(
            activate=False,
            company_id=other.id,
            currency_id=other.currency_id.id,
            team_id=False,
            user_id=False,
            date_start=date(2026, 6, 1),
        )
        contract.action_activate()
        self.bill(contract | self.build_fixed(date_start=date(2026, 6, 1)))
        self.assertEqual(contract.move_ids.company_id, other)
        self.assertEqual(contract.move_ids.journal_id.company_id, other)

    def test_queries_do_not_grow_with_the_batch(self):
        def count(number):
            contracts = self.env["service.contract"]
            for index in range(number):
                contract = self.build_usage(
                    billing_amount=10,
                    date_start=date(2026, 6, 1),
                    partner_id=self.build_partner(name=f"Клиент {index}").id,
                )
                self.use(contract, 1, "2026-06-02")
                contracts |= contract
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            contracts.sudo()._bill_next_period()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        few, many = count(3), count(23)
        self.assertLessEqual((many - few) / 20, 3, f"{few} queries of 3, {many} of 23")
