from odoo import api, fields, models
from odoo.tools import ormcache

from ..tools.prices import count_segments, find_price
from ..tools.routing import parse_prefixes


class SmsGateway(models.Model):
    """Gateways: what messages cost."""

    _inherit = "sms.gateway"

    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Of the prices and the budget.",
    )
    price_ids = fields.One2many(
        "sms.gateway.price",
        "gateway_id",
        "Prices",
        copy=True,
        help="Counted with until the gateway tells the real price.",
    )

    @api.model
    def _estimate(self, messages):
        """Gateway, parts and cost of messages that are not written yet; in batch. ::

            total = sum(cost for _gateway, _parts, cost in gateways._estimate(
                [("+79160001122", "Мастер едет", company.id, "service")]
            ))

        :param messages: list of ``(number in E.164, text, company id, purpose)``
        :return: list of ``(gateway or none, parts, cost in the company's currency)``
        """
        # Whoever writes messages need not see the gateways.
        gateways = self.sudo().search([("active", "=", True)])
        routes = gateways._get_routes()
        result, priced = [], {}
        for position, (number, text, company_id, purpose) in enumerate(messages):
            serving = self._get_serving(routes, number, company_id, purpose)
            gateway = gateways.browse(serving[0].id if serving else [])
            parts = count_segments(text or "")
            result.append((gateway, parts, 0))
            if gateway:
                message = (number, parts, company_id)
                priced.setdefault(gateway, []).append((position, message))
        for gateway, same in priced.items():
            costs = gateway._get_costs([message for _position, message in same])
            for (position, (_number, parts, _company)), cost in zip(
                same, costs, strict=True
            ):
                result[position] = (gateway, parts, cost)
        return result

    def _get_cost(self, number, segments, company_id):
        """What so many parts to a number cost, in the currency of the company."""
        return self._get_costs([(number, segments, company_id)])[0]

    def _get_costs(self, messages):
        """What messages cost by the price list, in the currencies of their companies;
        in batch. Extension point.

        :param messages: list of ``(number, parts, company id)``
        :return: list of costs
        """
        self.ensure_one()
        rows = self._get_price_rows()
        if not rows:
            return [0.0] * len(messages)
        by_country = any(code for _prefix, code, _price in rows)
        costs = []
        for number, segments, company_id in messages:
            country = self._get_country(number) if by_country else ""
            price = (find_price(rows, number, country) or 0.0) * segments
            costs.append(self._convert_price(price, self.currency_id, company_id))
        return costs

    def _get_price_rows(self):
        return [
            ("".join(parse_prefixes(line.prefix)), line.country_id.code, line.price)
            for line in self.price_ids
        ]

    @api.model
    def _convert_price(self, price, currency, company_id):
        """A price in the currency of the company that pays."""
        # sudo: costs are noted for whatever company the message is of
        company = (
            self.env["res.company"].sudo().browse(company_id or self.env.company.id)
        )
        if not price or not currency or currency == company.currency_id:
            return price
        return price * self._get_rate(currency.id, company.id, fields.Date.today())

    @api.model
    @ormcache("currency_id", "company_id", "date")
    def _get_rate(self, currency_id, company_id, date):
        """Rate of the day; kept, so that a batch of reports asks once."""
        company = self.env["res.company"].sudo().browse(company_id)  # its currency only
        currency = self.env["res.currency"].browse(currency_id)
        return currency._get_conversion_rate(
            currency, company.currency_id, company, date
        )

    def _prepare_changes(self, row, changes):
        """With the cost, as the provider told it or by the price list."""
        told = changes.pop("price", None)
        changes = super()._prepare_changes(row, changes)
        is_longer = changes.get("segments", row["segments"]) != row["segments"]
        if not (told or is_longer) or not row["gateway_id"]:
            return changes
        gateway = self.sudo().browse(row["gateway_id"])  # whoever brings the report
        if told:
            price, code = told
            currency = gateway.currency_id
            if code.isalpha():
                currency = currency.browse(self._find_currency_id(code)) or currency
            changes["cost"] = self._convert_price(price, currency, row["company_id"])
        else:
            changes["cost"] = gateway._get_cost(
                row["address"] or "", changes["segments"], row["company_id"]
            )
        return changes

    @api.model
    @ormcache("code")
    def _find_currency_id(self, code):
        """The currency of a report: ``RUB``, ``usd``; kept, as reports are many."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=ilike", code)], limit=1).id
