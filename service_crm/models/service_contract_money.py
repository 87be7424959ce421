from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.contract_periods import add_months, get_next_part, get_period

# Payments of a contract without an end are planned so many months ahead.
HORIZON = 12
# What decides of the payments per period.
PLANNED_BY = frozenset(
    {
        "billing",
        "billing_amount",
        "billing_period",
        "billing_product_id",
        "billing_time",
        "date_end",
        "date_start",
        "payment_term_id",
    }
)


class ServiceContract(models.Model):
    """Contract: what is agreed, invoiced, paid and left."""

    _name = "service.contract"
    _inherit = ["service.contract", "service.payment.plan.mixin"]

    payment_scheme = fields.Selection(default="none", required=True)
    amount_total = fields.Monetary(
        "Whole Sum",
        tracking=True,
        help="What the whole contract costs, with taxes; empty when it runs by "
        "periods.",
    )
    payment_ids = fields.One2many(
        "service.contract.payment", "contract_id", "Planned Payments"
    )
    move_ids = fields.One2many("account.move", "contract_id", "Invoices and Bills")
    move_count = fields.Integer("Invoices", compute="_compute_move_count")
    payment_count = fields.Integer(compute="_compute_payment_count")
    amount_invoiced = fields.Monetary(
        "Invoiced", compute="_compute_paid", store=True, compute_sudo=True
    )
    amount_paid = fields.Monetary(
        "Paid", compute="_compute_paid", store=True, compute_sudo=True
    )
    amount_agreed = fields.Monetary(
        "Agreed",
        compute="_compute_agreed",
        store=True,
        compute_sudo=True,
        help="The whole sum; without one what is planned, at least what is invoiced.",
    )
    amount_rest = fields.Monetary(
        "Rest", compute="_compute_agreed", store=True, compute_sudo=True
    )
    amount_overdue = fields.Monetary(
        "Overdue", compute="_compute_amount_overdue", compute_sudo=True
    )

    _amount_positive = models.Constraint(
        "CHECK(amount_total >= 0)", "The sum of a contract can not be negative."
    )

    @api.depends(
        "currency_id",
        "move_ids.state",
        "move_ids.move_type",
        "move_ids.amount_total",
        "move_ids.amount_residual",
    )
    def _compute_paid(self):
        for contract in self:
            moves = contract.move_ids
            contract.amount_invoiced = contract._sum_moves(
                moves, lambda move: move.amount_total
            )
            contract.amount_paid = contract._sum_moves(
                moves, lambda move: move.amount_total - move.amount_residual
            )

    @api.depends(
        "amount_total",
        "amount_invoiced",
        "amount_paid",
        "payment_ids.amount",
        "payment_ids.percent",
    )
    def _compute_agreed(self):
        for contract in self:
            fixed = contract.payment_ids.filtered(lambda row: not row.percent)
            contract.amount_agreed = contract.amount_total or max(
                sum(fixed.mapped("amount")), contract.amount_invoiced
            )
            contract.amount_rest = contract.currency_id.round(
                contract.amount_agreed - contract.amount_paid
            )

    @api.depends("payment_ids.state", "payment_ids.amount_rest")
    def _compute_amount_overdue(self):
        for contract in self:
            late = contract.payment_ids.filtered(lambda row: row.state == "overdue")
            contract.amount_overdue = sum(late.mapped("amount_rest"))

    @api.depends("move_ids")
    def _compute_move_count(self):
        # How many there are, whoever may read which of them.
        counts = dict(
            self.env["account.move"]
            .sudo()
            ._read_group(
                [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
            )
        )
        for contract in self:
            contract.move_count = counts.get(contract._origin, 0)

    @api.depends("payment_ids")
    def _compute_payment_count(self):
        for contract in self:
            contract.payment_count = len(contract.payment_ids)

    # -- CRUD

    def write(self, vals):
        result = super().write(vals)
        if PLANNED_BY & vals.keys():
            # Periods are written by the program, whoever changes the contract.
            self.sudo()._replan_periods()
        return result

    # -- actions

    def action_view_moves(self):
        """Open the invoices (expense: bills) of the contracts."""
        self.check_access("read")
        expense = self[:1].direction == "expense"
        kind = "in" if expense else "out"
        action = self.env["ir.actions.actions"]._for_xml_id(
            f"account.action_move_{kind}_invoice_type"
        )
        action["domain"] = [("contract_id", "in", self.ids)]
        action["context"] = {
            "default_move_type": f"{kind}_invoice",
            "default_contract_id": self[:1].id,
            "default_partner_id": self[:1].partner_id.id,
            "create": self.env.user.has_group("account.group_account_invoice"),
        }
        return action

    def action_view_payments(self):
        """Open the planned payments of the contracts."""
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "service_crm.action_contract_payment"
        )
        action["domain"] = [("contract_id", "in", self.ids)]
        action["context"] = {"default_contract_id": self[:1].id}
        return action

    def action_plan_payments(self):
        """Make the planned payments of the scheme, and of the periods ahead."""
        self._check_may_step()
        self.check_access("write")
        planned = self.sudo()._plan_payments()  # periods are written by the program
        if not planned:
            raise UserError(
                self.env._(
                    "Nothing to plan: choose a payment scheme and enter the whole sum, "
                    "or a fixed price per period."
                )
            )
        return True

    # -- the plan

    def _get_plan_total(self):
        """What the plan of a contract must add up to."""
        self.ensure_one()
        return self.amount_total

    def _get_plan_paid(self):
        """What was paid on the invoices of the contract."""
        self.ensure_one()
        return self.amount_paid

    def _action_activate(self):
        """The payments of a contract in force are expected."""
        result = super()._action_activate()
        self._plan_payments()
        return result

    def _plan_payments(self):
        """Plan what the scheme says, and the fixed price of the periods ahead.

        What is planned already stays as it is; called again it adds what is missing.
        """
        by_scheme = self.env["service.contract.payment"].create(
            [
                {**part, "contract_id": contract.id}
                for contract in self
                if contract.amount_total and not contract.payment_ids
                for part in contract._prepare_scheme_payments()
            ]
        )
        return by_scheme | self._plan_periods()

    def _plan_periods(self):
        """Plan the fixed price of the periods ahead that are not planned yet."""
        return self.env["service.contract.payment"].create(
            [values for contract in self for values in contract._prepare_periods()]
        )

    def _replan_periods(self):
        """The fixed price or the term changed: what is not invoiced is planned anew."""
        begun = self.filtered(lambda contract: contract.state != "draft")
        begun.payment_ids.filtered(
            lambda row: row.period_start and not row.move_id
        ).unlink()
        begun._plan_periods()

    def _prepare_periods(self):
        """Values of the planned payments of periods ahead that are not planned yet."""
        self.ensure_one()
        if self.billing == "none" or self.currency_id.is_zero(self.billing_amount):
            return []
        horizon = add_months(self._get_today(self.company_id), HORIZON)
        until = get_period(horizon, self.billing_period)[1]
        if self.date_end:
            until = min(until, self.date_end)
        planned = set(self.payment_ids.mapped("period_start"))
        values = []
        done = self.billed_until
        while part := get_next_part(self.date_start, until, done, self.billing_period):
            if part[0] not in planned:
                values.append(self._prepare_period_payment_values(*part))
            done = part[1]
        return values

    def _prepare_period_payment_values(self, first, last):
        """Values of the planned payment of a period. Extension point."""
        self.ensure_one()
        issued = self._get_billing_date(first, last)
        terms = self.payment_term_id
        due = (
            max(line._get_due_date(issued) for line in terms.line_ids)
            if terms.line_ids
            else issued
        )
        return {
            "contract_id": self.id,
            "kind": "period",
            "name": self._get_period_words(first, last),
            "date": due,
            "period_start": first,
            "amount": self._get_total_with_tax(self._get_period_price(first, last)),
        }

    def _get_total_with_tax(self, price):
        """What is paid for a price of the product the contract is invoiced as."""
        self.ensure_one()
        taxes = self._get_billing_taxes().compute_all(
            price,
            currency=self.currency_id,
            product=self.billing_product_id,
            partner=self.partner_id,
        )
        return taxes["total_included"]

    def _get_billing_taxes(self):
        """Taxes of the contract's product for its partner."""
        self.ensure_one()
        product = self.billing_product_id
        income = self.direction == "income"
        taxes = product.taxes_id if income else product.supplier_taxes_id
        position = (
            self.env["account.fiscal.position"]
            .with_company(self.company_id)
            ._get_fiscal_position(self.partner_id)
        )
        return position.map_tax(taxes._filter_taxes_by_company(self.company_id))

    # -- invoice of a planned payment

    def _make_payment_invoice(self, payment):
        """The draft invoice of one planned payment, over exactly its amount."""
        self.ensure_one()
        contract = self.with_company(self.company_id)
        move = contract._create_moves(
            [[contract._prepare_payment_line_values(payment)]]
        )
        difference = self.currency_id.round(payment.amount - move.amount_total)
        if difference:  # a cent that no net price with tax can give
            move.write(
                {
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": self.env._("Rounding"),
                                "quantity": 1.0,
                                "price_unit": difference,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ]
                }
            )
        return move

    def _prepare_payment_line_values(self, payment):
        """Values of the invoice line of a planned payment. Extension point."""
        self.ensure_one()
        taxes = self._get_billing_taxes()
        price = payment.amount
        if not all(tax.price_include for tax in taxes):
            engine = self.env["account.tax"]
            base_line = engine._prepare_base_line_for_taxes_computation(
                payment,
                price_unit=payment.amount,
                quantity=1.0,
                tax_ids=taxes,
                currency_id=self.currency_id,
                special_mode="total_included",
            )
            engine._add_tax_details_in_base_line(base_line, self.company_id)
            price = self.currency_id.round(
                base_line["tax_details"]["raw_total_excluded_currency"]
            )
        return {
            "product_id": self.billing_product_id.id,
            "name": f"{self.display_name}: {payment.name}",
            "quantity": 1.0,
            "price_unit": price,
            "tax_ids": [Command.set(taxes.ids)],
        }
