"""Kinds of SMS gateways, one small file each."""

from .generic_http import HttpGateway
from .iap import IapGateway
from .sandbox import SandboxGateway
from .sms_ru import SmsRuGateway
from .smpp import SmppGateway
from .smsc_ru import SmscRuGateway
from .twilio import TwilioGateway
from .vonage import VonageGateway
