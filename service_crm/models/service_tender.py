from odoo import api, fields, models
from odoo.exceptions import UserError

# step: the states it is taken from
STEPS = {
    "monitoring": ("open", "offered"),
    "offered": ("open", "monitoring", "won", "lost"),
    "won": ("offered",),
    "lost": ("open", "monitoring", "offered"),
}


class ServiceTender(models.Model):
    """A customer's tender: what is asked for, prices of the market, bids, result."""

    _name = "service.tender"
    _description = "Tender"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "service.phase.mixin",
        "service.company.mixin",
    ]
    _check_company_auto = True
    _order = "date_deadline desc, id desc"
    _rec_names_search = ["name", "subject", "procurement_number"]

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    subject = fields.Char(required=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
        check_company=True,
    )
    procurement_number = fields.Char(
        copy=False, help="Under which the customer announced the tender."
    )
    url = fields.Char("Announcement", help="The page of the tender.")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index="btree_not_null",
        default=lambda self: self.env.user,
        tracking=True,
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("open", "Announced"),
            ("monitoring", "Price monitoring"),
            ("offered", "Bid placed"),
            ("won", "Won"),
            ("lost", "Lost"),
        ],
        required=True,
        default="open",
        tracking=True,
        index=True,
        group_expand="_expand_states",
    )
    date_start = fields.Date("Announced", default=fields.Date.context_today)
    date_deadline = fields.Datetime("Bids Until", tracking=True, index=True)
    date_result = fields.Date("Result On", copy=False)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
    )
    price_date = fields.Date(
        "Level of Prices On",
        required=True,
        default=fields.Date.context_today,
        help="Older prices are brought to this day.",
    )
    price_growth = fields.Float(
        "Growth of Prices, % per Year",
        digits=(5, 1),
        help="By how much older prices are raised, for instance the official index of "
        "consumer prices. 0: prices count as they were.",
    )
    line_ids = fields.One2many("service.tender.line", "tender_id", "Items", copy=True)
    offer_ids = fields.One2many("service.tender.offer", "tender_id", "Prices Found")
    bid_ids = fields.One2many("service.tender.bid", "tender_id", "Bids")
    starting_price = fields.Monetary(
        "Starting (Maximum) Price",
        compute="_compute_starting_price",
        store=True,
        help="Sum of the items, without tax; how it came about stands on each item.",
    )
    is_doubtful = fields.Boolean(
        "Price in Doubt", compute="_compute_starting_price", store=True
    )
    doubts = fields.Char(compute="_compute_doubts")
    own_amount = fields.Monetary("Our Bid", compute="_compute_bids", store=True)
    winner_id = fields.Many2one(
        "res.partner",
        "Won By",
        compute="_compute_bids",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    request_ids = fields.One2many("crm.lead", "tender_id", "Requests")
    contract_ids = fields.One2many("service.contract", "tender_id", "Contracts")
    document_ids = fields.One2many("service.document", "tender_id", "Own Documents")
    sale_progress = fields.Char("Deal", compute="_compute_sale_progress")

    _growth_range = models.Constraint(
        "CHECK(price_growth IS NULL OR price_growth BETWEEN 0 AND 1000)",
        "The growth of prices is between 0 and 1000 % per year.",
    )

    # -- computes

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for tender in self:
            tender.display_name = " ".join(filter(None, (tender.name, tender.subject)))

    @api.depends("line_ids.amount", "line_ids.is_doubtful")
    def _compute_starting_price(self):
        for tender in self:
            tender.starting_price = sum(tender.line_ids.mapped("amount"))
            tender.is_doubtful = any(tender.line_ids.mapped("is_doubtful"))

    @api.depends(
        "line_ids.price_count", "line_ids.is_doubtful", "line_ids.is_scattered"
    )
    @api.depends_context("lang")
    def _compute_doubts(self):
        for tender in self:
            lines = tender.line_ids
            none = lines.filtered(lambda line: not line.price_count)
            scattered = lines.filtered("is_scattered")
            few = lines.filtered("is_doubtful") - none - scattered
            words = [
                (none, self.env._("%(count)s without any price", count=len(none))),
                (few, self.env._("%(count)s with fewer than 3 prices", count=len(few))),
                (
                    scattered,
                    self.env._(
                        "%(count)s whose prices differ by more than 33 %%",
                        count=len(scattered),
                    ),
                ),
            ]
            doubts = ", ".join(text for found, text in words if found)
            tender.doubts = doubts and self.env._("Items: %(doubts)s.", doubts=doubts)

    @api.depends("bid_ids.amount", "bid_ids.is_own", "bid_ids.is_winner")
    def _compute_bids(self):
        for tender in self:
            own = tender.bid_ids.filtered("is_own")
            tender.own_amount = own[:1].amount
            tender.winner_id = tender.bid_ids.filtered("is_winner")[:1].partner_id

    @api.depends_context("lang")
    def _compute_sale_progress(self):
        requests = self.env["crm.lead"].search_fetch(
            [("tender_id", "in", self.ids)], ["tender_id", "stage_id"], order="id"
        )
        by_tender = requests.grouped("tender_id")
        for tender in self:
            found = by_tender.get(tender, self.env["crm.lead"])
            tender.sale_progress = ", ".join(
                dict.fromkeys(found.stage_id.mapped("name"))
            )

    # -- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        by_company = {}
        for vals in vals_list:
            if not vals.get("name"):
                company = vals.get("company_id") or self.env.company.id
                by_company.setdefault(company, []).append(vals)
        for company, unnumbered in by_company.items():
            sequence = self.env["ir.sequence"].with_company(company)
            numbers = sequence._next_by_code_batch("service.tender", len(unnumbered))
            for vals, number in zip(unnumbered, numbers, strict=True):
                vals["name"] = number
        return super().create(vals_list)

    @api.model
    def _expand_states(self, states, domain):
        """Columns of the board: the running ones are there when empty, too."""
        shown = {"open", "monitoring", "offered", *states}
        return [key for key, _label in self._fields["state"].selection if key in shown]

    # -- steps

    def action_start_monitoring(self):
        """Collect prices: those of earlier contracts are there at once."""
        self._move("monitoring")
        self.line_ids._add_earlier_prices()

    def action_place_bid(self):
        """Our bid is in: from now on nothing but the result is waited for."""
        self._check_own_bid()
        self._move("offered")

    def action_set_won(self):
        """Our bid won."""
        self._check_own_bid()
        self.bid_ids.filtered("is_own")._set_winner()

    def action_set_lost(self):
        """Somebody else's bid won; whose, may be known or not."""
        self._move("lost")

    def action_reopen(self):
        """The result was entered by mistake, or is contested: nobody has won yet."""
        self.bid_ids.is_winner = False
        self._move("offered")
        self.date_result = False

    def action_take_earlier_prices(self):
        """Look once more for what our own orders say of these items."""
        self.check_access("write")
        added = self.line_ids._add_earlier_prices()
        if added:
            message = self.env._(
                "%(count)s prices of earlier orders were added.", count=len(added)
            )
        else:
            message = self.env._(
                "Our confirmed orders of the last three years have no further prices "
                "of these items."
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success" if added else "info",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -- helpers

    @api.model
    def _get_service_entry_fields(self):
        """Steps of tenders are logged: messages and robots follow them."""
        return (*super()._get_service_entry_fields(), "state")

    def _move(self, state):
        """Go on to a state; refused where the way there does not lead from."""
        for tender in self:
            if tender.state not in STEPS[state]:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "Tender %(tender)s is in state “%(state)s”. “%(next)s” can "
                        "only follow: %(before)s.",
                        tender=tender.display_name,
                        state=labels[tender.state],
                        next=labels[state],
                        before=", ".join(labels[name] for name in STEPS[state]),
                    )
                )
        values = {"state": state}
        if state in ("won", "lost"):
            values["date_result"] = fields.Date.context_today(self)
        self.write(values)

    def _check_own_bid(self):
        """Refuse what needs our bid where there is none."""
        for tender in self:
            own = tender.bid_ids.filtered("is_own")
            if not own.amount:
                raise UserError(
                    self.env._(
                        "Tender %(tender)s has no bid of ours yet. Add it on the tab "
                        "“Bids” with its amount and tick “Our Bid”.",
                        tender=tender.display_name,
                    )
                )
