"""Webhooks on the wire: one call, cut in time, of whose answer little is read."""

import socket
from contextlib import contextmanager, suppress
from threading import Timer

import requests

from odoo.addons.service_crm.tools.outbound import CheckedAdapter, CheckedSession


class Answer:
    """What a receiver answered: its status, and the beginning of its text."""

    def __init__(self, status, reason="", text=""):
        self.status = status
        self.reason = reason
        self.text = text

    @property
    def taken(self):
        # a redirect is no “taken”: nothing was done at the address that was given
        return 200 <= self.status < 300


def post(url, body, headers, allowed, timeout, deadline, limit):
    """Send a body to an address, following no redirects.

    :param allowed: :class:`~odoo.addons.service_crm.tools.outbound.Allowed`
    :param timeout: seconds to wait for a connection, and for each part of the answer
    :param deadline: seconds until the connection is cut, whatever it still sends
    :param limit: bytes of the answer that are read
    :return: :class:`Answer`
    :raise AddressRefused: when the address is not to be reached
    :raise requests.RequestException: when there was no answer
    """
    adapter = _CuttableAdapter(allowed)
    with CheckedSession(adapter) as session, adapter.cut_after(deadline):
        try:
            answer = _ask(session, url, body, headers, timeout, limit)
        except requests.RequestException:
            if not adapter.was_cut:
                raise
    if adapter.was_cut:
        raise requests.ReadTimeout(f"no answer within {deadline} seconds")
    return answer


def get_reason(error):
    """What is at the bottom of an error of ``requests``, without its wrappings."""
    inner = [getattr(error, "reason", None), error.__cause__, *error.args]
    inner = [one for one in inner if isinstance(one, Exception)]
    return get_reason(inner[0]) if inner else str(error)


def _ask(session, url, body, headers, timeout, limit):
    with session.post(
        url,
        data=body,
        headers={**headers, "Accept-Encoding": "identity"},
        timeout=timeout,
        allow_redirects=False,
        stream=True,
    ) as response:
        text = bytearray()
        for part in response.iter_content(limit):
            text += part
            if len(text) >= limit:
                break
        words = text[:limit].decode(response.encoding or "utf-8", "replace")
        return Answer(response.status_code, response.reason or "", words)


class _CuttableAdapter(CheckedAdapter):
    """Connects to addresses that were checked, and can cut the connection."""

    def __init__(self, allowed):
        self.lines = []
        self.was_cut = False
        super().__init__(allowed)

    def note_line(self, line):
        # a second handle to the socket: TLS takes the first one over
        self.lines.append(line.dup())

    @contextmanager
    def cut_after(self, seconds):
        """Cut the connections when the time is over: who sends drop by drop keeps
        within every time-out of its own."""
        timer = Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            for line in self.lines:
                line.close()

    def _cut(self):
        self.was_cut = True
        for line in self.lines:
            with suppress(OSError):  # it is over already
                line.shutdown(socket.SHUT_RDWR)
