from odoo import fields, models

from ..tools.payment_plan import split

INVOICES = ("out_invoice", "in_invoice")
REFUNDS = ("out_refund", "in_refund")


class ServicePaymentPlanMixin(models.AbstractModel):
    """What has planned payments: a contract, an order.

    A model that inherits it has a One2many ``payment_ids`` to
    ``service.contract.payment``, ``currency_id`` and ``company_id``.
    """

    _name = "service.payment.plan.mixin"
    _description = "Planned payments"

    payment_scheme = fields.Selection(
        [
            ("none", "No advance"),
            ("prepay", "100 % in advance"),
            ("half", "50 % in advance, 50 % after the work"),
        ],
        help="Which planned payments are made by themselves. The work does not begin "
        "before the advance is paid.",
    )

    def _get_plan_total(self):
        """What is to be paid in all. Extension point of an owner of payments."""
        raise NotImplementedError

    def _get_plan_paid(self):
        """What was paid so far. Extension point of an owner of payments."""
        raise NotImplementedError

    def _get_payment_shares(self):
        """``{planned payment: amount}`` of those that are a part of the whole."""
        self.ensure_one()
        rows = self.payment_ids.filtered("percent").sorted(
            lambda row: (row.date or fields.Date.today(), row._origin.id or 1 << 62)
        )
        amounts = split(
            self._get_plan_total(),
            [round(percent, 2) for percent in rows.mapped("percent")],
            self.currency_id.round,
        )
        return dict(zip(rows, amounts, strict=True))

    def _get_scheme_parts(self):
        """The parts of each scheme. Registry and extension point.

        :return: ``{scheme: [values of a planned payment without owner]}``; ``days``
            from now instead of a date
        """
        advance = {"kind": "advance", "needed_for": "start", "days": 0}
        return {
            "prepay": [{**advance, "percent": 100.0}],
            "half": [
                {**advance, "percent": 50.0},
                {
                    "kind": "final",
                    "needed_for": "close",
                    "percent": 50.0,
                    "days": 14,
                },
            ],
        }

    def _prepare_scheme_payments(self):
        """Values of the planned payments of the record's scheme. Extension point."""
        self.ensure_one()
        today = self.env["service.contract"]._get_today(self.company_id)
        values = []
        for part in self._get_scheme_parts().get(self.payment_scheme, ()):
            part = dict(part)
            part["date"] = fields.Date.add(today, days=part.pop("days"))
            values.append({**part, "by_scheme": True})
        return values

    def _get_owed_words(self, steps, payments=None):
        """What must be paid first, in sentences.

        :param steps: values of ``needed_for`` that count
        :param payments: the planned payments that count; all of them unless told
        :return: ``{record: [sentence, …]}``
        """
        return {
            record: [
                record.env._(
                    "%(partner)s still owes %(rest)s of %(amount)s (%(what)s, due "
                    "%(date)s) for %(owner)s.",
                    partner=row.partner_id.display_name,
                    rest=row.currency_id.format(row.amount_rest),
                    amount=row.currency_id.format(row.amount),
                    what=row.name,
                    date=self.env["service.contract"]._format_day(row.date),
                    owner=record.display_name,
                )
                for row in (
                    record.payment_ids
                    if payments is None
                    else record.payment_ids & payments
                )
                if row.needed_for in steps
                and row.currency_id.compare_amounts(row.amount_rest, 0.0) > 0
            ]
            for record in self
        }

    def _sum_moves(self, moves, get_amount, get_share=None):
        """Sum of something over invoices, minus that of credit notes.

        :param get_amount: called with a move, in the move's currency
        :param get_share: part of a move that is this record's; all of it unless told
        """
        self.ensure_one()
        total = 0.0
        for move in moves.filtered(lambda m: m.state == "posted"):
            amount = get_amount(move)
            if get_share:
                amount = move.currency_id.round(amount * get_share(move))
            amount = move.currency_id._convert(
                amount,
                self.currency_id,
                self.company_id,
                move.invoice_date or move.date,
            )
            if move.move_type in INVOICES:
                total += amount
            elif move.move_type in REFUNDS:
                total -= amount
        return self.currency_id.round(total)
