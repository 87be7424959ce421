"""Vonage as its documentation describes it: https://developer.vonage.com/en/api/sms."""

import hashlib
import json
import time
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
from sms_tools.gateways.vonage import VonageGateway

OWN = "c" * 32
MESSAGE = Outgoing(id=OWN, number="+447700900000", text="Мастер едет")


def gateway(url="", **values):
    values = {"account": "abcd1234", "secret": "hidden", "sender": "Acme"} | values
    return VonageGateway(Settings(url=url, timeout=2, **values))


def part(number=0, **values):
    return {
        "to": "447700900000",
        "message-id": f"aaaaaaaa-bbbb-cccc-dddd-0123456789a{number}",
        "status": "0",
        "remaining-balance": "3.14159265",
        "message-price": "0.03330000",
        "network": "12345",
        "client-ref": OWN,
        **values,
    }


def refused(code, text="Why"):
    return {"status": code, "error-text": text}


def answer(*parts):
    return {"message-count": str(len(parts)), "messages": list(parts)}


def test_sent():
    url = "https://crm.example.com/service/sms/t/callback"
    with provider(answer(part(1), part(2))) as other:
        [report] = gateway(other.url, callback_url=url).send([MESSAGE])
        assert other.calls[0]["path"] == "/sms/json"
        assert other.form == {
            "api_key": "abcd1234",
            "api_secret": "hidden",
            "from": "Acme",
            "to": "447700900000",
            "text": "Мастер едет",
            "type": "unicode",
            "client-ref": OWN,
            "status-report-req": "1",
            "callback": url,
        }
    assert (report.id, report.state, report.segments) == (OWN, "sent", 2)
    assert report.remote_id == "aaaaaaaa-bbbb-cccc-dddd-0123456789a2"
    assert (round(report.price, 4), report.currency) == (0.0666, "EUR")


def test_latin_letters_and_euro_need_no_unicode():
    with provider(answer(part())) as other:
        gateway(other.url).send([Outgoing(OWN, "+44", "Über 5 €, señor [1]")])
        assert "type" not in other.form


@pytest.mark.parametrize(
    ("code", "reason"), [("3", "bad_phone"), ("6", "refused"), ("7", "bad_phone")]
)
def test_refused_message(code, reason):
    with provider(answer(refused(code, "Invalid value"))) as other:
        [report] = gateway(other.url).send([MESSAGE])
    assert (report.state, report.reason) == ("failed", reason)
    assert report.error == f"{code}: Invalid value"


@pytest.mark.parametrize(
    ("code", "reason", "wait"), [("4", "account", None), ("9", "account", None)]
)
def test_refused_account(code, reason, wait):
    with provider(answer(refused(code))) as other, pytest.raises(NotSent) as error:
        gateway(other.url).send([MESSAGE])
    assert (error.value.reason, error.value.retry_after) == (reason, wait)


def test_too_fast():
    with provider(answer(refused("1", "Throttled"))) as other:
        with pytest.raises(NotSent) as error:
            gateway(other.url).send([MESSAGE])
    assert error.value.retry_after == 1


def test_a_piece_went_out():
    with provider(answer(part(), refused("9"))) as other:
        [report] = gateway(other.url).send([MESSAGE])
    assert (report.state, report.remote_id) == ("unknown", part()["message-id"])


@pytest.mark.parametrize(
    "said",
    [
        answer(refused("5", "Internal error")),
        {},
        {"messages": []},
        {"messages": None},
        {"messages": [{}]},
        {"messages": [{"status": "0"}]},
    ],
)
def test_nobody_knows(said):
    with provider(said) as other, pytest.raises(OutcomeUnknown):
        gateway(other.url).send([MESSAGE])


def record(number, state, **values):
    return {
        "account_id": "abcd1234",
        "message_id": f"m{number}",
        "client_ref": OWN,
        "direction": "outbound",
        "status": state,
        "error_code": "0",
        "error_code_description": "Delivered",
        "currency": "EUR",
        "total_price": "0.0333",
        **values,
    }


def test_asked():
    said = {
        "items_count": 3,
        "records": [
            record(1, "delivered"),
            record(2, "failed", error_code="9", error_code_description="Illegal"),
            record(9, "delivered"),
        ],
    }
    asked = [Outgoing(f"o{n}", "+44", "", remote_id=f"m{n}") for n in (1, 2, 3)]
    with provider(said) as other:
        delivered, failed = gateway(other.url).query([*asked, MESSAGE])
        assert other.query == {
            "account_id": "abcd1234",
            "product": "SMS",
            "direction": "outbound",
            "id": "m1,m2,m3",
        }
        assert "Authorization" in other.calls[0]["headers"]
    assert (delivered.id, delivered.state, delivered.price) == (
        "o1",
        "delivered",
        0.0333,
    )
    assert (failed.state, failed.reason, failed.error) == (
        "failed",
        "bad_phone",
        "9: Illegal",
    )


def test_account():
    with provider({"value": 10.28, "autoReload": False}) as other:
        assert gateway(other.url).check() == "10.28 EUR"
    with provider((401, {"error-code": "401"}, {})) as other:
        with pytest.raises(GatewayError) as error:
            gateway(other.url).check()
    assert error.value.reason == "account"


SECRET = {"signature_secret": "тайна", "signature_method": "sha256"}
RECEIPT = {
    "msisdn": "447700900000",
    "to": "AcmeInc",
    "network-code": "12345",
    "messageId": "0A0000001234567B",
    "price": "0.03330000",
    "status": "delivered",
    "scts": "2001011400",
    "err-code": "0",
    "api-key": "abcd1234",
    "client-ref": OWN,
    "message-timestamp": "2026-11-22 12:00:00",
}
REPLY = {
    "msisdn": "447700900001",
    "to": "447700900000",
    "messageId": "0A0000000123ABCD1",
    "text": "Да & нет = 5",
    "type": "unicode",
    "keyword": "ДА",
    "message-timestamp": "2026-11-22 12:00:00",
}


def callback(fields, options=SECRET, age=0, kind="form", **changed):
    fields = {**fields, "timestamp": str(int(time.time()) - age), "nonce": "aa"}
    fields["sig"] = gateway(options=options).get_signature(fields)
    fields |= changed
    if kind == "json":
        headers = {"content-type": "application/json"}
        return Callback("POST", "https://x", headers, {}, json.dumps(fields).encode())
    if kind == "get":
        return Callback("GET", "https://x", {}, fields)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return Callback("POST", "https://x", headers, {}, urlencode(fields).encode())


@pytest.mark.parametrize("kind", ["form", "json", "get"])
@pytest.mark.parametrize("method", ["md5hash", "md5", "sha1", "sha256", "sha512"])
def test_receipt(kind, method):
    options = {**SECRET, "signature_method": method}
    call = callback(RECEIPT, options, kind=kind)
    [report] = gateway(options=options).read_callback(call).reports
    assert (report.id, report.remote_id) == (OWN, "0A0000001234567B")
    assert (report.state, report.at) == ("delivered", datetime(2026, 11, 22, 12))


def test_the_documented_way_of_signing():
    """Sorted ``&name=value`` of what is not empty, the secret at the end, MD5: & and =
    become _."""
    options = {"signature_secret": "s", "signature_method": "md5hash"}
    signed = gateway(options=options).get_signature(
        {"b=": "1&2=3", "a": "x", "network-code": "", "sig": "?"}
    )
    assert signed == hashlib.md5(b"&a=x&b_=1_2_3s").hexdigest()


def test_receipt_of_a_failure():
    call = callback({**RECEIPT, "status": "rejected", "err-code": "9"})
    [report] = gateway(options=SECRET).read_callback(call).reports
    assert (report.state, report.reason) == ("failed", "bad_phone")


def test_reply():
    [inbound] = gateway(options=SECRET).read_callback(callback(REPLY)).inbound
    assert (inbound.number, inbound.text) == ("+447700900001", "Да & нет = 5")
    assert inbound.remote_id == "0A0000000123ABCD1"


@pytest.mark.parametrize(
    "call",
    [
        callback(RECEIPT, sig=""),
        callback(RECEIPT, sig="0" * 64),
        callback(RECEIPT, status="failed"),
        callback(RECEIPT, {"signature_secret": "other"}),
        callback(RECEIPT, age=3600),
        callback(RECEIPT, age=-3600),
        callback({**RECEIPT, "status": "eaten"}),
        Callback("POST", "", {"content-type": "application/json"}, {}, b"{"),
        Callback("POST", "", {"content-type": "application/json"}, {}, b"[]"),
        Callback("POST", "", {}, {}, b"\xff"),
        Callback("GET", "", {}, {}),
    ],
)
def test_refused_callback(call):
    with pytest.raises(BadCallback):
        gateway(options=SECRET).read_callback(call)


def test_without_a_secret_nothing_is_believed():
    with pytest.raises(BadCallback):
        gateway().read_callback(callback(RECEIPT, {"signature_secret": ""}))
