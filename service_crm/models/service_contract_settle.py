from odoo import fields, models


class ServiceContract(models.Model):
    """Contract: invoiced ahead if so agreed; what changes later is settled later."""

    _inherit = "service.contract"

    def _get_billing_date(self, first, last):
        """The day on which a part of a period is invoiced."""
        self.ensure_one()
        if self.billing == "period" and self.billing_time == "begin":
            return first
        return fields.Date.add(last, days=1)

    def _prepare_period_prices(self, first, last):
        """Values that say what of the fixed price is in the invoice of a period."""
        return {
            "price": self.billing_amount,
            "price_invoiced": self._get_period_price(first, last),
        }

    def _settle_pauses(self, values):
        """Lines for days that turned out otherwise than they had been invoiced.

        A pause that began after the invoice is paid back, one that ended earlier is
        charged. No more is paid back than the invoice is over: the rest waits for the
        next one.

        :param values: values of the other lines of the invoice
        """
        self.ensure_one()
        if not self.pause_ids:
            return []
        total = sum(line["quantity"] * line["price_unit"] for line in values)
        lines = []
        for period in self.period_ids.sorted("date_start"):
            price = max(period._get_price_difference(), -total)
            if self.currency_id.is_zero(price):
                continue
            total += price
            period.price_invoiced += price
            first, last = period.date_start, period.date_end
            days, whole = self._get_period_share(first, last)
            lines.append(
                {
                    "product_id": self.billing_product_id.id,
                    "name": self.env._(
                        "Pause settled: %(name)s (%(days)s of %(whole)s days)",
                        name=self._get_period_words(first, last),
                        days=days,
                        whole=whole,
                    ),
                    "quantity": 1.0,
                    "price_unit": price,
                }
            )
        return lines
