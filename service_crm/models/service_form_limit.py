from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL, hmac

from ..tools.web_form import network_of

RETRIES = 10


class ServiceFormLimit(models.Model):
    """How often an address used a public form this hour: one row for all workers."""

    _name = "service.form.limit"
    _description = "Posts of the Public Form per Address"
    _log_access = False

    key = fields.Char(required=True, readonly=True)
    window_start = fields.Datetime(required=True, readonly=True, index=True)
    count = fields.Integer(required=True, readonly=True)

    _window_uniq = models.UniqueIndex("(key, window_start)")

    @api.model
    def _count_post(self, address):
        """Count one post, committed. How many there were in this hour, this included.

        :param str address: network address of the visitor; only a keyed hash is kept
        """
        # the secret of the database is nobody's to read but needed for the hash
        key = hmac(self.sudo().env, "service_form_limit", network_of(address))
        window = self._get_window()
        for attempt in range(RETRIES):
            try:
                with self.env["service.inbound"]._own_transaction() as own:
                    [[count]] = own.env.execute_query(
                        SQL(
                            """
                            INSERT INTO service_form_limit (key, window_start, count)
                                 VALUES (%(key)s, %(window)s, 1)
                            ON CONFLICT (key, window_start)
                          DO UPDATE SET count = service_form_limit.count + 1
                              RETURNING count
                            """,
                            key=key,
                            window=window,
                        )
                    )
                    return count
            except psycopg2.errors.SerializationFailure:
                # another worker counted the same visitor just now
                if attempt == RETRIES - 1:
                    raise
        return 0

    @api.model
    def _get_window(self):
        return fields.Datetime.now().replace(minute=0, second=0, microsecond=0)

    @api.model
    def _get_limit(self):
        """Posts allowed per address and hour."""
        parameters = self.env["ir.config_parameter"].sudo()  # a setting
        return int(parameters.get_param("service_crm.form_posts_per_hour", 20))

    @api.model
    def _get_minutes_to_wait(self):
        """Until the visitor may post again."""
        end = self._get_window() + timedelta(hours=1)
        return int((end - fields.Datetime.now()).total_seconds() // 60) + 1

    @api.autovacuum
    def _gc_windows(self):
        self.search([("window_start", "<", self._get_window())]).unlink()
