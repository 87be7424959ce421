import logging
from datetime import timedelta
from urllib.parse import urlsplit

import requests

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.service_crm.tools.outbound import AddressRefused

from ..tools.signature import make_headers
from ..tools.webhook import get_reason, post

_logger = logging.getLogger(__name__)

BATCH = 50
TIMEOUT = 10  # seconds to wait for a connection, and for each part of the answer
DEADLINE = 30  # seconds after which the connection is cut
ANSWER = 1000  # bytes of the answer that are read
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
            answer = self._post()
        except AddressRefused as error:
            # asking again changes nothing until somebody changes a setting
            words = self.env["service.own.network"]._describe(error.host, error.address)
            self._note_failed(words, self.attempts + 1)
            return True
        except requests.RequestException as error:
            _logger.info("webhook %s: %s", self.delivery, error)
            self._note_attempt(False, self._get_unreached_text(error))
            return False
        words = f"{answer.status} {answer.reason}\n{answer.text}".strip()
        self._note_attempt(answer.taken, words)
        return True

    def _post(self):
        """Send the content of one row; the answer."""
        body = (self.payload or "").encode()
        return post(
            self.url,
            body,
            make_headers(body, self.delivery, self.secret or ""),
            allowed=self.env["service.own.network"]._get_allowed(),
            timeout=TIMEOUT,
            deadline=DEADLINE,
            limit=ANSWER,
        )

    @api.model
    def _get_unreached_text(self, error):
        """Why there is no answer, in words."""
        if isinstance(error, requests.Timeout):
            return self.env._("The receiver did not answer in time.")
        if isinstance(error, requests.exceptions.SSLError):
            return self.env._(
                "The certificate of the receiver is not trusted: %(reason)s",
                reason=get_reason(error),
            )
        return self.env._(
            "The receiver cannot be reached: %(reason)s", reason=get_reason(error)
        )

    def _note_attempt(self, sent, answer):
        """Note one attempt; what failed is tried again until it is given up."""
        self.ensure_one()
        now = fields.Datetime.now()
        attempts = self.attempts + 1
        vals = {"attempts": attempts, "response": answer[: ANSWER * 2]}
        if sent:
            self.write({**vals, "state": "sent", "date_sent": now, "date_due": False})
            if self.robot_id and self.entry_id:
                self._note_robot("done", False)
        elif attempts <= len(BACK_OFF):
            self._send_later(now + BACK_OFF[attempts - 1], **vals)
        else:
            self._note_failed(answer, attempts)

    def _note_failed(self, answer, attempts):
        """Given up, in plain sight of the run and of the robot that sent it."""
        self.write(
            {
                "state": "failed",
                "attempts": attempts,
                "response": answer[: ANSWER * 2],
                "date_due": False,
            }
        )
        text = self.env._(
            "Not delivered to %(url)s: %(what)s", url=self.url, what=self.name
        )
        self.instance_id._log("fail", text=f"{text}\n{answer}")
        if self.robot_id and self.entry_id:
            self._note_robot("failed", f"{text}\n{answer}")

    def _note_robot(self, state, error):
        """What became of it, in the journal of the robot that sent it.

        :param state: failed, or done: what had failed arrived after all
        """
        before = {"failed": "done", "done": "failed"}[state]
        # one row at most: a robot runs once per entry
        log = self.env["bpm.robot.log"].search(
            [
                ("robot_id", "=", self.robot_id.id),
                ("entry_id", "=", self.entry_id.id),
                ("state", "=", before),
            ]
        )
        log.write({"state": state, "error": error})
        if log and state == "failed":
            self.env["bpm.robot"]._notify_failures(log.robot_id.ids)

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
