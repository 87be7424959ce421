from datetime import timedelta

from odoo import api, fields, models


class ServiceDemo(models.AbstractModel):
    """Demo contracts: in force, invoiced for the past months, partly paid."""

    _inherit = "service.demo"

    @api.model
    def _load_contracts(self):
        """Bring the contracts of ``service_contract_demo.xml`` to life."""
        contracts = self.env["service.contract"]
        for name in ("alfa", "beta", "iota", "vertikal"):
            contracts |= self._ref(f"contract_{name}")
        self._as("manager", contracts).action_activate()
        # The requests of the story came before the contracts.
        request = self.env["crm.lead"]
        self.env.add_to_compute(
            request._fields["contract_id"],
            request.search([("is_service", "=", True), ("active", "=", True)]),
        )
        beta = self._ref("contract_beta")
        self.env["service.contract.use"].create(
            [
                {
                    "contract_id": beta.id,
                    "line_id": beta.line_ids.id,
                    "date": beta.date_start + timedelta(days=day),
                    "quantity": 1,
                    "name": name,
                }
                for day, name in (
                    (3, "Door of lift 2 adjusted"),
                    (17, "Guide rails greased"),
                    (38, "Button of the 5th floor replaced"),
                )
            ]
        )
        if not self.env.company.chart_template:
            return  # without a chart of accounts there is nothing to invoice with
        while due := contracts._filter_billing_due():
            due._bill_next_period()
        self._pay_contracts(contracts)
        self._load_programme(self._ref("contract_iota"))
        self._load_half_paid()

    @api.model
    def _pay_contracts(self, contracts):
        """All but the last invoices are posted, all but the last of these paid."""
        for contract in contracts:
            moves = contract.move_ids.sorted("id")
            for period, move in zip(
                contract.period_ids.sorted("date_start"), moves, strict=True
            ):
                move.invoice_date = period.date_end + timedelta(days=1)
                move.date = move.invoice_date
            moves.action_post()
            for move in moves[:-1]:
                self._pay(move, move.invoice_date + timedelta(days=9))

    @api.model
    def _load_programme(self, contract):
        """A programme paid in three parts, the first of them by now."""
        today = fields.Date.context_today(self)
        parts = self.env["service.contract.payment"].create(
            [
                {
                    "contract_id": contract.id,
                    "name": name,
                    "kind": kind,
                    "date": today + timedelta(days=days),
                    "amount": amount,
                }
                for name, kind, days, amount in (
                    ("Theory", "advance", -20, 400),
                    ("Practice", "part", 15, 300),
                    ("Examination", "final", 60, 300),
                )
            ]
        )
        parts[0].action_make_invoice()
        move = parts[0].move_id
        move.invoice_date = today - timedelta(days=20)
        move.action_post()
        self._pay(move, today - timedelta(days=12))

    @api.model
    def _load_half_paid(self):
        """An order of a job to come: half of it is paid in advance."""
        order = self.env["sale.order"].search(
            [
                ("is_service", "=", True),
                ("state", "=", "sale"),
                ("invoice_ids", "=", False),
                ("opportunity_id.service_phase", "=", "agreed"),
            ],
            order="id desc",
            limit=1,
        )
        order.payment_scheme = "half"
        if order:
            today = fields.Date.context_today(self)
            order.payment_ids[0].action_make_invoice()
            order.payment_ids[0].move_id.action_post()
            self._pay(order.payment_ids[0].move_id, today)

    @api.model
    def _pay(self, move, day):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"payment_date": day}).action_create_payments()
