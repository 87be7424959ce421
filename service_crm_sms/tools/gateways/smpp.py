"""SMPP 3.4, the line of the telephone companies themselves.

Short Message Peer to Peer Protocol Specification v3.4, Issue 1.2 (12-Oct-1999): bind
4.1, submit_sm 4.4, deliver_sm 4.6, query_sm 4.8, states 5.2.28, receipts appendix B.

Needs the library ``smpplib`` (``pip install smpplib``), which is asked for only when a
gateway of this kind is used.
"""

import re
import ssl
from contextlib import contextmanager
from urllib.parse import urlsplit

from ..segments import GSM, GSM_EXTENDED, count
from .base import (
    DELIVERED,
    FAILED,
    SENT,
    UNKNOWN,
    Answer,
    Gateway,
    GatewayError,
    Inbound,
    NotSent,
    Report,
)

WINDOW = 10  # messages on the line without an answer
FETCH_BATCH = 100
IDLE = 1.0  # seconds of silence after which nothing more is waited for
HEADER = re.compile(rb"^\x05\x00\x03(...)", re.DOTALL)
RECEIPT = re.compile(
    r"id:(?P<id>\S+).*?stat:(?P<stat>\w+)"
    r"(?:.*?err:(?P<err>\w+))?",
    re.DOTALL | re.IGNORECASE,
)
# message_state, and the seven letters of a receipt (5.2.28, appendix B).
STATES = {
    1: (SENT, ""),
    2: (DELIVERED, ""),
    3: (FAILED, "undelivered"),
    4: (FAILED, "refused"),
    5: (FAILED, "undelivered"),
    6: (SENT, ""),
    8: (FAILED, "refused"),
}
WORDS = {
    "ENROUTE": 1,
    "DELIVRD": 2,
    "EXPIRED": 3,
    "DELETED": 4,
    "UNDELIV": 5,
    "ACCEPTD": 6,
    "REJECTD": 8,
}
# command_status of an answer (5.1.3).
FULL, THROTTLED = 0x14, 0x58
REASONS = {
    0x0A: "account",
    0x0B: "bad_phone",
    0x0D: "account",
    0x0E: "account",
    0x0F: "account",
    0x33: "refused",
    0x48: "account",
    0x49: "account",
    0x50: "bad_phone",
    0x51: "bad_phone",
}
ALREADY_BOUND, NOT_FOUND = 0x05, 0x0C
GSM_TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}


class SmppGateway(Gateway):
    """Many messages over one line; reports and replies are fetched by another."""

    batch_size = 100
    is_parallel = False
    can_query = True
    can_fetch = True
    has_check = True

    def validate(self):
        parts = urlsplit(self.settings.url)
        if parts.scheme not in ("smpp", "smpps") or not parts.hostname:
            raise ValueError("url", "smpp://smpp.example.com:2775")
        try:
            parts.port  # noqa: B018 (a property that raises)
        except ValueError as error:
            raise ValueError("url", str(error)) from error

    def check(self):
        with self._open("transmitter"):
            return ""

    def send(self, messages):
        with self._open("transmitter") as line:
            sending = _Sending(self, line, messages)
            sending.run()
        reports = sending.get_reports()
        if all(report.state == FAILED and report.temporary for report in reports):
            first = reports[0]
            wait = 1 if sending.is_throttled else None
            raise NotSent(first.error, first.reason, wait)
        return reports

    def query(self, messages):
        asked = [message for message in messages if message.remote_id]
        if not asked:
            return []
        smpp = import_library()
        reports = []
        try:
            with self._open("transmitter") as line:
                # The library lets only lines for both ways ask; SMPP lets this one.
                line.state = smpp.consts.SMPP_CLIENT_STATE_BOUND_TRX
                for message in asked:
                    line.query_message(
                        message_id=message.remote_id, **self._get_source()
                    )
                    pdu = self._wait_for(line, "query_sm_resp")
                    if pdu.is_error():
                        continue
                    state = STATES.get(pdu.message_state)
                    if state:
                        reports.append(
                            Report(
                                id=message.id,
                                remote_id=message.remote_id,
                                state=state[0],
                                reason=state[1],
                            )
                        )
        except (smpp.exceptions.ConnectionError, OSError) as error:
            raise GatewayError(get_words(error)) from error
        except NotSent as error:
            raise GatewayError(str(error), error.reason) from error
        return reports

    def fetch(self, keep):
        smpp = import_library()
        try:
            with self._open("receiver") as line:
                more = True
                while more:
                    pdus, more = self._collect(line)
                    if pdus:
                        keep(self._read_delivered(pdus))
                    for pdu in pdus:  # only now they are safe with us
                        answer = smpp.smpp.make_pdu("deliver_sm_resp", client=line)
                        answer.sequence = pdu.sequence
                        line.send_pdu(answer)
        except (smpp.exceptions.ConnectionError, OSError) as error:
            raise GatewayError(get_words(error)) from error
        except NotSent as error:
            raise GatewayError(str(error), error.reason) from error

    @contextmanager
    def _open(self, role):
        """A line in one role: ``transmitter`` or ``receiver``.

        :raise NotSent: it could not be opened
        """
        smpp = import_library()
        try:
            self.validate()
        except ValueError as error:
            raise NotSent(f"Wrong address: {self.settings.url}") from error
        parts = urlsplit(self.settings.url)
        secure = parts.scheme == "smpps"
        context = None
        if secure:
            context = ssl.create_default_context()
            wrap = context.wrap_socket

            def wrap_named(sock):
                return wrap(sock, server_hostname=parts.hostname)

            context.wrap_socket = wrap_named
        line = smpp.client.Client(
            parts.hostname,
            parts.port or (3550 if secure else 2775),
            timeout=self.settings.timeout,
            ssl_context=context,
            allow_unknown_opt_params=True,
            logger_name="odoo.addons.service_crm_sms.smpp",
        )
        try:
            line.connect()
            getattr(line, f"bind_{role}")(
                system_id=self.settings.account,
                password=self.settings.secret,
                system_type=self.settings.options.get("system_type") or "",
            )
        except smpp.exceptions.PDUError as error:
            close(line)
            code = error.args[1] if len(error.args) > 1 else 0
            reason = "server" if code in (ALREADY_BOUND, THROTTLED) else "account"
            wait = 5 if code in (ALREADY_BOUND, THROTTLED) else None
            raise NotSent(get_words(error), reason, wait) from error
        except (smpp.exceptions.ConnectionError, OSError, ValueError) as error:
            close(line)
            raise NotSent(f"Out of reach: {get_words(error)}") from error
        except smpp.exceptions.UnknownCommandError as error:
            close(line)
            raise NotSent(f"Not SMPP: {get_words(error)}") from error
        try:
            yield line
        finally:
            try:
                line.unbind()
            except (smpp.exceptions.ConnectionError, RuntimeError, OSError):
                line.logger.debug("The line was down before it was closed")
            close(line)

    def _get_source(self):
        """Who sends: a name, a number or a short code."""
        sender = self.settings.sender
        if sender.lstrip("+").isdecimal():
            is_long = len(sender.lstrip("+")) > 6
            ton, npi = (1, 1) if is_long else (3, 0)
        else:
            ton, npi = 5, 0
        return {
            "source_addr_ton": ton,
            "source_addr_npi": npi,
            "source_addr": sender.lstrip("+"),
        }

    def _wait_for(self, line, command):
        """The next answer of this kind; the other side's own calls are answered."""
        while True:
            pdu = line.read_pdu()
            if pdu.command == command:
                return pdu
            answer_link(line, pdu)

    def _collect(self, line):
        """``(what came in, whether there may be more)``, until it is silent."""
        pdus = []
        line._socket.settimeout(IDLE)
        try:
            while len(pdus) < FETCH_BATCH:
                pdu = line.read_pdu()
                if pdu.command == "deliver_sm":
                    pdus.append(pdu)
                else:
                    answer_link(line, pdu)
            return pdus, True
        except TimeoutError:
            return pdus, False
        finally:
            line._socket.settimeout(self.settings.timeout)

    def _read_delivered(self, pdus):
        """Reports and replies; the pieces of a long reply are put together."""
        reports, inbound, pieces = [], [], {}
        for number, pdu in enumerate(pdus):
            if (pdu.esm_class or 0) & 0x3C == 0x04:
                report = read_receipt(pdu)
                if report:
                    reports.append(report)
                continue
            sender = read_text(pdu.source_addr)
            body = pdu.short_message or getattr(pdu, "message_payload", None) or b""
            key, place = (sender, number), 1
            found = (pdu.esm_class or 0) & 0x40 and HEADER.match(body)
            if found:
                reference, _total, place = found[1]
                key, body = (sender, "long", reference), body[6:]
            pieces.setdefault(key, {})[place] = (
                decode(body, pdu.data_coding or 0),
                read_text(pdu.destination_addr),
            )
        for key, parts in pieces.items():
            ordered = [parts[place] for place in sorted(parts)]
            sender = key[0]
            inbound.append(
                Inbound(
                    number=f"+{sender}" if sender.isdecimal() else sender,
                    text="".join(text for text, _to in ordered),
                    to=ordered[0][1],
                )
            )
        return Answer(reports=reports, inbound=inbound)


class _Sending:
    """One batch on one line: what was handed over, and what was answered."""

    def __init__(self, gateway, line, messages):
        self.gateway, self.line, self.messages = gateway, line, messages
        self.asked = {}  # sequence: place of the message
        self.parts = [0] * len(messages)  # handed over
        self.totals = [0] * len(messages)
        self.taken = [[] for _message in messages]  # ids of the other side
        self.refused = [None] * len(messages)
        self.is_throttled = False
        self.error = "The line went down"

    def run(self):
        smpp = import_library()
        try:
            for place, message in enumerate(self.messages):
                self._submit(place, message)
                while len(self.asked) >= WINDOW:
                    self._read()
                if self.is_throttled:
                    break
            while self.asked:
                self._read()
        except (smpp.exceptions.ConnectionError, OSError, RuntimeError) as error:
            self.error = get_words(error)

    def get_reports(self):
        return [self._get_report(place) for place in range(len(self.messages))]

    def _submit(self, place, message):
        parts, coding = make_parts(message)
        self.totals[place] = len(parts)
        for part in parts:
            self.parts[place] += 1
            sent = self.line.send_message(
                dest_addr_ton=1,
                dest_addr_npi=1,
                destination_addr=message.number.lstrip("+"),
                esm_class=0x40 if len(parts) > 1 else 0,
                data_coding=coding,
                short_message=part,
                registered_delivery=1,
                **self.gateway._get_source(),
            )
            self.asked[sent.sequence] = place

    def _read(self):
        """One answer of the other side."""
        pdu = self.line.read_pdu()
        place = self.asked.pop(pdu.sequence, None)
        if place is None or pdu.command not in ("submit_sm_resp", "generic_nack"):
            if place is not None:
                self.asked[pdu.sequence] = place
            answer_link(self.line, pdu)
        elif pdu.is_error():
            self.refused[place] = pdu.status
            self.is_throttled |= pdu.status in (FULL, THROTTLED)
        else:
            self.taken[place].append(read_text(pdu.message_id))

    def _get_report(self, place):
        message, taken = self.messages[place], self.taken[place]
        status = self.refused[place]
        if len(taken) == self.totals[place] and taken:
            return Report(
                id=message.id,
                remote_id=taken[0],
                state=SENT,
                segments=len(taken),
            )
        if not self.parts[place]:
            reason, words = "server", self.error
        elif status and not taken and place not in self.asked.values():
            reason = "server" if self._is_busy(status) else REASONS.get(status)
            words = f"SMPP error 0x{status:02X}"
        else:
            # Handed over, or a piece of it: nobody knows what became of it.
            return Report(
                id=message.id,
                remote_id=taken[0] if taken else "",
                state=UNKNOWN,
                reason="server",
                error=self.error,
            )
        return Report(
            id=message.id,
            state=FAILED,
            reason=reason or "refused",
            error=words,
            temporary=not self.parts[place] or self._is_busy(status),
        )

    def _is_busy(self, status):
        return status in (FULL, THROTTLED)


def import_library():
    """The optional library.

    :raise NotSent: it is not installed
    """
    try:
        import smpplib
        import smpplib.client
        import smpplib.consts
        import smpplib.exceptions
        import smpplib.smpp
    except ImportError as error:
        raise NotSent(
            "The library smpplib is missing: pip install smpplib", "server"
        ) from error
    return smpplib


def make_parts(message):
    """``(parts, data_coding)`` of a text; no sign is torn between two parts."""
    size = count(message.text)
    if size.encoding == GSM:
        encode, coding, room = encode_gsm, 0, 153
    else:
        encode, coding, room = encode_ucs2, 8, 134
    if size.segments <= 1:
        return [encode(message.text)], coding
    texts, used = [b""], 0
    for sign in message.text:
        code = encode(sign)
        if used + len(code) > room:
            texts.append(b"")
            used = 0
        texts[-1] += code
        used += len(code)
    reference = int(message.id[-2:] or "0", 16)
    return [
        bytes([5, 0, 3, reference, len(texts), number]) + text
        for number, text in enumerate(texts, 1)
    ], coding


def encode_gsm(text):
    """The GSM alphabet, one byte a septet, as lines take it."""
    return b"".join(
        bytes([0x1B, GSM_EXTENSION[sign]])
        if sign in GSM_EXTENDED
        else bytes([GSM_TABLE.index(sign)])
        for sign in text
    )


def encode_ucs2(text):
    return text.encode("utf-16-be")


def decode(body, coding):
    """A text of a customer."""
    if coding == 8:
        return body.decode("utf-16-be", "replace")
    if coding in (1, 3):
        return body.decode("ascii" if coding == 1 else "latin-1", "replace")
    signs = {code: sign for sign, code in GSM_EXTENSION.items()}
    text, codes = "", iter(body)
    for code in codes:
        if code == 0x1B:
            text += signs.get(next(codes, 0), " ")
        else:
            text += GSM_TABLE[code] if code < 128 else "?"
    return text


def read_receipt(pdu):
    """A delivery receipt; None: it cannot be read."""
    text = read_text(pdu.short_message)
    found = RECEIPT.search(text)
    remote_id = read_text(getattr(pdu, "receipted_message_id", None))
    state = getattr(pdu, "message_state", None)
    if found:
        remote_id = remote_id or found["id"]
        state = state or WORDS.get(found["stat"].upper()[:7])
    if not remote_id or state not in STATES:
        return None
    said, reason = STATES[state]
    return Report(
        remote_id=remote_id,
        state=said,
        reason=reason,
        error=(found and f"{found['stat']} {found['err'] or ''}" or "")
        if reason
        else "",
    )


def read_text(value):
    """A field as text."""
    value = value or b""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return value.rstrip("\x00")


def answer_link(line, pdu):
    """Answer the other side's question whether somebody is there."""
    if pdu.command == "enquire_link":
        line._enquire_link_received(pdu)


def close(line):
    """Hang up, whatever state the line is in."""
    line.state = 1  # open, not bound: else the library complains
    line.disconnect()


def get_words(error):
    """Words of an error, also of those that say nothing."""
    return str(error.args[0] if error.args else "")[:200] or type(error).__name__
