import json
from unittest.mock import MagicMock, patch

from odoo.tests import new_test_user, tagged

from odoo.addons.bus.tests.common import WebsocketCase

from .common_board import BoardCommon

CHANNEL = "service_dispatch"
CHANGED = "service_dispatch_changed"


@tagged("post_install", "-at_install")
class TestDispatchBus(BoardCommon):
    """What is told, once per transaction, and who may listen."""

    def told(self, function):
        """What the boards are told of a change: ``[(company id, payload)]``."""
        self.env.cr.flush()
        self.env["bus.bus"].search([]).unlink()
        function()
        self.env.cr.flush()
        told = []
        for row in self.env["bus.bus"].search([]):
            channel, message = json.loads(row.channel), json.loads(row.message)
            if message["type"] == CHANGED:
                self.assertEqual((channel[1], channel[3]), ("res.company", CHANNEL))
                told.append((channel[2], message["payload"]))
        return told

    def test_a_change_is_told_once_and_with_whose_it_is(self):
        visits = self.plan(9) + self.plan(11)
        user = self.user_dispatcher
        told = self.told(lambda: visits.with_user(user).action_assign())
        self.assertEqual(
            told, [(self.env.company.id, {"ids": visits.ids, "by": user.id})]
        )
        told = self.told(lambda: visits[0].write({"priority": "1"}))
        self.assertEqual([payload["ids"] for _c, payload in told], [visits[0].ids])
        self.assertFalse(self.told(lambda: visits.write({"instruction": "Код 17"})))
        made = []
        told = self.told(lambda: made.append(self.plan(14)))
        self.assertEqual(told[0][1]["ids"], made[0].ids)
        told = self.told(lambda: made[0].unlink())
        self.assertEqual(len(told), 1)
        told = self.told(lambda: visits.write({"helper_ids": self.second.ids}))
        self.assertEqual([payload["ids"] for _c, payload in told], [visits.ids])

    def test_a_new_deadline_is_told(self):
        request = self.build_request(partner_id=self.customer.id)
        visit = self.plan(request_id=request.id)
        told = self.told(lambda: request.write({"wished_end": visit.date_end}))
        self.assertEqual([payload["ids"] for _c, payload in told], [visit.ids])
        self.assertFalse(self.told(lambda: request.write({"description": "Код"})))

    def test_each_company_hears_its_own(self):
        other = self.env["res.company"].create({"name": "Другая"})
        visit = self.plan()
        foreign = self.build_work_order(
            company_id=other.id, partner_id=self.build_partner("Чужой").id
        )
        told = self.told(lambda: (visit + foreign).write({"priority": "1"}))
        self.assertEqual(
            {company: payload["ids"] for company, payload in told},
            {self.env.company.id: visit.ids, other.id: foreign.ids},
        )

    def test_who_dispatches_listens_to_the_own_companies(self):
        other = self.env["res.company"].create({"name": "Другая"})
        self.user_manager.company_ids += other
        company = self.env.company.id

        def companies(user, asked=()):
            socket = self.env["ir.websocket"].with_user(user)
            session = MagicMock()
            session.session.uid = user.id
            with patch("odoo.addons.bus.models.ir_websocket.wsrequest", new=session):
                found = socket._build_bus_channel_list(list(asked))
            return {
                channel[0].id
                for channel in found
                if isinstance(channel, tuple) and channel[1] == CHANNEL
            }

        self.assertEqual(companies(self.user_dispatcher), {company})
        self.assertEqual(companies(self.user_operator), {company})
        self.assertEqual(companies(self.user_manager), {company, other.id})
        strangers = [self.user_performer, new_test_user(self.env, "clerk")]
        strangers.append(new_test_user(self.env, "visitor", groups="base.group_portal"))
        for user in strangers:
            self.assertFalse(companies(user, [CHANNEL]))


@tagged("post_install", "-at_install")
class TestDispatchSocket(WebsocketCase):
    """Over real sockets: the dispatcher's browser hears it, the performer's not."""

    def setUp(self):
        super().setUp()
        self.users = {
            role: new_test_user(
                self.env,
                login=f"socket_{role}",
                password=f"socket_{role}",
                groups=f"service_crm.group_service_{role}",
            )
            for role in ("dispatcher", "performer")
        }

    def listen(self, role):
        session = self.authenticate(f"socket_{role}", f"socket_{role}")
        socket = self.websocket_connect(cookie=f"session_id={session.sid}")
        self.subscribe(socket, [], self.env["bus.bus"]._bus_last_id())
        return socket

    def test_the_dispatchers_browser_is_told(self):
        customer = self.env["res.partner"].create({"name": "Анна"})
        for role, hears in (("performer", False), ("dispatcher", True)):
            with self.subTest(role=role):
                socket = self.listen(role)
                order = self.env["service.work.order"].create(
                    {"partner_id": customer.id}
                )
                self.env.flush_all()
                self.env["bus.bus"]._sendone("broadcast", "last", {})
                self.trigger_notification_dispatching(
                    [(self.env.company, CHANNEL), "broadcast"]
                )
                heard = {
                    notification["message"]["type"]: notification["message"]
                    for notification in json.loads(socket.recv())
                }
                self.assertIn("last", heard)
                self.assertEqual(CHANGED in heard, hears)
                if hears:
                    self.assertEqual(heard[CHANGED]["payload"]["ids"], order.ids)
