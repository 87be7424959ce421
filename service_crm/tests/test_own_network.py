import socket
from unittest.mock import patch

import requests

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase
from odoo.tests.common import _super_send

from ..tools.outbound import AddressRefused, Allowed
from .common import ServiceCommon
from .common_travel import RoadMap

INNER = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.10",
    "169.254.169.254", "100.64.0.1", "192.0.2.7", "198.18.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd12::5", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
    "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1",
]  # fmt: skip
OUTER = ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"]


class TestAllowed(BaseCase):
    """Which addresses are the own network; without a database."""

    def test_addresses_of_the_own_network_are_refused(self):
        for address in INNER:
            with self.subTest(address=address), self.assertRaises(AddressRefused):
                Allowed().check("name.example.com", address)

    def test_addresses_of_the_internet_are_not(self):
        for address in OUTER:
            Allowed().check("name.example.com", address)

    def test_the_administrator_allows_names_addresses_and_networks(self):
        allowed = Allowed("ERP.local., 10.0.0.5\n192.168.1.0/24 fd12::/16")
        allowed.check("erp.local", "172.16.0.1")
        for address in ("10.0.0.5", "::ffff:10.0.0.5", "192.168.1.77", "fd12::5"):
            allowed.check("name.example.com", address)
        for host, address in (
            ("other.local", "172.16.0.1"),
            ("erp.local.example.com", "172.16.0.1"),
            ("name.example.com", "10.0.0.6"),
            ("name.example.com", "127.0.0.1"),
        ):
            with self.assertRaises(AddressRefused):
                allowed.check(host, address)

    def test_what_can_be_seen_without_asking_anybody(self):
        for url in (
            "http://localhost/x",
            "http://LOCALHOST:8069",
            "https://a.localhost/x",
            "http://[::1]:8069/x",
            "http://user:pass@10.0.0.1/x",
            "http://[::ffff:7f00:1]/",
        ):
            with self.subTest(url=url), self.assertRaises(AddressRefused):
                Allowed().check_written(url)
        Allowed().check_written("https://no-such-name.example/x")

    def test_other_ways_to_write_an_address_are_seen_when_it_is_resolved(self):
        for host in ("2130706433", "0x7f000001", "127.1", "0"):
            with self.subTest(host=host), self.assertRaises(AddressRefused):
                Allowed().resolve(host, 80)

    def test_one_inner_address_among_several_is_enough(self):
        def resolve(host, port, *_kind):
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
                for address in ("8.8.8.8", "10.0.0.1")
            ]

        with (
            patch.object(socket, "getaddrinfo", resolve),
            self.assertRaises(AddressRefused),
        ):
            Allowed().resolve("two-faced.example.com", 443)


class TestCalls(ServiceCommon):
    """Real calls to servers on loopback."""

    def setUp(self):
        super().setUp()
        # Odoo lets tests reach 127.0.0.1 only; where these may go is what they test
        self.patch(requests.Session, "send", _super_send)
        self.network = self.env["service.own.network"]
        self.parameters = self.env["ir.config_parameter"]

    def build_server(self, answer=None):
        server = RoadMap(answer=answer)
        self.addCleanup(server.close)
        return server

    def call(self, url, **options):
        with self.network._get_allowed().open_session() as calls:
            return calls.get(url, timeout=2, **options)

    def test_only_what_the_system_administrator_allows_is_called(self):
        server = self.build_server(lambda handler: handler.reply(200, "здесь"))
        with self.assertRaises(AddressRefused) as refusal:
            self.call(server.url)
        self.assertFalse(server.asked)
        words = self.network._describe(refusal.exception.host, "127.0.0.1")
        self.assertRegex(words, "own network.*system administrator.*own_network_hosts")
        with self.assertRaises(AccessError):
            self.parameters.with_user(self.user_admin).set_param(
                "service_crm.own_network_hosts", "127.0.0.1"
            )
        self.parameters.set_param("service_crm.own_network_hosts", "127.0.0.1")
        self.assertEqual(self.call(server.url).content.decode(), "здесь")

    def test_a_redirect_is_checked_as_well(self):
        inner = self.build_server()

        def away(handler):
            handler.send_response(302)
            port = inner.server.server_port
            handler.send_header("Location", f"http://localhost:{port}/secret")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        outer = self.build_server(away)
        resolve = socket.getaddrinfo
        self.patch(
            socket,
            "getaddrinfo",
            lambda host, *args: resolve(
                "127.0.0.2" if host == "localhost" else host, *args
            ),
        )
        self.parameters.set_param("service_crm.own_network_hosts", "127.0.0.1")
        with self.assertRaises(AddressRefused):
            self.call(outer.url)
        self.assertFalse(inner.asked)

    def test_refused_when_it_is_written(self):
        with self.assertRaisesRegex(UserError, "own network"):
            self.network._check_written("http://localhost:5000")
        self.network._check_written("http://osrm.example.com:5000")
