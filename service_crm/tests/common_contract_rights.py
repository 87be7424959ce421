"""Who may take which step of a contract: rows and records for the table of rights."""

from datetime import date

from odoo.fields import Command

CONTRACT = "service.contract"
MANAGERS = "manager admin"
STAFF = "operator manager dispatcher admin"

CONTRACT_STEPS = [
    (CONTRACT, "action_activate", "contract_draft", MANAGERS),
    (CONTRACT, "action_pause", "contract_active", MANAGERS),
    (CONTRACT, "action_resume", "contract_paused", MANAGERS),
    (CONTRACT, "action_renew", "contract_active", MANAGERS),
    (CONTRACT, "action_terminate", "contract_active", MANAGERS, ("Дорого",)),
    (CONTRACT, "action_bill", "contract_active", MANAGERS),
    (CONTRACT, "action_plan_payments", "contract_scheme", MANAGERS),
    (CONTRACT, "action_view_requests", "contract_active", STAFF),
    (CONTRACT, "action_view_payments", "contract_active", STAFF),
    (CONTRACT, "action_view_moves", "contract_active", STAFF),
    (CONTRACT, "action_open_customer_page", "contract_active", STAFF),
    (CONTRACT, "action_view_documents", "contract_active", STAFF),
    ("service.contract.terminate", "action_terminate", "contract_end", MANAGERS),
    ("service.contract.period", "action_make_invoice", "contract_period", MANAGERS),
    ("service.contract.payment", "action_make_invoice", "contract_payment", MANAGERS),
    ("service.contract.payment", "action_open_owner", "contract_payment", STAFF),
    (
        "service.contract.maintenance",
        "action_view_requests",
        "contract_maintenance",
        STAFF,
    ),
    ("service.cashflow.report", "action_open", "cashflow", MANAGERS),
    ("crm.lead", "action_make_contract", "dispatch", MANAGERS),
    ("crm.lead", "action_view_made_contracts", "made_contract", STAFF),
    ("crm.lead", "action_view_child_requests", "made_contract", STAFF),
    ("res.partner", "action_view_service_contracts", "customer", STAFF),
    ("sale.order", "action_view_planned_payments", "sent_order", STAFF),
]


class ContractStepsCommon:
    """The records of these steps; to be mixed into the test of the table."""

    def _build_contract_draft(self, **values):
        return self.env[CONTRACT].create(
            {
                "subject": "Обслуживание",
                "partner_id": self.company_customer.id,
                "date_start": date(2025, 1, 1),
                "date_end": date(2030, 12, 31),
                **values,
            }
        )

    def _build_contract_active(self, **values):
        contract = self._build_contract_draft(
            billing="period", billing_period="year", billing_amount=100, **values
        )
        contract.action_activate()
        return contract

    def _build_contract_paused(self):
        contract = self._build_contract_active()
        contract.action_pause()
        return contract

    def _build_contract_scheme(self):
        return self._build_contract_draft(amount_total=100, payment_scheme="half")

    def _build_contract_end(self):
        return self.env["service.contract.terminate"].create(
            {
                "reason": "Дорого",
                "contract_ids": [Command.set(self._build_contract_active().ids)],
            }
        )

    def _build_contract_period(self):
        contract = self._build_contract_active()
        contract.action_bill()
        contract.move_ids.unlink()
        return contract.period_ids[-1]

    def _build_contract_payment(self):
        contract = self._build_contract_draft(amount_total=100)
        contract.action_activate()
        return self.env["service.contract.payment"].create(
            {"contract_id": contract.id, "amount": 100}
        )

    def _build_contract_maintenance(self):
        return self.env["service.contract.maintenance"].create(
            {"contract_id": self._build_contract_draft().id, "name": "Осмотр"}
        )

    def _build_cashflow(self):
        payment = self._build_contract_payment()
        self.env.flush_all()
        return self.env["service.cashflow.report"].search(
            [("payment_id", "=", payment.id)]
        )

    def _build_made_contract(self):
        request = self._build_dispatch()
        request.with_user(self.user_manager).action_make_contract()
        return request
