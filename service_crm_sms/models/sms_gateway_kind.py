from odoo import api, models

from ..tools.gateways import (
    SmscRuGateway,
    SmsRuGateway,
    TwilioGateway,
    VonageGateway,
)


class SmsGateway(models.Model):
    """The kinds of gateways that come with the addon."""

    _inherit = "sms.gateway"

    @api.model
    def _get_kinds(self):
        _ = self.env._
        return {
            **super()._get_kinds(),
            "twilio": {
                "name": _("Twilio"),
                "class": TwilioGateway,
                "account": _("Account SID"),
                "secret": _("Auth Token"),
                "sender": _("a number of yours, or a messaging service: MG…"),
                "note": _(
                    "Delivery reports come by themselves. For answers of customers "
                    "enter the address below at the number in Twilio: "
                    "Messaging, A message comes in, Webhook, HTTP POST."
                ),
            },
            "sms_ru": {
                "name": _("SMS.ru"),
                "class": SmsRuGateway,
                "secret": _("API Id"),
                "sender": _("a name agreed with SMS.ru"),
                "note": _(
                    "Enter the address below at SMS.ru: For programmers, API Callback. "
                    "Until then the reports are asked for from time to time."
                ),
                "options": [
                    {
                        "name": "test",
                        "kind": "boolean",
                        "label": _("Test Mode"),
                        "help": _("SMS.ru takes the messages but sends nothing."),
                    }
                ],
            },
            "smsc_ru": {
                "name": _("SMSC.ru"),
                "class": SmscRuGateway,
                "account": _("Login"),
                "secret": _("Password or API Key"),
                "url": "https://smsc.ru",
                "sender": _("a name agreed with SMSC"),
                "note": _(
                    "With an API key leave the login empty. Enter the address below "
                    "at SMSC: Settings, Notifications, HTTP handler, with a word for "
                    "the signature. The same service elsewhere: https://smsc.kz"
                ),
                "options": [
                    {
                        "name": "callback_word",
                        "kind": "secret",
                        "label": _("Word of the Signature"),
                        "help": _("The one entered at SMSC for the HTTP handler."),
                    },
                    {
                        "name": "currency",
                        "kind": "char",
                        "label": _("Currency of the Account"),
                        "placeholder": "RUB",
                    },
                ],
            },
            "vonage": {
                "name": _("Vonage"),
                "class": VonageGateway,
                "account": _("API Key"),
                "secret": _("API Secret"),
                "sender": _("a number of yours or a name"),
                "note": _(
                    "Enter the address below at Vonage: API Settings, SMS, delivery "
                    "receipts and inbound SMS, and switch signed webhooks on there."
                ),
                "options": [
                    {
                        "name": "signature_secret",
                        "kind": "secret",
                        "label": _("Signature Secret"),
                        "help": _("From the API settings: reports are checked by it."),
                    },
                    {
                        "name": "signature_method",
                        "kind": "selection",
                        "label": _("Signature Method"),
                        "choices": [
                            ["sha256", "SHA-256 HMAC"],
                            ["sha512", "SHA-512 HMAC"],
                            ["sha1", "SHA-1 HMAC"],
                            ["md5", "MD5 HMAC"],
                            ["md5hash", _("MD5 hash")],
                        ],
                    },
                ],
            },
        }
