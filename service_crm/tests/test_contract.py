"""Contracts: numbers, steps, ends and reminders, maintenance."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import requirement
from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-07-15 09:00:00")
class TestContract(ContractCommon):
    def get_tasks(self, contract):
        kind = self.env.ref("service_crm.mail_activity_contract_end")
        return contract.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def follow(self, contracts):
        found = contracts.search(contracts._get_term_domain()) & contracts
        found.sudo()._follow_terms()
        self.env.flush_all()
        return found

    @requirement("R59")
    def test_number_dates_and_the_task_before_the_end(self):
        contract = self.build_contract(date_end=date(2026, 8, 31))
        self.assertRegex(contract.name, r"^C-2026-\d{3}$")
        with freeze_time("2026-07-31"):
            self.assertFalse(self.follow(contract))
        with freeze_time("2026-08-01"):
            self.follow(contract)
            self.follow(contract)
        task = self.get_tasks(contract)
        self.assertEqual(len(task), 1)
        self.assertEqual(task.user_id, self.user_manager)
        self.assertEqual(task.date_deadline, date(2026, 8, 31))
        contract.with_user(self.user_manager).action_renew()
        self.assertEqual(contract.date_end, date(2027, 8, 31))
        self.assertFalse(self.get_tasks(contract))
        with freeze_time("2027-08-01"):
            self.follow(contract)
        self.assertEqual(len(self.get_tasks(contract)), 1)

    def test_several_contracts_of_one_project(self):
        frame = self.build_contract(subject="Реконструкция")
        supplier = self.build_partner(name="ООО «Бета»", is_company=True)
        income, expense = (
            self.build_contract(parent_id=frame.id, amount_total=amount, **values)
            for amount, values in (
                (900, {}),
                (400, {"direction": "expense", "partner_id": supplier.id}),
            )
        )
        for contract in income | expense:
            self.plan(contract, ("2026-08-01", contract.amount_total))
        self.env.flush_all()
        shown = frame.with_user(self.user_manager).web_read(
            {"child_ids": {"fields": {"direction": {}, "amount_rest": {}}}}
        )[0]["child_ids"]
        self.assertEqual(
            {(row["direction"], row["amount_rest"]) for row in shown},
            {("income", 900), ("expense", 400)},
        )
        rows = self.env["service.cashflow.report"].with_user(self.user_manager)
        found = rows.search([("contract_id", "child_of", frame.id)])
        self.assertEqual(sum(found.mapped("amount_rest")), 500)
        with self.assertRaisesRegex(ValidationError, "can not belong to itself"):
            frame.parent_id = expense

    def test_numbers_per_company_and_year(self):
        first = self.build_contract()
        second = self.build_contract()
        self.assertEqual(int(second.name[-3:]), int(first.name[-3:]) + 1)
        with freeze_time("2027-01-02"):
            self.assertEqual(self.build_contract().name, "C-2027-001")
        other = self.env["res.company"].create({"name": "Вторая"})
        contract = self.build_contract(
            activate=False, company_id=other.id, team_id=False, user_id=False
        )
        contract.action_activate()
        self.assertEqual(contract.name, "C-2026-001")

    def test_ends_renews_by_itself_or_is_terminated(self):
        ends = self.build_contract(date_end=date(2026, 7, 20), renewal="none")
        auto = self.build_contract(
            date_end=date(2026, 7, 20), renewal="auto", renewal_months=1
        )
        with freeze_time("2026-10-01"):
            self.follow(ends | auto)
            self.assertEqual(ends.state, "expired")
            self.assertEqual(auto.state, "active")
            self.assertEqual(auto.date_end, date(2026, 10, 20))
        with self.assertRaisesRegex(UserError, "Expired"):
            ends.with_user(self.user_manager).action_pause()
        ends.with_user(self.user_manager).action_renew()
        self.assertEqual(ends.state, "active")

    def test_termination_asks_why_and_waits_for_its_day(self):
        contract = self.build_contract().with_user(self.user_manager)
        action = contract.action_terminate()
        self.assertEqual(action["res_model"], "service.contract.terminate")
        wizard = (
            self.env["service.contract.terminate"]
            .with_user(self.user_manager)
            .with_context(**action["context"])
            .create({"reason": "Дорого", "date": "2026-08-31"})
        )
        wizard.action_terminate()
        self.assertEqual(contract.state, "active")
        with freeze_time("2026-09-01"):
            self.follow(contract)
        self.assertEqual(contract.state, "cancelled")
        self.assertIn(
            "Дорого", contract.message_ids[0].body + str(contract.message_ids)
        )

    def test_entries_are_logged_once(self):
        contract = self.build_contract()
        contract.with_user(self.user_manager).action_pause()
        contract.with_user(self.user_manager).action_resume()
        values = (
            self.env["service.phase.log"]
            .search(
                [
                    ("res_model", "=", "service.contract"),
                    ("res_id", "=", contract.id),
                    ("field_name", "=", "state"),
                ],
                order="id",
            )
            .mapped("value")
        )
        self.assertEqual(values, ["draft", "active", "paused", "active"])

    def test_facts_are_not_typed(self):
        contract = self.build_contract().with_user(self.user_manager)
        for values in (
            {"state": "cancelled"},
            {"name": "C-1"},
            {"billed_until": "2026-07-01"},
            {"amount_paid": 5},
        ):
            with self.assertRaises(AccessError):
                contract.write(values)
        with self.assertRaisesRegex(UserError, "do not change"):
            contract.partner_id = self.customer
        with self.assertRaisesRegex(UserError, "is kept"):
            contract.with_user(self.user_admin).unlink()
        with self.assertRaises(AccessError):
            self.build_contract(activate=False).with_user(
                self.user_dispatcher
            ).action_activate()

    def test_maintenance_makes_each_request_once(self):
        contract = self.build_contract(
            date_end=date(2027, 6, 30),
            equipment_ids=[Command.set(self.lift.ids)],
            maintenance_ids=[
                Command.create(
                    {
                        "equipment_id": self.lift.id,
                        "product_id": self.inspection.id,
                        "every_months": 6,
                        "days_before": 10,
                        "date_first": date(2026, 8, 31),
                    }
                )
            ],
        )
        row = contract.maintenance_ids
        self.assertEqual(row.date_request, date(2026, 8, 21))
        self.assertFalse(row.search(row._get_due_domain()) & row)
        with freeze_time("2026-08-21"):
            with self.enter_registry_test_mode():
                cron = self.env.ref("service_crm.ir_cron_contract_maintenance")
                cron.method_direct_trigger()
                cron.method_direct_trigger()
            row.invalidate_recordset()
        request = row.request_ids
        self.assertEqual(len(request), 1)
        self.assertEqual(request.contract_id, contract)
        self.assertEqual(request.equipment_id, self.lift)
        self.assertEqual(request.request_line_ids.product_id, self.inspection)
        self.assertTrue(request.is_service)
        self.assertEqual(row.date_next, date(2027, 2, 28))
        with freeze_time("2027-02-20"):
            row._make_requests()
        # The next one would be after the end of the contract.
        self.assertEqual(row.date_next, date(2027, 8, 31))
        self.assertFalse(row.date_request)

    def test_paused_contracts_need_no_maintenance(self):
        contract = self.build_contract(
            maintenance_ids=[
                Command.create({"name": "Осмотр", "date_first": date(2026, 7, 20)})
            ]
        )
        row = contract.maintenance_ids
        self.assertTrue(row.search(row._get_due_domain()) & row)
        contract.with_user(self.user_manager).action_pause()
        self.assertFalse(row.search(row._get_due_domain()) & row)
