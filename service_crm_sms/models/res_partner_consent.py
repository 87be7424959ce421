from odoo import api, fields, models

ROLES = (
    "service_crm.group_service_operator,service_crm.group_service_manager,"
    "service_crm.group_service_dispatcher"
)
YES_NO = [("given", "Yes"), ("refused", "No")]
# Field of the contact → what it is about and by which channel.
FIELDS = {
    "service_mail_consent": ("service", "mail"),
    "service_sms_consent": ("service", "sms"),
    "advertising_mail_consent": ("advertising", "mail"),
    "advertising_sms_consent": ("advertising", "sms"),
}


class ResPartner(models.Model):
    """Contact: which messages the person wants."""

    _inherit = "res.partner"

    service_mail_consent = fields.Selection(
        YES_NO,
        "E-mails About the Service",
        compute="_compute_message_consents",
        inverse="_inverse_service_mail_consent",
        groups=ROLES,
        help="Visits, orders and requests. Yes, until the person refuses.",
    )
    service_sms_consent = fields.Selection(
        YES_NO,
        "SMS About the Service",
        compute="_compute_message_consents",
        inverse="_inverse_service_sms_consent",
        groups=ROLES,
    )
    advertising_mail_consent = fields.Selection(
        YES_NO,
        "Advertising by E-mail",
        compute="_compute_message_consents",
        inverse="_inverse_advertising_mail_consent",
        groups=ROLES,
        help="News and offers: only to who agreed.",
    )
    advertising_sms_consent = fields.Selection(
        YES_NO,
        "Advertising by SMS",
        compute="_compute_message_consents",
        inverse="_inverse_advertising_sms_consent",
        groups=ROLES,
    )
    message_consent_ids = fields.One2many(
        "service.message.consent", "partner_id", "Consents", groups=ROLES
    )

    @api.depends("email", "phone", "message_consent_ids.state")
    @api.depends_context("company")
    def _compute_message_consents(self):
        consents = self.env["service.message.consent"]
        targets = {
            channel: {partner: partner._get_consent_target(channel) for partner in self}
            for channel in ("mail", "sms")
        }
        every = [target for found in targets.values() for target in found.values()]
        said = {
            purpose: consents._get_said(purpose, every, self.env.company)
            for purpose in ("service", "advertising")
        }
        for name, (purpose, channel) in FIELDS.items():
            for partner in self:
                state = said[purpose][targets[channel][partner]][0]
                partner[name] = state or (purpose == "service" and "given")

    def _inverse_service_mail_consent(self):
        self._say_by_hand("service_mail_consent")

    def _inverse_service_sms_consent(self):
        self._say_by_hand("service_sms_consent")

    def _inverse_advertising_mail_consent(self):
        self._say_by_hand("advertising_mail_consent")

    def _inverse_advertising_sms_consent(self):
        self._say_by_hand("advertising_sms_consent")

    def action_open_message_consents(self):
        """What the person said about messages, the newest first."""
        self.ensure_one()
        self.env["service.message.consent"].check_access("read")
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm_sms.action_service_message_consent"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def _get_consent_target(self, channel):
        """The contact and its present address, as consents are asked for."""
        self.ensure_one()
        address = self.email if channel == "mail" else self._get_sms_number()
        return self.id or self._origin.id or 0, channel, address or ""

    def _get_sms_number(self):
        """The number in international form, or nothing."""
        self.ensure_one()
        country = self.country_id or self.env.company.country_id
        return self._phone_format(number=self.phone, country=country) or ""

    def _say_by_hand(self, name):
        """Keep what was entered on the form, where it says something new."""
        purpose, channel = FIELDS[name]
        consents = self.env["service.message.consent"]
        targets = {partner: partner._get_consent_target(channel) for partner in self}
        said = consents._get_said(purpose, list(targets.values()), self.env.company)
        unsaid = purpose == "service" and "given"
        consents.create(
            [
                {
                    "partner_id": partner.id,
                    "channel": channel,
                    "purpose": purpose,
                    "state": partner[name],
                    "address": target[2] or False,
                    "note": self.env._("Entered on the contact"),
                    "company_id": self.env.company.id,
                }
                for partner, target in targets.items()
                if partner[name] and partner[name] != (said[target][0] or unsaid)
            ]
        )
