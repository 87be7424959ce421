from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.routing import parse_prefixes


class SmsGatewayPrice(models.Model):
    """A line of a gateway's price list: what one part to such a number costs."""

    _name = "sms.gateway.price"
    _description = "Price of short messages"
    _order = "prefix, country_id, id"

    gateway_id = fields.Many2one(
        "sms.gateway", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="gateway_id.company_id", store=True)
    country_id = fields.Many2one("res.country", help="Empty: all other countries.")
    prefix = fields.Char(
        "Numbers That Begin With", help="More exact than the country: +7 916"
    )
    price = fields.Float(
        "Price of One Part", required=True, digits=(16, 4), help="Without taxes."
    )
    currency_id = fields.Many2one(related="gateway_id.currency_id")

    _price_positive = models.Constraint(
        "CHECK(price >= 0)", "A price is not below zero."
    )

    @api.constrains("prefix")
    def _check_prefix(self):
        """A line of the price list has one beginning of numbers."""
        for line in self:
            if line.prefix and len(parse_prefixes(line.prefix)) != 1:
                raise ValidationError(
                    self.env._(
                        "“%(prefix)s” is no beginning of a number: write it like "
                        "+7 916, one per line.",
                        prefix=line.prefix,
                    )
                )
