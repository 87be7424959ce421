from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import routing
from ..tools.gateways.base import FAILED, UNKNOWN, Report
from ..tools.reports import clean
from .sms_gateway_route import GIVE_UP


class SmsGateway(models.Model):
    """Gateways: messages that go back to the queue, or out of it."""

    _inherit = "sms.gateway"

    def _requeue(
        self, ids, reason, error, *, due=None, for_good=False, is_pinned=False
    ):
        """Put messages back, with the pause that their attempts ask for.

        :param ids: our ids
        :param due: not before; None: by the number of attempts, which is one more
        :param for_good: this gateway never gets them again
        :param is_pinned: only this gateway may get them: it knows them by our id
        """
        self.ensure_one()
        self.env.flush_all()
        now = fields.Datetime.now()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT s.id, s.uuid, s.create_date, s.service_tries AS tries,
                       s.service_passed AS passed
                  FROM sms_sms s WHERE s.uuid = ANY(%s) AND s.state = 'process'
                """,
                list(ids),
            )
        )
        stuck, values = [], {}
        for row in rows:
            tries = (row["tries"] or 0) + (due is None)
            moment = due or now + routing.get_back_off(tries)
            passed, gateway_id = row["passed"] or "", self.id
            is_old = row["create_date"] < now - GIVE_UP
            if for_good:
                moment, gateway_id = now, None
                passed = routing.add_passed(passed, self.id, True)
            elif due is None and (is_old or tries % self.tries == 0):
                if is_pinned:
                    stuck.append(row["uuid"])
                    continue
                moment, gateway_id = now if is_old else moment, None
                passed = routing.add_passed(passed, self.id, False)
            key = (tries, moment, passed, gateway_id)
            values.setdefault(key, []).append(row["id"])
        for (tries, moment, passed, gateway_id), row_ids in values.items():
            self.env.execute_query(
                SQL(
                    """
                    UPDATE sms_sms SET state = 'outgoing', service_tries = %s,
                           service_date_due = %s, service_passed = %s,
                           service_gateway_id = %s, service_is_pinned = %s
                     WHERE id = ANY(%s) RETURNING id
                    """,
                    tries,
                    moment,
                    passed or None,
                    gateway_id,
                    is_pinned,
                    row_ids,
                )
            )
        queued = [row["uuid"] for row in rows if row["uuid"] not in set(stuck)]
        self.env.execute_query(
            SQL(
                """
                UPDATE service_notification
                   SET state = 'queued', reason = %s, error = %s
                 WHERE sms_uuid = ANY(%s) AND state IN ('sending', 'unknown')
                RETURNING id
                """,
                reason,
                clean(str(error or "")),
                queued,
            )
        )
        self._forget_cache()
        if stuck:
            self._apply_reports(
                [
                    Report(id=i, state=UNKNOWN, reason="interrupted", error=error)
                    for i in stuck
                ]
            )
        self._trigger_queue([key[1] for key in values])

    @api.model
    def _postpone(self, sms_ids, due):
        """Leave messages in the queue until then."""
        self.env.execute_query(
            SQL(
                "UPDATE sms_sms SET service_date_due = %s WHERE id = ANY(%s)"
                " RETURNING id",
                due,
                sms_ids,
            )
        )
        self._trigger_queue([due])

    @api.model
    def _fail(self, ids, reason, error=""):
        """These cannot be sent."""
        state = "suppressed" if reason == "budget" else FAILED
        self._apply_reports(
            [Report(id=i, state=state, reason=reason, error=error or "") for i in ids]
        )

    @api.model
    def _trigger_queue(self, moments=()):
        """Wake the job of the queue, at once or when messages are due."""
        cron = self.env.ref(
            "sms.ir_cron_sms_scheduler_action", raise_if_not_found=False
        )
        if cron:
            # sudo: whoever writes messages wakes the program's own job
            cron.sudo()._trigger(at=sorted(set(moments)) or None)

    @api.model
    def _forget_cache(self):
        """What was written by SQL is read anew."""
        self.env["sms.sms"].invalidate_model()
        self.env["service.notification"].invalidate_model()
