"""Kinds of SMS gateways, one small file each."""

from .generic_http import HttpGateway
from .sandbox import SandboxGateway
from .sms_ru import SmsRuGateway
from .twilio import TwilioGateway
