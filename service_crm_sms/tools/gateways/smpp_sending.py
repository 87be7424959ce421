"""Handing a batch of messages over on an SMPP line (specification 4.4)."""

from .base import FAILED, SENT, UNKNOWN, Report
from .smpp_line import answer_link, get_words, import_library, read_text
from .smpp_text import make_parts

WINDOW = 10  # messages on the line without an answer
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


class Sending:
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
