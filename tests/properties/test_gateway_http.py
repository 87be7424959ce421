"""A service described on the form: addresses, bodies, answers of every make."""

import hashlib
import hmac
import json

import pytest
from gateway_server import provider
from hypothesis import given
from hypothesis import strategies as st
from sms_tools.gateways.answers import get_value, read_answer, read_pairs, read_states
from sms_tools.gateways.base import (
    BadCallback,
    Callback,
    GatewayError,
    NotSent,
    OutcomeUnknown,
    Outgoing,
    Settings,
)
from sms_tools.gateways.generic_http import HttpGateway

NASTY = 'Ключ "5"\nстрока & <b>=50% \\ {secret} 🚗'
MESSAGE = Outgoing(id="e" * 32, number="+79161234567", text=NASTY)
JSON = {
    "body_format": "json",
    "body": '{"messages": [{"to": "{digits}", "text": "{text}", "ref": "{id}"}],'
    ' "from": "{sender}", "dlr": true}',
    "headers": "X-Api-Key: {secret}\nX-Note: {text}",
    "id_path": "messages.0.id",
    "state_path": "messages.0.status",
    "states": "accepted = sent\nDELIVRD = delivered\nNO_MONEY = failed account\n"
    "BUSY = temporary server\nrejected=failed",
    "error_path": "messages.0.error",
    "price_path": "messages.0.price",
    "segments_path": "messages.0.parts",
    "currency": "EUR",
}


def gateway(url="", options=None, **values):
    values = {"account": "me", "secret": "s3cret", "sender": "Мастер"} | values
    return HttpGateway(Settings(url=url, timeout=2, options=options or {}, **values))


def answered(**values):
    return {"messages": [{"id": 17, "status": "accepted", **values}]}


def test_json():
    with provider(answered(price="0,045", parts=2)) as other:
        [report] = gateway(other.url + "/v1/send", JSON).send([MESSAGE])
        call = other.calls[0]
    assert json.loads(call["body"]) == {
        "messages": [{"to": "79161234567", "text": NASTY, "ref": MESSAGE.id}],
        "from": "Мастер",
        "dlr": True,
    }
    assert call["headers"]["X-Api-Key"] == "s3cret"
    assert call["headers"]["Content-Type"] == "application/json"
    assert (report.id, report.remote_id, report.state) == (MESSAGE.id, "17", "sent")
    assert (report.price, report.currency, report.segments) == (0.045, "EUR", 2)


def test_form():
    options = {
        "body": "phone={number}\ntext={text}\nlogin={account}\nfixed=a b",
        "auth": "basic",
        "state_path": "1",
        "states": "OK = sent",
        "id_path": "2",
    }
    with provider("OK: 4711") as other:
        [report] = gateway(other.url, options).send([MESSAGE])
        assert other.form == {
            "phone": "+79161234567",
            "text": NASTY,
            "login": "me",
            "fixed": "a b",
        }
        assert other.calls[0]["headers"]["Authorization"] == "Basic bWU6czNjcmV0"
    assert report.remote_id == "4711"


def test_address_only():
    options = {"method": "GET", "auth": "bearer"}
    with provider("") as other:
        url = other.url + "/send?to={digits}&text={text}&key={secret}"
        [report] = gateway(url, options).send([MESSAGE])
        call = other.calls[0]
        assert (call["method"], call["body"]) == ("GET", b"")
        assert other.query == {"to": "79161234567", "text": NASTY, "key": "s3cret"}
        assert call["headers"]["Authorization"] == "Bearer s3cret"
    assert report.state == "sent"


def test_xml():
    options = {
        "body_format": "xml",
        "body": "<sms><to>{digits}</to><text>{text}</text></sms>",
        "state_path": "response.sms.state",
        "states": "0 = sent",
        "id_path": "response.sms.id",
    }
    said = (
        '<?xml version="1.0"?><response><sms id="9"><state>0</state></sms></response>'
    )
    with provider(said) as other:
        [report] = gateway(other.url, options).send([MESSAGE])
        assert b"&amp; &lt;b&gt;=50%" in other.calls[0]["body"]
    assert (report.state, report.remote_id) == ("sent", "9")


@pytest.mark.parametrize(
    ("answer", "reason", "temporary", "error"),
    [
        (answered(status="NO_MONEY", error="Пополните"), "account", False, "Пополните"),
        (answered(status="busy", error="later"), "server", True, "later"),
        (answered(status="REJECTED", error="spam"), "refused", False, "spam"),
        ((400, {"message": "Wrong"}, {}), "refused", False, "HTTP 400: Wrong"),
        ((422, answered(status="NO_MONEY"), {}), "account", False, "HTTP 422: "),
    ],
    ids=str,
)
def test_refused(answer, reason, temporary, error):
    with provider(answer) as other:
        [report] = gateway(other.url, JSON).send([MESSAGE])
    assert (report.state, report.reason, report.error) == ("failed", reason, error)
    assert report.temporary is temporary


def test_a_word_that_nobody_explained():
    with provider(answered(status="eaten")) as other:
        with pytest.raises(OutcomeUnknown, match="eaten"):
            gateway(other.url, JSON).send([MESSAGE])


@pytest.mark.parametrize(
    "options",
    [
        {"body_format": "json", "body": '{"to": '},
        {"body": "no sign of equality"},
        {"headers": "no colon"},
    ],
)
def test_wrong_settings_send_nothing(options):
    with provider("") as other:
        with pytest.raises(NotSent, match="Wrong settings"):
            gateway(other.url, options).send([MESSAGE])
        assert not other.calls


def test_asked():
    with provider({"status": "delivrd", "messages": [{"price": 1}]}) as other:
        options = {
            **JSON,
            "status_url": other.url + "/status/{remote_id}?key={secret}",
            "status_path": "status",
        }
        asked = gateway(other.url, options)
        [report] = asked.query(
            [Outgoing("a", "+7", "", remote_id="17/3"), Outgoing("b", "+7", "")]
        )
        assert other.calls[0]["path"] == "/status/17%2F3?key=s3cret"
    assert (report.id, report.state, report.remote_id) == ("a", "delivered", "17/3")
    assert (asked.can_query, asked.can_query_own) == (True, False)


def test_asked_by_our_id():
    with provider({"status": "nothing new"}) as other:
        asked = gateway(
            other.url, {"status_url": other.url + "/{id}", "status_path": "status"}
        )
        assert asked.can_query_own
        assert asked.query([MESSAGE]) == []
        assert other.calls[0]["path"] == f"/{MESSAGE.id}"


def test_balance():
    with provider({"data": {"money": 12.5}}, (403, "no", {})) as other:
        options = {"balance_url": other.url, "balance_path": "data.money"}
        assert gateway("", options).check() == "12.5"
        with pytest.raises(GatewayError):
            gateway("", options).check()
    assert gateway().check() == ""


REPORTS = {
    "callback_state": "event.state",
    "callback_id": "event.id",
    "callback_own_id": "event.ref",
    "callback_answer": "OK",
    "inbound_number": "from",
    "inbound_text": "text",
    "states": "ok = delivered\nno = failed undelivered",
}


def callback(body, values=None, kind="application/json", **headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": kind, **headers}
    return Callback("POST", "https://x/", headers, values or {}, body)


def test_report():
    answer = gateway(options=REPORTS).read_callback(
        callback({"event": {"state": "NO", "id": 5, "ref": "e"}})
    )
    [report] = answer.reports
    assert (report.id, report.remote_id) == ("e", "5")
    assert (report.state, report.reason) == ("failed", "undelivered")
    assert answer.body == "OK"


def test_report_as_form_and_as_address():
    options = {"callback_state": "status", "callback_id": "id"}
    form = "application/x-www-form-urlencoded"
    for call in (
        callback(b"status=delivered&id=5", kind=form),
        callback(b"", {"status": "delivered", "id": "5"}),
    ):
        [report] = gateway(options=options).read_callback(call).reports
        assert (report.remote_id, report.state) == ("5", "delivered")


def test_a_word_of_a_report_that_nobody_explained_changes_nothing():
    call = callback({"event": {"state": "reading", "id": 5}})
    assert gateway(options=REPORTS).read_callback(call).reports == []


def test_reply():
    call = callback({"from": "79161234567", "text": "Да", "event": {"id": 5}})
    [inbound] = gateway(options=REPORTS).read_callback(call).inbound
    assert (inbound.number, inbound.text) == ("+79161234567", "Да")
    assert inbound.remote_id == "5"


@pytest.mark.parametrize(
    "call",
    [
        callback(b""),
        callback(b"\xff"),
        callback(b"just words"),
        callback({"event": {"state": "ok"}}),
        callback([1, 2]),
    ],
)
def test_a_callback_that_says_nothing(call):
    with pytest.raises(BadCallback):
        gateway(options=REPORTS).read_callback(call)


def test_marks():
    report = {"event": {"state": "ok", "id": 5}}
    body = json.dumps(report).encode()
    word = {**REPORTS, "callback_mark": "word", "callback_secret": "слово"}
    word["callback_field"] = "key"
    sign = {**word, "callback_mark": "hmac", "callback_field": "X-Sign"}
    mark = hmac.new("слово".encode(), body, hashlib.sha256).hexdigest()
    for options, call, good in (
        (word, callback(body, {"key": "слово"}), True),
        (word, callback(body, {"key": "other"}), False),
        (word, callback(body), False),
        (sign, callback(body, **{"x-sign": mark}), True),
        (sign, callback(body, **{"x-sign": f"sha256={mark.upper()}"}), True),
        (sign, callback(body + b" ", **{"x-sign": mark}), False),
        (sign, callback(body), False),
        ({**sign, "callback_secret": ""}, callback(body, **{"x-sign": ""}), False),
    ):
        if good:
            assert gateway(options=options).read_callback(call).reports
        else:
            with pytest.raises(BadCallback):
                gateway(options=options).read_callback(call)


def test_xml_fetches_and_expands_nothing():
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa">]><r><id>&a;</id></r>'
    assert isinstance(read_answer(bomb), str)


@given(st.text(), st.text(max_size=20))
def test_any_answer_is_read(text, path):
    assert isinstance(get_value(read_answer(text), path), str)


@given(st.recursive(st.none() | st.booleans() | st.text() | st.integers(), st.lists))
def test_any_json_is_read(value):
    assert isinstance(get_value(read_answer(json.dumps(value)), "0.a.1"), str)


@given(st.text(max_size=60))
def test_settings_are_read_or_refused(text):
    for read in (read_states, lambda said: read_pairs(said, "=")):
        try:
            read(text)
        except ValueError as error:
            assert str(error) in text
