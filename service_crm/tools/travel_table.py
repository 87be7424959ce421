"""Ways between places asked of a table service over HTTP, such as OSRM has.

Who answers late, wrongly, too much or not at all is told by :class:`TravelError`.
"""

import json
import queue
import threading
import time
from collections import OrderedDict
from math import isfinite

import requests

from .outbound import AddressRefused

MEGABYTE = 1 << 20
WEEK = 7 * 24 * 3600


class TravelError(Exception):
    """Why a service gave no ways: ``slow``, ``unreachable``, ``status``, ``answer``,
    ``refused`` (it lies in the own network).

    :param detail: the status or what was wrong, for the log; of what was refused
        ``(host, address)``
    """

    def __init__(self, kind, detail=""):
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail


class WayCache:
    """Ways known already, the least used ones forgotten first."""

    def __init__(self, size=200_000, seconds=WEEK):
        self.size, self.seconds = size, seconds
        self.lock = threading.Lock()
        self.ways = OrderedDict()

    def get(self, key):
        """``(seconds, metres)``, or ``None``."""
        with self.lock:
            entry = self.ways.get(key)
            if entry is None or entry[0] < time.monotonic():
                return None
            self.ways.move_to_end(key)
            return entry[1]

    def put(self, key, way):
        with self.lock:
            self.ways[key] = (time.monotonic() + self.seconds, way)
            self.ways.move_to_end(key)
            while len(self.ways) > self.size:
                self.ways.popitem(last=False)


def split_table(origins, targets, most):
    """A table in parts of at most ``most`` places: ``[(origins, targets)]``."""
    wide = max(1, min(len(origins), most // 2))
    high = max(1, most - wide)
    return [
        (origins[i : i + wide], targets[j : j + high])
        for i in range(0, len(origins), wide)
        for j in range(0, len(targets), high)
    ]


def build_table_url(base, profile, origins, targets):
    """The address of an OSRM table: ``(latitude, longitude)`` become lon,lat."""
    places = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in (*origins, *targets))
    sources = ";".join(map(str, range(len(origins))))
    last = len(origins) + len(targets)
    ends = ";".join(map(str, range(len(origins), last)))
    return (
        f"{base.rstrip('/')}/table/v1/{profile}/{places}"
        f"?sources={sources}&destinations={ends}&annotations=duration,distance"
    )


def read_table(text, rows, columns):
    """What an OSRM table says: rows of ``(seconds, metres)``, ``None`` for no way.

    :raise TravelError: ``answer``, when it is anything else than such a table
    """
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise TravelError("answer", "no JSON") from error
    if not isinstance(answer, dict) or answer.get("code") != "Ok":
        code = answer.get("code") if isinstance(answer, dict) else type(answer).__name__
        raise TravelError("answer", str(code)[:80])
    durations = _check_table(answer.get("durations"), rows, columns)
    distances = _check_table(answer.get("distances"), rows, columns)
    return [
        [
            None
            if seconds is None or metres is None
            else (round(seconds), round(metres))
            for seconds, metres in zip(*lines, strict=True)
        ]
        for lines in zip(durations, distances, strict=True)
    ]


def _check_table(table, rows, columns):
    fits = (
        isinstance(table, list)
        and len(table) == rows
        and all(isinstance(line, list) and len(line) == columns for line in table)
    )
    if not fits or not all(_is_amount(value) for line in table for value in line):
        raise TravelError("answer", "no table of that size")
    return table


def _is_amount(value):
    return value is None or (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and isfinite(value)
        and value >= 0
    )


def fetch(url, seconds, allowed, most=4 * MEGABYTE):
    """The text at an address, within so many seconds and bytes.

    Read in a thread of its own: who answers drop by drop is left alone in time.

    :param allowed: :class:`~.outbound.Allowed`
    :raise TravelError: with the kind of failure
    """
    result = queue.SimpleQueue()
    reader = threading.Thread(
        target=_read_into, args=(result, url, seconds, allowed, most), daemon=True
    )
    reader.start()
    try:
        answer = result.get(timeout=seconds)
    except queue.Empty:
        raise TravelError("slow") from None
    if isinstance(answer, TravelError):
        raise answer
    return answer


def _read_into(result, url, seconds, allowed, most):
    try:
        result.put(_read(url, seconds, allowed, most))
    except TravelError as error:
        result.put(error)
    except AddressRefused as error:
        result.put(TravelError("refused", (error.host, error.address)))
    except requests.Timeout:
        result.put(TravelError("slow"))
    except requests.RequestException as error:
        result.put(TravelError("unreachable", type(error).__name__))


def _read(url, seconds, allowed, most):
    until = time.monotonic() + seconds
    with (
        allowed.open_session() as calls,
        calls.get(url, timeout=seconds, stream=True, allow_redirects=False) as response,
    ):
        if response.status_code != 200:
            raise TravelError("status", str(response.status_code))
        body = bytearray()
        for chunk in response.iter_content(1024):
            body += chunk
            if len(body) > most:
                raise TravelError("answer", "too big")
            if time.monotonic() > until:
                raise TravelError("slow")
        return body.decode("utf-8", "replace")
