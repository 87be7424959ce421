"""SMPP 3.4, the line of the telephone companies themselves.

Short Message Peer to Peer Protocol Specification v3.4, Issue 1.2 (12-Oct-1999): bind
4.1, submit_sm 4.4, deliver_sm 4.6, query_sm 4.8, states 5.2.28, receipts appendix B.

Needs the library ``smpplib`` (``pip install smpplib``), which is asked for only when a
gateway of this kind is used.
"""

import logging
import re
import socket
import ssl
from contextlib import contextmanager
from urllib.parse import urlsplit

from .base import (
    DELIVERED,
    FAILED,
    SENT,
    Answer,
    Gateway,
    GatewayError,
    Inbound,
    NotSent,
    Report,
)
from .smpp_line import answer_link, close, get_words, import_library, read_text
from .smpp_sending import THROTTLED, Sending
from .smpp_text import decode
from .transport import guarded

# What goes wrong on the line is raised; the library would warn of it besides.
LOGGER = "odoo.addons.service_crm_sms.smpp"
logging.getLogger(LOGGER).setLevel(logging.ERROR)
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
ALREADY_BOUND = 0x05


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
            sending = Sending(self, line, messages)
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

    def _get_address(self, host, port):
        """Where a line is opened: the address that was checked, not the name.

        :raise NotSent: it lies in the own network, or the name leads nowhere
        """
        guard = self.settings.guard
        if not guard:
            return host
        try:
            with guarded(guard):
                return guard.resolve(host, port, socket.AF_INET)[0]
        except (OSError, UnicodeError) as error:
            raise NotSent(f"Out of reach: {get_words(error)}") from error

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
        port = parts.port or (3550 if secure else 2775)
        line = smpp.client.Client(
            self._get_address(parts.hostname, port),
            port,
            timeout=self.settings.timeout,
            ssl_context=context,
            allow_unknown_opt_params=True,
            logger_name=LOGGER,
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
