"""A small message centre that speaks SMPP 3.4 on loopback, written from the spec."""

import socket
import struct
import threading
from contextlib import contextmanager

BIND_RECEIVER, BIND_TRANSMITTER, QUERY, SUBMIT = 0x1, 0x2, 0x3, 0x4
DELIVER, UNBIND, ENQUIRE, ANSWER = 0x5, 0x6, 0x15, 0x80000000


class Centre:
    """``status`` is what submit_sm is answered with: a number, or a list of them in
    turn, where ``"silent"`` answers nothing and ``"cut"`` hangs up."""

    def __init__(self, password="secret", status=0, states=None, waiting=()):
        self.password = password
        self.status = list(status) if isinstance(status, list) else [status]
        self.states = states or {}
        self.waiting = list(waiting)  # bodies of deliver_sm
        self.submitted, self.bound, self.acknowledged = [], [], []
        self.asked_whether_alive = False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"smpp://127.0.0.1:{self._listening.getsockname()[1]}"
        self._lines = []
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def stop(self):
        # a blocked accept is woken by a last call
        self._is_stopped = True
        socket.create_connection(self._listening.getsockname()).close()
        self._thread.join()
        self._listening.close()
        for thread, line in self._lines:
            line.close()
            thread.join()

    _is_stopped = False

    def _accept(self):
        while True:
            line, _address = self._listening.accept()
            if self._is_stopped:
                line.close()
                return
            thread = threading.Thread(target=self._serve, args=(line,))
            self._lines.append((thread, line))
            thread.start()

    def _serve(self, line):
        try:
            while self._answer(line):
                pass
        except OSError:
            pass
        finally:
            line.close()

    def _read(self, line, size):
        data = b""
        while len(data) < size:
            part = line.recv(size - len(data))
            if not part:
                raise ConnectionResetError
            data += part
        return data

    def _send(self, line, command, status, sequence, body=b""):
        head = struct.pack(">IIII", 16 + len(body), command, status, sequence)
        line.sendall(head + body)

    def _answer(self, line):
        """Take one PDU; False: the line is closed."""
        head = self._read(line, 16)
        length, command, _status, sequence = struct.unpack(">IIII", head)
        body = self._read(line, length - 16)
        if command in (BIND_RECEIVER, BIND_TRANSMITTER):
            system_id, password, system_type, _rest = body.split(b"\0", 3)
            good = password.decode() == self.password
            self.bound.append((command, system_id.decode(), system_type.decode()))
            status = 0 if good else 0x0E
            self._send(line, command | ANSWER, status, sequence, b"CENTRE\0" * good)
            if command == BIND_RECEIVER and good:
                for number, waiting in enumerate(self.waiting, 1):
                    self._send(line, DELIVER, 0, number, waiting)
            return True
        if command == SUBMIT:
            return self._take(line, sequence, body)
        if command == QUERY:
            remote_id = body.split(b"\0")[0].decode()
            state = self.states.get(remote_id)
            if state is None:
                self._send(line, QUERY | ANSWER, 0x67, sequence)
            else:
                answer = remote_id.encode() + b"\0" + b"\0" + bytes([state, 0])
                self._send(line, QUERY | ANSWER, 0, sequence, answer)
            return True
        if command == DELIVER | ANSWER:
            self.acknowledged.append(sequence)
            return True
        if command == UNBIND:
            self._send(line, UNBIND | ANSWER, 0, sequence)
            return False
        return True

    def _take(self, line, sequence, body):
        """submit_sm, section 4.4.1."""
        _service, rest = body.split(b"\0", 1)
        source_ton, source_npi, rest = rest[0], rest[1], rest[2:]
        source, rest = rest.split(b"\0", 1)
        number, rest = rest[2:].split(b"\0", 1)
        esm_class, rest = rest[0], rest[3:]
        _scheduled, rest = rest.split(b"\0", 1)
        _validity, rest = rest.split(b"\0", 1)
        registered, _replace, coding, _default, size = rest[:5]
        self.submitted.append(
            {
                "source": (source_ton, source_npi, source.decode("latin-1")),
                "number": number.decode(),
                "esm_class": esm_class,
                "registered": registered,
                "coding": coding,
                "text": rest[5 : 5 + size],
            }
        )
        status = self.status.pop(0) if len(self.status) > 1 else self.status[0]
        if status == "cut":
            return False
        if status == "silent":
            return True
        # whether somebody is there may be asked at any time
        self._send(line, ENQUIRE, 0, 900 + sequence)
        answer = f"id{len(self.submitted)}".encode() + b"\0"
        self._send(line, SUBMIT | ANSWER, status, sequence, b"" if status else answer)
        return True


def build_deliver(text, sender=b"79161208115", esm_class=0, coding=0, tlv=b""):
    """The body of a deliver_sm, section 4.6.1."""
    return (
        b"\0\1\1" + sender + b"\0\1\1" + b"79037672215\0"
        + bytes([esm_class, 0, 0]) + b"\0\0" + bytes([0, 0, coding, 0, len(text)])
        + text + tlv
    )  # fmt: skip


@contextmanager
def centre(**values):
    """A message centre for the length of a block."""
    running = Centre(**values)
    try:
        yield running
    finally:
        running.stop()
