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
        return {
            **super()._get_kinds(),
            "twilio": {
                "name": self.env._("Twilio"),
                "class": TwilioGateway,
                "account": self.env._("Account SID"),
                "secret": self.env._("Auth Token"),
                "sender": self.env._("a number of yours, or a messaging service: MG…"),
                "note": self.env._(
                    "Delivery reports come by themselves. For answers of customers "
                    "enter the address below at the number in Twilio: "
                    "Messaging, A message comes in, Webhook, HTTP POST."
                ),
            },
            "sms_ru": {
                "name": self.env._("SMS.ru"),
                "class": SmsRuGateway,
                "secret": self.env._("API Id"),
                "sender": self.env._("a name agreed with SMS.ru"),
                "note": self.env._(
                    "Enter the address below at SMS.ru: For programmers, API Callback. "
                    "Until then the reports are asked for from time to time."
                ),
                "options": [
                    {
                        "name": "test",
                        "kind": "boolean",
                        "label": self.env._("Test Mode"),
                        "help": self.env._(
                            "SMS.ru takes the messages but sends nothing."
                        ),
                    }
                ],
            },
            "smsc_ru": {
                "name": self.env._("SMSC.ru"),
                "class": SmscRuGateway,
                "account": self.env._("Login"),
                "secret": self.env._("Password or API Key"),
                "url": "https://smsc.ru",
                "sender": self.env._("a name agreed with SMSC"),
                "note": self.env._(
                    "With an API key leave the login empty. Enter the address below "
                    "at SMSC: Settings, Notifications, HTTP handler, with a word for "
                    "the signature. The same service elsewhere: https://smsc.kz"
                ),
                "options": [
                    {
                        "name": "callback_word",
                        "kind": "secret",
                        "label": self.env._("Word of the Signature"),
                        "help": self.env._(
                            "The one entered at SMSC for the HTTP handler."
                        ),
                    },
                    {
                        "name": "currency",
                        "kind": "char",
                        "label": self.env._("Currency of the Account"),
                        "placeholder": "RUB",
                    },
                ],
            },
            "vonage": {
                "name": self.env._("Vonage"),
                "class": VonageGateway,
                "account": self.env._("API Key"),
                "secret": self.env._("API Secret"),
                "sender": self.env._("a number of yours or a name"),
                "note": self.env._(
                    "Enter the address below at Vonage: API Settings, SMS, delivery "
                    "receipts and inbound SMS, and switch signed webhooks on there."
                ),
                "options": [
                    {
                        "name": "signature_secret",
                        "kind": "secret",
                        "label": self.env._("Signature Secret"),
                        "help": self.env._(
                            "From the API settings: reports are checked by it."
                        ),
                    },
                    {
                        "name": "signature_method",
                        "kind": "selection",
                        "label": self.env._("Signature Method"),
                        "choices": [
                            ["sha256", "SHA-256 HMAC"],
                            ["sha512", "SHA-512 HMAC"],
                            ["sha1", "SHA-1 HMAC"],
                            ["md5", "MD5 HMAC"],
                            ["md5hash", self.env._("MD5 hash")],
                        ],
                    },
                ],
            },
        }
