"""What a gateway is to the rest: messages go in, reports come out. No database."""

from dataclasses import dataclass, field
from datetime import datetime

# States of a report. ``rejected`` is final before anything was sent (wrong number,
# country not served); ``failed`` is final after it (not delivered).
SENT = "sent"
DELIVERED = "delivered"
FAILED = "failed"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Settings:
    """How one gateway of one company is reached.

    :param account: login, account id or client id
    :param secret: password, token or API key
    :param url: address of the service; empty: the vendor's own
    :param sender: sender name or number that recipients see
    :param timeout: seconds to wait for an answer
    :param callback_url: where the vendor reports to; empty: nowhere
    :param options: what only this kind knows, by name
    :param client: object that reaches the vendor, for kinds that need one of Odoo's
    :param guard: what refuses addresses of the own network when somebody wrote ``url``,
        ``Allowed`` of service_crm's ``tools/outbound.py``
    """

    account: str = ""
    secret: str = ""
    url: str = ""
    sender: str = ""
    timeout: float = 15
    callback_url: str = ""
    options: dict = field(default_factory=dict)
    client: object = None
    guard: object = None


@dataclass(frozen=True)
class Outgoing:
    """One message to one number.

    :param id: our own id, 32 hexadecimal signs, unique for ever
    :param number: E.164 with the plus sign
    :param remote_id: the gateway's id, known only after sending (for queries)
    """

    id: str
    number: str
    text: str
    remote_id: str = ""


@dataclass(frozen=True)
class Report:
    """What a gateway says about one message, at once or later.

    :param id: our id; empty when the gateway tells only its own
    :param remote_id: the gateway's id; empty when unknown
    :param state: SENT, DELIVERED, FAILED or UNKNOWN
    :param reason: key of ``service.notification.reason`` of a failure
    :param error: the gateway's words
    :param temporary: a failure after which the same message may be tried again
    :param segments: parts that are paid
    :param price: total price in ``currency``; None: not told
    :param at: UTC without zone; None: now
    """

    id: str = ""
    remote_id: str = ""
    state: str = SENT
    reason: str = ""
    error: str = ""
    temporary: bool = False
    segments: int = 0
    price: float | None = None
    currency: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Inbound:
    """A message that somebody sent to us."""

    number: str
    text: str
    remote_id: str = ""
    to: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Callback:
    """A request of the vendor to our address.

    :param url: full address as the vendor called it
    :param headers: names in lower case
    :param values: fields of the query and of a form
    :param body: raw bytes
    """

    method: str
    url: str
    headers: dict
    values: dict
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What a callback said, and what the vendor wants to hear."""

    reports: list = field(default_factory=list)
    inbound: list = field(default_factory=list)
    body: str = ""
    content_type: str = "text/plain"


class GatewayError(Exception):
    """A call that failed as a whole.

    :param reason: key of ``service.notification.reason``
    """

    def __init__(self, message, reason="server"):
        super().__init__(message)
        self.reason = reason


class NotSent(GatewayError):
    """Nothing went out for sure: the messages may be sent again or elsewhere.

    :param retry_after: seconds the gateway asks to wait (its rate limit), or None
    """

    def __init__(self, message, reason="server", retry_after=None):
        super().__init__(message, reason)
        self.retry_after = retry_after


class OutcomeUnknown(GatewayError):
    """The request left, no answer that can be read came: never send again by itself."""


class BadCallback(GatewayError):
    """A callback without the right signature, or one that cannot be read."""


class Gateway:
    """One kind of gateway. A kind overrides what it can do.

    Nothing here knows of Odoo: a kind is tested against a server on loopback.
    """

    #: how many messages one call takes
    batch_size = 1
    #: several calls may run at once, from several threads
    is_parallel = True
    #: sending twice with one id of ours sends once
    takes_id = False
    #: :meth:`query` answers by the gateway's id
    can_query = False
    #: :meth:`query` answers by our own id too, also for a call whose answer was lost
    can_query_own = False
    #: :meth:`fetch` brings reports and messages of customers
    can_fetch = False
    #: :meth:`check` asks the vendor
    has_check = False
    #: :meth:`read_callback` understands reports or messages of customers
    has_callback = False

    def __init__(self, settings):
        self.settings = settings

    def send(self, messages):
        """Send at most :attr:`batch_size` messages.

        :param messages: list of :class:`Outgoing`
        :return: list of :class:`Report`, one per message, with our ids
        :raise NotSent: nothing went out
        :raise OutcomeUnknown: it is not known whether something went out
        """
        raise NotImplementedError

    def query(self, messages):
        """Ask what became of messages.

        :param messages: list of :class:`Outgoing`
        :return: list of :class:`Report`; a message the gateway does not know comes
            back as FAILED and temporary (it never arrived there), one it cannot tell
            about is left out
        :raise GatewayError: the question failed
        """
        raise NotImplementedError

    def fetch(self, keep):
        """Fetch reports and messages of customers that wait at the vendor.

        :param keep: function that stores an :class:`Answer` for good; only then the
            vendor is told that we have it
        :raise GatewayError: the vendor is out of reach
        """

    def read_callback(self, callback):
        """Read a call of the vendor.

        :param callback: :class:`Callback`
        :return: :class:`Answer`
        :raise BadCallback: wrong or missing signature, or nothing that can be read
        """
        raise BadCallback("This gateway does not call back")

    def validate(self):
        """Look whether the settings can be read; nobody is asked.

        :raise ValueError: with the name of a setting and what is wrong in it
        """

    def check(self):
        """Ask whether the account works.

        :return: the balance in the vendor's words, or an empty text
        :raise GatewayError: why it does not
        """
        return ""
