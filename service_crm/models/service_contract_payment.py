from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..tools.defaults import without_defaults
from ..tools.payment_plan import spread

# What is written by the program only.
FACT_FIELDS = frozenset(
    {"amount_paid", "amount_rest", "by_scheme", "move_id", "period_start", "state"}
)


class ServiceContractPayment(models.Model):
    """A planned payment of a contract or of an order: when, what for, how much.

    What is paid of it follows from the posted invoices of the contract or order alone:
    what they are paid is spread over the plan, the earliest parts first.
    """

    _name = "service.contract.payment"
    _description = "Planned payment"
    _inherit = ["service.phase.mixin", "service.company.mixin"]
    _check_company_auto = True
    _order = "date, id"

    contract_id = fields.Many2one(
        "service.contract",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    order_id = fields.Many2one(
        "sale.order", index="btree_not_null", ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        required=True,
        index=True,
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        required=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    direction = fields.Selection(
        [("income", "We receive"), ("expense", "We pay")],
        compute="_compute_partner_id",
        store=True,
        precompute=True,
    )
    kind = fields.Selection(
        [
            ("advance", "Advance"),
            ("part", "Part"),
            ("final", "Final payment"),
            ("period", "Per period"),
            ("other", "Other"),
        ],
        required=True,
        default="part",
    )
    name = fields.Char(
        "What For",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date = fields.Date("Due", required=True, default=fields.Date.context_today)
    percent = fields.Float(
        "%", digits=(5, 2), help="Of the whole sum; without it the amount is fixed."
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="What is to be paid, with taxes.",
    )
    needed_for = fields.Selection(
        [("start", "the work begins"), ("close", "the request is closed")],
        "Needed before",
        help="Until it is paid, this does not happen.",
    )
    period_start = fields.Date(readonly=True, copy=False)
    by_scheme = fields.Boolean(
        readonly=True, copy=False, help="Made by the payment scheme of the order."
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    amount_paid = fields.Monetary(
        "Paid", compute="_compute_paid", store=True, compute_sudo=True
    )
    amount_rest = fields.Monetary(
        "Rest", compute="_compute_paid", store=True, compute_sudo=True
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("due", "Due"),
            ("part", "Partly Paid"),
            ("paid", "Paid"),
            ("overdue", "Overdue"),
        ],
        compute="_compute_state",
        store=True,
        compute_sudo=True,
    )

    _one_owner = models.Constraint(
        "CHECK(num_nonnulls(contract_id, order_id) = 1)",
        "A planned payment belongs to a contract or to an order.",
    )
    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "A planned payment can not be negative."
    )
    _percent_range = models.Constraint(
        "CHECK(percent BETWEEN 0 AND 100)", "A part is between 0 and 100 %."
    )
    _period_uniq = models.UniqueIndex(
        "(contract_id, period_start) WHERE period_start IS NOT NULL",
        "This period of the contract is planned already.",
    )
    _open_idx = models.Index("(date) WHERE state NOT IN ('paid', 'overdue')")

    @api.constrains("percent", "contract_id", "order_id")
    def _check_percents(self):
        """The planned payments are not more than the whole."""
        for owner in (*self.contract_id, *self.order_id):
            total = sum(round(row.percent, 2) for row in owner.payment_ids)
            if round(total, 2) > 100:
                raise ValidationError(
                    self.env._(
                        "The planned payments of %(owner)s make up %(total)g %%: more "
                        "than the whole.",
                        owner=owner.display_name,
                        total=total,
                    )
                )

    # -- computes

    @api.depends("contract_id", "order_id")
    def _compute_company_id(self):
        for row in self:
            owner = row.contract_id or row.order_id
            row.company_id = owner.company_id or self.env.company
            row.currency_id = owner.currency_id or row.company_id.currency_id

    @api.depends("contract_id.partner_id", "contract_id.direction", "order_id")
    def _compute_partner_id(self):
        for row in self:
            row.partner_id = row.contract_id.partner_id or row.order_id.partner_id
            row.direction = row.contract_id.direction or "income"

    @api.depends("name", "partner_id", "amount_rest", "currency_id")
    def _compute_display_name(self):
        """Who pays, for what, how much: it stands in the calendar."""
        for row in self:
            parts = [row.partner_id.display_name, row.name]
            if row.amount_rest and row.currency_id:
                parts.append(row.currency_id.format(row.amount_rest))
            row.display_name = ", ".join(filter(None, parts))

    @api.depends("kind")
    def _compute_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.name = row.name or labels.get(row.kind)

    @api.depends(
        "percent",
        "move_id.amount_total",
        "move_id.state",
        "contract_id.amount_total",
        "contract_id.payment_ids.percent",
        "order_id.payment_total",
        "order_id.payment_ids.percent",
    )
    def _compute_amount(self):
        """Shares of the whole; of an invoiced period what the invoice says."""
        shares = {}
        for owner in (*self.contract_id, *self.order_id):
            shares |= owner._get_payment_shares()
        for row in self:
            if row.percent:
                row.amount = shares.get(row, shares.get(row._origin, row.amount))
            elif row.period_start and row.move_id:
                row.amount = row._get_move_amount()
            else:
                row.amount = row.amount

    @api.depends(
        "amount",
        "date",
        "contract_id.amount_paid",
        "contract_id.payment_ids.amount",
        "contract_id.payment_ids.date",
        "order_id.payment_paid",
        "order_id.payment_ids.amount",
        "order_id.payment_ids.date",
    )
    def _compute_paid(self):
        for owner in (*self.contract_id, *self.order_id):
            rows = owner.payment_ids.sorted(
                lambda row: (row.date or fields.Date.today(), row._origin.id or 1 << 62)
            )
            paid = spread(owner._get_plan_paid(), rows.mapped("amount"))
            for row, part in zip(rows, paid, strict=True):
                row.amount_paid = row.currency_id.round(part)
                row.amount_rest = row.currency_id.round(row.amount - part)
        for row in self - self.contract_id.payment_ids - self.order_id.payment_ids:
            row.amount_paid = 0.0
            row.amount_rest = row.amount

    @api.depends("amount", "amount_rest", "date", "move_id.state")
    def _compute_state(self):
        contract = self.env["service.contract"]
        today = {c: contract._get_today(c) for c in self.company_id}
        for row in self:
            day = today.get(row.company_id) or fields.Date.today()
            if row.currency_id.is_zero(row.amount_rest or 0.0) and row.amount:
                row.state = "paid"
            elif row.date and row.date < day:
                row.state = "overdue"
            elif row.amount_paid:
                row.state = "part"
            elif row.date == day or row.move_id.state == "posted":
                row.state = "due"
            else:
                row.state = "planned"

    # -- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._check_facts_by_hand(
            {name for vals in vals_list for name, value in vals.items() if value}
        )
        self = without_defaults(self, FACT_FIELDS)
        rows = super().create([self._without_shown_amount(v) for v in vals_list])
        rows._check_owners()
        return rows

    def write(self, vals):
        self._check_facts_by_hand(vals.keys())
        result = super().write(self._without_shown_amount(vals))
        if {"contract_id", "order_id"} & vals.keys():
            self._check_owners()
        return result

    @api.model
    def _without_shown_amount(self, vals):
        """A part in percent is computed; the form sends what it shows as well."""
        if not vals.get("percent"):
            return vals
        return {name: value for name, value in vals.items() if name != "amount"}

    # -- actions

    def action_open_owner(self):
        """Open the contract or the order of the payment."""
        self.ensure_one()
        owner = self.contract_id or self.order_id
        return {
            "type": "ir.actions.act_window",
            "name": owner.display_name,
            "res_model": owner._name,
            "res_id": owner.id,
            "views": [(False, "form")],
        }

    # -- the job

    @api.model
    def _cron_update_states(self, limit=1000):
        """A new day: what was planned is due, what was due is overdue."""
        commit = self.env["ir.cron"]._commit_progress
        domain = Domain.OR(
            Domain("company_id", "in", companies.ids)
            & (
                Domain("date", "<", today) & Domain("state", "!=", "overdue")
                | Domain("date", "=", today) & Domain("state", "=", "planned")
            )
            for today, companies in (
                self.env["service.contract"]._get_companies_by_today(self).items()
            )
        ) & Domain("state", "!=", "paid")
        commit(remaining=self.search_count(domain))
        while rows := self.search(domain, limit=limit).try_lock_for_update():
            self.env.add_to_compute(self._fields["state"], rows)
            rows._recompute_recordset(["state"])
            self.env.flush_all()
            if not commit(len(rows)):
                break

    # -- helpers

    @api.model
    def _get_service_entry_fields(self):
        """A payment that becomes due, late or paid is logged."""
        return (*super()._get_service_entry_fields(), "state")

    @api.model
    def _check_facts_by_hand(self, names):
        """Refuse facts that come by form, import or RPC: the invoices say them."""
        if not self.env.su and (forged := FACT_FIELDS & names):
            raise AccessError(
                self.env._(
                    "%(fields)s: follows from the invoices and is not typed.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(forged)
                    ),
                )
            )

    def _check_owners(self):
        """Payments are planned, and invoiced, of what their author may see."""
        self.contract_id.check_access("read")
        self.order_id.check_access("read")

    def _get_move_amount(self):
        """What the invoice of an invoiced period says, in the plan's currency."""
        self.ensure_one()
        move = self.move_id
        if move.state == "cancel":
            return 0.0
        return move.currency_id._convert(
            move.amount_total,
            self.currency_id,
            self.company_id,
            move.invoice_date or self.date,
        )
