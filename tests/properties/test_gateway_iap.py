"""Odoo's own provider, behind a client like Odoo's."""

import pytest
import requests
from gateway_server import CUT, provider
from sms_tools.gateways.base import NotSent, OutcomeUnknown, Outgoing, Settings
from sms_tools.gateways.iap import IapGateway

MESSAGES = [Outgoing(str(n), f"+791600000{n}", f"Текст {n % 2}") for n in range(4)]


class Client:
    """Odoo's way to the provider: the cause of a failure is hidden in another error."""

    def __init__(self, url):
        self.url = url
        self.got = []

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        self.got.append((messages, delivery_reports_url))
        try:
            answer = requests.post(self.url, json=messages, timeout=1)
            answer.raise_for_status()
            return answer.json()
        except requests.RequestException:
            raise PermissionError("An error occurred") from None


def send(url):
    client = Client(url)
    settings = Settings(
        client=client, callback_url="https://crm.example.com/sms/status"
    )
    return client, IapGateway(settings).send(MESSAGES)


def test_one_batch_by_text():
    states = ["success", "processing", "insufficient_credit", "something_new"]
    said = [{"uuid": str(n), "state": state} for n, state in enumerate(states)]
    with provider(said) as other:
        client, reports = send(other.url)
    [(messages, url)] = client.got
    assert [len(message["numbers"]) for message in messages] == [2, 2]
    assert url == "https://crm.example.com/sms/status"
    assert [(report.id, report.state, report.reason) for report in reports] == [
        ("0", "sent", ""),
        ("1", "sent", ""),
        ("2", "failed", "account"),
        ("3", "failed", "unknown"),
    ]


@pytest.mark.parametrize("answer", [CUT, (500, "", {}), (200, "?", {})], ids=str)
def test_nobody_knows(answer):
    with provider(answer) as other, pytest.raises(OutcomeUnknown):
        send(other.url)


def test_surely_not_taken():
    with provider((404, "", {})) as other, pytest.raises(NotSent):
        send(other.url)
    with pytest.raises(NotSent):
        send("http://127.0.0.1:1")


def test_no_credit():
    class InsufficientCreditError(Exception):
        pass

    class Poor:
        def _send_sms_batch(self, messages, delivery_reports_url=False):
            raise InsufficientCreditError("Buy credits")

    with pytest.raises(NotSent) as refused:
        IapGateway(Settings(client=Poor())).send(MESSAGES)
    assert refused.value.reason == "account"
