"""Whatever goes wrong on the way: sent again only what surely never arrived."""

import socket

import pytest
from gateway_server import CUT, HALF, SLOW, TRICKLE, provider
from sms_tools.gateways.base import GatewayError, NotSent, OutcomeUnknown, Outgoing
from sms_tools.gateways.base import Settings as S
from sms_tools.gateways.generic_http import HttpGateway
from sms_tools.gateways.sms_ru import SmsRuGateway
from sms_tools.gateways.smsc_ru import SmscRuGateway
from sms_tools.gateways.twilio import TwilioGateway
from sms_tools.gateways.vonage import VonageGateway

KINDS = [HttpGateway, SmsRuGateway, SmscRuGateway, TwilioGateway, VonageGateway]
MESSAGE = Outgoing(id="0" * 31 + "1", number="+79161234567", text="Мастер едет")
OPTIONS = {"body": "to={number}", "state_path": "status", "states": "ok = sent"}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


def gateway(kind, url, timeout=0.4):
    settings = S(
        account="AC1",
        secret="s",
        sender="+15005550006",
        url=url,
        timeout=timeout,
        options=OPTIONS,
    )
    return kind(settings)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "answer",
    [
        CUT,
        HALF,
        SLOW,
        TRICKLE,
        (500, "Internal Server Error", {}),
        (502, "<html>Bad Gateway</html>", {}),
        (503, "no server is available", {}),
        (200, "", {}),
        (200, "<html>Log in first</html>", {}),
        (200, "[]", {}),
        (200, "null", {}),
        (200, '{"status": "O', {}),
        (200, "\x00\x01", {}),
    ],
    ids=str,
)
def test_nobody_knows_whether_it_was_taken(kind, answer):
    with provider(answer) as other:
        with pytest.raises(OutcomeUnknown):
            gateway(kind, other.url).send([MESSAGE])
        assert len(other.calls) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("answer", "reason", "wait"),
    [
        ((429, {"message": "Too many"}, {"Retry-After": "7"}), "server", 7),
        ((429, "", {}), "server", None),
        ((503, "maintenance", {"Retry-After": "120"}), "server", 120),
        ((401, {"message": "Authenticate"}, {}), "account", None),
        ((403, "Forbidden", {}), "account", None),
        ((301, "", {"Location": "https://elsewhere.example.com"}), "server", None),
    ],
    ids=str,
)
def test_surely_not_taken(kind, answer, reason, wait):
    with provider(answer) as other:
        with pytest.raises(NotSent) as refused:
            gateway(kind, other.url).send([MESSAGE])
        assert (refused.value.reason, refused.value.retry_after) == (reason, wait)
        assert len(other.calls) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_there(kind):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}", "http://no-such-host.invalid", "nonsense"):
        with pytest.raises(NotSent) as refused:
            gateway(kind, url).send([MESSAGE])
        assert refused.value.reason == "server"
        assert "0x" not in str(refused.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "answer", [CUT, HALF, SLOW, (500, "", {}), (429, "", {}), (200, "?", {})], ids=str
)
def test_a_question_that_fails(kind, answer):
    asked = gateway(kind, "")
    if not asked.can_query:
        return
    with provider(answer) as other, pytest.raises(GatewayError):
        gateway(kind, other.url).query(
            [Outgoing(id="1", number="+7916", text="", remote_id="r1")]
        )


def test_an_open_connection_is_used_again():
    taken = {"sid": "SM1", "status": "queued"}
    with provider((201, taken, {})) as other:
        sending = gateway(TwilioGateway, other.url)
        for _each in range(20):
            sending.send([MESSAGE])
        assert len(other.calls) == 20
