from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from ..tools.contract_periods import get_next_part, get_share, prorate


class ServiceContract(models.Model):
    """Contract: the periodic run that makes the draft invoices.

    A contract is invoiced by calendar months, quarters or years of its company, each
    after its end; a fixed price, if so agreed, at its beginning. Of the first and the
    last period, and of one with a pause, the fixed price is taken by the day: price ×
    days in force ÷ days of the period. Included quantities are those of a whole period,
    however short it was.
    """

    _inherit = "service.contract"

    billing = fields.Selection(
        [
            ("none", "By planned payments only"),
            ("period", "Fixed price per period"),
            ("usage", "By consumption"),
        ],
        "Invoicing",
        required=True,
        default="none",
        tracking=True,
    )
    billing_period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        "Period",
        required=True,
        default="month",
    )
    billing_time = fields.Selection(
        [("end", "After its end"), ("begin", "At its beginning")],
        "Period Is Invoiced",
        required=True,
        default="end",
        tracking=True,
        help="Consumption is known, and invoiced, only after the end.",
    )
    billing_amount = fields.Monetary(
        "Price per Period",
        tracking=True,
        help="Without taxes, unless the taxes of the product are included in prices. "
        "Of a contract by consumption: what is to be paid beside the consumption.",
    )
    billing_product_id = fields.Many2one(
        "product.product",
        "Invoiced as",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env.ref(
            "service_crm.product_contract_fee", raise_if_not_found=False
        ),
        help="Gives account and taxes of the fixed price and of planned payments.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        "Payment Terms",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Of the invoices; the partner's own when empty.",
    )
    line_ids = fields.One2many(
        "service.contract.line", "contract_id", "Services", copy=True
    )
    use_ids = fields.One2many("service.contract.use", "contract_id", "Consumption")
    period_ids = fields.One2many(
        "service.contract.period", "contract_id", "Invoiced Periods"
    )
    billed_until = fields.Date("Invoiced until", readonly=True, copy=False)
    billing_next_date = fields.Date(
        "Next Invoice",
        compute="_compute_billing_next_date",
        store=True,
        index=True,
        help="The day on which the next period is invoiced.",
    )
    billing_due = fields.Boolean(compute="_compute_billing_due")

    _billing_positive = models.Constraint(
        "CHECK(billing_amount >= 0)", "The price per period can not be negative."
    )

    @api.depends(
        "billing",
        "billing_period",
        "billing_time",
        "billed_until",
        "date_start",
        "date_end",
        "state",
    )
    def _compute_billing_next_date(self):
        for contract in self:
            part = contract._get_next_part()
            contract.billing_next_date = part and contract._get_billing_date(*part)

    @api.depends("billing_next_date")
    def _compute_billing_due(self):
        due = self._filter_billing_due()
        for contract in self:
            contract.billing_due = contract in due

    def write(self, vals):
        if "date_start" in vals and any(self.mapped("billed_until")):
            first = fields.Date.to_date(vals["date_start"])
            if any(c.billed_until and c.date_start != first for c in self):
                raise UserError(
                    self.env._("The begin of an invoiced contract does not change.")
                )
        if "date_end" in vals and (last := fields.Date.to_date(vals["date_end"])):
            for contract in self:
                contract._check_last_day(last)
        return super().write(vals)

    # -- actions

    def action_bill(self):
        """Make the draft invoices of all periods that are due, now."""
        self._check_may_step()
        # Managers need no right on accounting; the periods decide what is made.
        contracts = self.sudo()
        contracts._lock_for_billing()
        due = contracts._filter_billing_due()
        if not due:
            raise UserError(
                self.env._(
                    "There is nothing to invoice: every period that is due has been "
                    "invoiced."
                )
            )
        due.write({"job_error": False, "job_retry": False})
        while due:
            due._bill_next_period()
            due = due._filter_billing_due()
        return self.action_view_moves()

    # -- the job

    @api.model
    def _cron_bill(self, limit=100):
        """Invoice the periods that are due: each contract and period exactly once."""
        domain = self._get_billing_domain() & self._get_job_domain()
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(domain))
        while contracts := self.search(
            domain, limit=limit, order="billing_next_date, id"
        ).try_lock_for_update():
            contracts._run_job(lambda part: part._bill_next_period())
            if not commit(len(contracts), remaining=self.search_count(domain)):
                break

    @api.model
    def _get_billing_domain(self):
        """Contracts with a period that is due, each by the clock of its company."""
        return Domain.OR(
            Domain("company_id", "in", companies.ids)
            & Domain("billing_next_date", "<=", today)
            for today, companies in self._get_companies_by_today().items()
        )

    def _bill_next_period(self):
        """Invoice the next period of each contract. ``self`` is locked and due.

        A period is one row, unique per contract; who comes second is refused by the
        database.
        """
        for company, contracts in self.grouped("company_id").items():
            contracts = contracts.with_company(company)
            parts = {c: c._get_next_part() for c in contracts}
            uses = contracts._get_open_uses(parts)
            contracts.line_ids.product_id.mapped("display_name")  # all in one query
            lines = {c: c._prepare_period_lines(*parts[c], uses[c]) for c in contracts}
            for contract, values in lines.items():
                values += contract._settle_pauses(values)
            billed = contracts.filtered(lambda c, lines=lines: lines[c])
            moves = billed._create_moves([lines[c] for c in billed])
            by_contract = dict(zip(billed, moves, strict=True))
            periods = self.env["service.contract.period"].create(
                [
                    c._prepare_period_values(*parts[c], by_contract.get(c))
                    for c in contracts
                ]
            )
            for contract, period in zip(contracts, periods, strict=True):
                uses[contract].period_id = period
                contract.billed_until = period.date_end
            periods._plan_payments()
            contracts._plan_periods()

    def _create_moves(self, lines):
        """Draft invoices of these contracts, each told where it comes from.

        :param lines: list of values of the invoice lines, for each contract
        :return: ``account.move``, in the order of the contracts
        """
        if not self:
            return self.env["account.move"]
        journals = {
            kind: self.env["account.journal"].search(
                [
                    *self.env["account.journal"]._check_company_domain(self.company_id),
                    ("type", "=", "sale" if kind == "income" else "purchase"),
                ],
                limit=1,
            )
            for kind in set(self.mapped("direction"))
        }
        # Odoo would write, and send, a message for each invoice apart.
        moves = self.env["account.move"].with_context(mail_create_nolog=True)
        moves = moves.create(
            [
                {
                    **contract._prepare_move_values(),
                    "journal_id": journals[contract.direction].id,
                    "invoice_line_ids": [Command.create(v) for v in values],
                }
                for contract, values in zip(self, lines, strict=True)
            ]
        ).with_context(mail_create_nolog=False)
        moves._message_log_batch(
            {
                move.id: self.env._(
                    "Made from contract %(contract)s.", contract=move.contract_id.name
                )
                for move in moves
            }
        )
        return moves

    # -- value makers

    def _prepare_move_values(self):
        """Values of an invoice (expense: a bill) of this contract. Extension point."""
        self.ensure_one()
        income = self.direction == "income"
        partner = self.partner_id
        if income:
            partner = partner.browse(partner.address_get(["invoice"])["invoice"])
        values = {
            "move_type": "out_invoice" if income else "in_invoice",
            "contract_id": self.id,
            "partner_id": partner.id,
            "currency_id": self.currency_id.id,
            "company_id": self.company_id.id,
            "invoice_origin": self.name,
            "invoice_user_id": self.user_id.id,
        }
        if self.payment_term_id:
            values["invoice_payment_term_id"] = self.payment_term_id.id
        return values

    def _prepare_period_values(self, first, last, move):
        """Values of the row that says a period is done. Extension point."""
        self.ensure_one()
        return {
            "contract_id": self.id,
            "date_start": first,
            "date_end": last,
            "move_id": move.id if move else False,
            **self._prepare_period_prices(first, last),
        }

    def _prepare_period_lines(self, first, last, uses):
        """Values of the invoice lines of one period. Extension point.

        :param uses: ``service.contract.use`` that are not invoiced yet
        :return: list of values for ``account.move.line``, empty when nothing is due
        """
        self.ensure_one()
        days, whole = self._get_period_share(first, last)
        price = self._get_period_price(first, last)
        words = self._get_period_words(first, last)
        values = []
        if not self.currency_id.is_zero(price):
            name = f"{self.subject}, {words}"
            if days != whole:
                name = self.env._(
                    "%(name)s (%(days)s of %(whole)s days)",
                    name=name,
                    days=days,
                    whole=whole,
                )
            values.append(
                {
                    "product_id": self.billing_product_id.id,
                    "name": name,
                    "quantity": 1.0,
                    "price_unit": price,
                }
            )
        if self.billing == "usage":
            for line, used in uses.grouped("line_id").items():
                values += line._prepare_use_lines(used, words)
        return values

    # -- helpers

    def _check_complete(self):
        """A contract that is billed says as what and how much."""
        result = super()._check_complete()
        self.ensure_one()
        if self.billing != "none" and not self.billing_product_id:
            raise UserError(
                self.env._(
                    "%(contract)s: say as which product it is invoiced.",
                    contract=self.display_name,
                )
            )
        if self.billing == "period" and self.currency_id.is_zero(self.billing_amount):
            raise UserError(
                self.env._(
                    "%(contract)s: enter the price per period.",
                    contract=self.display_name,
                )
            )
        if self.billing == "usage" and not self.line_ids:
            raise UserError(
                self.env._(
                    "%(contract)s: add the services whose consumption is invoiced.",
                    contract=self.display_name,
                )
            )
        return result

    def _get_next_part(self):
        """First and last day of what is to be invoiced next; ``False`` when nothing."""
        self.ensure_one()
        if self.state == "draft" or self.billing == "none":
            return False
        return get_next_part(
            self.date_start, self.date_end, self.billed_until, self.billing_period
        ) or (False)

    def _get_period_share(self, first, last):
        """``(days in force, days of the whole period)``."""
        self.ensure_one()
        pauses = [(pause.date_start, pause.date_end) for pause in self.pause_ids]
        return get_share(first, last, self.billing_period, pauses)

    def _get_period_price(self, first, last):
        """The fixed price of a part of a period, to the cent."""
        self.ensure_one()
        share = self._get_period_share(first, last)
        return self.currency_id.round(float(prorate(self.billing_amount, *share)))

    def _get_period_words(self, first, last):
        """A part of a period in words of the partner's language."""
        lang = self.partner_id.lang
        if self.billing_period == "month":
            return format_date(self.env, first, lang, "LLLL y")
        return " – ".join(format_date(self.env, day, lang) for day in (first, last))

    def _get_open_uses(self, parts):
        """Consumption until the end of each part that is in no invoice yet.

        What was reported late is in the next invoice.
        """
        found = self.env["service.contract.use"].search(
            [
                ("contract_id", "in", self.ids),
                ("period_id", "=", False),
                ("date", "<=", max(last for _first, last in parts.values())),
            ]
        )
        by_contract = found.grouped("contract_id")
        return {
            contract: by_contract.get(contract, found.browse()).filtered(
                lambda use, last=parts[contract][1]: use.date <= last
            )
            for contract in self
        }

    def _filter_billing_due(self):
        """Contracts with a period that is due."""
        today = {company: self._get_today(company) for company in self.company_id}
        return self.filtered(
            lambda c: c.billing_next_date and c.billing_next_date <= today[c.company_id]
        )

    def _lock_for_billing(self):
        """Wait for nobody: a contract that is being invoiced is said to be so."""
        if self.try_lock_for_update() != self:
            raise UserError(
                self.env._("These contracts are being invoiced just now. Try again.")
            )
