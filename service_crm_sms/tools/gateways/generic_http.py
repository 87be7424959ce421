"""Any service with an HTTP address, described on the form instead of in code.

Placeholders in address, headers and body: ``{number}`` (+79161234567), ``{digits}``
(79161234567), ``{text}``, ``{id}`` (ours), ``{remote_id}`` (theirs), ``{sender}``,
``{account}``, ``{secret}``, ``{callback}``. They are escaped as their place needs it.
"""

import base64
import hashlib
import hmac
import json
import re
from urllib.parse import parse_qsl, quote
from xml.sax.saxutils import escape

from .answers import get_value, read_answer, read_pairs, read_price, read_states
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

PLACEHOLDER = re.compile(
    r"\{(number|digits|text|id|remote_id|sender|account|secret|callback)\}"
)
TYPES = {
    "form": "application/x-www-form-urlencoded",
    "json": "application/json",
    "xml": "application/xml",
    "text": "text/plain; charset=utf-8",
}


class HttpGateway(WebGateway):
    """One message per call, as the options describe it."""

    def __init__(self, settings):
        super().__init__(settings)
        options = settings.options
        self.takes_id = bool(options.get("takes_id"))
        question = options.get("status_url") or ""
        self.can_query = bool(question)
        self.can_query_own = "{id}" in question
        self.has_check = bool(options.get("balance_url"))
        self.has_callback = bool(
            options.get("callback_state") or options.get("inbound_number")
        )

    def query(self, messages):
        reports = []
        for message in messages:
            if not (message.remote_id or self.can_query_own):
                continue
            url = self._fill_url(self._get("status_url"), message)
            try:
                reply = self.transport.ask(
                    "GET", url, headers=self._get_headers(message)
                )
            except ValueError as error:
                raise GatewayError(f"Wrong settings: {error}") from error
            if reply.status >= 400:
                continue
            answer = read_answer(reply.text)
            state = self._find_state(get_value(answer, self._get("status_path")))
            if state:
                reports.append(self._build_report(message, answer, state))
        return reports

    def read_callback(self, callback):
        body = self._read_body(callback)
        self._check_signature(callback, body)
        number = get_value(body, self._get("inbound_number"))
        if number:
            inbound = Inbound(
                number=number if number.startswith("+") else f"+{number}",
                text=get_value(body, self._get("inbound_text")),
                remote_id=get_value(body, self._get("callback_id")),
            )
            return Answer(inbound=[inbound], body=self._get("callback_answer"))
        own = get_value(body, self._get("callback_own_id"))
        remote_id = get_value(body, self._get("callback_id"))
        said = get_value(body, self._get("callback_state"))
        if not said or not (own or remote_id):
            raise BadCallback("No state or no number of the message")
        state, reason = self._find_state(said) or (None, "")
        reports = []
        if state:
            reports.append(
                Report(
                    id=own,
                    remote_id=remote_id,
                    state=FAILED if state == "temporary" else state,
                    reason=reason,
                    error=said if state in (FAILED, "temporary") else "",
                    temporary=state == "temporary",
                )
            )
        return Answer(reports=reports, body=self._get("callback_answer"))

    def validate(self):
        checks = [("states", read_states), ("headers", lambda t: read_pairs(t, ":"))]
        kind = self._get("body_format") or "form"
        if kind == "form":
            checks.append(("body", lambda text: read_pairs(text, "=")))
        elif kind == "json":
            checks.append(("body", lambda text: json.loads(text or "{}")))
        for name, check in checks:
            try:
                check(self._get(name))
            except ValueError as error:
                raise ValueError(name, str(error)) from error

    def check(self):
        url = self._get("balance_url")
        if not url:
            return ""
        reply = self.transport.ask(
            "GET", self._fill_url(url), headers=self._get_headers()
        )
        if reply.status >= 400:
            raise GatewayError(reply.get_words(), "account")
        answer = read_answer(reply.text)
        return get_value(answer, self._get("balance_path")) or reply.text.strip()[:100]

    def _send_one(self, message):
        method = self._get("method") or "POST"
        try:
            request = self._prepare_request(message)
            if method == "GET":
                request.pop("data", None)
            url = self._fill_url(self.settings.url, message)
        except ValueError as error:
            raise NotSent(f"Wrong settings: {error}") from error
        reply = self.transport.send(method, url, **request)
        answer = read_answer(reply.text)
        states = read_states(self._get("states"))
        said = get_value(answer, self._get("state_path"))
        words = get_value(answer, self._get("error_path")) or reply.get_words()
        state = states.get(said.lower())
        if reply.status >= 400 and not state:
            return Report(
                id=message.id, state=FAILED, reason="refused", error=words[:500]
            )
        if not state and self._get("state_path"):
            if not said:
                raise OutcomeUnknown(words)
            # A word nobody explained: it was taken, but nobody knows what became of it.
            raise OutcomeUnknown(f"{said}: {words}"[:500])
        state = state or (SENT, "")
        return self._build_report(message, answer, state, words)

    def _build_report(self, message, answer, state, words=""):
        """The report of a message whose state was found in an answer."""
        state, reason = state
        temporary = state == "temporary"
        failed = temporary or state == FAILED
        segments = get_value(answer, self._get("segments_path"))
        return Report(
            id=message.id,
            remote_id=get_value(answer, self._get("id_path")) or message.remote_id,
            state=FAILED if failed else state,
            reason=(reason or "refused") if failed else "",
            error=words[:500] if failed else "",
            temporary=temporary,
            segments=int(segments) if segments.isdecimal() else 0,
            price=read_price(get_value(answer, self._get("price_path"))),
            currency=self._get("currency"),
        )

    def _find_state(self, said):
        """``(state, reason)`` of a word of the service; None: nobody explained it."""
        states = read_states(self._get("states"))
        state = states.get(said.lower()) if said else None
        if state:
            return state
        return (said.lower(), "") if said.lower() in (SENT, DELIVERED, FAILED) else None

    def _prepare_request(self, message):
        """Headers and body of the call that sends."""
        kind = self._get("body_format") or "form"
        headers = self._get_headers(message)
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = TYPES[kind]
        body = self._get("body")
        if kind == "form":
            data = "&".join(
                f"{quote(name)}={self._fill(value, message, quote_all)}"
                for name, value in read_pairs(body, "=")
            )
        elif kind == "json":
            data = json.dumps(self._fill_json(json.loads(body or "{}"), message))
        elif kind == "xml":
            data = self._fill(body, message, escape)
        else:
            data = self._fill(body, message, str)
        return {"headers": headers, "data": data.encode()}

    def _get_headers(self, message=None):
        headers = dict(read_pairs(self._get("headers"), ":"))
        if self._get("auth") == "basic":
            login = f"{self.settings.account}:{self.settings.secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(login).decode()}"
        elif self._get("auth") == "bearer":
            headers["Authorization"] = f"Bearer {self.settings.secret}"
        return {
            name: self._fill(value, message, one_line).encode()
            for name, value in headers.items()
        }

    def _fill_url(self, url, message=None):
        return self._fill(url, message, quote_all)

    def _fill_json(self, value, message):
        """The body with every placeholder filled inside its own text."""
        if isinstance(value, dict):
            return {key: self._fill_json(item, message) for key, item in value.items()}
        if isinstance(value, list):
            return [self._fill_json(item, message) for item in value]
        return self._fill(value, message, str) if isinstance(value, str) else value

    def _fill(self, text, message, escape_value):
        """The text with its placeholders filled."""
        settings = self.settings
        values = {
            "sender": settings.sender,
            "account": settings.account,
            "secret": settings.secret,
            "callback": settings.callback_url,
        }
        if message:
            values |= {
                "number": message.number,
                "digits": message.number.lstrip("+"),
                "text": message.text,
                "id": message.id,
                "remote_id": message.remote_id,
            }
        return PLACEHOLDER.sub(
            lambda found: escape_value(values.get(found[1], "")), text or ""
        )

    def _read_body(self, callback):
        """What a callback says: fields of the address, of a form, of JSON or XML."""
        values = dict(callback.values)
        kind = callback.headers.get("content-type", "")
        try:
            text = callback.body.decode()
        except UnicodeDecodeError as error:
            raise BadCallback("Not a text") from error
        if "form" in kind:
            return values | dict(parse_qsl(text, keep_blank_values=True))
        if not text.strip():
            return values
        answer = read_answer(text)
        if isinstance(answer, list):
            answer = {str(number): item for number, item in enumerate(answer)}
        if not isinstance(answer, dict):
            raise BadCallback("Neither a form nor JSON nor XML")
        return values | answer

    def _check_signature(self, callback, body):
        """Refuse what does not carry the agreed mark."""
        mark = self._get("callback_mark")
        if not mark:
            return
        name, secret = self._get("callback_field"), self._get("callback_secret")
        given = callback.headers.get(name.lower(), "") or get_value(body, name)
        expected = secret
        if mark == "hmac":
            expected = hmac.new(
                secret.encode(), callback.body, hashlib.sha256
            ).hexdigest()
            given = given.removeprefix("sha256=").lower()
        if not secret or not hmac.compare_digest(given.encode(), expected.encode()):
            raise BadCallback("Wrong signature")

    def _get(self, name):
        return self.settings.options.get(name) or ""


def quote_all(text):
    """A value of an address or a form."""
    return quote(text, safe="")


def one_line(text):
    """A value of a header, which has no second line and no other control signs."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
