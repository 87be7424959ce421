import secrets
import string

from odoo import api, models
from odoo.tools import SQL

# Marks the short links of our messages among those of others.
LABEL = "service-sms"
# The pages behind the links open without login: nobody must find one by trying.
CODE_LENGTH = 10
CODE_SIGNS = string.ascii_letters + string.digits


class LinkTracker(models.Model):
    """Short links in messages, made for a whole batch."""

    _inherit = "link.tracker"

    _service_url_idx = models.Index(f"(url) WHERE label = '{LABEL}'")

    @api.model
    def _get_service_short_urls(self, urls):
        """Short links: ``{address: short address}``.

        Each address has one short link; queries do not grow with their number.
        """
        codes = self._get_service_codes(urls)
        missing = [url for url in dict.fromkeys(urls) if url not in codes]
        if missing:
            codes |= self._create_service_links(missing)
        prefix = self._get_service_short_prefix()
        return {url: prefix + codes[url] for url in urls}

    @api.model
    def _create_service_links(self, urls):
        """New short links: ``{address: code}``.

        Two rows each, by one query: made one by one they would cost more than all the
        rest of a message.
        """
        codes = {url: self._get_service_code() for url in urls}
        self.env.execute_query(
            SQL(
                """
                WITH link AS (
                    INSERT INTO link_tracker
                           (url, title, label, count, create_uid, create_date,
                            write_uid, write_date)
                    SELECT url, url, %(label)s, 0, %(user)s, now() AT TIME ZONE 'UTC',
                           %(user)s, now() AT TIME ZONE 'UTC'
                      FROM unnest(%(urls)s) AS given(url)
                 RETURNING id, url
                )
                INSERT INTO link_tracker_code
                       (link_id, code, create_uid, create_date, write_uid, write_date)
                SELECT link.id, given.code, %(user)s, now() AT TIME ZONE 'UTC',
                       %(user)s, now() AT TIME ZONE 'UTC'
                  FROM link
                  JOIN unnest(%(urls)s, %(codes)s) AS given(url, code)
                    ON given.url = link.url
             RETURNING id
                """,
                label=LABEL,
                user=self.env.uid,
                urls=list(codes),
                codes=list(codes.values()),
            )
        )
        return codes

    @api.model
    def _get_service_code(self):
        """A code that nobody finds by trying."""
        return "".join(secrets.choice(CODE_SIGNS) for _sign in range(CODE_LENGTH))

    @api.model
    def _get_service_codes(self, urls):
        """Codes of the short links that exist: ``{address: code}``."""
        if not urls:
            return {}
        self.env["link.tracker.code"].flush_model()
        self.flush_model(["url", "label"])
        rows = self.env.execute_query(
            SQL(
                """SELECT tracker.url, code.code
                     FROM link_tracker tracker
                     JOIN link_tracker_code code ON code.link_id = tracker.id
                    WHERE tracker.label = %s AND tracker.url = ANY(%s)
                 ORDER BY code.id DESC""",
                LABEL,
                list(urls),
            )
        )
        return dict(rows)

    @api.model
    def _get_service_short_prefix(self):
        """What stands before the code in a short link."""
        return f"{self.get_base_url()}/r/"
