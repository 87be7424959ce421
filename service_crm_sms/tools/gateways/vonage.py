"""Vonage (formerly Nexmo), the SMS API.

Sending: https://developer.vonage.com/en/api/sms
Delivery receipts: https://developer.vonage.com/en/messaging/sms/guides/delivery-receipts
Replies: https://developer.vonage.com/en/messaging/sms/guides/inbound-sms
Signature: https://developer.vonage.com/en/getting-started/concepts/signing-messages
Status: https://developer.vonage.com/en/api/reports
"""

import hashlib
import hmac
import json
import time
from datetime import datetime
from urllib.parse import parse_qsl

from ..segments import GSM, count
from .answers import read_price
from .base import (
    DELIVERED,
    FAILED,
    SENT,
    UNKNOWN,
    Answer,
    BadCallback,
    GatewayError,
    Inbound,
    NotSent,
    OutcomeUnknown,
    Report,
)
from .transport import WebGateway

URL = "https://rest.nexmo.com"
REPORTS_URL = "https://api.nexmo.com"
FRESH = 10 * 60  # seconds after which a signed call is taken for a repeated one
STATES = {
    "accepted": SENT,
    "submitted": SENT,
    "buffered": SENT,
    "delivered": DELIVERED,
    "expired": FAILED,
    "failed": FAILED,
    "rejected": FAILED,
    "undeliverable": FAILED,
    "unknown": SENT,
}
THROTTLED, INTERNAL = "1", "5"
# Why a part was refused: the status of an answer.
REASONS = {
    "2": "refused",
    "3": "bad_phone",
    "4": "account",
    "6": "refused",
    "7": "bad_phone",
    "8": "account",
    "9": "account",
    "11": "account",
    "12": "refused",
    "14": "account",
    "15": "account",
    "22": "refused",
    "23": "refused",
    "29": "account",
    "33": "bad_phone",
}
# Why a part was not delivered: ``err-code`` of a receipt.
UNDELIVERED = {
    "2": "undelivered",
    "3": "bad_phone",
    "4": "opted_out",
    "5": "refused",
    "6": "undelivered",
    "9": "bad_phone",
    "12": "refused",
    "14": "refused",
    "15": "refused",
}
# Names of ``hashlib`` by the signature method chosen in the account.
METHODS = {
    "md5hash": None,
    "md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "sha512": "sha512",
}


class VonageGateway(WebGateway):
    """One message per call; receipts name our id; asked by theirs."""

    can_query = True
    has_callback = True
    has_check = True

    def query(self, messages):
        by_remote = {m.remote_id: m for m in messages if m.remote_id}
        if not by_remote:
            return []
        reply = self.transport.ask(
            "GET",
            f"{self._reports_url}/v2/reports/records",
            params={
                "account_id": self.settings.account,
                "product": "SMS",
                "direction": "outbound",
                "id": ",".join(by_remote),
            },
            auth=(self.settings.account, self.settings.secret),
        )
        records = self._read(reply).get("records")
        reports = []
        for record in records if isinstance(records, list) else []:
            message = by_remote.get(record.get("message_id"))
            state = STATES.get(record.get("status"))
            if message and state:
                failed = state == FAILED
                code = str(record.get("error_code") or "")
                words = f"{code}: {record.get('error_code_description') or ''}"
                reports.append(
                    Report(
                        id=message.id,
                        remote_id=message.remote_id,
                        state=state,
                        reason=UNDELIVERED.get(code, "undelivered") if failed else "",
                        error=words if failed else "",
                        price=read_price(record.get("total_price")),
                        currency=record.get("currency") or "",
                    )
                )
        return reports

    def read_callback(self, callback):
        values = self._read_values(callback)
        self._check_signature(values)
        remote_id = values.get("messageId") or ""
        if "text" in values:
            inbound = Inbound(
                number=f"+{values.get('msisdn', '').lstrip('+')}",
                text=values["text"],
                remote_id=remote_id,
                to=values.get("to", ""),
            )
            return Answer(inbound=[inbound])
        state = STATES.get(values.get("status"))
        if not state or not remote_id:
            raise BadCallback("No state or no number of the message")
        failed = state == FAILED
        code = values.get("err-code", "")
        report = Report(
            id=values.get("client-ref", ""),
            remote_id=remote_id,
            state=state,
            reason=UNDELIVERED.get(code, "undelivered") if failed else "",
            error=f"{values['status']} {code}" if failed else "",
            at=read_time(values.get("message-timestamp")),
        )
        return Answer(reports=[report])

    def check(self):
        reply = self.transport.ask(
            "GET",
            f"{self._url}/account/get-balance",
            params={
                "api_key": self.settings.account,
                "api_secret": self.settings.secret,
            },
        )
        value = self._read(reply).get("value")
        return f"{value} EUR" if value is not None else ""

    def get_signature(self, values):
        """What Vonage signs: all values but the signature and empty ones, by name."""
        method = METHODS.get(self.settings.options.get("signature_method") or "sha256")
        secret = self.settings.options.get("signature_secret") or ""
        signed = "".join(
            f"&{_clean(name)}={_clean(values[name])}"
            for name in sorted(values)
            if name != "sig" and values[name].strip()
        )
        if method is None:
            return hashlib.md5((signed + secret).encode()).hexdigest()
        return hmac.new(secret.encode(), signed.encode(), method).hexdigest()

    def _check_signature(self, values):
        """Refuse what is not signed with the secret of the account, or is old."""
        given = values.get("sig", "").lower()
        if not self.settings.options.get("signature_secret") or not hmac.compare_digest(
            given.encode(), self.get_signature(values).encode()
        ):
            raise BadCallback("Wrong signature")
        stamp = values.get("timestamp", "")
        if not stamp.isdecimal() or abs(time.time() - int(stamp)) > FRESH:
            raise BadCallback("Too old, perhaps repeated by somebody")

    def _read_values(self, callback):
        """Fields of the address, of a form or of JSON, as text."""
        try:
            text = callback.body.decode()
            if "json" in callback.headers.get("content-type", ""):
                said = json.loads(text)
                if not isinstance(said, dict):
                    raise BadCallback("Not an object")
                return {name: str(value) for name, value in said.items()}
        except ValueError as error:
            raise BadCallback("Not JSON") from error
        return callback.values | dict(parse_qsl(text, keep_blank_values=True))

    def _send_one(self, message):
        values = {
            "api_key": self.settings.account,
            "api_secret": self.settings.secret,
            "from": self.settings.sender,
            "to": message.number.lstrip("+"),
            "text": message.text,
            "client-ref": message.id,
        }
        if count(message.text).encoding != GSM:
            values["type"] = "unicode"
        if self.settings.callback_url:
            values |= {"status-report-req": "1", "callback": self.settings.callback_url}
        reply = self.transport.send("POST", f"{self._url}/sms/json", data=values)
        try:
            parts = reply.read_json()["messages"]
            return self._read_sent(message, parts)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise OutcomeUnknown(reply.get_words()) from error

    def _read_sent(self, message, parts):
        """One report of all the parts of a long message."""
        taken = [part for part in parts if part["status"] == "0"]
        refused = [part for part in parts if part["status"] != "0"]
        if refused:
            code = refused[0]["status"]
            words = f"{code}: {refused[0].get('error-text') or ''}"[:500]
            if taken:
                # A piece went out: again would be twice.
                return Report(
                    id=message.id,
                    remote_id=taken[0]["message-id"],
                    state=UNKNOWN,
                    reason="server",
                    error=words,
                )
            if code == THROTTLED:
                raise NotSent(words, retry_after=1)
            if code == INTERNAL:
                raise OutcomeUnknown(words)
            reason = REASONS.get(code, "refused")
            if reason == "account":
                raise NotSent(words, reason)
            return Report(id=message.id, state=FAILED, reason=reason, error=words)
        prices = [read_price(part.get("message-price")) for part in taken]
        return Report(
            id=message.id,
            remote_id=taken[-1]["message-id"],
            state=SENT,
            segments=len(taken),
            price=None if None in prices else sum(prices),
            currency="EUR",
        )

    def _read(self, reply):
        """The answer to a question."""
        try:
            answer = reply.read_json()
        except ValueError as error:
            raise GatewayError(reply.get_words()) from error
        if reply.status >= 400:
            raise GatewayError(reply.get_words(), "account")
        return answer

    @property
    def _url(self):
        return (self.settings.url or URL).rstrip("/")

    @property
    def _reports_url(self):
        return (self.settings.url or REPORTS_URL).rstrip("/")


def read_time(text):
    """``2026-11-22 13:20:05`` in UTC; None: none."""
    try:
        return datetime.strptime(text or "", "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None


def _clean(text):
    return text.replace("&", "_").replace("=", "_")
