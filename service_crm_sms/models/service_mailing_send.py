import logging
import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.service_crm.tools.batch import run_isolated

_logger = logging.getLogger(__name__)
BATCH = 200
# At a limited pace the messages of so many minutes go out together.
PORTION = 5


class ServiceMailing(models.Model):
    """Mailing: portion by portion, as customers and consents are at that moment."""

    _inherit = "service.mailing"

    @api.model
    def _cron_send(self):
        """Send the portions that are due; then sleep until the next one."""
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(self._get_due_domain()))
        while mailing := self.search(
            self._get_due_domain(), order="date_next, id", limit=1
        ).try_lock_for_update():
            if not mailing.filtered_domain(self._get_due_domain()):
                continue
            run_isolated(
                self.env,
                mailing,
                lambda part: part._send_portion(),
                lambda part, error: part._stop_failed(error),
            )
            if not commit(1, remaining=self.search_count(self._get_due_domain())):
                break

    @api.model
    def _get_due_domain(self):
        """Mailings whose next portion may go out."""
        return Domain("state", "=", "sending") & Domain(
            "date_next", "<=", fields.Datetime.now()
        )

    def _send_portion(self):
        """Write to the next customers, once each; ends when there are no more."""
        self.ensure_one()
        size = self._get_portion()
        partners = self._get_audience().search(
            self._get_rest_domain(), order="id", limit=size
        )
        if partners:
            self._send_to(partners)
        now = fields.Datetime.now()
        if len(partners) < size:
            self.write({"state": "done", "date_done": now})
            self._plan_next_year()
            return
        pause = len(partners) * 3600 / self.per_hour if self.per_hour else 0
        self.date_next = now + timedelta(seconds=pause)
        self._wake_job()

    def _stop_failed(self, error):
        """The mailing as a whole cannot go on: it waits, and says why."""
        _logger.warning("Mailing %s: %s", self.id, error)
        self.write({"state": "paused"})
        self.message_post(
            body=self.env._(
                "Stopped by an error: %(error)s. Put it right, then go on.",
                error=str(error.__cause__ or error)[:500],
            ),
            partner_ids=self.user_id.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _get_portion(self):
        """How many customers are written to at once."""
        if not self.per_hour:
            return BATCH
        return min(BATCH, max(1, math.ceil(self.per_hour * PORTION / 60)))

    def _get_rest_domain(self):
        """The customers of the audience, as it is now, who have no message yet."""
        # The log is the system's.
        written = self.env["service.notification"].sudo()
        done = written._search(
            [("mailing_id", "=", self.id), ("partner_id", "!=", False)]
        )
        return self._get_audience_domain() & Domain(
            "id", "not in", done.subselect("partner_id")
        )

    def _send_to(self, partners):
        """Make and queue the messages of one portion.

        Queries do not grow with their number; a text that fails for one customer stays
        in the log with its error, the others go on.
        """
        self.ensure_one()
        messages = self.env["service.notification"].sudo()  # the log is the system's
        vals_list = self._prepare_messages(partners)
        self._drop_doubles(vals_list)
        self._limit_messages(vals_list)
        rows = messages.create(vals_list)
        rows._wake_job()

        def on_error(message, error):
            _logger.warning("Mailing %s, message %s: %s", self.id, message.id, error)
            message._fail(error)

        run_isolated(self.env, rows, lambda part: part._queue(), on_error)

    def _send_example(self, partner):
        """Send what a contact would get to the user who asks.

        :return: the addresses it goes to
        """
        self.ensure_one()
        # sudo: one's own contact
        me = self.env.user.partner_id.sudo()
        vals_list = []
        for vals in self._prepare_messages(partner):
            address, reason = (
                self.env["service.notification"]._check_email(me.email)
                if vals["channel"] == "mail"
                else (me._get_sms_number(), not me._get_sms_number())
            )
            if not reason:
                vals_list.append(
                    {
                        **vals,
                        "mailing_id": False,
                        "example_id": self.id,
                        "partner_id": me.id,
                        "recipient": me.display_name,
                        "recipient_key": str(me.id),
                        "address": address,
                        "state": "queued",
                        "reason": False,
                    }
                )
        # The log and the queues are the system's.
        rows = self.env["service.notification"].sudo().create(vals_list)
        rows._queue()
        return rows.mapped("address")

    def _limit_messages(self, vals_list, names=None):
        """Ask the limits: consent, blacklist, quiet hours, messages a day.

        :param names: limits to be asked; all of them unless told
        """
        messages = self.env["service.notification"].with_company(self.company_id)
        messages._apply_limits(vals_list, names)

    def _drop_doubles(self, vals_list):
        """One address gets a mailing once, however many contacts have it."""
        key = self._get_address_key
        rows = self.env["service.notification"].sudo()  # the log is the system's
        known = {
            key(row.channel, row.address)
            for row in rows.search_fetch(
                [
                    ("mailing_id", "=", self.id),
                    ("address", "in", [vals["address"] for vals in vals_list]),
                    ("state", "!=", "suppressed"),
                ],
                ["channel", "address"],
            )
        }
        for vals in vals_list:
            if vals["state"] != "queued":
                continue
            address = key(vals["channel"], vals["address"])
            if address in known:
                vals.update(state="suppressed", reason="duplicate")
            known.add(address)

    @api.model
    def _get_address_key(self, channel, address):
        """An address as it is compared."""
        return channel, (address or "").strip().lower()
