import logging
from datetime import timedelta
from urllib.parse import urlsplit

import requests

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.signature import make_headers

_logger = logging.getLogger(__name__)

BATCH = 50
TIMEOUT = 10  # seconds to wait for an answer
ANSWER = 1000  # characters of it that are kept
# How long to wait after each failed attempt; then it has failed.
BACK_OFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720, 1440)]


class BpmOutbox(models.Model):
    """Outbox: sending.

    A receiver may get the same delivery twice (the server may die between sending and
    noting it), always with the same number; none is lost.
    """

    _inherit = "bpm.outbox"

    @api.model
    def _cron_send(self):
        """Send what is due, each row in its transaction."""
        due = Domain("state", "=", "waiting") & Domain(
            "date_due", "<=", fields.Datetime.now()
        )
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(due))
        silent = set()  # hosts that did not answer: the others need not wait for them
        after = Domain.TRUE
        while rows := self.search(due & after, limit=BATCH, order="date_due, id"):
            last = rows[-1]
            after = Domain("date_due", ">", last.date_due) | (
                Domain("date_due", "=", last.date_due) & Domain("id", ">", last.id)
            )
            for row in rows:
                # what another worker has locked is its work
                locked = row.try_lock_for_update().filtered_domain(due)
                if locked and not locked._send_row(silent):
                    silent.add(urlsplit(locked.url).netloc)
                if not commit(1):
                    return

    def _send_row(self, silent=()):
        """Send one row (locked) and note what became of it.

        :param silent: hosts that are not asked now
        :return: False when the host did not answer
        """
        if urlsplit(self.url).netloc in silent:
            self._send_later(fields.Datetime.now() + BACK_OFF[0])
            return True
        try:
            sent, answer = self._post()
        except requests.RequestException as error:
            _logger.info("webhook %s: %s", self.delivery, error)
            self._note_attempt(False, str(error))
            return False
        self._note_attempt(sent, answer)
        return True

    def _post(self):
        """Send the content of one row.

        :return: whether it was taken, and the answer
        """
        body = self.payload.encode()
        with requests.post(
            self.url,
            data=body,
            headers=make_headers(body, self.delivery, self.secret or ""),
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as response:
            start = next(response.iter_content(ANSWER), b"")
            text = start.decode(response.encoding or "utf-8", "replace")
            # a redirect is no “taken”: nothing was done at the address that was given
            taken = 200 <= response.status_code < 300
            return taken, f"{response.status_code} {response.reason}\n{text}".strip()

    def _note_attempt(self, sent, answer):
        """Note one attempt; what failed is tried again until it is given up."""
        self.ensure_one()
        now = fields.Datetime.now()
        attempts = self.attempts + 1
        vals = {"attempts": attempts, "response": answer[: ANSWER * 2]}
        if sent:
            self.write({**vals, "state": "sent", "date_sent": now, "date_due": False})
        elif attempts <= len(BACK_OFF):
            self._send_later(now + BACK_OFF[attempts - 1], **vals)
        else:
            self.write({**vals, "state": "failed", "date_due": False})
            self.instance_id._log(
                "fail",
                text=self.env._(
                    "Not delivered to %(url)s: %(what)s", url=self.url, what=self.name
                ),
            )

    @api.autovacuum
    def _gc_sent(self):
        """What arrived is forgotten after a while."""
        days = int(
            self.env["ir.config_parameter"]
            .sudo()  # a setting, read by the system
            .get_param("service_crm_bpm.outbox_days", 90)
        )
        before = fields.Datetime.now() - timedelta(days=days)
        self.search(
            [("state", "=", "sent"), ("date_sent", "<", before)], limit=10_000
        ).unlink()
