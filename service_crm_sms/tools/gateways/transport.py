"""HTTP for the kinds: what a call that failed means for the messages in it."""

import json
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from .base import Gateway, GatewayError, NotSent, OutcomeUnknown

MAX_ANSWER = 1024 * 1024
WORDS = ("message", "error_message", "detail", "title", "error", "status_text")


@dataclass(frozen=True)
class Reply:
    """What the other side answered."""

    status: int
    text: str
    headers: dict = field(default_factory=dict)

    def read_json(self):
        """The answer as a dict.

        :raise ValueError: it is none
        """
        answer = json.loads(self.text)
        if not isinstance(answer, dict):
            raise ValueError("not an object")
        return answer

    def get_words(self):
        """What went wrong in the other side's words, short."""
        try:
            answer = self.read_json()
        except ValueError:
            return f"HTTP {self.status}: {' '.join(self.text.split())[:200]}"
        words = next(
            (answer[key] for key in WORDS if isinstance(answer.get(key), str)), ""
        )
        return f"HTTP {self.status}: {words[:200]}"


class Transport:
    """Calls of one gateway. Connections are kept open, one per thread.

    :param guard: see :class:`.base.Settings`; None: the vendor's own address is called
    """

    def __init__(self, timeout, guard=None):
        self.timeout = timeout
        self.guard = guard
        self._local = threading.local()

    def send(self, method, url, **request):
        """A call that sends messages: never repeated.

        :param request: what ``requests`` takes: ``data``, ``json``, ``auth``, …
        :return: :class:`Reply` with status 2xx or 4xx
        :raise NotSent: the messages were not taken for sure
        :raise OutcomeUnknown: they may have been taken
        """
        try:
            reply = self._call(method, url, request)
        except requests.RequestException as error:
            if was_never_sent(error):
                raise NotSent(f"Out of reach: {get_cause(error)}") from error
            raise OutcomeUnknown(f"No answer: {get_cause(error)}") from error
        except ValueError as error:
            raise NotSent(f"Wrong address: {error}"[:200]) from error
        self._check_taken(reply)
        return reply

    def ask(self, method, url, **request):
        """A question that changes nothing.

        :return: :class:`Reply` with status 2xx or 4xx
        :raise GatewayError: no answer came
        """
        try:
            reply = self._call(method, url, request)
        except NotSent as error:
            raise GatewayError(str(error), error.reason) from error
        except (requests.RequestException, ValueError) as error:
            raise GatewayError(f"Out of reach: {get_cause(error)}") from error
        if reply.status in (401, 403):
            raise GatewayError(reply.get_words(), "account")
        if reply.status == 429 or not 200 <= reply.status < 500:
            raise GatewayError(reply.get_words())
        return reply

    def _check_taken(self, reply):
        """Sort out the answers that mean the same with every vendor."""
        retry_after = read_seconds(reply.headers.get("Retry-After"))
        if reply.status == 429 or (reply.status == 503 and retry_after is not None):
            raise NotSent(reply.get_words(), retry_after=retry_after)
        if reply.status in (401, 403):
            raise NotSent(reply.get_words(), "account")
        if reply.status >= 500:
            # Some servers fail after they took the message.
            raise OutcomeUnknown(reply.get_words())
        if not 200 <= reply.status < 300 and reply.status < 400:
            raise NotSent(f"HTTP {reply.status}: the address has moved")

    def _call(self, method, url, request):
        """One call; a trickle of bytes does not outlive twice the time-out.

        :raise NotSent: the address lies in the own network
        """
        with guarded(self.guard):
            return self._call_guarded(method, url, request)

    def _call_guarded(self, method, url, request):
        deadline = time.monotonic() + 2 * self.timeout
        with self._session.request(
            method,
            url,
            timeout=self.timeout,
            allow_redirects=False,
            stream=True,
            **request,
        ) as response:
            parts, size = [], 0
            for part in response.iter_content(16384):
                parts.append(part)
                size += len(part)
                if size > MAX_ANSWER or time.monotonic() > deadline:
                    raise requests.exceptions.ReadTimeout("The answer does not end")
            text = b"".join(parts).decode("utf-8", "replace")
            return Reply(response.status_code, text, response.headers)

    @property
    def _session(self):
        if not hasattr(self._local, "session"):
            self._local.session = (
                self.guard.open_session() if self.guard else requests.Session()
            )
        return self._local.session


@contextmanager
def guarded(guard):
    """What a guard refuses was not sent for sure.

    :raise NotSent: the address lies in the own network
    """
    refusal = guard.refusal if guard else ()
    try:
        yield
    except refusal as error:
        raise NotSent(str(error), "own_network") from error


def was_never_sent(error):
    """Whether a failed call surely never left: no connection, no name, no address."""
    if isinstance(
        error,
        requests.exceptions.ConnectTimeout
        | requests.exceptions.ProxyError
        | requests.exceptions.InvalidURL
        | requests.exceptions.InvalidHeader
        | requests.exceptions.MissingSchema
        | requests.exceptions.InvalidSchema,
    ):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return True
    cause = reason.args[0] if reason is not None and reason.args else None
    return isinstance(cause, ssl.SSLCertVerificationError)


def get_cause(error):
    """The innermost words of an error of ``requests``, without addresses."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    text = str(reason if reason is not None else error) or type(error).__name__
    return text.rpartition(">: ")[2][:200]


def read_seconds(text):
    """Seconds of a ``Retry-After`` header; None: it says none."""
    try:
        return max(0, int(text))
    except (TypeError, ValueError):
        return None


class WebGateway(Gateway):
    """A kind that is reached over HTTP, by default with one message per call."""

    def __init__(self, settings):
        super().__init__(settings)
        self.transport = Transport(
            settings.timeout, settings.guard if settings.url else None
        )

    def send(self, messages):
        return [self._send_one(message) for message in messages]

    def _send_one(self, message):
        """Send one message; raises as :meth:`send` does.

        :return: :class:`Report`
        """
        raise NotImplementedError
