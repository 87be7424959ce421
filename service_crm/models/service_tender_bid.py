from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ServiceTenderBid(models.Model):
    """What a participant, we among them, bid for the whole tender."""

    _name = "service.tender.bid"
    _inherit = "service.company.mixin"
    _description = "Bid of a participant"
    _check_company_auto = True
    _order = "tender_id, amount, id"
    _rec_name = "partner_id"

    tender_id = fields.Many2one(
        "service.tender", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tender_id.company_id")
    currency_id = fields.Many2one(related="tender_id.currency_id")
    is_own = fields.Boolean("Our Bid")
    partner_id = fields.Many2one(
        "res.partner",
        "Participant",
        required=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    amount = fields.Monetary("Bid", required=True)
    date = fields.Date(default=fields.Date.context_today)
    note = fields.Char(help="Why it was refused, on what terms it was made.")
    is_winner = fields.Boolean("Winner", readonly=True, copy=False)
    place = fields.Integer(compute="_compute_place")
    difference = fields.Float(
        "Below Starting Price, %",
        digits=(9, 1),
        compute="_compute_place",
        help="How far the bid lies below the starting (maximum) price.",
    )
    tender_state = fields.Selection(related="tender_id.state")
    tender_winner_id = fields.Many2one(
        related="tender_id.winner_id", string="Winner of the Tender"
    )

    _amount_positive = models.Constraint("CHECK(amount > 0)", "A bid is above zero.")
    _participant_uniq = models.UniqueIndex(
        "(tender_id, partner_id)", "This participant's bid is there already."
    )
    _own_uniq = models.UniqueIndex(
        "(tender_id) WHERE is_own", "We have only one bid in a tender."
    )
    _winner_uniq = models.UniqueIndex(
        "(tender_id) WHERE is_winner", "Only one bid can win a tender."
    )

    @api.depends("is_own")
    def _compute_partner_id(self):
        for bid in self:
            if bid.is_own:
                company = bid.tender_id.company_id or self.env.company
                bid.partner_id = bid.partner_id or company.partner_id
            else:
                bid.partner_id = bid.partner_id

    @api.depends("amount", "tender_id.bid_ids.amount", "tender_id.starting_price")
    def _compute_place(self):
        for bid in self:
            amounts = bid.tender_id.bid_ids.mapped("amount")
            bid.place = 1 + sum(amount < bid.amount for amount in amounts)
            start = bid.tender_id.starting_price
            bid.difference = 100 * (start - bid.amount) / start if start else 0.0

    @api.constrains("is_winner", "is_own")
    def _check_winner(self):
        """The winner and the state of the tender tell the same."""
        for bid in self.filtered("is_winner"):
            if bid.tender_id.state != ("won" if bid.is_own else "lost"):
                raise ValidationError(
                    self.env._(
                        "Enter the result of tender %(tender)s first.",
                        tender=bid.tender_id.display_name,
                    )
                )

    def action_set_winner(self):
        """This bid won: the tender is won, or lost when the bid is not ours."""
        self._set_winner()

    def _set_winner(self):
        for bid in self:
            tender = bid.tender_id
            state = "won" if bid.is_own else "lost"
            if tender.state != state:
                tender._move(state)
            tender.bid_ids.is_winner = False
            # Two winners of one tender must never be written at once.
            tender.bid_ids.flush_recordset(["is_winner"])
            bid.is_winner = True
