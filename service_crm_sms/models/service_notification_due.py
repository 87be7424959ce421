from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.service_crm.tools.batch import run_isolated

from ..tools.channels import ESCALATIONS
from .service_notification_limit import MAY_GO

# What is looked at anew when a message is due.
LIMIT_FIELDS = (
    "address",
    "channel",
    "company_id",
    "date_due",
    "entry_id",
    "mailing_id",
    "occasion",
    "partner_id",
    "purpose",
    "recipient_key",
    "res_id",
    "rule_id",
    "state",
    "tz",
)


class ServiceNotification(models.Model):
    """Messages that had to wait: looked at again, then written and queued."""

    _inherit = "service.notification"

    @api.model
    def _cron_send_due(self, limit=200):
        """Send what is due, the oldest first; then sleep until the next one."""
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(self._get_due_domain()))
        while messages := self.search(
            self._get_due_domain(), order="date_due, id", limit=limit
        ).try_lock_for_update():
            messages._send_due()
            if not commit(len(messages)):
                return
        waiting = Domain("state", "=", "waiting") & Domain("date_due", "!=", False)
        waiting &= Domain("date_due", ">", fields.Datetime.now())
        self.search(waiting, order="date_due", limit=1)._wake_job()

    @api.model
    def _get_due_domain(self):
        """Messages whose time has come. Extension point."""
        # What a paused mailing left for the morning stays until it goes on.
        running = Domain("mailing_id", "=", False) | Domain(
            "mailing_id.state", "!=", "paused"
        )
        return (
            Domain("state", "=", "waiting")
            & Domain("date_due", "<=", fields.Datetime.now())
            & running
        )

    def _send_due(self):
        """Write and queue those of the messages that are still to be told."""
        run_isolated(
            self.env,
            self,
            lambda part: part._send_still_true(),
            lambda message, error: message._fail(error),
        )

    def _send_still_true(self):
        """One batch of due messages, as the records and people are now."""
        due = self._drop_repeated()._drop_outdated()._drop_read()
        due._refresh_addresses()
        due._recheck_limits()
        due._queue()

    def _drop_repeated(self):
        """Of several about the same, that waited together, the newest is told."""
        newest = {}
        for message in self.sorted("id"):
            if message.rule_id:
                newest[message.rule_id, self._get_merge_key(message)] = message
        kept = self.browse(m.id for m in newest.values())
        kept |= self.filtered(lambda m: not m.rule_id)
        (self - kept)._update_state("suppressed", "merged")
        return kept

    def _drop_outdated(self):
        """What is not the case any more is not told."""
        true = self.filtered(lambda message: not message.rule_id)
        for rule, messages in (self - true).grouped("rule_id").items():
            # Texts are written by the system, from all that the document has.
            records = self.env[rule.model].sudo().browse(messages.mapped("res_id"))
            messages = messages.filtered(lambda m, r=rule: m.res_model == r.model)
            true |= rule._filter_still_true(messages, records.exists())
        (self - true)._update_state("suppressed", "outdated")
        return true

    def _drop_read(self):
        """A second message is not needed when the first one was read, or arrived."""
        second = self.filtered(
            lambda m: m.channel == ESCALATIONS.get(m.rule_id.channel, (0, 0))[1]
        )
        if not second:
            return self
        first = self.search(
            Domain("rule_id", "in", second.rule_id.ids)
            & Domain("res_id", "in", second.mapped("res_id"))
            & Domain("recipient_key", "in", second.mapped("recipient_key"))
            & (Domain("date_read", "!=", False) | Domain("state", "=", "delivered"))
        )
        known = {m._get_pair_key() for m in first - second}
        read = second.filtered(lambda m: m._get_pair_key() in known)
        read._update_state("suppressed", "not_needed")
        return self - read

    def _get_pair_key(self):
        """The same for the first and the second message to a person."""
        return (
            self.rule_id.id,
            self.res_id,
            self.entry_id.id,
            self.occasion,
            self.recipient_key,
        )

    def _recheck_limits(self, names=None):
        """Ask the limits again; those that may go are queued from now on.

        :param names: limits to be asked; all of them unless told
        """
        checked = self.filtered(lambda message: message.state in MAY_GO)
        vals_list = [
            {name: getattr(message[name], "id", message[name]) for name in LIMIT_FIELDS}
            for message in checked
        ]
        for vals in vals_list:
            vals["state"] = "queued"
        self._apply_limits(vals_list, names)
        for message, vals in zip(checked, vals_list, strict=True):
            message.write(
                {name: vals.get(name) for name in ("state", "reason", "date_due")}
            )
        checked._wake_job()

    def _expedite_second(self):
        """The first message failed: the second one need not wait any longer."""
        first = self.filtered(
            lambda m: m.channel == ESCALATIONS.get(m.rule_id.channel, (0, 0))[0]
        )
        if not first:
            return
        second = self.search(
            Domain("rule_id", "in", first.rule_id.ids)
            & Domain("res_id", "in", first.mapped("res_id"))
            & Domain("state", "=", "waiting")
        )
        keys = {message._get_pair_key() for message in first}
        second = second.filtered(lambda m: m._get_pair_key() in keys)
        second.date_due = fields.Datetime.now()
        second._wake_job()

    def _update_state(self, state, reason=False, error=False):
        result = super()._update_state(state, reason, error)
        if state == "failed":
            self.filtered(lambda m: m.state == "failed")._expedite_second()
        return result

    def _mark_read(self):
        """The person has seen what the messages tell."""
        self.filtered(lambda m: not m.date_read).date_read = fields.Datetime.now()

    @api.model
    def _mark_request_read(self, request):
        """The customer has seen the page of a request, to which the messages lead."""
        self.search(
            Domain("request_id", "=", request.id)
            & Domain("date_read", "=", False)
            & Domain("state", "in", ("queued", "sending", "sent", "delivered"))
            & Domain("audience", "in", ("customer", "site"))
        )._mark_read()
