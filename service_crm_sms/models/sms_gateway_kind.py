from odoo import api, models

from ..tools.gateways import (
    HttpGateway,
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
            "twilio": {"name": self.env._("Twilio"), "class": TwilioGateway},
            "sms_ru": {"name": self.env._("SMS.ru"), "class": SmsRuGateway},
            "smsc_ru": {"name": self.env._("SMSC.ru"), "class": SmscRuGateway},
            "vonage": {"name": self.env._("Vonage"), "class": VonageGateway},
            "http": {"name": self.env._("Other (HTTP)"), "class": HttpGateway},
        }
