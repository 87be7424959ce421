"""Requests to addresses that users write: never into the own network.

Whoever may write an address could otherwise have this server ask what only this server
can reach: a database, a router, the keys a cloud gives to its machines. The name is
resolved once, all its addresses are checked, and the connection goes to the checked
one: a name that changes its address in between changes nothing, and what a redirect
leads to is checked as well.
"""

import socket
from contextlib import suppress
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

TRIED = 3  # addresses of one name; a name with hundreds of dead ones would take hours
# IPv6 addresses that carry an IPv4 address, which is the one that is reached
NAT64 = ip_network("64:ff9b::/96")
# a proxy of the environment would resolve the name by itself, unchecked
NO_PROXY = {"http": "", "https": "", "all": ""}


class AddressRefused(Exception):
    """A host, or what its name leads to, lies in the own network.

    :param host: as it was written
    :param address: what it leads to
    """

    def __init__(self, host, address):
        super().__init__(host, address)
        self.host = host
        self.address = address

    def __str__(self):
        return f"{self.host} ({self.address}) lies in the own network"


class Allowed:
    """The internet may be reached, and of the own network what is allowed.

    :param text: names, addresses and networks, with commas, spaces or lines between:
        ``erp.local, 10.0.0.5, 192.168.1.0/24``
    """

    refusal = AddressRefused

    def __init__(self, text=""):
        self.names, self.networks = set(), []
        for word in (text or "").replace(",", " ").split():
            try:
                self.networks.append(ip_network(word, strict=False))
            except ValueError:
                self.names.add(_clean(word))

    def check(self, host, address):
        """Refuse an address of the own network, unless it or its name is allowed.

        :param host: name the address was found by
        :param address: text of an IPv4 or IPv6 address
        :raise AddressRefused: when it may not be reached
        """
        if _clean(host) in self.names:
            return
        found = ip_address(address.partition("%")[0])  # without the zone of IPv6
        carried = _get_carried(found)
        if any(one in network for one in {found, carried} for network in self.networks):
            return
        if not _is_public(found) or not _is_public(carried):
            raise AddressRefused(host, address)

    def check_written(self, url):
        """Refuse what can be seen from an address alone, without resolving names.

        :raise AddressRefused: when its host is in the own network for certain
        """
        host = _clean(urlsplit(url).hostname)
        if host == "localhost" or host.endswith(".localhost"):
            self.check(host, "127.0.0.1")
            return
        try:
            address = str(ip_address(host))
        except ValueError:
            return  # a name: looked at when it is resolved
        self.check(host, address)

    def resolve(self, host, port, family=socket.AF_UNSPEC):
        """The addresses of a host, all of them checked.

        :param family: ``socket.AF_INET`` for who knows no others
        :raise AddressRefused: when one of them may not be reached
        :raise OSError: when the name leads nowhere
        """
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(place[0] for *_kind, place in found))
        for address in addresses:
            self.check(host, address)
        return addresses

    def open_session(self):
        """A session of ``requests`` that reaches what may be reached, see
        :class:`CheckedSession`."""
        return CheckedSession(CheckedAdapter(self))


class CheckedSession(requests.Session):
    """A session whose calls raise :class:`AddressRefused` for what may not be reached.

    :param adapter: :class:`CheckedAdapter`
    """

    def __init__(self, adapter):
        super().__init__()
        for scheme in ("http://", "https://"):
            self.mount(scheme, adapter)

    def merge_environment_settings(self, url, proxies, stream, verify, cert):
        return super().merge_environment_settings(
            url, dict(NO_PROXY), stream, verify, cert
        )


class CheckedAdapter(HTTPAdapter):
    """Connects to addresses that were checked.

    :param allowed: :class:`Allowed`
    """

    def __init__(self, allowed):
        self.allowed = allowed
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        result = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": self._make_pool(HTTPConnectionPool, HTTPConnection),
            "https": self._make_pool(HTTPSConnectionPool, HTTPSConnection),
        }
        return result

    def note_line(self, line):
        """Called with the socket of each new connection."""

    def _make_pool(self, pool, connection):
        """A class of pools whose connections are checked by this adapter."""
        made = type("Checked", (_CheckedConnection, connection), {"adapter": self})
        return type("CheckedPool", (pool,), {"ConnectionCls": made})


class _CheckedConnection:
    """Part of a connection: resolves, checks, and connects to what it checked."""

    adapter = None

    def _new_conn(self):
        """A connection to a checked address of the host."""
        name = self._dns_host
        try:
            addresses = self.adapter.allowed.resolve(name, self.port)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, str(error)) from error
        *others, last = addresses[:TRIED]
        try:
            for address in others:
                self._dns_host = address
                with suppress(ConnectTimeoutError):  # that one; also when it is refused
                    return self._note(super()._new_conn())
            self._dns_host = last
            return self._note(super()._new_conn())
        finally:
            self._dns_host = name  # the certificate is that of the name

    def _note(self, line):
        self.adapter.note_line(line)
        return line


def _clean(host):
    """A host name as names are compared."""
    return (host or "").strip("[]").rstrip(".").lower()


def _get_carried(address):
    """The IPv4 address that an IPv6 address carries; else the address itself."""
    if address.version == 4:
        return address
    if address in NAT64:
        return ip_address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo and address.teredo[1]
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _is_public(address):
    return address.is_global and not address.is_multicast
