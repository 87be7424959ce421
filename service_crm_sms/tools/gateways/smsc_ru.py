"""SMSC.ru (also smsc.kz, smsc.ua: another address, the same service).

Sending: https://smsc.ru/api/http/send/sms/
Status: https://smsc.ru/api/http/status_messages/check_status/
Balance: https://smsc.ru/api/http/balance/
Callback: https://smsc.ru/api/http/miscellaneous/callback/
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl

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

URL = "https://smsc.ru"
NOT_FOUND = -3
# What became of a message: the page on its status.
STATES = {
    -2: (FAILED, "refused"),
    -1: (SENT, ""),
    0: (SENT, ""),
    1: (DELIVERED, ""),
    2: (DELIVERED, ""),
    3: (FAILED, "undelivered"),
    4: (DELIVERED, ""),
    20: (FAILED, "undelivered"),
    22: (FAILED, "bad_phone"),
    23: (FAILED, "refused"),
    24: (FAILED, "account"),
    25: (FAILED, "undelivered"),
}
# Why a call was refused: the page on sending. The others are the message's own.
ACCOUNT = {2: "account", 3: "account", 4: "account", 9: "server"}
MESSAGE = {1: "refused", 5: "refused", 6: "refused", 7: "bad_phone", 8: "country"}


class SmscRuGateway(WebGateway):
    """One message per call, by our own id, so that a lost one can be asked for."""

    can_query = True
    can_query_own = True
    has_callback = True
    has_check = True

    def query(self, messages):
        answers = self._ask(
            "status",
            id=",".join(message.id for message in messages),
            phone=",".join(message.number for message in messages),
            all="1",
        )
        if isinstance(answers, dict):
            if answers.get("error_code") not in (None, 3):
                raise GatewayError(get_words(answers), read_reason(answers))
            answers = [{"id": messages[0].id, **answers}]
        by_own = {str(answer.get("id")): answer for answer in answers}
        return [
            report
            for message in messages
            if (report := self._read_status(message, by_own.get(message.id)))
        ]

    def read_callback(self, callback):
        try:
            form = dict(parse_qsl(callback.body.decode(), keep_blank_values=True))
        except UnicodeDecodeError as error:
            raise BadCallback("Not a form") from error
        form = callback.values | form
        if "mes" in form:
            self._check_signature(form, form.get("phone"), form["mes"], form.get("to"))
            inbound = Inbound(
                number=f"+{form.get('phone', '').lstrip('+')}",
                text=form["mes"],
                remote_id=form.get("id", ""),
                to=form.get("to", ""),
            )
            return Answer(inbound=[inbound])
        own, code = form.get("id", ""), form.get("status", "")
        self._check_signature(form, own, form.get("phone"), code)
        state = STATES.get(int(code)) if code.lstrip("-").isdecimal() else None
        if not state:
            return Answer()
        report = Report(
            id=own,
            remote_id=own,
            state=state[0],
            reason=state[1],
            error=f"{code}/{form.get('err', '')}" if state[1] else "",
            price=read_price(form.get("cost")),
            segments=read_count(form.get("cnt")),
            at=read_time(form.get("ts")),
        )
        return Answer(reports=[report])

    def check(self):
        answer = self._ask("balance", cur="1")
        if not isinstance(answer, dict) or "balance" not in answer:
            words = get_words(answer) if isinstance(answer, dict) else "No balance"
            raise GatewayError(words, read_reason(answer))
        return f"{answer['balance']} {answer.get('currency') or ''}".strip()

    def _send_one(self, message):
        values = {
            "phones": message.number,
            "mes": message.text,
            "id": message.id,
            "charset": "utf-8",
            "cost": "3",
        }
        if self.settings.sender:
            values["sender"] = self.settings.sender
        reply = self.transport.send(
            "POST", self._get_url("send"), data=values | self._get_login()
        )
        try:
            answer = reply.read_json()
        except ValueError as error:
            raise OutcomeUnknown(reply.get_words()) from error
        code = answer.get("error_code")
        if code in MESSAGE:
            return Report(
                id=message.id,
                state=FAILED,
                reason=MESSAGE[code],
                error=get_words(answer),
            )
        if code:
            raise NotSent(get_words(answer), ACCOUNT.get(code, "refused"))
        if not answer.get("id"):
            raise OutcomeUnknown(reply.get_words())
        return Report(
            id=message.id,
            remote_id=str(answer["id"]),
            state=SENT,
            segments=read_count(answer.get("cnt")),
            price=read_price(answer.get("cost")),
            currency=self.settings.options.get("currency") or "RUB",
        )

    def _read_status(self, message, answer):
        """The report of one message; None: nothing to tell."""
        if answer is None:
            return None
        code = answer.get("status")
        if code == NOT_FOUND or answer.get("error_code") == 3:
            # Asked by our own id: it never came there.
            return Report(
                id=message.id,
                state=FAILED,
                reason="interrupted",
                error="The gateway does not know the message",
                temporary=True,
            )
        state = STATES.get(code)
        if not state:
            return None
        return Report(
            id=message.id,
            remote_id=message.id,
            state=state[0],
            reason=state[1],
            error=f"{code}: {answer.get('status_name') or ''}" if state[1] else "",
            price=read_price(answer.get("cost")),
            currency=self.settings.options.get("currency") or "RUB",
            at=read_time(answer.get("last_timestamp")),
        )

    def _check_signature(self, form, *signed):
        """Refuse what is not signed with the word agreed in the account."""
        word = self.settings.options.get("callback_word") or ""
        text = ":".join([*(part or "" for part in signed), word]).encode()
        expected = hashlib.sha1(text).hexdigest()
        given = form.get("sha1", "")
        if not given:  # older accounts send this one only
            given, expected = form.get("md5", ""), hashlib.md5(text).hexdigest()
        if not word or not hmac.compare_digest(given.encode(), expected.encode()):
            raise BadCallback("Wrong signature")

    def _ask(self, path, **values):
        reply = self.transport.ask(
            "POST", self._get_url(path), data=values | self._get_login()
        )
        try:
            answer = json.loads(reply.text)
        except ValueError as error:
            raise GatewayError(reply.get_words()) from error
        if not isinstance(answer, dict | list):
            raise GatewayError(reply.get_words())
        return answer

    def _get_login(self):
        """Who calls: login and password, or a key of the account alone."""
        if not self.settings.account:
            return {"apikey": self.settings.secret, "fmt": "3"}
        return {"login": self.settings.account, "psw": self.settings.secret, "fmt": "3"}

    def _get_url(self, path):
        return f"{(self.settings.url or URL).rstrip('/')}/sys/{path}.php"


def get_words(answer):
    """Code and text of an error."""
    return f"{answer.get('error_code')}: {answer.get('error') or ''}"[:500]


def read_reason(answer):
    """Reason of a question that was refused."""
    code = answer.get("error_code") if isinstance(answer, dict) else None
    return ACCOUNT.get(code, "server")


def read_count(text):
    """Parts of a message; 0: not told."""
    return int(text) if str(text or "").isdecimal() else 0


def read_time(stamp):
    """A Unix time as UTC without zone; None: none."""
    if not str(stamp or "").isdecimal() or not int(stamp):
        return None
    return datetime.fromtimestamp(int(stamp), UTC).replace(tzinfo=None)
