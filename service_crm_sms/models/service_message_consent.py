from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, email_normalize

PURPOSES = ("service", "advertising")


class ServiceMessageConsent(models.Model):
    """What a person agreed to be told, or no longer wants to hear. The newest row of a
    person, purpose and channel counts; older ones stay as the proof."""

    _name = "service.message.consent"
    _description = "Consent to messages"
    _order = "id desc"
    _rec_names_search = ["partner_id", "address"]

    partner_id = fields.Many2one(
        "res.partner", "Contact", ondelete="cascade", index=True
    )
    address = fields.Char(
        help="E-mail address or phone number the person spoke of. Without one the word "
        "is about all addresses of the contact."
    )
    channel = fields.Selection(
        [("mail", "E-mail"), ("sms", "SMS")],
        "Messages by",
        help="Empty: by any channel.",
    )
    purpose = fields.Selection(
        [("service", "About the service"), ("advertising", "Advertising")],
        "Messages about",
        required=True,
        default="advertising",
    )
    state = fields.Selection(
        [("given", "Agreed"), ("refused", "Refused")],
        "Said",
        required=True,
        default="given",
    )
    source = fields.Selection(
        [
            ("hand", "Entered by hand"),
            ("link", "Link in a message"),
            ("sms", "Answer by SMS"),
            ("mail", "Answer by e-mail"),
            ("form", "Form on the site"),
            ("import", "Imported"),
        ],
        "How We Know",
        required=True,
        default="hand",
    )
    notification_id = fields.Many2one(
        "service.notification",
        "Said To",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The message the person answered, or whose link was used.",
    )
    note = fields.Char(help="Where and how the person said so.")
    company_id = fields.Many2one(
        "res.company", index=True, help="Only for this company. Empty: for every one."
    )

    _partner_idx = models.Index("(partner_id, purpose, id DESC)")
    _address_idx = models.Index("(address, purpose, id DESC)")

    @api.constrains("partner_id", "address")
    def _check_person(self):
        """A consent is somebody's."""
        for consent in self:
            if not (consent.partner_id or consent.address):
                raise ValidationError(
                    self.env._("Choose the contact, or write the address or number.")
                )

    @api.depends("partner_id", "address", "purpose", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("purpose", "state")
        }
        for consent in self:
            who = consent.partner_id.display_name or consent.address or ""
            purpose = labels["purpose"].get(consent.purpose, "")
            state = labels["state"].get(consent.state, "")
            consent.display_name = f"{who}: {purpose}, {state}".strip(": ,")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("address"):
                vals["address"] = self._normalize_address(vals)
        return super().create(vals_list)

    @api.model
    def _normalize_address(self, vals):
        """The address as messages are sent to it: an e-mail address in small letters,
        a number in international form."""
        address = vals["address"].strip()
        if vals.get("channel") == "mail" or "@" in address:
            clean = email_normalize(address)
        else:
            partner = self.env["res.partner"].browse(vals.get("partner_id"))
            country = partner.country_id or self.env.company.country_id
            clean = partner._phone_format(number=address, country=country)
        if not clean:
            raise ValidationError(
                self.env._(
                    "“%(address)s” is no e-mail address and no phone number.",
                    address=address,
                )
            )
        return clean

    # -- asking

    @api.model
    def _get_refused(self, purpose, targets, company=None):
        """Who must not get a message of this purpose.

        One query for all. Service messages go to whoever did not refuse them,
        advertising only to who agreed; whoever stands on a blacklist of Odoo gets
        nothing. ::

            refused = self.env["service.message.consent"]._get_refused(
                "advertising", [(partner.id, "sms", "+74951208115")]
            )

        :param purpose: ``service`` or ``advertising``
        :param targets: list of ``(partner id or 0, channel, address)``
        :param company: whose messages they are; the current company when not given
        :return: ``{target: reason}`` with keys of ``service.notification.reason``
            (``opted_out``, ``no_consent``, ``blacklisted``) of those refused
        """
        targets = list(dict.fromkeys(targets))
        if not targets:
            return {}
        said = self._get_said(purpose, targets, company or self.env.company)
        refused = {}
        for target in targets:
            state, blacklisted = said[target]
            if state == "refused":
                refused[target] = "opted_out"
            elif blacklisted:
                refused[target] = "blacklisted"
            elif purpose == "advertising" and state != "given":
                refused[target] = "no_consent"
        return refused

    @api.model
    def _get_said(self, purpose, targets, company):
        """The newest word of each target: ``{target: (state, on a blacklist)}``."""
        # Whoever sends asks; nobody needs rights on consents or blacklists for it.
        self.sudo().flush_model()
        self.env["mail.blacklist"].sudo().flush_model()
        self.env["phone.blacklist"].sudo().flush_model()
        newest = SQL(
            """SELECT c.id, c.state FROM service_message_consent c
                WHERE c.purpose = %(purpose)s
                  AND (c.channel IS NULL OR c.channel = t.channel)
                  AND (c.company_id IS NULL OR c.company_id = %(company)s)""",
            purpose=purpose,
            company=company.id,
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.no, said.state,
                       CASE WHEN t.channel = 'mail' THEN EXISTS (
                            SELECT FROM mail_blacklist b
                             WHERE b.active AND b.email = t.address)
                       ELSE EXISTS (
                            SELECT FROM phone_blacklist b
                             WHERE b.active AND b.number = t.address)
                       END
                  FROM unnest(%(numbers)s, %(partners)s, %(channels)s, %(addresses)s)
                       AS t(no, partner, channel, address)
                  LEFT JOIN LATERAL (
                       (%(newest)s AND c.partner_id = t.partner
                         ORDER BY c.id DESC LIMIT 1)
                       UNION ALL
                       (%(newest)s AND c.address = t.address
                         ORDER BY c.id DESC LIMIT 1)
                       ORDER BY id DESC LIMIT 1) said ON TRUE
                """,
                newest=newest,
                numbers=list(range(len(targets))),
                partners=[partner_id or 0 for partner_id, _c, _a in targets],
                channels=[channel for _p, channel, _a in targets],
                addresses=[self._clean_target(*target[1:]) for target in targets],
            )
        )
        return {targets[no]: (state, black) for no, state, black in rows}

    @api.model
    def _clean_target(self, channel, address):
        """The address of a target as consents keep it; numbers come ready."""
        if channel == "mail":
            return email_normalize(address or "", strict=False) or ""
        return address or ""

    # -- being told

    @api.model
    def _say(self, state, purposes, channel, address, partner=None, **values):
        """Keep what a person said about messages by one channel.

        Refusing everything puts the address on Odoo's blacklist of the channel, so that
        other mailings respect it, too; agreeing to something takes it off.

        :param state: ``given`` or ``refused``
        :param purposes: of ``PURPOSES``
        :param partner: the contact, if it is known
        :param values: ``source``, ``note``, ``company_id``, ``notification_id``
        :return: the new rows (sudo)
        """
        # The person decides about the own address, whoever writes it down.
        rows = self.sudo().create(
            [
                {
                    **values,
                    "state": state,
                    "purpose": purpose,
                    "channel": channel,
                    "address": address,
                    "partner_id": partner.id if partner else False,
                }
                for purpose in purposes
            ]
        )
        rows._update_blacklist()
        return rows

    def _update_blacklist(self):
        """Odoo's blacklist of the channel follows a word about everything."""
        refused = {row.purpose for row in self if row.state == "refused"}
        row = self[:1]
        if row.state == "refused" and not refused.issuperset(PURPOSES):
            return
        # sudo: only whether there are several companies
        shared = self.env["res.company"].sudo().search_count([], limit=2) > 1
        if row.company_id and shared and row.state == "refused":
            return  # the blacklist counts for the other companies as well
        reason = self.env._("Said to Service CRM")
        if row.channel == "mail":
            blacklist = self.env["mail.blacklist"]
            known = blacklist.search([("email", "=", row.address)])
            value = row.address
        else:
            blacklist = self.env["phone.blacklist"]
            known = blacklist.search([("number", "=", row.address)])
            value = [row.address]
        if row.state == "refused":
            blacklist._add(value, message=reason)
        elif known:
            blacklist._remove(value, message=reason)
