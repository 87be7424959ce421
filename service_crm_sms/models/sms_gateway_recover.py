from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.gateways.base import UNKNOWN, Report

BATCH = 500


class SmsGateway(models.Model):
    """Gateways: messages whose sender died."""

    _inherit = "sms.gateway"

    @api.model
    def _cron_watch(self):
        """Look after messages without a last word: whose sender died, whose report
        came early or not at all; and wake the queue."""
        commit = self.env["ir.cron"]._commit_progress
        while self._repeat_on_conflict(self._recover):
            commit()
        self._repeat_on_conflict(self._give_up_pinned)
        self._repeat_on_conflict(self.env["sms.gateway.report"]._apply_known)
        self._trigger_queue()
        commit()
        is_done = self._query_due()
        commit(remaining=0 if is_done else 1)

    @api.model
    def _recover(self):
        """Messages that a sender took and never told about: its lease ran out."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT service_gateway_id, array_agg(uuid) FROM (
                    SELECT s.service_gateway_id, s.uuid FROM sms_sms s
                     WHERE s.state = 'process' AND s.to_delete IS NOT TRUE
                       AND s.service_date_due <= %s
                     ORDER BY s.id LIMIT %s FOR UPDATE SKIP LOCKED
                ) AS silent GROUP BY service_gateway_id
                """,
                fields.Datetime.now(),
                BATCH,
            )
        )
        for gateway_id, ids in rows:
            # sudo: the job puts right what a dead sender left
            gateway = self.sudo().browse(gateway_id or []).exists()
            if gateway:
                gateway._store_unknown(ids, "", "interrupted", gateway._get_adapter())
            else:
                self._apply_reports(
                    [Report(id=i, state=UNKNOWN, reason="interrupted") for i in ids]
                )
        return len(rows)

    @api.model
    def _give_up_pinned(self):
        """Messages that only a gateway may send that is no longer there: nobody will
        know whether it has them."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.uuid FROM sms_sms s
                  LEFT JOIN sms_gateway g ON g.id = s.service_gateway_id
                 WHERE s.state = 'outgoing' AND s.service_is_pinned
                   AND g.active IS NOT TRUE
                 LIMIT %s
                """,
                BATCH,
            )
        )
        self._apply_reports(
            [Report(id=i, state=UNKNOWN, reason="interrupted") for (i,) in rows]
        )
