from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.gateways.base import FAILED, GatewayError, Outgoing

BATCH = 50
FIRST_QUERY = timedelta(minutes=2)
FIRST_QUERY_UNKNOWN = timedelta(seconds=30)
GIVE_UP = timedelta(days=3)  # nobody asks about older messages


class SmsGateway(models.Model):
    """Gateways: asking what became of messages."""

    _inherit = "sms.gateway"

    def _plan_query(self, ids, pause, is_urgent=False):
        """Have the gateway asked about these after the pause."""
        self.ensure_one()
        due = fields.Datetime.now() + pause
        if ids:
            self.env.execute_query(
                SQL(
                    """
                    UPDATE service_notification SET date_query = %s
                     WHERE sms_uuid = ANY(%s) AND state IN ('sent', 'unknown')
                    RETURNING id
                    """,
                    due,
                    ids,
                )
            )
            self._forget_cache()
        if is_urgent:
            self._trigger_watch(due)

    @api.model
    def _trigger_watch(self, moment):
        """Wake the job that asks."""
        cron = self.env.ref("service_crm_sms.cron_sms_watch", raise_if_not_found=False)
        if cron:
            # sudo: the program's own job
            cron.sudo()._trigger(at=moment)

    @api.model
    def _query_due(self):
        """Ask the gateways about messages without a last word. Commits.

        No transaction is open while a gateway is asked.

        :return: whether the time of the job was enough
        """
        commit = self.env["ir.cron"]._commit_progress
        silent = set()
        while True:
            rows = self._repeat_on_conflict(self._claim_queries, silent)
            if not commit(len(rows)):
                return False
            if not rows:
                return True
            for gateway_id in {row["gateway_id"] for row in rows}:
                # sudo: the job asks for everybody's messages
                gateway = self.sudo().browse(gateway_id)
                same = [row for row in rows if row["gateway_id"] == gateway_id]
                adapter = gateway._get_adapter()
                commit()
                try:
                    reports = adapter.query([_to_outgoing(row) for row in same])
                except GatewayError:
                    silent.add(gateway_id)
                else:
                    self._repeat_on_conflict(gateway._store_told, same, reports)
                commit()

    @api.model
    def _claim_queries(self, silent):
        """Messages to ask about, planned once more for later; of kinds that can tell.

        :param silent: gateways that did not answer now
        """
        now = fields.Datetime.now()
        return self.env.execute_query_dict(
            SQL(
                """
                UPDATE service_notification n
                   SET date_query = CASE WHEN n.create_date < %(old)s THEN NULL
                       ELSE %(now)s + greatest(
                           interval '1 minute', (%(now)s - n.create_date) / 2) END
                  FROM (
                      SELECT id FROM service_notification
                       WHERE date_query <= %(now)s AND state IN ('sent', 'unknown')
                         AND gateway_id IS NOT NULL AND gateway_id <> ALL(%(silent)s)
                       ORDER BY date_query LIMIT %(limit)s FOR UPDATE SKIP LOCKED
                  ) AS due
                 WHERE n.id = due.id
                RETURNING n.gateway_id, n.sms_uuid, n.address, n.text, n.remote_id,
                          n.state
                """,
                old=now - GIVE_UP,
                now=now,
                silent=list(silent),
                limit=BATCH,
            )
        )

    def _store_told(self, rows, reports):
        """Note what the gateway told; what never arrived there goes out again."""
        self.ensure_one()
        unknown = {row["sms_uuid"] for row in rows if row["state"] == "unknown"}
        by_remote = {row["remote_id"]: row["sms_uuid"] for row in rows}
        lost, final = [], []
        for report in reports:
            if report.state == FAILED and report.temporary:
                uuid = report.id or by_remote.get(report.remote_id)
                if uuid in unknown:
                    lost.append(uuid)
            else:
                final.append(report)
        self._apply_reports(final)
        if lost:
            self._requeue(lost, False, "", due=fields.Datetime.now())


def _to_outgoing(row):
    return Outgoing(
        id=row["sms_uuid"],
        number=row["address"] or "",
        text=row["text"] or "",
        remote_id=row["remote_id"] or "",
    )
