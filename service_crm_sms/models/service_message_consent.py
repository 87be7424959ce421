from odoo import api, fields, models


class ServiceMessageConsent(models.Model):
    """What a person agreed to be told, or no longer wants to hear. The newest row of a
    person, purpose and channel counts; older ones stay as the proof."""

    _name = "service.message.consent"
    _description = "Consent to messages"
    _order = "id desc"

    partner_id = fields.Many2one(
        "res.partner", "Contact", ondelete="cascade", index=True
    )
    address = fields.Char(
        required=True,
        index=True,
        help="E-mail address or phone number (E.164) the person spoke of.",
    )
    channel = fields.Selection(
        [("mail", "E-mail"), ("sms", "SMS")], help="Empty: by any channel."
    )
    purpose = fields.Selection(
        [("service", "About the service"), ("advertising", "Advertising")],
        required=True,
    )
    state = fields.Selection(
        [("given", "Agreed"), ("refused", "Refused")], required=True
    )
    source = fields.Selection(
        [
            ("hand", "Entered by hand"),
            ("link", "Link in a message"),
            ("sms", "Answer by SMS"),
            ("form", "Form on the site"),
            ("import", "Imported"),
        ],
        required=True,
        default="hand",
    )
    note = fields.Char(help="Where and how the person said so.")
    company_id = fields.Many2one("res.company", index=True)

    @api.model
    def _get_refused(self, purpose, targets):
        """Who must not get a message of this purpose.

        One query for all. Service messages go to whoever did not refuse them,
        advertising only to who agreed.

        :param purpose: ``service`` or ``advertising``
        :param targets: list of ``(partner id or 0, channel, address)``
        :return: ``{target: reason}`` with keys of ``service.notification.reason``
            (``opted_out``, ``no_consent``, ``blacklisted``) of those refused
        """
        return {}
