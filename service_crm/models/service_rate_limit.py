from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL, hmac

RETRIES = 10
DAY = 24 * 60 * 60


class ServiceRateLimit(models.Model):
    """How often somebody without a login did something: one row for all workers.

    Who it was is kept only as a keyed hash, for a day.
    """

    _name = "service.rate.limit"
    _description = "Limit of Public Posts"
    _log_access = False
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    window_start = fields.Datetime(required=True, readonly=True, index=True)
    count = fields.Integer(required=True, readonly=True)

    _window_uniq = models.UniqueIndex("(key, window_start)")

    @api.model
    def _allow(self, scope, key, limit, seconds):
        """Count one more try, committed at once, and tell whether it is allowed.

        ::

            limiter = self.env["service.rate.limit"].sudo()
            if not limiter._allow("web_form", address, limit=20, seconds=3600):
                …  # say so, and keep what was typed

        :param scope: what is limited
        :param key: who does it: a network address, a record's id
        :param seconds: length of the window, at most a day
        """
        # the secret of the database is nobody's to read but needed for the hash
        digest = hmac(self.sudo().env, "service_rate_limit", (scope, str(key)))
        window = self._get_window(seconds)
        for attempt in range(RETRIES):
            try:
                with self.env["service.inbound"]._own_transaction() as own:
                    # A lost race is tried again below: nothing for the log.
                    own.env.cr.execute(
                        SQL(
                            """
                            INSERT INTO service_rate_limit (key, window_start, count)
                                 VALUES (%(key)s, %(window)s, 1)
                            ON CONFLICT (key, window_start)
                          DO UPDATE SET count = service_rate_limit.count + 1
                              RETURNING count
                            """,
                            key=digest,
                            window=window,
                        ),
                        log_exceptions=False,
                    )
                    [count] = own.env.cr.fetchone()
                    return count <= limit
            except psycopg2.errors.SerializationFailure:
                # another worker counted the same visitor just now
                if attempt == RETRIES - 1:
                    raise
        return False

    @api.model
    def _get_window(self, seconds):
        """Start of the window of this length that is now."""
        now = fields.Datetime.now()
        passed = (now - now.min).total_seconds() % seconds
        return (now - timedelta(seconds=passed)).replace(microsecond=0)

    @api.model
    def _get_minutes_to_wait(self, seconds):
        """Until the next window of this length."""
        end = self._get_window(seconds) + timedelta(seconds=seconds)
        return int((end - fields.Datetime.now()).total_seconds() // 60) + 1

    @api.autovacuum
    def _gc_windows(self):
        """Forget whoever came more than a day ago."""
        old = fields.Datetime.now() - timedelta(seconds=DAY)
        self.search([("window_start", "<", old)]).unlink()
