"""Calls to one gateway: so many at once, so many messages in a second.

Everything that waits for a gateway happens in here, far from the database.
"""

import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass

from .gateways.base import NotSent

# Reasons of the gateway itself, not of a message.
OUT_OF_ORDER = ("server", "account", "own_network")
# So many calls in a row that failed so, and the rest is not tried now.
BREAK_AFTER = 2
# Messages wait in hand, so that a call that ended is followed at once by the next.
IN_HAND = 6


class Skipped(NotSent):
    """Not tried: the calls before failed."""


@dataclass
class Result:
    """What became of one call: reports, or the error it ended with."""

    messages: list
    reports: list | None = None
    error: Exception | None = None


class Lane:
    """The way to one gateway.

    :param adapter: :class:`~.gateways.base.Gateway`
    :param parallel: calls at once; 1 keeps them in the thread of the caller
    :param rate: messages in a second; 0: no limit
    """

    def __init__(self, adapter, parallel=1, rate=0, clock=time.monotonic):
        self.adapter = adapter
        self.parallel = parallel if adapter.is_parallel else 1
        self.rate = rate
        self.is_closed = False
        self._failed = 0
        self._clock = clock
        self._allowed, self._since = 1.0, clock()
        self._futures = {}
        self._done = []
        self._pool = (
            ThreadPoolExecutor(self.parallel, "sms") if self.parallel > 1 else None
        )

    @property
    def is_busy(self):
        return bool(self._futures or self._done)

    @property
    def in_flight(self):
        return sum(len(messages) for messages in self._futures.values())

    def get_room(self):
        """How many messages it takes now."""
        if self.is_closed:
            return 0
        size = self.adapter.batch_size
        calls = self.parallel * (IN_HAND if size == 1 and self._pool else 1)
        room = calls * size - self.in_flight
        if self.rate:
            now = self._clock()
            self._allowed += (now - self._since) * self.rate
            self._allowed = min(self._allowed, max(self.rate, 1))
            self._since = now
            room = min(room, int(self._allowed))
        return max(room, 0)

    def get_pause(self):
        """Seconds until the limit of its rate lets the next message pass."""
        if self.is_closed or not self.rate:
            return 0
        return max((1 - self._allowed) / self.rate, 0)

    def put(self, messages, limit=None):
        """Send messages, in calls as large as the gateway takes them.

        :param limit: highest number in one call
        """
        self._allowed -= len(messages)
        size = max(min(self.adapter.batch_size, limit or len(messages)), 1)
        for start in range(0, len(messages), size):
            part = messages[start : start + size]
            if self._pool:
                self._futures[self._pool.submit(self._send, part)] = part
            else:
                self._done.append(self._send(part))

    def _send(self, messages):
        if self._failed >= BREAK_AFTER:
            return Result(messages, error=Skipped("The calls before failed"))
        try:
            result = Result(messages, reports=self.adapter.send(messages))
        except Exception as error:
            if isinstance(error, NotSent) and error.reason in OUT_OF_ORDER:
                self._failed += 1
            return Result(messages, error=error)
        self._failed = 0
        return result

    def take_done(self):
        """The results since the last time."""
        done, self._done = self._done, []
        for future in [future for future in self._futures if future.done()]:
            del self._futures[future]
            done.append(future.result())
        return done

    def close(self):
        """Take nothing any more; wait for what is on its way."""
        self.is_closed = True
        if self._pool:
            self._pool.shutdown(wait=True)

    @property
    def is_ripe(self):
        """Whether so much came back that storing it is worth a transaction; the rest
        keeps the gateway busy meanwhile."""
        done = sum(future.done() for future in self._futures)
        return bool(self._done or (done and done * 3 >= len(self._futures)))

    @staticmethod
    def wait(lanes, seconds):
        """Wait until enough calls ended, at most so long."""
        until = time.monotonic() + seconds
        while not any(lane.is_ripe for lane in lanes):
            left = until - time.monotonic()
            if left <= 0:
                break
            open_calls = [f for lane in lanes for f in lane._futures if not f.done()]
            if open_calls:
                wait(open_calls, left, FIRST_COMPLETED)
            else:
                time.sleep(left)
