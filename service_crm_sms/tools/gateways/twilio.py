"""Twilio.

Messages: https://www.twilio.com/docs/messaging/api/message-resource
Status callback: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
Replies: https://www.twilio.com/docs/messaging/guides/webhook-request
Signature: https://www.twilio.com/docs/usage/webhooks/webhooks-security
Errors: https://www.twilio.com/docs/api/errors
"""

import base64
import hashlib
import hmac
from urllib.parse import parse_qs, urlencode, urlsplit

from .answers import read_price
from .base import (
    DELIVERED,
    FAILED,
    SENT,
    Answer,
    BadCallback,
    GatewayError,
    Inbound,
    NotSent,
    OutcomeUnknown,
    Report,
)
from .transport import WebGateway

URL = "https://api.twilio.com"
STATES = {
    "accepted": SENT,
    "scheduled": SENT,
    "queued": SENT,
    "sending": SENT,
    "sent": SENT,
    "delivered": DELIVERED,
    "read": DELIVERED,
    "undelivered": FAILED,
    "failed": FAILED,
    "canceled": FAILED,
}
REASONS = {
    20003: "account",
    20404: "account",
    21211: "bad_phone",
    21212: "account",
    21214: "bad_phone",
    21217: "bad_phone",
    21265: "bad_phone",
    21408: "country",
    21601: "account",
    21603: "account",
    21604: "no_phone",
    21606: "account",
    21608: "account",
    21610: "opted_out",
    21612: "country",
    21614: "bad_phone",
    21659: "account",
    21703: "account",
    30001: "server",
    30002: "account",
    30003: "undelivered",
    30004: "refused",
    30005: "bad_phone",
    30006: "bad_phone",
    30007: "refused",
    30008: "undelivered",
    63038: "account",
}
TEMPORARY = {20429, 20503, 30001}


class TwilioGateway(WebGateway):
    """One message per call; replies and reports by signed callback."""

    can_query = True
    has_callback = True
    has_check = True

    def query(self, messages):
        reports = []
        for message in messages:
            if not message.remote_id:
                continue
            reply = self._ask(f"Messages/{message.remote_id}.json")
            if reply.status != 404:
                reports.append(self._read_report(message.id, self._read(reply)))
        return reports

    def read_callback(self, callback):
        fields = parse_qs(callback.body.decode(), keep_blank_values=True)
        self._check_signature(callback, fields)
        form = {name: values[0] for name, values in fields.items()}
        sid = form.get("MessageSid") or form.get("SmsSid")
        if not sid:
            raise BadCallback("No number of the message")
        state = form.get("MessageStatus") or form.get("SmsStatus") or ""
        if state in ("received", "receiving"):
            return Answer(
                inbound=[
                    Inbound(
                        number=form.get("From", ""),
                        text=form.get("Body", ""),
                        remote_id=sid,
                        to=form.get("To", ""),
                    )
                ],
                body="<Response/>",
                content_type="text/xml",
            )
        if state not in STATES:
            raise BadCallback(f"Unknown state {state[:40]!r}")
        own = parse_qs(urlsplit(callback.url).query).get("id", [""])[0]
        answer = {
            "sid": sid,
            "status": state,
            "error_code": form.get("ErrorCode"),
            "error_message": form.get("ErrorMessage"),
        }
        return Answer(reports=[self._read_report(own, answer)])

    def check(self):
        reply = self._ask("Balance.json")
        if reply.status >= 400:
            raise GatewayError(reply.get_words(), "account")
        answer = self._read(reply)
        return f"{answer.get('balance', '')} {answer.get('currency', '')}".strip()

    def get_signature(self, url, fields):
        """What Twilio signs: the address and the sorted fields of the form.

        :param fields: lists of values by name
        """
        signed = url + "".join(
            name + value for name in sorted(fields) for value in sorted(fields[name])
        )
        digest = hmac.new(self.settings.secret.encode(), signed.encode(), hashlib.sha1)
        return base64.b64encode(digest.digest()).decode()

    def _check_signature(self, callback, fields):
        """Refuse whatever Twilio did not sign."""
        given = callback.headers.get("x-twilio-signature", "")
        expected = self.get_signature(callback.url, fields)
        if not self.settings.secret or not hmac.compare_digest(
            given.encode(), expected.encode()
        ):
            raise BadCallback("Wrong signature")

    def _send_one(self, message):
        sender = self.settings.sender
        values = {"To": message.number, "Body": message.text}
        if sender.startswith("MG"):
            values["MessagingServiceSid"] = sender
        else:
            values["From"] = sender
        if self.settings.callback_url:
            own = urlencode({"id": message.id})
            values["StatusCallback"] = f"{self.settings.callback_url}?{own}"
        reply = self.transport.send(
            "POST", self._get_url("Messages.json"), data=values, auth=self._auth
        )
        try:
            answer = reply.read_json()
        except ValueError as error:
            if reply.status >= 400:
                raise NotSent(reply.get_words()) from error
            raise OutcomeUnknown(reply.get_words()) from error
        if reply.status >= 400:
            return self._read_refusal(message, reply, answer)
        if not answer.get("sid"):
            raise OutcomeUnknown(reply.get_words())
        return self._read_report(message.id, answer)

    def _read_refusal(self, message, reply, answer):
        """An answer 4xx: the message was not taken."""
        code = read_code(answer.get("code"))
        reason = REASONS.get(code, "refused")
        if reason == "account":
            raise NotSent(reply.get_words(), "account")
        return Report(
            id=message.id,
            state=FAILED,
            reason=reason,
            error=f"{code}: {answer.get('message') or ''}"[:500],
            temporary=code in TEMPORARY,
        )

    def _read_report(self, own, answer):
        """What Twilio says of a message, asked, called back or just sent."""
        code = read_code(answer.get("error_code"))
        state = STATES.get(answer.get("status"), SENT)
        failed = state == FAILED
        error = f"{code}: {answer.get('error_message') or ''}" if code else ""
        # Charged prices are negative; they come some time after the message.
        segments = str(answer.get("num_segments") or "")
        return Report(
            id=own,
            remote_id=answer["sid"],
            state=state,
            reason=REASONS.get(code, "undelivered") if failed else "",
            error=error[:500] if failed else "",
            temporary=failed and code in TEMPORARY,
            segments=int(segments) if segments.isdecimal() else 0,
            price=read_price(answer.get("price")),
            currency=(answer.get("price_unit") or "").upper(),
        )

    def _ask(self, path):
        return self.transport.ask("GET", self._get_url(path), auth=self._auth)

    def _read(self, reply):
        """The answer to a question."""
        try:
            answer = reply.read_json()
        except ValueError as error:
            raise GatewayError(reply.get_words()) from error
        if reply.status >= 400:
            raise GatewayError(reply.get_words())
        return answer

    def _get_url(self, path):
        base = (self.settings.url or URL).rstrip("/")
        return f"{base}/2010-04-01/Accounts/{self.settings.account}/{path}"

    @property
    def _auth(self):
        return self.settings.account, self.settings.secret


def read_code(code):
    """A code of an error as a number; 0: none."""
    return int(code) if str(code or "").isdecimal() else 0
