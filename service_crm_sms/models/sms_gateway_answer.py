import logging
from datetime import timedelta

from odoo import fields, models

from odoo.addons.service_crm.tools.batch import run_isolated

from ..tools import routing
from ..tools.gateways.base import (
    FAILED,
    SENT,
    UNKNOWN,
    NotSent,
    OutcomeUnknown,
    Report,
)
from ..tools.lane import BREAK_AFTER, OUT_OF_ORDER, Skipped
from ..tools.reports import clean
from .sms_gateway_query import FIRST_QUERY, FIRST_QUERY_UNKNOWN

_logger = logging.getLogger(__name__)

# Failures after which another gateway may still deliver.
ELSEWHERE = ("account", "country", "server")


class SmsGateway(models.Model):
    """Gateways: what came back from sending."""

    _inherit = "sms.gateway"

    def _store_results(self, results, lane):
        """Note what calls brought; what cannot be noted stops no others.

        :param results: list of
            :class:`~odoo.addons.service_crm_sms.tools.lane.Result`
        """
        self.ensure_one()

        def on_error(part, error):
            _logger.error("SMS gateway %s: report", self.id, exc_info=error)
            ids = [message.id for message in part[0].messages]
            self._store_unknown(ids, str(error), "interrupted", lane.adapter)

        if results:
            run_isolated(
                self.env, results, lambda part: self._store(part, lane), on_error
            )

    def _store(self, results, lane):
        answered = [result for result in results if result.error is None]
        if answered:
            self._note_success()
            self._store_reports(
                [message.id for result in answered for message in result.messages],
                [report for result in answered for report in result.reports],
                lane.adapter,
            )
        for result in results:
            error = result.error
            ids = [message.id for message in result.messages]
            if isinstance(error, NotSent):
                _logger.info("SMS gateway %s: %s", self.id, error)
                self._store_not_sent(ids, error, lane)
            elif error is not None:
                if not isinstance(error, OutcomeUnknown):
                    _logger.error("SMS gateway %s", self.id, exc_info=error)
                reason = getattr(error, "reason", "interrupted")
                self._store_unknown(ids, str(error), reason, lane.adapter)

    def _store_reports(self, ids, reports, adapter):
        """Reports that came as the answer to sending."""
        told = {report.id for report in reports}
        reports = [report for report in reports if report.id in set(ids)]
        lost = [message_id for message_id in ids if message_id not in told]
        again, elsewhere, final = [], {}, []
        for report in reports:
            if report.state == FAILED and report.temporary:
                again.append(report)
            elif report.state == FAILED and report.reason in ELSEWHERE:
                elsewhere.setdefault(report.reason, []).append(report)
            else:
                final.append(report)
        self._apply_reports(final)
        self.env["sms.gateway.report"]._apply_known()
        if adapter.can_query:
            self._plan_query([r.id for r in final if r.state == SENT], FIRST_QUERY)
        for same in elsewhere.values():
            error = clean(same[0].error)
            self._requeue([r.id for r in same], same[0].reason, error, for_good=True)
        if again:
            self._requeue(
                [r.id for r in again], again[0].reason or "server", again[0].error
            )
        if lost:
            self._store_unknown(lost, "", "interrupted", adapter)

    def _store_not_sent(self, ids, error, lane):
        """Nothing went out: later, or by another gateway."""
        now = fields.Datetime.now()
        if error.retry_after is not None:
            due = now + timedelta(seconds=min(max(error.retry_after, 1), 3600))
            self._pause(lane, due, error)
            self._requeue(ids, error.reason, str(error), due=due)
        elif isinstance(error, Skipped):
            self._requeue(ids, error.reason, "", due=self.date_paused or now)
        else:
            if error.reason in OUT_OF_ORDER:
                self.failures += 1
                if self.failures >= BREAK_AFTER:
                    due = now + routing.get_back_off(self.failures - BREAK_AFTER + 1)
                    self._pause(lane, due, error)
            self._requeue(ids, error.reason, str(error))

    def _pause(self, lane, due, error):
        """Let the gateway rest; what is in the queue waits, or goes elsewhere."""
        lane.is_closed = True
        words = clean(str(error))
        if error.reason == "own_network":
            words = f"{words}. {self._get_advice(error.reason)}"
        self.write({"date_paused": due, "last_error": words})
        self._trigger_queue([due])

    def _store_unknown(self, ids, error, reason, adapter):
        """Nobody knows whether these went out.

        A gateway that can be asked by our id is asked; one that sends an id only once
        gets it again; else a person decides.
        """
        if adapter.takes_id and not adapter.can_query_own:
            self._requeue(ids, "interrupted", error, is_pinned=True)
            return
        self._apply_reports(
            [Report(id=i, state=UNKNOWN, reason=reason, error=error) for i in ids]
        )
        if adapter.can_query_own:
            self._plan_query(ids, FIRST_QUERY_UNKNOWN, is_urgent=True)

    def _note_success(self):
        if self.failures or self.last_error:
            self.write({"failures": 0, "date_paused": False, "last_error": False})
