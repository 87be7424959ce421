from datetime import timedelta

from psycopg2 import OperationalError, errorcodes

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.gateways.base import Outgoing
from ..tools.lane import Lane
from ..tools.prices import count_segments

CONFLICTS = (errorcodes.SERIALIZATION_FAILURE, errorcodes.DEADLOCK_DETECTED)
CONFLICTS_AT_MOST = 8
# A message is cut into smaller calls after each failure, until a poisoned one is alone.
SMALLER = 8


class SmsGateway(models.Model):
    """Gateways: sending.

    Claimed and committed first, sent after, stored and committed then: nothing is sent
    twice, whoever dies when. Two senders share the queue without waiting.
    """

    _inherit = "sms.gateway"

    parallel = fields.Integer(
        "Requests at Once", default=4, help="How many calls run side by side."
    )
    rate = fields.Float(
        "Messages per Second", help="The gateway's limit. 0: as fast as it can."
    )

    _parallel_positive = models.Constraint(
        "CHECK(parallel BETWEEN 1 AND 32)", "Between 1 and 32 requests at once."
    )
    _rate_positive = models.Constraint(
        "CHECK(rate >= 0)", "A number of messages per second, or 0."
    )

    @api.model
    def _run_queue(self):
        """Send what is due, until nothing is left or the time of the job is over.

        Commits. No transaction is open while a gateway is waited for.
        """
        commit = self.env["ir.cron"]._commit_progress
        lanes = {}
        try:
            self._release_stranded()
            time_left = commit(remaining=1)
            while True:
                done = {key: lane.take_done() for key, lane in lanes.items()}
                batches, assigned = self._repeat_on_conflict(
                    self._step, lanes, done, time_left
                )
                count = sum(len(r.messages) for same in done.values() for r in same)
                time_left = commit(count)
                for gateway_id, messages in batches.items():
                    self._put(lanes[gateway_id], messages)
                if batches or assigned or any(la.is_busy for la in lanes.values()):
                    Lane.wait(lanes.values(), 0 if assigned else 1)
                    continue
                pause = self._get_pause(lanes)
                if not time_left or not pause:
                    break
                Lane.wait([], pause)
            commit(remaining=0 if time_left else 1)
        finally:
            for lane in lanes.values():
                lane.close()

    @api.model
    def _step(self, lanes, done, time_left):
        """One transaction: store what came back, claim what goes next.

        :param lanes: ``{gateway id: Lane}``
        :param done: ``{gateway id: [Result]}``
        :param time_left: seconds; 0: claim nothing more
        :return: ``({gateway id: claimed messages}, how many were given to gateways)``
        """
        for gateway_id, results in done.items():
            gateway = self.sudo().browse(gateway_id)  # whoever sends need not see it
            gateway._store_results(results, lanes[gateway_id])
        if not time_left:
            return {}, 0
        self.env.flush_all()
        assigned = 0
        batches = self._claim_all(lanes)
        if not batches:
            rooms = {key: lane.get_room() for key, lane in lanes.items()}
            assigned, taken = self._assign(rooms)
            for gateway_id, rows in taken.items():
                gateway = self.sudo().browse(gateway_id)  # as above
                batches[gateway_id] = gateway._note_claimed(rows)
        return batches, assigned

    @api.model
    def _claim_all(self, lanes):
        """Claim for each gateway as many as it takes now."""
        batches = {}
        # sudo: whoever sends need not see the gateways
        for gateway in self.sudo().search([("active", "=", True)]):
            if gateway.id not in lanes:
                if gateway._is_resting() or not gateway._has_queue():
                    continue
                lanes[gateway.id] = Lane(
                    gateway._get_adapter(), gateway.parallel, gateway.rate
                )
            room = lanes[gateway.id].get_room()
            if room and (messages := gateway._claim(room)):
                batches[gateway.id] = messages
        return batches

    def _has_queue(self):
        """Whether messages of the queue are due at this gateway."""
        self.ensure_one()
        return bool(
            self.env.execute_query(
                SQL("SELECT 1 FROM sms_sms s WHERE %s LIMIT 1", self._get_due_sql())
            )
        )

    @api.model
    def _get_pause(self, lanes):
        """Seconds until a gateway's limit lets the next message pass; 0: none waits."""
        pauses = [
            lane.get_pause()
            for gateway_id, lane in lanes.items()
            if lane.get_pause() and self.browse(gateway_id)._has_queue()
        ]
        return min(pauses, default=0)

    @api.model
    def _release_stranded(self):
        """Messages that wait for a gateway that is gone or down may go elsewhere."""
        # whoever sends need not see the gateways
        gateways = self.sudo().search([("active", "in", [True, False])])
        stranded = gateways.filtered(
            lambda g: not g.active or g._is_down() or g._is_spent()
        )
        if stranded:
            self.env.execute_query(
                SQL(
                    """
                    UPDATE sms_sms SET service_gateway_id = NULL
                     WHERE state = 'outgoing' AND service_is_pinned IS NOT TRUE
                       AND service_gateway_id = ANY(%s) RETURNING id
                    """,
                    stranded.ids,
                )
            )
            self._forget_cache()

    def _get_due_sql(self):
        return SQL(
            """
            s.state = 'outgoing' AND s.to_delete IS NOT TRUE
            AND s.service_gateway_id = %s
            AND (s.service_date_due IS NULL OR s.service_date_due <= %s)
            """,
            self.id,
            fields.Datetime.now(),
        )

    def _claim(self, room):
        """Take messages out of the queue, into the hands of this sender.

        What another sender has locked is its work.

        :return: list of ``(Outgoing, failed attempts)``
        """
        self.ensure_one()
        lease = fields.Datetime.now() + self._get_lease()
        rows = self._select_locked(
            SQL(
                """
                WITH due AS (
                    SELECT s.id FROM sms_sms s WHERE %s
                     ORDER BY s.service_priority, s.id LIMIT %s
                       FOR UPDATE SKIP LOCKED
                ), claimed AS (
                    UPDATE sms_sms s SET state = 'process', service_date_due = %s
                      FROM due WHERE s.id = due.id
                    RETURNING s.id, s.uuid, s.number, s.body, s.service_tries
                )
                SELECT claimed.*, n.company_id
                  FROM claimed JOIN service_notification n ON n.sms_uuid = claimed.uuid
                 ORDER BY claimed.id
                """,
                self._get_due_sql(),
                room,
                lease,
            )
        )
        return self._note_claimed(rows) if rows else []

    def _note_claimed(self, rows):
        """Note in the log what is on its way and its cost; leave in the queue what the
        budget does not allow.

        :return: list of ``(Outgoing, failed attempts)``
        """
        parts = [count_segments(row["body"]) for row in rows]
        costs = self._get_costs(
            [
                (row["number"], count, row["company_id"])
                for row, count in zip(rows, parts, strict=True)
            ]
        )
        fitting = self._cut_to_budget(costs)
        if left := [row["id"] for row in rows[fitting:]]:
            self.env.execute_query(
                SQL(
                    """
                    UPDATE sms_sms SET state = 'outgoing', service_date_due = NULL,
                           service_gateway_id = NULL
                     WHERE id = ANY(%s) RETURNING id
                    """,
                    left,
                )
            )
        rows = rows[:fitting]
        self.env.execute_query(
            SQL(
                """
                UPDATE service_notification n
                   SET state = 'sending', gateway_id = %s, reason = NULL,
                       error = NULL, remote_id = NULL, date_query = NULL,
                       segments = v.segments, cost = v.cost
                  FROM unnest(%s::text[], %s::int[], %s::float[])
                       AS v(uuid, segments, cost)
                 WHERE n.sms_uuid = v.uuid RETURNING n.id
                """,
                self.id,
                [row["uuid"] for row in rows],
                parts[:fitting],
                costs[:fitting],
            )
        )
        self._forget_cache()
        return [
            (
                Outgoing(id=row["uuid"], number=row["number"], text=row["body"]),
                row["service_tries"] or 0,
            )
            for row in rows
        ]

    def _get_lease(self):
        """How long a sender may be silent before it counts as dead."""
        return timedelta(seconds=300 + 4 * (self.timeout or 15))

    @api.model
    def _put(self, lane, messages):
        """Hand claimed messages to a gateway."""
        by_tries = {}
        for message, tries in messages:
            by_tries.setdefault(tries, []).append(message)
        for tries, same in by_tries.items():
            lane.put(same, max(lane.adapter.batch_size // SMALLER**tries, 1))

    @api.model
    def _repeat_on_conflict(self, step, *arguments):
        """Run a step of a transaction again when another sender was in its way."""
        for attempt in range(CONFLICTS_AT_MOST):
            try:
                result = step(*arguments)
                self.env.flush_all()
                break
            except OperationalError as error:
                if error.pgcode not in CONFLICTS or attempt + 1 == CONFLICTS_AT_MOST:
                    raise
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
        return result
