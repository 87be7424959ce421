from odoo import api, fields, models
from odoo.tools import SQL


class ServiceNotificationReport(models.Model):
    """Figures of messages: what was delivered, how soon, for how much."""

    _name = "service.notification.report"
    _description = "Figures of messages"
    _auto = False
    _rec_name = "recipient"
    _order = "date desc, id desc"
    _depends = {
        "service.notification": [
            "address",
            "attempts",
            "audience",
            "channel",
            "company_id",
            "cost",
            "create_date",
            "date_delivered",
            "date_sent",
            "event",
            "gateway_id",
            "is_foreign",
            "mailing_id",
            "partner_id",
            "purpose",
            "reason",
            "recipient",
            "rule_id",
            "segments",
            "state",
        ],
        "res.company": ["currency_id"],
    }

    date = fields.Datetime("Written On", readonly=True)
    rule_id = fields.Many2one("service.notification.rule", readonly=True)
    mailing_id = fields.Many2one("service.mailing", readonly=True)
    gateway_id = fields.Many2one("sms.gateway", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    recipient = fields.Char(readonly=True)
    event = fields.Selection(
        lambda self: self.env["service.notification.rule"]._get_event_selection(),
        "What Happened",
        readonly=True,
    )
    audience = fields.Selection(
        lambda self: self.env["service.notification.rule"]._get_audience_selection(),
        "To Whom",
        readonly=True,
    )
    channel = fields.Selection(
        lambda self: self._get_log_selection("channel"), readonly=True
    )
    state = fields.Selection(
        lambda self: self._get_log_selection("state"), readonly=True
    )
    reason = fields.Selection(
        lambda self: self._get_log_selection("reason"), "Why Not", readonly=True
    )
    purpose = fields.Selection(
        lambda self: self._get_log_selection("purpose"), readonly=True
    )
    is_foreign = fields.Boolean("Of Another Application", readonly=True)
    message_count = fields.Integer("Messages", readonly=True, aggregator="sum")
    left_count = fields.Integer(
        "Left", readonly=True, aggregator="sum", help="Handed over to be delivered."
    )
    delivered_share = fields.Float(
        "Delivered, %",
        readonly=True,
        aggregator="avg",
        help="Of the SMS that were handed over. E-mail tells of no delivery.",
    )
    minutes_to_delivery = fields.Float(
        "Minutes to Delivery",
        readonly=True,
        aggregator="avg",
        help="From handing over to the delivery on the phone.",
    )
    failed_share = fields.Float("Failed, %", readonly=True, aggregator="avg")
    segments = fields.Integer("Parts", readonly=True, aggregator="sum")
    cost = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM %s", self._select_message(), self._from_message())

    @api.model
    def _select_message(self):
        """Columns of the view. Extension point."""
        return SQL(
            """
            n.id, n.create_date AS date, n.rule_id, n.mailing_id, n.gateway_id,
            n.company_id, company.currency_id, n.partner_id, n.recipient, n.event,
            n.audience, n.channel, n.state, n.reason, n.purpose, n.is_foreign,
            n.segments, n.cost,
            1 AS message_count,
            CASE WHEN n.date_sent IS NULL THEN 0 ELSE 1 END AS left_count,
            CASE WHEN n.channel = 'sms' AND n.date_sent IS NOT NULL
                 THEN CASE WHEN n.state = 'delivered' THEN 100.0 ELSE 0.0 END
             END AS delivered_share,
            CASE WHEN n.date_delivered >= n.date_sent
                 THEN extract(epoch FROM n.date_delivered - n.date_sent) / 60
             END AS minutes_to_delivery,
            CASE WHEN n.state IN ('sent', 'delivered') THEN 0.0
                 WHEN n.state = 'failed' THEN 100.0
             END AS failed_share
            """
        )

    @api.model
    def _from_message(self):
        """Tables of the view. Extension point."""
        return SQL(
            """
            service_notification n
            LEFT JOIN res_company company ON company.id = n.company_id
            """
        )

    @api.model
    def _get_log_selection(self, name):
        """The words of the log for one of its fields."""
        field = self.env["service.notification"]._fields[name]
        return field._description_selection(self.env)

    def action_open_message(self):
        """Open the message behind a figure."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "service.notification",
            "res_id": self.id,
            "views": [(False, "form")],
        }
