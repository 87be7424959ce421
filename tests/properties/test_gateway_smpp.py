"""SMPP against a message centre on loopback."""

import socket
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpp_server import BIND_RECEIVER, BIND_TRANSMITTER, build_deliver, centre
from sms_tools.gateways.base import GatewayError, NotSent, Outgoing, Settings
from sms_tools.gateways.smpp import SmppGateway
from sms_tools.gateways.smpp_text import decode, encode_gsm, make_parts
from sms_tools.segments import GSM, GSM_ALPHABET, count

OWN = "d" * 32


def gateway(url="", **values):
    values = {"account": "me", "secret": "secret", "sender": "Master"} | values
    return SmppGateway(Settings(url=url, timeout=0.7, **values))


def messages(*texts):
    return [
        Outgoing(f"{n:032x}", f"+7916000{n:04}", text) for n, text in enumerate(texts)
    ]


def test_sent():
    with centre() as other:
        first, second = gateway(other.url, options={"system_type": "CRM"}).send(
            messages("Hello [1] €", "Мастер едет 🚗")
        )
        assert other.bound == [(BIND_TRANSMITTER, "me", "CRM")]
        one, two = other.submitted
    assert (first.state, first.remote_id, first.segments) == ("sent", "id1", 1)
    assert (second.state, second.remote_id) == ("sent", "id2")
    assert one["source"] == (5, 0, "Master")
    assert (one["number"], one["coding"], one["registered"]) == ("79160000000", 0, 1)
    assert one["text"] == b"Hello \x1b\x3c1\x1b\x3e \x1be"
    assert (two["coding"], two["esm_class"]) == (8, 0)
    assert two["text"].decode("utf-16-be") == "Мастер едет 🚗"


@pytest.mark.parametrize(
    ("sender", "source"),
    [("+79037672215", (1, 1, "79037672215")), ("4443", (3, 0, "4443"))],
)
def test_senders(sender, source):
    with centre() as other:
        gateway(other.url, sender=sender).send(messages("x"))
        assert other.submitted[0]["source"] == source


def test_long_text():
    text = "Мастер приедет завтра. " * 10
    with centre() as other:
        [report] = gateway(other.url).send(messages(text))
        parts = other.submitted
    assert (report.state, report.remote_id) == ("sent", "id1")
    assert report.segments == len(parts) == count(text).segments
    assert {part["esm_class"] for part in parts} == {0x40}
    assert [part["text"][5] for part in parts] == list(range(1, len(parts) + 1))
    whole = b"".join(part["text"][6:] for part in parts)
    assert whole.decode("utf-16-be") == text


def test_many_on_one_line():
    with centre() as other:
        reports = gateway(other.url).send(messages(*["Привет"] * 60))
        assert len(other.bound) == 1
        assert len({part["number"] for part in other.submitted}) == 60
    assert [report.state for report in reports] == ["sent"] * 60
    assert len({report.remote_id for report in reports}) == 60


@pytest.mark.parametrize(
    ("status", "reason", "temporary"),
    [(0x0B, "bad_phone", False), (0x0A, "account", False), (0x45, "refused", False)],
)
def test_refused_message(status, reason, temporary):
    with centre(status=[status, 0]) as other:
        refused, sent = gateway(other.url).send(messages("a", "b"))
    assert (refused.state, refused.reason) == ("failed", reason)
    assert refused.temporary is temporary
    assert sent.state == "sent"


@pytest.mark.parametrize("status", [0x58, 0x14])
def test_too_fast(status):
    with centre(status=status) as other, pytest.raises(NotSent) as refused:
        gateway(other.url).send(messages("a"))
    assert (refused.value.reason, refused.value.retry_after) == ("server", 1)


def test_too_fast_in_the_middle():
    with centre(status=[0, 0x58]) as other:
        reports = gateway(other.url).send(messages("a", "b"))
    assert [(r.state, r.temporary) for r in reports] == [
        ("sent", False),
        ("failed", True),
    ]


@pytest.mark.parametrize("fault", ["silent", "cut"])
def test_nobody_knows(fault):
    with centre(status=[0, fault]) as other:
        first, second = gateway(other.url).send(messages("a", "b"))
    assert first.state == "sent"
    assert (second.state, second.temporary) == ("unknown", False)


def test_a_piece_went_out():
    with centre(status=[0, 0x45, 0]) as other:
        [report] = gateway(other.url).send(messages("ж" * 200))
    assert (report.state, report.remote_id) == ("unknown", "id1")


def test_wrong_password():
    with centre(password="other") as other:
        with pytest.raises(NotSent) as refused:
            gateway(other.url).send(messages("a"))
        assert refused.value.reason == "account"
        with pytest.raises(GatewayError):
            gateway(other.url).check()
        assert not other.submitted


def test_account():
    with centre() as other:
        assert gateway(other.url).check() == ""


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"smpp://127.0.0.1:{free.getsockname()[1]}"
    for wrong in (url, "smpp://no-such-host.invalid", "http://x", "", "smpp://x:y"):
        with pytest.raises(NotSent) as refused:
            gateway(wrong).send(messages("a"))
        assert refused.value.reason == "server"


def test_asked():
    asked = [
        Outgoing(str(n), "+7", "", remote_id=f"id{n}" if n else "") for n in range(5)
    ]
    with centre(states={"id1": 2, "id2": 5, "id3": 1}) as other:
        reports = gateway(other.url).query(asked)
    assert [(r.id, r.state, r.reason) for r in reports] == [
        ("1", "delivered", ""),
        ("2", "failed", "undelivered"),
        ("3", "sent", ""),
    ]


RECEIPT = (
    b"id:id7 sub:001 dlvrd:001 submit date:2611221300 done date:2611221301"
    b" stat:%s err:%s text:hello"
)


def test_fetched():
    long = "Добрый день! Можно завтра после обеда? ".encode("utf-16-be")
    waiting = [
        build_deliver(RECEIPT % (b"DELIVRD", b"000"), esm_class=4),
        build_deliver(RECEIPT % (b"UNDELIV", b"034"), esm_class=4),
        build_deliver(b"nonsense", esm_class=4),
        build_deliver(b"", esm_class=4, tlv=b"\x00\x1e\0\4id9\0" + b"\x04\x27\0\1\2"),
        build_deliver("Да".encode("utf-16-be"), coding=8),
        build_deliver(b"\5\0\3\7\2\2" + long[40:], esm_class=0x40, coding=8),
        build_deliver(b"\5\0\3\7\2\1" + long[:40], esm_class=0x40, coding=8),
        build_deliver(b"Ok \x1be", sender=b"BANK"),
    ]
    kept = []

    def keep(answer):
        assert not other.acknowledged, "told before it was safe"
        kept.append(answer)

    with centre(waiting=waiting) as other:
        gateway(other.url).fetch(keep)
        assert [role for role, _id, _type in other.bound] == [BIND_RECEIVER]
        [answer] = kept
    assert sorted(other.acknowledged) == list(range(1, 9))
    assert [(r.remote_id, r.state, r.reason) for r in answer.reports] == [
        ("id7", "delivered", ""),
        ("id7", "failed", "undelivered"),
        ("id9", "delivered", ""),
    ]
    assert [(i.number, i.text) for i in answer.inbound] == [
        ("+79161208115", "Да"),
        ("+79161208115", "Добрый день! Можно завтра после обеда? "),
        ("BANK", "Ok €"),
    ]
    assert answer.inbound[0].to == "79037672215"


def test_what_we_could_not_keep_is_not_acknowledged():
    def keep(_answer):
        raise RuntimeError("the database is down")

    with centre(waiting=[build_deliver(b"Yes")]) as other:
        with pytest.raises(RuntimeError):
            gateway(other.url).fetch(keep)
    assert not other.acknowledged


def test_nothing_waits():
    with centre() as other:
        gateway(other.url).fetch(lambda answer: pytest.fail("there was nothing"))


def test_without_the_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "smpplib", None)
    with pytest.raises(NotSent, match="pip install smpplib"):
        gateway("smpp://127.0.0.1:1").send(messages("a"))


@given(st.text(alphabet=sorted(GSM_ALPHABET)))
def test_gsm_there_and_back(text):
    assert decode(encode_gsm(text), 0) == text


@given(st.text(alphabet="aж€[🚗", min_size=1, max_size=400))
def test_no_sign_is_torn(text):
    parts, coding = make_parts(Outgoing(OWN, "+7", text))
    size = count(text)
    assert len(parts) == size.segments
    assert coding == (0 if size.encoding == GSM else 8)
    bodies = [part[6:] for part in parts] if len(parts) > 1 else parts
    assert all(len(part) <= 140 or coding == 0 and len(part) <= 160 for part in parts)
    assert "".join(decode(body, coding) for body in bodies) == text
