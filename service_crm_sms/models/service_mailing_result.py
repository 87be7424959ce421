from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_datetime

# State of the messages → colour; in the order they are drawn.
COLORS = {
    "delivered": "success",
    "sent": "primary",
    "sending": "info",
    "queued": "info",
    "waiting": "warning",
    "unknown": "warning",
    "failed": "danger",
    "suppressed": "muted",
}


class ServiceMailing(models.Model):
    """Mailing: how far it is, and what came of it."""

    _inherit = "service.mailing"

    message_total = fields.Integer("All Messages", compute="_compute_results")
    sent_count = fields.Integer("Sent", compute="_compute_results")
    progress = fields.Float(compute="_compute_results", help="Percent of the audience.")
    progress_text = fields.Char("State of Sending", compute="_compute_results")
    cost = fields.Monetary(compute="_compute_results")
    currency_id = fields.Many2one(related="company_id.currency_id")
    result_chart = fields.Json(compute="_compute_results")
    click_count = fields.Integer("Clicks", compute="_compute_answers")
    request_count = fields.Integer("Requests", compute="_compute_answers")
    reply_count = fields.Integer("Answers", compute="_compute_answers")
    left_count = fields.Integer("Unsubscribed", compute="_compute_answers")

    @api.depends("state", "date_next", "notification_ids.state")
    @api.depends_context("lang")
    def _compute_results(self):
        counts = {}
        costs = {}
        # Numbers only: whoever sees the mailing sees how it goes.
        messages = self.env["service.notification"].sudo()
        for mailing, state, count, cost in messages._read_group(
            [("mailing_id", "in", self.ids)],
            ["mailing_id", "state"],
            ["__count", "cost:sum"],
        ):
            counts.setdefault(mailing.id, {})[state] = count
            costs[mailing.id] = costs.get(mailing.id, 0) + cost
        for mailing in self:
            by_state = counts.get(mailing.id, {})
            total = sum(by_state.values())
            mailing.message_total = total
            mailing.sent_count = by_state.get("sent", 0) + by_state.get("delivered", 0)
            mailing.cost = costs.get(mailing.id, 0)
            audience = max((mailing.preview or {}).get("total", 0), total, 1)
            mailing.progress = 100 * total / audience
            if mailing.state == "done":
                mailing.progress = 100
            mailing.progress_text = mailing._get_progress_text(total, audience)
            mailing.result_chart = mailing._prepare_result_chart(by_state)

    def _get_progress_text(self, total, audience):
        """Where it stands, in one sentence."""
        if self.state == "sending" and not total and self.date_next:
            if self.date_next > fields.Datetime.now():
                return self.env._(
                    "Begins on %(time)s.",
                    time=format_datetime(self.env, self.date_next, dt_format="short"),
                )
        words = {"total": total, "audience": audience}
        if self.state in ("sending", "paused"):
            return self.env._("%(total)s of %(audience)s customers so far.", **words)
        if self.state in ("done", "cancelled") and total:
            if self.cost:
                words["cost"] = format_amount(self.env, self.cost, self.currency_id)
                return self.env._("%(total)s messages, %(cost)s.", **words)
            return self.env._("%(total)s messages.", **words)
        return False

    def _prepare_result_chart(self, by_state):
        """The states of the messages to be drawn, each with the way to its rows."""
        labels = dict(
            self.env["service.notification"]
            ._fields["state"]
            ._description_selection(self.env)
        )
        return {
            "model": "service.notification",
            "parts": [
                {
                    "key": state,
                    "label": labels[state],
                    "color": color,
                    "count": by_state[state],
                    "domain": [["mailing_id", "=", self.id], ["state", "=", state]],
                }
                for state, color in COLORS.items()
                if by_state.get(state)
            ],
        }

    @api.depends("campaign_id", "notification_ids.state")
    def _compute_answers(self):
        # Numbers only, as above.
        env = self.sudo().env
        env["service.inbound"].flush_model(["answered_id"])
        env["service.message.consent"].flush_model(["notification_id", "state"])
        env["service.notification"].flush_model(["mailing_id"])
        campaigns = self.campaign_id.ids
        clicks = dict(
            env["link.tracker"]._read_group(
                [("campaign_id", "in", campaigns)], ["campaign_id"], ["count:sum"]
            )
        )
        brought = dict(
            env["crm.lead"]
            .with_context(active_test=False)
            ._read_group(
                [("campaign_id", "in", campaigns)], ["campaign_id"], ["__count"]
            )
        )
        replies = self._count_by_mailing("service_inbound", "answered_id", SQL("TRUE"))
        left = self._count_by_mailing(
            "service_message_consent", "notification_id", SQL("row.state = 'refused'")
        )
        for mailing in self:
            # sudo: figures of a campaign that the reader of the mailing need not see
            mailing.click_count = clicks.get(mailing.campaign_id.sudo(), 0)
            mailing.request_count = brought.get(mailing.campaign_id.sudo(), 0)
            mailing.reply_count = replies.get(mailing.id, 0)
            mailing.left_count = left.get(mailing.id, 0)

    def _count_by_mailing(self, table, link, condition):
        """Rows that came of the messages of each mailing: ``{mailing id: number}``."""
        if not self.ids:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT message.mailing_id, count(*)
                         FROM service_notification message
                         JOIN %(table)s row ON row.%(link)s = message.id
                        WHERE message.mailing_id IN %(ids)s AND %(condition)s
                     GROUP BY message.mailing_id""",
                    table=SQL.identifier(table),
                    link=SQL.identifier(link),
                    ids=tuple(self.ids),
                    condition=condition,
                )
            )
        )
