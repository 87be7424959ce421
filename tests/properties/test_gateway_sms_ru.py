"""SMS.ru as its documentation describes it: https://sms.ru/api/send and its pages."""

import hashlib
from datetime import datetime
from urllib.parse import urlencode

import pytest
from gateway_server import CUT, provider
from sms_tools.gateways.base import (
    BadCallback,
    Callback,
    GatewayError,
    NotSent,
    Outgoing,
    Settings,
)
from sms_tools.gateways.sms_ru import SmsRuGateway

API_ID = "F2D79B58-A5A2-2F9E-91C8-000000000000"
MESSAGES = [
    Outgoing(id="a", number="+79255070602", text="Мастер приедет в 12:00"),
    Outgoing(id="b", number="+74993221627", text="Спасибо"),
]
SENT = {
    "status": "OK",
    "status_code": 100,
    "sms": {
        "79255070602": {
            "status": "OK",
            "status_code": 100,
            "sms_id": "000000-10000000",
            "cost": "3.90",
        },
        "74993221627": {
            "status": "ERROR",
            "status_code": 207,
            "status_text": "На этот номер нельзя отправлять сообщения",
        },
    },
    "balance": 4122.56,
}


def gateway(url="", **values):
    return SmsRuGateway(Settings(url=url, secret=API_ID, timeout=2, **values))


def test_sent_and_refused_in_one_call():
    with provider(SENT) as other:
        sent, refused = gateway(other.url, sender="Мастер").send(MESSAGES)
        assert other.calls[0]["path"] == "/sms/send"
        assert other.form == {
            "api_id": API_ID,
            "json": "1",
            "from": "Мастер",
            "to[79255070602]": "Мастер приедет в 12:00",
            "to[74993221627]": "Спасибо",
        }
    assert (sent.id, sent.remote_id, sent.state) == ("a", "000000-10000000", "sent")
    assert (sent.price, sent.currency) == (3.9, "RUB")
    assert (refused.id, refused.state, refused.reason) == ("b", "failed", "country")
    assert refused.error == "207: На этот номер нельзя отправлять сообщения"
    assert not refused.temporary


def test_nothing_leaves_in_test_mode():
    with provider(SENT) as other:
        gateway(other.url, options={"test": True}).send(MESSAGES)
        assert other.form["test"] == "1"


def said(*numbers):
    ok = {"status": "OK", "status_code": 100}
    ids = {n: {**ok, "sms_id": f"id-{n}-{i}"} for i, n in enumerate(numbers)}
    return {**ok, "sms": ids}


def test_two_messages_to_one_number_are_two_calls():
    messages = [
        Outgoing(id="1", number="+7916", text="Первое"),
        Outgoing(id="2", number="+7917", text="Второе"),
        Outgoing(id="3", number="+7916", text="Третье"),
    ]
    with provider(said("7916", "7917"), said("7916")) as other:
        reports = gateway(other.url).send(messages)
        assert len(other.calls) == 2
    assert [report.id for report in reports] == ["1", "2", "3"]
    assert {report.state for report in reports} == {"sent"}


def test_the_second_call_fails_after_the_first_went_out():
    messages = [Outgoing(id=str(n), number="+7916", text="x") for n in range(3)]
    refused = (429, "", {})
    with provider(said("7916"), refused, CUT) as other:
        first, second, third = gateway(other.url).send(messages)
    assert first.state == "sent"
    assert (second.state, second.temporary) == ("failed", True)
    assert (third.state, third.temporary) == ("unknown", False)


def test_an_answer_that_forgets_a_number():
    with provider(said("79255070602")) as other:
        reports = gateway(other.url).send(MESSAGES)
    assert [report.state for report in reports] == ["sent", "unknown"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (200, "account"),
        (201, "account"),
        (220, "server"),
        (500, "server"),
        (302, "account"),
    ],
)
def test_the_whole_call_is_refused(code, reason):
    answer = {"status": "ERROR", "status_code": code, "status_text": "Почему"}
    with provider(answer) as other, pytest.raises(NotSent) as refused:
        gateway(other.url).send(MESSAGES)
    assert refused.value.reason == reason
    assert str(refused.value) == f"{code}: Почему"


@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        (100, "sent", ""),
        (102, "sent", ""),
        (103, "delivered", ""),
        (104, "failed", "undelivered"),
        (108, "failed", "refused"),
        (150, "failed", "country"),
    ],
)
def test_asked(code, state, reason):
    status = {"status": "OK", "status_code": code, "cost": 0.5, "status_text": "так"}
    gone = {"status": "ERROR", "status_code": -1, "status_text": "Не найдено"}
    answer = {
        "status": "OK",
        "status_code": 100,
        "sms": {"000000-000001": status, "000000-000002": gone},
        "balance": 4122.56,
    }
    messages = [
        Outgoing("a", "+7916", "", remote_id="000000-000001"),
        Outgoing("b", "+7916", "", remote_id="000000-000002"),
        Outgoing("c", "+7916", ""),
    ]
    with provider(answer) as other:
        [report] = gateway(other.url).query(messages)
        assert other.form["sms_id"] == "000000-000001,000000-000002"
    assert (report.id, report.state, report.reason) == ("a", state, reason)
    assert report.price == 0.5


def test_nothing_to_ask():
    assert gateway("http://127.0.0.1:1").query(MESSAGES) == []


def test_account():
    good = {"status": "OK", "status_code": 100, "balance": 4122.56}
    with provider(good) as other:
        assert gateway(other.url).check() == "4122.56 RUB"
    bad = {"status": "ERROR", "status_code": 200, "status_text": "Неправильный api_id"}
    with provider(bad) as other, pytest.raises(GatewayError) as refused:
        gateway(other.url).check()
    assert refused.value.reason == "account"


def callback(entries, api_id=API_ID, mark=None):
    if mark is None:
        mark = hashlib.sha256((api_id + "".join(entries)).encode()).hexdigest()
    fields = {f"data[{n}]": entry for n, entry in enumerate(entries)} | {"hash": mark}
    url = "https://crm.example.com/service/sms/t/callback"
    return Callback("POST", url, {}, {}, urlencode(fields).encode())


ENTRIES = [
    "sms_status\n000000-000001\n103\n1764576000",
    "sms_status\n000000-000002\n104\n1764576001",
    "callcheck_status\n000000-000003\n401\n1764576001",
    "sms_status\n000000-000004\n999\n1764576001",
    "sms_status",
]


def test_reports_in_one_callback():
    answer = gateway().read_callback(callback(ENTRIES))
    assert answer.body == "100"
    first, second = answer.reports
    assert (first.remote_id, first.state) == ("000000-000001", "delivered")
    assert first.at == datetime(2025, 12, 1, 8)
    assert (second.state, second.reason) == ("failed", "undelivered")


@pytest.mark.parametrize(
    "call",
    [
        callback(ENTRIES, mark=""),
        callback(ENTRIES, mark="0" * 64),
        callback(ENTRIES, api_id="another"),
        Callback("POST", "", {}, {}, b"\xff\xfe"),
        Callback("GET", "", {}, {}, b""),
    ],
)
def test_refused_callback(call):
    with pytest.raises(BadCallback):
        gateway().read_callback(call)
