from odoo import api, fields, models
from odoo.tools import SQL


class ServiceOfferReport(models.Model):
    """What becomes of offers: one row per quotation and item that was offered in it.

    An item counts as refused when the offer was, or when it was left out of a later
    version, or not ticked.
    """

    _name = "service.offer.report"
    _description = "Offers by item"
    _auto = False
    _rec_name = "order_id"
    _order = "date desc, id desc"
    _depends = {
        "sale.order.version": ["order_id", "number", "state", "sent_at"],
        "sale.order.version.line": [
            "version_id",
            "product_id",
            "is_optional",
            "is_accepted",
            "price_subtotal",
            "amount_accepted",
        ],
        "sale.order": [
            "company_id",
            "currency_rate",
            "opportunity_id",
            "partner_id",
            "team_id",
            "user_id",
        ],
        "product.product": ["product_tmpl_id"],
        "product.template": ["service_category_id"],
    }

    date = fields.Datetime("First Sent", readonly=True)
    order_id = fields.Many2one("sale.order", "Quotation", readonly=True)
    request_id = fields.Many2one("crm.lead", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    user_id = fields.Many2one("res.users", "Manager", readonly=True)
    product_id = fields.Many2one("product.product", "Service", readonly=True)
    service_category_id = fields.Many2one("service.category", "Category", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    is_optional = fields.Boolean("Optional", readonly=True)
    result = fields.Selection(
        [("open", "Undecided"), ("accepted", "Accepted"), ("refused", "Refused")],
        readonly=True,
    )
    offered = fields.Integer(readonly=True)
    accepted = fields.Integer(readonly=True)
    refused = fields.Integer(readonly=True)
    conversion = fields.Float(
        "Conversion %",
        readonly=True,
        aggregator="avg",
        help="Accepted, in percent of what was decided.",
    )
    version_count = fields.Float(
        "Versions",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="How many versions the offers took, on average.",
    )
    amount_offered = fields.Monetary(readonly=True)
    amount_accepted = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        """One row per quotation and product; amounts in the company's currency."""
        rates = self.env["res.currency"]._get_simple_currency_table(self.env.companies)
        return SQL(
            """
            WITH version AS (
                SELECT id, order_id, number, state, sent_at,
                       max(number) OVER (PARTITION BY order_id) AS last
                  FROM sale_order_version
            ),
            item AS (
                SELECT min(line.id) AS id,
                       version.order_id,
                       line.product_id,
                       max(version.last) AS versions,
                       max(version.number) AS last_with,
                       bool_or(line.is_optional) AS is_optional,
                       bool_or(line.is_accepted) AS is_accepted,
                       bool_or(version.number = version.last
                               AND version.state IN ('current', 'replaced')) AS is_open,
                       min(version.sent_at) AS date
                  FROM sale_order_version_line line
                  JOIN version ON version.id = line.version_id
              GROUP BY version.order_id, line.product_id
            ),
            amount AS (
                SELECT version.order_id,
                       line.product_id,
                       version.number,
                       sum(line.price_subtotal) AS offered,
                       sum(line.amount_accepted) AS accepted
                  FROM sale_order_version_line line
                  JOIN version ON version.id = line.version_id
              GROUP BY version.order_id, line.product_id, version.number
            )
            SELECT item.id,
                   item.date,
                   item.order_id,
                   item.product_id,
                   item.is_optional,
                   item.versions AS version_count,
                   sale.opportunity_id AS request_id,
                   sale.partner_id,
                   sale.team_id,
                   sale.user_id,
                   sale.company_id,
                   template.service_category_id,
                   %(currency_id)s AS currency_id,
                   CASE WHEN item.is_accepted THEN 'accepted'
                        WHEN item.is_open THEN 'open'
                        ELSE 'refused' END AS result,
                   1 AS offered,
                   CASE WHEN item.is_accepted THEN 1 ELSE 0 END AS accepted,
                   CASE WHEN item.is_accepted OR item.is_open THEN 0 ELSE 1 END
                       AS refused,
                   CASE WHEN item.is_accepted THEN 100.0
                        WHEN item.is_open THEN NULL
                        ELSE 0.0 END AS conversion,
                   amount.offered / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                       * account_currency_table.rate AS amount_offered,
                   COALESCE(amount.accepted, 0)
                       / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                       * account_currency_table.rate AS amount_accepted
              FROM item
              JOIN amount ON amount.order_id = item.order_id
               AND amount.product_id IS NOT DISTINCT FROM item.product_id
               AND amount.number = item.last_with
              JOIN sale_order sale ON sale.id = item.order_id
              JOIN %(rates)s ON account_currency_table.company_id = sale.company_id
         LEFT JOIN product_product product ON product.id = item.product_id
         LEFT JOIN product_template template ON template.id = product.product_tmpl_id
            """,
            currency_id=self.env.company.currency_id.id,
            rates=rates,
        )

    @api.readonly
    def action_open_order(self):
        """Open the quotation behind the row."""
        self.ensure_one()
        self.check_access("read")
        return self.order_id._get_open_action()
