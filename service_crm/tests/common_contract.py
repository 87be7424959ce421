"""Builders of contracts, their invoices and payments."""

from datetime import date

from odoo import fields
from odoo.fields import Command

from .common_money import MoneyCommon


class ContractCommon(MoneyCommon):
    """Contracts of the test customer; the day is 15 July 2026 for who asks for it."""

    TODAY = date(2026, 7, 15)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lift = cls.env["service.equipment"].create(
            {"name": "Лифт № 4711", "partner_id": cls.company_customer.id}
        )
        cls.site = cls.build_partner(
            name="Ленина, 5", parent_id=cls.company_customer.id, type="other"
        )

    @classmethod
    def build_contract(cls, activate=True, **values):
        """A contract of the customer's company, in force unless told otherwise."""
        contract = cls.env["service.contract"].create(
            {
                "subject": "Обслуживание лифтов",
                "partner_id": cls.company_customer.id,
                "user_id": cls.user_manager.id,
                "team_id": cls.team.id,
                "date_start": date(2026, 1, 1),
                **values,
            }
        )
        if activate:
            contract.with_user(cls.user_manager).action_activate()
        return contract

    @classmethod
    def build_fixed(cls, price=310.0, **values):
        """A contract with a fixed price per month."""
        return cls.build_contract(billing="period", billing_amount=price, **values)

    @classmethod
    def build_usage(cls, included=0.0, price=50.0, **values):
        """A contract by consumption of lift inspections."""
        return cls.build_contract(
            billing="usage",
            line_ids=[
                Command.create(
                    {
                        "product_id": cls.inspection.id,
                        "quantity_included": included,
                        "price_unit": price,
                    }
                )
            ],
            **values,
        )

    @classmethod
    def use(cls, contract, quantity, day):
        """Consumption typed by the manager."""
        return (
            cls.env["service.contract.use"]
            .with_user(cls.user_manager)
            .create(
                {
                    "contract_id": contract.id,
                    "line_id": contract.line_ids[:1].id,
                    "quantity": quantity,
                    "date": day,
                }
            )
        )

    @classmethod
    def build_invoice(cls, contract, amount, day="2026-07-01", post=True, **values):
        """An invoice (or credit note) of a contract, without taxes."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice"
                if contract.direction == "income"
                else "in_invoice",
                "partner_id": contract.partner_id.id,
                "contract_id": contract.id,
                "currency_id": contract.currency_id.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Обслуживание",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def bill(cls, contracts):
        """What the nightly job does with one batch."""
        contracts = contracts.sudo()._filter_billing_due()
        return contracts._run_job(lambda part: part._bill_next_period())

    @classmethod
    def plan(cls, owner, *parts):
        """Planned payments by hand: ``(date, amount)``."""
        name = "order_id" if owner._name == "sale.order" else "contract_id"
        return cls.env["service.contract.payment"].create(
            [
                {name: owner.id, "date": fields.Date.to_date(day), "amount": amount}
                for day, amount in parts
            ]
        )
