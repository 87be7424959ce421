"""SMS.ru.

Sending: https://sms.ru/api/send
Status: https://sms.ru/api/status
Balance: https://sms.ru/api/balance
Callback: https://sms.ru/api/callback
"""

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from .answers import read_price
from .base import (
    DELIVERED,
    FAILED,
    SENT,
    UNKNOWN,
    Answer,
    BadCallback,
    GatewayError,
    NotSent,
    OutcomeUnknown,
    Report,
)
from .transport import WebGateway

URL = "https://sms.ru"
OK = 100
# What became of a message: https://sms.ru/api/status
STATES = {
    100: (SENT, ""),
    101: (SENT, ""),
    102: (SENT, ""),
    103: (DELIVERED, ""),
    104: (FAILED, "undelivered"),
    105: (FAILED, "refused"),
    106: (FAILED, "undelivered"),
    107: (FAILED, "undelivered"),
    108: (FAILED, "refused"),
    110: (DELIVERED, ""),
    150: (FAILED, "country"),
}
# Why a message or a whole call was refused: https://sms.ru/api/send
REASONS = {
    200: "account",
    201: "account",
    202: "bad_phone",
    204: "account",
    206: "account",
    207: "country",
    209: "opted_out",
    214: "country",
    215: "opted_out",
    217: "account",
    220: "server",
    300: "account",
    301: "account",
    302: "account",
    303: "account",
    500: "server",
    501: "account",
}
TEMPORARY = {201, 206, 220, 500}


class SmsRuGateway(WebGateway):
    """Up to 100 messages per call, each with its own text; takes no id of ours."""

    batch_size = 100
    can_query = True
    has_callback = True
    has_check = True

    def send(self, messages):
        reports = []
        for part in split_by_number(messages):
            try:
                reports += self._send_part(part)
            except (NotSent, OutcomeUnknown) as error:
                if not reports:
                    raise
                # Some went out before: the rest is told message by message.
                state = FAILED if isinstance(error, NotSent) else UNKNOWN
                reports += [
                    Report(
                        id=message.id,
                        state=state,
                        reason=error.reason,
                        error=str(error),
                        temporary=state == FAILED,
                    )
                    for message in part
                ]
        return reports

    def query(self, messages):
        by_remote = {m.remote_id: m for m in messages if m.remote_id}
        if not by_remote:
            return []
        answer = self._ask("sms/status", sms_id=",".join(by_remote))
        reports = []
        for remote_id, said in (answer.get("sms") or {}).items():
            message = by_remote.get(remote_id)
            state = STATES.get(said.get("status_code"))
            if message and state:
                reports.append(
                    Report(
                        id=message.id,
                        remote_id=remote_id,
                        state=state[0],
                        reason=state[1],
                        error=said.get("status_text", "") if state[1] else "",
                        price=read_price(said.get("cost")),
                        currency="RUB",
                    )
                )
        return reports

    def read_callback(self, callback):
        try:
            form = parse_qsl(callback.body.decode(), keep_blank_values=True)
        except UnicodeDecodeError as error:
            raise BadCallback("Not a form") from error
        entries = [value for name, value in form if name.startswith("data[")]
        given = dict(form).get("hash", "")
        signed = self.settings.secret + "".join(entries)
        expected = hashlib.sha256(signed.encode()).hexdigest()
        if not self.settings.secret or not hmac.compare_digest(
            given.encode(), expected.encode()
        ):
            raise BadCallback("Wrong signature")
        return Answer(
            reports=[r for r in map(self._read_entry, entries) if r], body="100"
        )

    def check(self):
        return f"{self._ask('my/balance').get('balance', '')} RUB"

    def _send_part(self, messages):
        """One call; every number in it is there once."""
        values = {f"to[{m.number.lstrip('+')}]": m.text for m in messages}
        values |= {"api_id": self.settings.secret, "json": "1"}
        if self.settings.sender:
            values["from"] = self.settings.sender
        if self.settings.options.get("test"):
            values["test"] = "1"
        reply = self.transport.send("POST", self._get_url("sms/send"), data=values)
        try:
            answer = reply.read_json()
        except ValueError as error:
            raise OutcomeUnknown(reply.get_words()) from error
        if answer.get("status") != "OK":
            code = answer.get("status_code")
            raise NotSent(get_words(answer), REASONS.get(code, "refused"))
        said = answer.get("sms")
        if not isinstance(said, dict):
            raise OutcomeUnknown(reply.get_words())
        return [self._read_sent(m, said.get(m.number.lstrip("+"))) for m in messages]

    def _read_sent(self, message, said):
        """What the answer says of one message."""
        if not said:
            words = "The answer does not name this number"
            return Report(id=message.id, state=UNKNOWN, reason="server", error=words)
        if said.get("status") == "OK":
            return Report(
                id=message.id,
                remote_id=said.get("sms_id") or "",
                state=SENT,
                price=read_price(said.get("cost")),
                currency="RUB",
            )
        code = said.get("status_code")
        return Report(
            id=message.id,
            state=FAILED,
            reason=REASONS.get(code, "refused"),
            error=get_words(said),
            temporary=code in TEMPORARY,
        )

    def _read_entry(self, entry):
        """One event of a callback; None for events of other kinds."""
        lines = entry.split("\n")
        if lines[0] != "sms_status" or len(lines) < 3:
            return None
        code = int(lines[2]) if lines[2].lstrip("-").isdecimal() else 0
        if code not in STATES:
            return None
        state, reason = STATES[code]
        when = lines[3] if len(lines) > 3 else ""
        return Report(
            remote_id=lines[1],
            state=state,
            reason=reason,
            error=str(code) if reason else "",
            at=datetime.fromtimestamp(int(when), UTC).replace(tzinfo=None)
            if when.isdecimal()
            else None,
        )

    def _ask(self, path, **values):
        values |= {"api_id": self.settings.secret, "json": "1"}
        reply = self.transport.ask("POST", self._get_url(path), data=values)
        try:
            answer = reply.read_json()
        except ValueError as error:
            raise GatewayError(reply.get_words()) from error
        if answer.get("status") != "OK":
            code = answer.get("status_code")
            raise GatewayError(get_words(answer), REASONS.get(code, "server"))
        return answer

    def _get_url(self, path):
        return f"{(self.settings.url or URL).rstrip('/')}/{path}"


def split_by_number(messages):
    """Parts in which every number is there once, in order."""
    parts = []
    for message in messages:
        for part in parts:
            if message.number not in part:
                part[message.number] = message
                break
        else:
            parts.append({message.number: message})
    return [list(part.values()) for part in parts]


def get_words(answer):
    """Code and text of an error."""
    return f"{answer.get('status_code')}: {answer.get('status_text') or ''}"[:500]
