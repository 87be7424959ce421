"""Gateways that answer as they are told, for tests."""

from unittest.mock import patch

from ..models.sms_gateway import SmsGateway
from ..tools.gateways.base import SENT, Gateway, Report
from .common import MessagesCommon


class StubGateway(Gateway):
    """Keeps what it was given; answers by ``answer(messages)``."""

    batch_size = 100
    is_parallel = False

    def __init__(self, settings, stub=None):
        super().__init__(settings)
        self.stub = stub

    def send(self, messages):
        self.stub.calls.append([(m.id, m.number, m.text) for m in messages])
        return self.stub.answer(messages)

    def query(self, messages):
        self.stub.asked.append([(m.id, m.remote_id) for m in messages])
        return self.stub.tell(messages)


class Stub:
    """What one kind of gateway of the tests does."""

    def __init__(self, **abilities):
        self.calls, self.asked = [], []
        self.adapter = type("Adapter", (StubGateway,), abilities)

    def answer(self, messages):
        return [Report(id=m.id, remote_id=f"r{m.id[:8]}", state=SENT) for m in messages]

    def tell(self, messages):
        return []

    @property
    def sent(self):
        """Our ids of all that went out, in order."""
        return [message[0] for call in self.calls for message in call]


class GatewaysCommon(MessagesCommon):
    """Two kinds of gateways, ``first`` and ``second``, and messages in the queue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stubs = {}
        get_kinds = SmsGateway._get_kinds

        def with_stubs(gateway):
            kinds = {
                key: {
                    "name": key,
                    "class": lambda settings, s=stub: s.adapter(settings, s),
                }
                for key, stub in cls.stubs.items()
            }
            return {**get_kinds(gateway), **kinds}

        patcher = patch.object(SmsGateway, "_get_kinds", with_stubs)
        cls.startClassPatcher(patcher)
        cls.gateways = cls.env["sms.gateway"]
        cls.gateways.search([]).active = False

    def setUp(self):
        super().setUp()
        self.stubs.clear()

    def allow(self, hosts):
        """Let these hosts of the own network be called."""
        self.env["ir.config_parameter"].set_param(
            "service_crm.own_network_hosts", hosts
        )

    def build_gateway(self, key="first", abilities=(), **values):
        """A gateway of a kind of its own, and its stub."""
        self.stubs[key] = Stub(**dict(abilities))
        gateway = self.gateways.create({"name": key, "kind": key, **values})
        return gateway, self.stubs[key]

    def build_sms(self, count=1, number="+7916000%04d", **values):
        """Messages in the queue, and their rows in the log."""
        sms = self.env["sms.sms"].create(
            [
                {
                    "number": number % n if "%" in (number or "") else number,
                    "body": f"Привет {n}",
                    **values,
                }
                for n in range(count)
            ]
        )
        return sms, self.get_log(sms)

    def get_log(self, sms):
        return self.messages.search(
            [("sms_uuid", "in", sms.mapped("uuid"))], order="id"
        )

    def run_queue(self):
        """The job of the queue, as the server runs it."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("sms.ir_cron_sms_scheduler_action").method_direct_trigger()
        self.env.invalidate_all()
