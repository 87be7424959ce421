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
            # sudo: the system makes the links; a title keeps Odoo from opening them
            self.sudo().with_context(service_long_codes=True).create(
                [{"url": url, "title": url, "label": LABEL} for url in missing]
            )
            codes |= self._get_service_codes(missing)
        prefix = self._get_service_short_prefix()
        return {url: prefix + codes[url] for url in urls if url in codes}

    @api.model
    def _get_service_codes(self, urls):
        """Codes of the short links that exist: ``{address: code}``."""
        if not urls:
            return {}
        self.env["link.tracker.code"].flush_model()
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


class LinkTrackerCode(models.Model):
    _inherit = "link.tracker.code"

    @api.model
    def _get_random_code_strings(self, n=1):
        """Codes of links to private pages are too long to be guessed."""
        if not self.env.context.get("service_long_codes"):
            return super()._get_random_code_strings(n)
        return [
            "".join(secrets.choice(CODE_SIGNS) for _sign in range(CODE_LENGTH))
            for _code in range(n)
        ]
