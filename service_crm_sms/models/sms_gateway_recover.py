from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.gateways.base import Report

BATCH = 500


class SmsGateway(models.Model):
    """Gateways: messages whose sender died."""

    _inherit = "sms.gateway"

    @api.model
    def _cron_watch(self):
        """Look after messages of senders that died, and wake the queue."""
        self._repeat_on_conflict(self._recover)
        self._trigger_queue()
        self.env["ir.cron"]._commit_progress(1)

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
            gateway = self.sudo().browse(gateway_id or []).exists()
            if gateway:
                gateway._store_unknown(ids, "", "interrupted", gateway._get_adapter())
            else:
                self._apply_reports(
                    [Report(id=i, state="unknown", reason="interrupted") for i in ids]
                )
        return len(rows)
