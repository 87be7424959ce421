import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.gateways.base import Report
from ..tools.reports import clean

KEEP = timedelta(days=2)


class SmsGatewayReport(models.Model):
    """A report of a message that nobody knows: it came before the answer to sending,
    or it is another system's."""

    _name = "sms.gateway.report"
    _description = "Report without a message"
    _order = "id desc"

    gateway_id = fields.Many2one(
        "sms.gateway", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="gateway_id.company_id", store=True)
    remote_id = fields.Char("Id at the Gateway", required=True, readonly=True)
    state = fields.Char(required=True, readonly=True)
    values = fields.Json(readonly=True)

    _same_uniq = models.UniqueIndex(
        "(gateway_id, remote_id, state)", "This report is kept already."
    )

    @api.model
    def _keep(self, gateway, reports):
        """Keep reports that speak of no message."""
        by_key = {(clean(r.remote_id), r.state): r for r in reports}
        self.env.execute_query(
            SQL(
                """
                INSERT INTO sms_gateway_report
                       (gateway_id, company_id, remote_id, state, values, create_date,
                        write_date)
                SELECT %s, %s, v.remote_id, v.state, v.values::jsonb, %s, %s
                  FROM unnest(%s::text[], %s::text[], %s::text[])
                       AS v(remote_id, state, values)
                    ON CONFLICT DO NOTHING RETURNING id
                """,
                gateway.id,
                gateway.sudo().company_id.id or None,  # sudo: the system's own table
                fields.Datetime.now(),
                fields.Datetime.now(),
                [remote_id for remote_id, _state in by_key],
                [state for _remote_id, state in by_key],
                [_to_json(report) for report in by_key.values()],
            )
        )
        self.invalidate_model()

    @api.model
    def _apply_known(self):
        """Apply kept reports whose message is known by now."""
        rows = self.env.execute_query(
            SQL(
                """
                DELETE FROM sms_gateway_report r USING service_notification n
                 WHERE n.remote_id = r.remote_id AND n.gateway_id = r.gateway_id
                RETURNING r.gateway_id, r.remote_id, r.state, r.values
                """
            )
        )
        by_gateway = {}
        for gateway_id, remote_id, state, values in rows:
            report = _from_json(remote_id, state, values or {})
            by_gateway.setdefault(gateway_id, []).append(report)
        for gateway_id, reports in by_gateway.items():
            self.env["sms.gateway"].browse(gateway_id)._apply_reports(reports)

    @api.autovacuum
    def _gc_reports(self):
        """Forget reports of messages that never became known."""
        old = fields.Datetime.now() - KEEP
        self.search([("create_date", "<", old)], limit=10_000).unlink()


def _to_json(report):
    return json.dumps(
        {
            "reason": report.reason,
            "error": clean(report.error),
            "segments": report.segments,
            "price": report.price,
            "currency": report.currency,
            "at": fields.Datetime.to_string(report.at) if report.at else None,
        }
    )


def _from_json(remote_id, state, values):
    at = fields.Datetime.to_datetime(values.pop("at", None))
    return Report(remote_id=remote_id, state=state, at=at or None, **values)
