from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.contract_periods import prorate


class ServiceContractPeriod(models.Model):
    """One invoiced period of a contract: the proof that it was done, and once."""

    _name = "service.contract.period"
    _description = "Invoiced period of a contract"
    _order = "date_start desc, id desc"

    contract_id = fields.Many2one(
        "service.contract",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, index=True
    )
    date_start = fields.Date("From", required=True, readonly=True)
    date_end = fields.Date("Until", required=True, readonly=True)
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    currency_id = fields.Many2one(related="contract_id.currency_id")
    amount = fields.Monetary(
        "Amount with Tax", compute="_compute_amount", compute_sudo=True
    )
    price = fields.Monetary("Price per Period", readonly=True)
    price_invoiced = fields.Monetary(
        "Fixed Price Invoiced",
        readonly=True,
        help="In its invoice and, after a pause, in later ones.",
    )
    use_ids = fields.One2many("service.contract.use", "period_id", "Consumption")
    state = fields.Selection(
        [
            ("nothing", "Nothing to invoice"),
            ("draft", "Draft invoice"),
            ("posted", "Invoiced"),
            ("missing", "Invoice cancelled or deleted"),
        ],
        compute="_compute_state",
        compute_sudo=True,
    )
    was_invoiced = fields.Boolean(readonly=True)

    _period_uniq = models.UniqueIndex(
        "(contract_id, date_start)", "This period of the contract is invoiced already."
    )

    @api.depends("date_start", "date_end")
    def _compute_display_name(self):
        for period in self:
            contract = period.contract_id
            period.display_name = " – ".join(
                contract._format_day(day)
                for day in (period.date_start, period.date_end)
                if day
            )

    @api.depends("move_id.amount_total")
    def _compute_amount(self):
        for period in self:
            period.amount = period.move_id.amount_total

    @api.depends("move_id.state", "was_invoiced")
    def _compute_state(self):
        for period in self:
            state = period.move_id.state
            if not period.was_invoiced:
                period.state = "nothing"
            elif state in ("draft", "posted"):
                period.state = state
            else:
                period.state = "missing"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["was_invoiced"] = bool(vals.get("move_id"))
        return super().create(vals_list)

    def action_make_invoice(self):
        """Make the invoice again that was cancelled or deleted."""
        self.contract_id._check_may_step()
        for period in self.sudo():  # invoices are accounting's, see action_bill()
            if period.state != "missing":
                raise UserError(
                    self.env._(
                        "%(period)s has its invoice.", period=period.display_name
                    )
                )
            period.contract_id._lock_for_billing()
            period._make_invoice()
        return self.contract_id.action_view_moves()

    def _make_invoice(self):
        """The invoice of the period, anew; of the same days and consumption."""
        self.ensure_one()
        contract = self.contract_id.with_company(self.company_id)
        lines = contract._prepare_period_lines(
            self.date_start, self.date_end, self.use_ids
        )
        self.write(contract._prepare_period_prices(self.date_start, self.date_end))
        self.move_id = contract._create_moves([lines])
        self._plan_payments()

    def _get_price_difference(self):
        """What its days cost more (or, below 0, less) than was invoiced for them."""
        self.ensure_one()
        if self.state == "missing":
            return 0.0
        share = self.contract_id._get_period_share(self.date_start, self.date_end)
        price = self.currency_id.round(float(prorate(self.price, *share)))
        return price - self.price_invoiced

    def _plan_payments(self):
        """Each invoiced period has one planned payment: the expected one, or a new."""
        invoiced = self.filtered("move_id")
        payment = self.env["service.contract.payment"]
        planned = {
            (row.contract_id, row.period_start): row
            for row in payment.search(
                [
                    ("contract_id", "in", invoiced.contract_id.ids),
                    ("period_start", "in", invoiced.mapped("date_start")),
                ]
            )
        }
        missing = invoiced.browse()
        for period in invoiced:
            row = planned.get((period.contract_id, period.date_start))
            if row:
                row.move_id = period.move_id
            else:
                missing |= period
        payment.create(
            [
                {
                    **period.contract_id._prepare_period_payment_values(
                        period.date_start, period.date_end
                    ),
                    "move_id": period.move_id.id,
                }
                for period in missing
            ]
        )
