from odoo import api, fields, models
from odoo.tools import SQL, groupby

from ..tools.reports import get_changes
from .service_notification import NEXT_STATES

# State of Odoo's row, and whether it may be forgotten.
SMS_STATES = {
    "sent": ("pending", True),
    "delivered": ("sent", True),
    "failed": ("error", False),
    "suppressed": ("error", False),
    "unknown": ("process", False),
}
COLUMNS = {
    "state": SQL("text[]"),
    "reason": SQL("text[]"),
    "error": SQL("text[]"),
    "date_sent": SQL("timestamp[]"),
    "date_delivered": SQL("timestamp[]"),
    "remote_id": SQL("text[]"),
    "segments": SQL("int[]"),
    "cost": SQL("float[]"),
    "date_query": SQL("timestamp[]"),
}


class SmsGateway(models.Model):
    """Gateways: what they report."""

    _inherit = "sms.gateway"

    @api.model
    def _get_sms_failures(self):
        """Odoo's type of failure by the reason in the log. Extension point."""
        return {
            "no_phone": "sms_number_missing",
            "bad_phone": "sms_number_format",
            "country": "sms_country_not_supported",
            "account": "sms_credit",
            "budget": "sms_credit",
            "server": "sms_server",
            "no_gateway": "sms_server",
            "own_network": "sms_server",
            "refused": "sms_rejected",
            "undelivered": "sms_not_delivered",
        }

    def _apply_reports(self, reports):
        """Note what became of messages, by our ids or the gateway's; in batch.

        Reports come late, twice, and out of order. Those of messages that nobody knows
        (yet: a report may be faster than the answer to sending) are kept a while. ::

            gateway._apply_reports([Report(remote_id="81", state=DELIVERED)])

        :param reports: list of :class:`~odoo.addons.service_crm_sms.tools.gateways.
            base.Report`
        :return: how many messages were found
        """
        if not reports:
            return 0
        rows = self._read_reported(reports)
        by_id = {row["sms_uuid"]: row for row in rows}
        by_remote = {row["remote_id"]: row for row in rows if row["remote_id"]}
        told, early = {}, []
        for report in reports:
            row = by_id.get(report.id) or by_remote.get(report.remote_id)
            if row:
                told.setdefault(row["id"], (row, []))[1].append(report)
            elif report.remote_id and not report.id:
                early.append(report)
        if self and early:
            self.env["sms.gateway.report"]._keep(self, early)
        now = fields.Datetime.now()
        changed = []
        for row, of_row in told.values():
            changes = get_changes(row, of_row, NEXT_STATES, now)
            if changes:
                changed.append((row, self._prepare_changes(row, changes)))
        self._write_changes(changed)
        self._tell_odoo(changed)
        self._pass_on_undelivered(changed)
        return len(told)

    def _read_reported(self, reports):
        """The rows of the log that reports speak of.

        Not locked: who writes one that another report has changed meanwhile gets a
        conflict, and the whole transaction is tried again.
        """
        self.env.flush_all()
        remote_ids = [r.remote_id for r in reports if r.remote_id and not r.id]
        by_remote = SQL("FALSE")
        if self and remote_ids:
            by_remote = SQL(
                "(gateway_id = ANY(%s) AND remote_id = ANY(%s))", self.ids, remote_ids
            )
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT id, sms_uuid, remote_id, state, date_sent, gateway_id,
                       company_id, segments, address
                  FROM service_notification
                 WHERE channel = 'sms' AND (sms_uuid = ANY(%s) OR %s)
                """,
                [report.id for report in reports if report.id],
                by_remote,
            )
        )

    def _prepare_changes(self, row, changes):
        """Values of the log's row. Extension point.

        :param row: the row as it is
        :param changes: see :func:`~odoo.addons.service_crm_sms.tools.reports.
            get_changes`
        """
        return changes

    @api.model
    def _write_changes(self, changed):
        """Write rows of the log, one query per set of changed values."""
        by_columns = groupby(
            changed, key=lambda pair: tuple(c for c in COLUMNS if c in pair[1])
        )
        for columns, pairs in by_columns:
            if not columns:
                continue
            self.env.execute_query(
                SQL(
                    "UPDATE service_notification n SET %s, write_date = %s"
                    " FROM unnest(%s::int[], %s) AS v(id, %s)"
                    " WHERE n.id = v.id RETURNING n.id",
                    SQL(", ").join(
                        SQL("%s = v.%s", SQL.identifier(c), SQL.identifier(c))
                        for c in columns
                    ),
                    fields.Datetime.now(),
                    [row["id"] for row, _changes in pairs],
                    SQL(", ").join(
                        SQL(
                            "%s::%s",
                            [changes[c] for _row, changes in pairs],
                            COLUMNS[c],
                        )
                        for c in columns
                    ),
                    SQL(", ").join(SQL.identifier(c) for c in columns),
                )
            )
        self._forget_cache()

    @api.model
    def _tell_odoo(self, changed):
        """Bring Odoo's queue, notifications and trackers to the same state."""
        failures = self._get_sms_failures()
        by_outcome = {}
        for row, changes in changed:
            if changes.get("state") in SMS_STATES:
                key = (changes["state"], changes.get("reason"), changes.get("error"))
                by_outcome.setdefault(key, []).append(row["sms_uuid"])
        if not by_outcome:
            return
        uuids = [uuid for same in by_outcome.values() for uuid in same]
        # Queue, notifications and trackers are the system's.
        trackers = (
            self.env["sms.tracker"]
            .sudo()
            .with_context(sms_skip_msg_notification=True)
            .search([("sms_uuid", "in", uuids)])
        )
        by_uuid = {tracker.sms_uuid: tracker.id for tracker in trackers}
        sms_failures = dict(self.env["sms.sms"]._fields["failure_type"].selection)
        for (state, reason, error), same in by_outcome.items():
            sms_state, is_over = SMS_STATES[state]
            failure = sms_state == "error" and failures.get(reason, "unknown")
            self.env.execute_query(
                SQL(
                    """
                    UPDATE sms_sms SET state = %s, failure_type = %s, to_delete = %s,
                           service_date_due = NULL
                     WHERE uuid = ANY(%s) AND to_delete IS NOT TRUE RETURNING id
                    """,
                    sms_state,
                    (failure if failure in sms_failures else "unknown")
                    if failure
                    else None,
                    is_over,
                    same,
                )
            )
            tracked = trackers.browse(by_uuid[uuid] for uuid in same if uuid in by_uuid)
            if tracked and state != "unknown":
                tracked._note_service_state(sms_state, failure, error)
        trackers.mail_notification_id.mail_message_id.with_context(
            sms_skip_msg_notification=False
        )._notify_message_notification_update()
