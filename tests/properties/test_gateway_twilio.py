"""Twilio as its documentation describes it.

https://www.twilio.com/docs/messaging/api/message-resource
https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

from urllib.parse import urlencode

import pytest
from gateway_server import provider
from sms_tools.gateways.base import (
    BadCallback,
    Callback,
    GatewayError,
    NotSent,
    Outgoing,
    Settings,
)
from sms_tools.gateways.twilio import TwilioGateway

SID = "SM" + "a" * 32
OWN = "f" * 32
MESSAGE = Outgoing(id=OWN, number="+15558675310", text="Мастер едет 🚗")
TAKEN = {
    "account_sid": "ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
    "api_version": "2010-04-01",
    "body": "Hi there",
    "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
    "date_sent": None,
    "date_updated": "Thu, 24 Aug 2023 05:01:45 +0000",
    "direction": "outbound-api",
    "error_code": None,
    "error_message": None,
    "from": "+15557122661",
    "num_media": "0",
    "num_segments": "1",
    "price": None,
    "price_unit": None,
    "messaging_service_sid": None,
    "sid": SID,
    "status": "queued",
    "to": "+15558675310",
    "uri": f"/2010-04-01/Accounts/AC/Messages/{SID}.json",
}


def gateway(url="", **values):
    values = {"account": "AC1", "secret": "12345", "sender": "+15557122661"} | values
    return TwilioGateway(Settings(url=url, timeout=2, **values))


def refusal(code, message, status=400):
    more = f"https://www.twilio.com/docs/errors/{code}"
    answer = {"code": code, "message": message, "more_info": more, "status": status}
    return status, answer, {}


def test_sent():
    with provider((201, TAKEN, {})) as other:
        [report] = gateway(
            other.url, callback_url="https://crm.example.com/service/sms/t/callback"
        ).send([MESSAGE])
        call, form = other.calls[0], other.form
    assert call["method"] == "POST"
    assert call["path"] == "/2010-04-01/Accounts/AC1/Messages.json"
    assert call["headers"]["Authorization"] == "Basic QUMxOjEyMzQ1"
    assert form == {
        "To": "+15558675310",
        "Body": "Мастер едет 🚗",
        "From": "+15557122661",
        "StatusCallback": f"https://crm.example.com/service/sms/t/callback?id={OWN}",
    }
    assert (report.id, report.remote_id, report.state) == (OWN, SID, "sent")
    assert (report.segments, report.price) == (1, None)


def test_a_messaging_service_is_the_sender():
    with provider((201, TAKEN, {})) as other:
        gateway(other.url, sender="MG123").send([MESSAGE])
        assert other.form["MessagingServiceSid"] == "MG123"
        assert "From" not in other.form


@pytest.mark.parametrize(
    ("code", "words", "reason", "temporary"),
    [
        (21211, "The 'To' number is not a valid phone number.", "bad_phone", False),
        (21610, "Attempt to send to unsubscribed recipient", "opted_out", False),
        (21408, "Permission to send an SMS has not been enabled", "country", False),
        (21617, "The concatenated message body exceeds 1600", "refused", False),
        (30001, "Queue overflow", "server", True),
    ],
)
def test_refused_message(code, words, reason, temporary):
    with provider(refusal(code, words)) as other:
        [report] = gateway(other.url).send([MESSAGE])
    assert (report.id, report.state, report.reason) == (OWN, "failed", reason)
    assert report.temporary is temporary
    assert report.error == f"{code}: {words}"


@pytest.mark.parametrize(
    "answer",
    [
        refusal(20003, "Authenticate", 401),
        refusal(21606, "The From phone number is not a valid message-capable number"),
        refusal(20404, "The requested resource was not found", 404),
    ],
)
def test_refused_account(answer):
    with provider(answer) as other:
        with pytest.raises(NotSent) as refused:
            gateway(other.url).send([MESSAGE])
    assert refused.value.reason == "account"
    assert answer[1]["message"] in str(refused.value)


@pytest.mark.parametrize(
    ("said", "state", "reason"),
    [
        ({"status": "sent"}, "sent", ""),
        ({"status": "delivered"}, "delivered", ""),
        ({"status": "read"}, "delivered", ""),
        ({"status": "undelivered", "error_code": 30003}, "failed", "undelivered"),
        ({"status": "failed", "error_code": 30007}, "failed", "refused"),
        ({"status": "something new"}, "sent", ""),
    ],
)
def test_asked(said, state, reason):
    said = {
        **TAKEN,
        "price": "-0.00750",
        "price_unit": "USD",
        "num_segments": "2",
    } | said
    with provider(said) as other:
        [report] = gateway(other.url).query(
            [Outgoing(OWN, "+1555", "", remote_id=SID), Outgoing("x", "+1555", "")]
        )
        assert other.calls[0]["path"] == f"/2010-04-01/Accounts/AC1/Messages/{SID}.json"
        assert len(other.calls) == 1
    assert (report.id, report.state, report.reason) == (OWN, state, reason)
    assert (report.segments, report.price, report.currency) == (2, 0.0075, "USD")


def test_asked_about_a_message_it_has_forgotten():
    with provider(refusal(20404, "not found", 404)) as other:
        message = Outgoing(OWN, "+1555", "", remote_id=SID)
        assert gateway(other.url).query([message]) == []


def test_account():
    said = {"account_sid": "AC1", "balance": "14.53", "currency": "USD"}
    with provider(said) as other:
        assert gateway(other.url).check() == "14.53 USD"
    with provider(refusal(20003, "Authenticate", 401)) as other:
        with pytest.raises(GatewayError) as refused:
            gateway(other.url).check()
    assert refused.value.reason == "account"


def test_the_published_example_of_a_signature():
    """The example of Twilio's own page on the security of webhooks."""
    fields = {
        "CallSid": ["CA1234567890ABCDE"],
        "Caller": ["+12349013030"],
        "Digits": ["1234"],
        "From": ["+12349013030"],
        "To": ["+18005551212"],
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    signature = gateway().get_signature(url, fields)
    assert signature == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def callback(fields, signature=None, query=f"?id={OWN}", secret="12345"):
    url = f"https://crm.example.com/service/sms/t/callback{query}"
    lists = {name: [value] for name, value in fields.items() if value}
    lists |= {name: [""] for name, value in fields.items() if not value}
    if signature is None:
        signature = gateway(secret=secret).get_signature(url, lists)
    return Callback(
        method="POST",
        url=url,
        headers={"x-twilio-signature": signature} if signature else {},
        values=fields,
        body=urlencode(fields).encode(),
    )


REPORT = {
    "MessageSid": SID,
    "SmsSid": SID,
    "MessageStatus": "delivered",
    "SmsStatus": "delivered",
    "To": "+15558675310",
    "AccountSid": "AC1",
    "From": "+15557122661",
    "ApiVersion": "2010-04-01",
}
REPLY = {
    "ToCountry": "US",
    "ToState": "",
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "SmsStatus": "received",
    "Body": "Да, жду",
    "To": "+15557122661",
    "MessageSid": SID,
    "AccountSid": "AC1",
    "From": "+15558675310",
}


def test_report():
    answer = gateway().read_callback(callback(REPORT))
    [report] = answer.reports
    assert (report.id, report.remote_id, report.state) == (OWN, SID, "delivered")
    assert not answer.inbound


def test_report_of_a_failure():
    fields = {**REPORT, "MessageStatus": "undelivered", "ErrorCode": "30005"}
    [report] = gateway().read_callback(callback(fields)).reports
    assert (report.state, report.reason) == ("failed", "bad_phone")


def test_reply_of_a_customer():
    answer = gateway().read_callback(callback(REPLY, query=""))
    [inbound] = answer.inbound
    assert (inbound.number, inbound.text) == ("+15558675310", "Да, жду")
    assert (inbound.remote_id, inbound.to) == (SID, "+15557122661")
    assert (answer.body, answer.content_type) == ("<Response/>", "text/xml")
    assert not answer.reports


@pytest.mark.parametrize(
    "call",
    [
        callback(REPORT, signature=""),
        callback(REPORT, signature="0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
        callback(REPORT, signature="подпись"),
        callback(REPORT, secret="another"),
        callback({**REPORT, "MessageStatus": "eaten"}),
        callback({"MessageStatus": "delivered"}),
    ],
)
def test_refused_callback(call):
    with pytest.raises(BadCallback):
        gateway().read_callback(call)


def test_changed_on_the_way():
    signed = callback(REPORT)
    for body in (
        urlencode({**REPORT, "MessageStatus": "failed"}).encode(),
        urlencode({**REPORT, "ErrorCode": "1"}).encode(),
        b"",
    ):
        changed = Callback("POST", signed.url, signed.headers, {}, body)
        with pytest.raises(BadCallback):
            gateway().read_callback(changed)
    moved = Callback("POST", signed.url + "0", signed.headers, {}, signed.body)
    with pytest.raises(BadCallback):
        gateway().read_callback(moved)


def test_without_a_token_of_ours_nothing_is_believed():
    with pytest.raises(BadCallback):
        gateway(secret="").read_callback(callback(REPORT, secret=""))
