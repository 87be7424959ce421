from odoo import fields, models
from odoo.tools import SQL


class ServiceCashflowReport(models.Model):
    """Money expected and received by month: contracts and orders, both directions.

    One row is a planned payment; an invoice of what has no plan; what a contract or an
    order was invoiced beyond its plan; or what of a confirmed order is neither planned
    nor invoiced yet. Expenses are negative, amounts are in the company's currency.
    """

    _name = "service.cashflow.report"
    _description = "Expected money"
    _auto = False
    _order = "date, id"
    _rec_name = "name"
    _depends = {
        "service.contract": ["amount_invoiced", "amount_paid", "direction", "state"],
        "service.contract.payment": [
            "amount",
            "amount_paid",
            "amount_rest",
            "contract_id",
            "date",
            "order_id",
        ],
        "account.move": [
            "amount_residual_signed",
            "amount_total_signed",
            "contract_id",
            "invoice_date_due",
            "state",
        ],
        "account.move.line": ["move_id"],
        "sale.order": ["amount_total", "is_service", "payment_paid", "state"],
        "sale.order.line": ["invoice_lines", "order_id"],
    }

    name = fields.Char("What", readonly=True)
    date = fields.Date("Due", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    direction = fields.Selection(
        [("inflow", "We receive"), ("outflow", "We pay")], readonly=True
    )
    kind = fields.Selection(
        [
            ("plan", "Planned payment"),
            ("invoice", "Invoice"),
            ("order", "Order not invoiced"),
        ],
        "Known from",
        readonly=True,
    )
    contract_id = fields.Many2one("service.contract", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    payment_id = fields.Many2one("service.contract.payment", "Plan", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    amount = fields.Monetary("Agreed", readonly=True)
    amount_paid = fields.Monetary("Paid", readonly=True)
    amount_rest = fields.Monetary("Expected", readonly=True)

    def action_open(self):
        """Open what is behind the row."""
        self.ensure_one()
        record = self.move_id or self.contract_id or self.order_id
        if self.kind == "plan":
            record = self.contract_id or self.order_id
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    @property
    def _table_query(self):
        return SQL(
            "SELECT row_number() OVER (ORDER BY rows.key) AS id, rows.* "
            "FROM (%s UNION ALL %s UNION ALL %s UNION ALL %s) AS rows",
            self._query_plan(),
            self._query_excess(),
            self._query_invoices(),
            self._query_orders(),
        )

    def _get_rate(self, currency, company, company_currency):
        """SQL of today's rate from a currency to that of the company."""

        def rate(of):
            return SQL(
                """COALESCE((
                    SELECT r.rate FROM res_currency_rate r
                    WHERE r.currency_id = %s AND r.name <= CURRENT_DATE
                        AND (r.company_id IS NULL OR r.company_id = %s)
                    ORDER BY r.company_id, r.name DESC LIMIT 1), 1.0)""",
                of,
                company,
            )

        return SQL(
            "CASE WHEN %s = %s THEN 1.0 ELSE %s / %s END",
            currency,
            company_currency,
            rate(company_currency),
            rate(currency),
        )

    def _query_plan(self):
        """Planned payments, of contracts that count and of orders."""
        return SQL(
            """SELECT 'p' || p.id AS key, p.name, p.date, p.company_id,
                comp.currency_id, p.partner_id, f.direction, 'plan' AS kind,
                p.contract_id, p.order_id, p.id AS payment_id, p.move_id,
                p.amount * f.factor AS amount,
                p.amount_paid * f.factor AS amount_paid,
                CASE WHEN c.state = 'cancelled' AND p.move_id IS NULL THEN 0.0
                    ELSE p.amount_rest * f.factor END AS amount_rest
            FROM service_contract_payment p
            JOIN res_company comp ON comp.id = p.company_id
            LEFT JOIN service_contract c ON c.id = p.contract_id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN p.direction = 'expense' THEN -1.0 ELSE 1.0 END
                    * (%s) AS factor,
                    CASE WHEN p.direction = 'expense' THEN 'outflow'
                        ELSE 'inflow' END AS direction
            ) f
            WHERE c.state IS NULL OR c.state != 'draft'""",
            self._get_rate(
                SQL("p.currency_id"), SQL("p.company_id"), SQL("comp.currency_id")
            ),
        )

    def _query_excess(self):
        """What contracts were invoiced beyond their planned payments."""
        return SQL(
            """SELECT 'c' || c.id AS key, COALESCE(c.name, c.subject) AS name,
                moves.date, c.company_id, comp.currency_id, c.partner_id, f.direction,
                'invoice' AS kind, c.id AS contract_id, NULL::integer AS order_id,
                NULL::integer AS payment_id, NULL::integer AS move_id,
                (c.amount_invoiced - plan.amount) * f.factor AS amount,
                GREATEST(c.amount_paid - plan.amount, 0.0) * f.factor AS amount_paid,
                (c.amount_invoiced - GREATEST(c.amount_paid, plan.amount)) * f.factor
                    AS amount_rest
            FROM service_contract c
            JOIN res_company comp ON comp.id = c.company_id
            JOIN (
                SELECT contract_id, sum(amount) AS amount
                FROM service_contract_payment GROUP BY contract_id
            ) plan ON plan.contract_id = c.id
            JOIN (
                SELECT contract_id, max(COALESCE(invoice_date_due, date)) AS date
                FROM account_move WHERE state = 'posted' GROUP BY contract_id
            ) moves ON moves.contract_id = c.id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN c.direction = 'expense' THEN -1.0 ELSE 1.0 END
                    * (%s) AS factor,
                    CASE WHEN c.direction = 'expense' THEN 'outflow'
                        ELSE 'inflow' END AS direction
            ) f
            WHERE c.amount_invoiced - plan.amount > 0.005""",
            self._get_rate(
                SQL("c.currency_id"), SQL("c.company_id"), SQL("comp.currency_id")
            ),
        )

    def _query_invoices(self):
        """Posted invoices and credit notes of what has no planned payments."""
        return SQL(
            """SELECT 'm' || m.id AS key, m.name,
                COALESCE(m.invoice_date_due, m.date) AS date,
                m.company_id, comp.currency_id, m.commercial_partner_id AS partner_id,
                CASE WHEN m.move_type IN ('in_invoice', 'in_refund')
                    THEN 'outflow' ELSE 'inflow' END AS direction,
                'invoice' AS kind, m.contract_id, owner.order_id,
                NULL::integer AS payment_id, m.id AS move_id,
                m.amount_total_signed AS amount,
                m.amount_total_signed - m.amount_residual_signed AS amount_paid,
                m.amount_residual_signed AS amount_rest
            FROM account_move m
            JOIN res_company comp ON comp.id = m.company_id
            LEFT JOIN LATERAL (
                SELECT min(l.order_id) AS order_id
                FROM account_move_line ml
                JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = ml.id
                JOIN sale_order_line l ON l.id = rel.order_line_id
                JOIN sale_order o ON o.id = l.order_id
                WHERE ml.move_id = m.id AND o.is_service
            ) owner ON m.contract_id IS NULL
            WHERE m.state = 'posted'
                AND m.move_type IN
                    ('out_invoice', 'out_refund', 'in_invoice', 'in_refund')
                AND (m.contract_id IS NOT NULL OR owner.order_id IS NOT NULL)
                AND NOT EXISTS (
                    SELECT 1 FROM service_contract_payment p
                    WHERE p.contract_id = m.contract_id OR p.order_id = owner.order_id
                )"""
        )

    def _query_orders(self):
        """What of confirmed service orders is neither planned nor invoiced."""
        return SQL(
            """SELECT 'o' || o.id AS key, o.name,
                COALESCE(o.commitment_date, o.date_order)::date AS date,
                o.company_id, comp.currency_id, o.partner_id, 'inflow' AS direction,
                'order' AS kind, NULL::integer AS contract_id, o.id AS order_id,
                NULL::integer AS payment_id, NULL::integer AS move_id,
                open.amount / rate.rate AS amount, 0.0 AS amount_paid,
                open.amount / rate.rate AS amount_rest
            FROM sale_order o
            JOIN res_company comp ON comp.id = o.company_id
            CROSS JOIN LATERAL (
                SELECT o.amount_total - COALESCE(sum(
                    CASE WHEN m.move_type = 'out_refund' THEN -ml.price_total
                        ELSE ml.price_total END
                ), 0.0) AS amount
                FROM sale_order_line l
                JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = l.id
                JOIN account_move_line ml ON ml.id = rel.invoice_line_id
                JOIN account_move m ON m.id = ml.move_id AND m.state = 'posted'
                WHERE l.order_id = o.id
            ) open
            CROSS JOIN LATERAL (
                SELECT COALESCE(NULLIF(o.currency_rate, 0.0), 1.0) AS rate
            ) rate
            WHERE o.is_service AND o.state = 'sale' AND open.amount > 0
                AND NOT EXISTS (
                    SELECT 1 FROM service_contract_payment p WHERE p.order_id = o.id
                )"""
        )
