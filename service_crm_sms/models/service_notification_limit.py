from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.timing import after_quiet, to_local

# States of messages that reached, or will reach, the person.
TOLD = ("queued", "sending", "sent", "delivered", "unknown")
MAY_GO = ("queued", "waiting")
# Messages with the same values of these tell one person of one event.
EVENT_FIELDS = ("rule_id", "res_id", "entry_id", "occasion", "mailing_id")


class ServiceNotification(models.Model):
    """Messages: what keeps one from going out, or lets it wait."""

    _inherit = "service.notification"

    @api.model
    def _apply_limits(self, vals_list, names=None):
        """Let every limit look at the messages of a batch.

        A message that must not go out gets the state ``suppressed`` and the reason, one
        that must wait ``waiting`` and ``date_due``. A constant number of queries,
        however many there are.

        :param vals_list: values of ``service.notification``, changed in place
        :param names: limits to be asked; all of them unless told
        :return: the same list
        """
        for name in names or self._get_limits():
            open_vals = [vals for vals in vals_list if vals["state"] in MAY_GO]
            if open_vals:
                getattr(self, f"_limit_{name}")(open_vals)
        return vals_list

    @api.model
    def _get_limits(self):
        """Names of the limits, in the order they are asked. Extension point.

        Each is a method ``_limit_<name>(vals_list)`` that changes the values of those
        messages that may not go out now.
        """
        return ["switch", "consent", "quiet", "cap"]

    @api.model
    def _limit_switch(self, vals_list):
        """Nothing to who wants no messages, nor to the people of such a customer."""
        for vals, partner in self._get_limited_partners(vals_list):
            if partner and (
                partner.service_no_messages
                or partner.commercial_partner_id.service_no_messages
            ):
                vals.update(state="suppressed", reason="switched_off")

    @api.model
    def _limit_consent(self, vals_list):
        """Nothing against the will of the person; advertising only to who agreed."""
        # sudo: the wishes count, whoever causes the message
        consent = self.env["service.message.consent"].sudo()
        groups = {}
        for vals in vals_list:
            company_id = vals.get("company_id") or self.env.company.id
            key = (vals.get("purpose") or "service", company_id)
            groups.setdefault(key, []).append(vals)
        for (purpose, company_id), group in groups.items():
            targets = [
                (vals.get("partner_id") or 0, vals["channel"], vals["address"])
                for vals in group
            ]
            company = self.env["res.company"].browse(company_id)
            refused = consent._get_refused(purpose, targets, company)
            for vals, target in zip(group, targets, strict=True):
                if target in refused:
                    vals.update(state="suppressed", reason=refused[target])

    @api.model
    def _limit_quiet(self, vals_list):
        """Short messages wait for the morning of the recipient; so does advertising."""
        now = fields.Datetime.now()
        loud = self._get_loud_rules(vals_list)
        for vals in vals_list:
            if vals.get("rule_id") in loud:
                continue
            start, end, mails, _cap = self._get_limit_settings(vals)
            if vals["channel"] == "mail" and not (
                mails or vals.get("purpose") == "advertising"
            ):
                continue
            moment = max(vals.get("date_due") or now, now)
            allowed = after_quiet(moment, vals.get("tz") or "UTC", start, end)
            if allowed > moment:
                vals.update(state="waiting", date_due=allowed)

    @api.model
    def _limit_cap(self, vals_list):
        """No customer gets more messages a day than the company finds enough."""
        now = fields.Datetime.now()
        capped = [
            (vals, cap)
            for vals, partner in self._get_limited_partners(vals_list)
            if vals["state"] == "queued"
            and (not partner or partner.partner_share)
            and (cap := self._get_limit_settings(vals)[3])
        ]
        if not capped:
            return
        told = self._get_told_today([vals for vals, _cap in capped], now)
        for vals, cap in capped:
            events = told.setdefault(vals["recipient_key"], set())
            event = self._get_event_key(vals)
            # by mail and SMS at once: one message
            if event not in events and len(events) >= cap:
                vals.update(state="suppressed", reason="cap")
            else:
                events.add(event)

    @api.model
    def _get_told_today(self, vals_list, now):
        """``{recipient: what was told since the midnight of the recipient}``."""
        zones = {vals["recipient_key"]: vals.get("tz") or "UTC" for vals in vals_list}
        keys = Domain("recipient_key", "in", list(zones))
        # sudo: the log is the system's
        rows = self.sudo().search_fetch(
            keys
            & Domain("state", "in", TOLD)
            & Domain("create_date", ">", now - timedelta(days=8))
            & (
                Domain("date_due", ">", now - timedelta(days=1))
                | Domain("create_date", ">", now - timedelta(days=1))
            ),
            ["recipient_key", "date_due", *EVENT_FIELDS],
        )
        told = {}
        for row in rows:
            tz = zones[row.recipient_key]
            moment = max(row.date_due or row.create_date, row.create_date)
            if to_local(moment, tz).date() == to_local(now, tz).date():
                event = self._get_event_key(row)
                told.setdefault(row.recipient_key, set()).add(event)
        return told

    @api.model
    def _get_event_key(self, message):
        """What one event told to one person is known by.

        :param message: a message, or its values
        """
        read = message.get if isinstance(message, dict) else message.__getitem__
        return tuple(
            getattr(value, "id", value) or 0 for value in map(read, EVENT_FIELDS)
        )

    @api.model
    def _get_limited_partners(self, vals_list):
        """Pairs of values and contact, the contacts read at once."""
        # sudo: the wish of the person who is told, whoever caused the message
        partners = self.env["res.partner"].sudo()
        ids = [vals.get("partner_id") or 0 for vals in vals_list]
        partners = partners.browse(filter(None, dict.fromkeys(ids)))
        by_id = {partner.id: partner for partner in partners}
        empty = partners.browse()
        return [
            (vals, by_id.get(i, empty)) for vals, i in zip(vals_list, ids, strict=True)
        ]

    @api.model
    def _get_limit_settings(self, vals):
        """The limits of the company of a message."""
        company_id = vals.get("company_id") or self.env.company.id
        return self.env["service.message.limit"]._get_settings(company_id)

    @api.model
    def _get_loud_rules(self, vals_list):
        """Ids of the rules whose messages do not wait for the morning."""
        ids = {vals.get("rule_id") for vals in vals_list} - {False, None}
        # sudo: rules work for everybody's steps
        rules = self.env["service.notification.rule"].sudo().browse(ids)
        return set(rules.filtered("at_any_hour").ids)
