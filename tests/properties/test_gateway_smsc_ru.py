"""SMSC.ru as its documentation describes it: https://smsc.ru/api/http/."""

import hashlib
from datetime import datetime
from urllib.parse import urlencode

import pytest
from gateway_server import provider
from sms_tools.gateways.base import (
    BadCallback,
    Callback,
    GatewayError,
    NotSent,
    OutcomeUnknown,
    Outgoing,
    Settings,
)
from sms_tools.gateways.smsc_ru import SmscRuGateway

OWN = "a" * 32
MESSAGE = Outgoing(id=OWN, number="+79999999999", text="Мастер приедет в 12:00")


def gateway(url="", **values):
    values = {"account": "alex", "secret": "123"} | values
    return SmscRuGateway(Settings(url=url, timeout=2, **values))


def test_sent():
    said = {"id": OWN, "cnt": 2, "cost": "2.88", "balance": "99.36"}
    with provider(said) as other:
        [report] = gateway(other.url, sender="Мастер").send([MESSAGE])
        assert other.calls[0]["path"] == "/sys/send.php"
        assert other.form == {
            "login": "alex",
            "psw": "123",
            "phones": "+79999999999",
            "mes": "Мастер приедет в 12:00",
            "id": OWN,
            "sender": "Мастер",
            "charset": "utf-8",
            "cost": "3",
            "fmt": "3",
        }
    assert (report.id, report.remote_id, report.state) == (OWN, OWN, "sent")
    assert (report.segments, report.price, report.currency) == (2, 2.88, "RUB")


def test_a_key_in_place_of_login_and_password():
    with provider({"id": OWN, "cnt": 1}) as other:
        gateway(other.url, account="", secret="key").send([MESSAGE])
        assert other.form["apikey"] == "key"
        assert not {"login", "psw"} & set(other.form)


@pytest.mark.parametrize(
    ("code", "reason"),
    [(2, "account"), (3, "account"), (4, "account"), (9, "server"), (77, "refused")],
)
def test_refused_call(code, reason):
    with provider({"error": "почему", "error_code": code}) as other:
        with pytest.raises(NotSent) as refused:
            gateway(other.url).send([MESSAGE])
    assert (refused.value.reason, str(refused.value)) == (reason, f"{code}: почему")


@pytest.mark.parametrize(
    ("code", "reason"),
    [(1, "refused"), (6, "refused"), (7, "bad_phone"), (8, "country")],
)
def test_refused_message(code, reason):
    with provider({"error": "почему", "error_code": code, "id": OWN}) as other:
        [report] = gateway(other.url).send([MESSAGE])
    assert (report.state, report.reason, report.temporary) == ("failed", reason, False)


def test_an_answer_without_id():
    with provider({"cnt": 1}) as other, pytest.raises(OutcomeUnknown):
        gateway(other.url).send([MESSAGE])


def status(code, **values):
    return {
        "status": code,
        "last_date": "22.11.2026 13:20:22",
        "last_timestamp": 1795342822,
        "send_date": "22.11.2026 13:20:00",
        "send_timestamp": 1795342800,
        "phone": "79999999999",
        "cost": "2.88",
        "sender_id": "SMSC.RU",
        "status_name": "Доставлено",
        "message": "Мастер приедет",
        **values,
    }


@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        (-1, "sent", ""),
        (0, "sent", ""),
        (1, "delivered", ""),
        (2, "delivered", ""),
        (3, "failed", "undelivered"),
        (22, "failed", "bad_phone"),
        (24, "failed", "account"),
    ],
)
def test_asked_for_one(code, state, reason):
    with provider(status(code)) as other:
        [report] = gateway(other.url).query([MESSAGE])
        assert other.calls[0]["path"] == "/sys/status.php"
        assert (other.form["id"], other.form["phone"]) == (OWN, "+79999999999")
    assert (report.id, report.state, report.reason) == (OWN, state, reason)
    assert (report.price, report.at) == (2.88, datetime(2026, 11, 22, 10, 20, 22))


def test_asked_for_several():
    said = [status(1, id="b"), status(-3, id="c"), status(99, id="d")]
    asked = [Outgoing(name, f"+7{name}", "") for name in "bcd"]
    with provider(said) as other:
        delivered, lost = gateway(other.url).query(asked)
        assert (other.form["id"], other.form["phone"]) == ("b,c,d", "+7b,+7c,+7d")
    assert (delivered.id, delivered.state) == ("b", "delivered")
    assert (lost.id, lost.state, lost.temporary) == ("c", "failed", True)


def test_a_message_that_never_arrived_may_be_sent_again():
    with provider({"error": "message not found", "error_code": 3}) as other:
        [report] = gateway(other.url).query([MESSAGE])
    assert (report.id, report.state, report.temporary) == (OWN, "failed", True)


@pytest.mark.parametrize("code", [1, 2, 4, 9])
def test_a_question_that_is_refused_says_nothing_about_the_message(code):
    with provider({"error": "почему", "error_code": code}) as other:
        with pytest.raises(GatewayError):
            gateway(other.url).query([MESSAGE])


def test_account():
    with provider({"balance": "100.36", "currency": "RUR"}) as other:
        assert gateway(other.url).check() == "100.36 RUR"
    with provider({"error": "authorise error", "error_code": 2}, []) as other:
        with pytest.raises(GatewayError) as refused:
            gateway(other.url).check()
        assert refused.value.reason == "account"
        with pytest.raises(GatewayError):
            gateway(other.url).check()


WORD = {"callback_word": "слово"}


def callback(fields, signed, mark="sha1", word="слово", method="POST"):
    text = ":".join([*(fields[name] for name in signed), word]).encode()
    fields = {**fields, mark: hashlib.new(mark, text).hexdigest()}
    if method == "GET":
        return Callback(method, "https://x/", {}, fields)
    return Callback(method, "https://x/", {}, {}, urlencode(fields).encode())


REPORT = {
    "id": OWN,
    "phone": "79999999999",
    "status": "1",
    "time": "22.11.2026 13:20:22",
    "ts": "1795342822",
    "err": "0",
    "cnt": "2",
    "cost": "2.88",
}
REPLY = {"id": "77", "phone": "79999999999", "mes": "Да", "to": "79037672215"}
SIGNED = ("id", "phone", "status")


@pytest.mark.parametrize("mark", ["sha1", "md5"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_report(mark, method):
    call = callback(REPORT, SIGNED, mark, method=method)
    [report] = gateway(options=WORD).read_callback(call).reports
    assert (report.id, report.state, report.segments) == (OWN, "delivered", 2)
    assert report.at == datetime(2026, 11, 22, 10, 20, 22)


def test_report_of_a_failure():
    fields = {**REPORT, "status": "20", "err": "255"}
    [report] = gateway(options=WORD).read_callback(callback(fields, SIGNED)).reports
    assert (report.state, report.error) == ("failed", "20/255")


def test_a_state_that_nobody_explained():
    call = callback({**REPORT, "status": "777"}, SIGNED)
    assert gateway(options=WORD).read_callback(call).reports == []


def test_reply():
    call = callback(REPLY, ("phone", "mes", "to"))
    [inbound] = gateway(options=WORD).read_callback(call).inbound
    assert (inbound.number, inbound.text) == ("+79999999999", "Да")
    assert (inbound.remote_id, inbound.to) == ("77", "79037672215")


@pytest.mark.parametrize(
    "call",
    [
        callback(REPORT, SIGNED, word="other"),
        callback({**REPORT, "id": "b"}, ("phone", "status")),
        callback(REPLY, ("phone", "to")),
        Callback("POST", "", {}, {}, urlencode(REPORT).encode()),
        Callback("POST", "", {}, {}, b"\xff"),
        Callback("GET", "", {}, {}),
    ],
)
def test_refused_callback(call):
    with pytest.raises(BadCallback):
        gateway(options=WORD).read_callback(call)


def test_without_a_word_nothing_is_believed():
    with pytest.raises(BadCallback):
        gateway().read_callback(callback(REPORT, SIGNED, word=""))
