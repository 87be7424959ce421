from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import MessagesCommon


class TestMessageLog(MessagesCommon):
    """What people do with the log: decide, look back, count. How long it is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.only_rule("received", channel="sms")
        cls.report = cls.env["service.notification.report"]

    def message(self, **values):
        """A message, in the state it is told to be in."""
        message = self.sent(self.build_request())
        message.ensure_one()
        message.write(values)
        return message

    def age(self, messages, **ago):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_notification SET create_date = %s WHERE id = ANY(%s)",
            [fields.Datetime.now() - timedelta(**ago), messages.ids],
        )
        self.env.invalidate_all()

    def test_unknown_arrived(self):
        messages = self.message(state="unknown") + self.message(state="unknown")
        failed = self.message(state="failed", reason="server")
        both = messages + failed
        action = both.with_user(self.user_operator).action_arrived()
        self.assertIn("2 marked", action["params"]["message"])
        self.assertEqual(messages.mapped("state"), ["delivered"] * 2)
        self.assertTrue(all(messages.mapped("date_delivered")))
        self.assertEqual(failed.state, "failed", "what is known stays")
        again = messages.with_user(self.user_operator).action_arrived()
        self.assertEqual(again["params"]["type"], "warning")

    def test_unknown_sent_again(self):
        message = self.message(state="unknown")
        first = message.sms_uuid
        for _press in range(2):
            message.with_user(self.user_dispatcher).action_send_again()
        self.assertEqual((message.state, message.attempts), ("queued", 2))
        self.assertNotEqual(message.sms_uuid, first)
        waiting = self.env["sms.sms"].search(
            [
                ("uuid", "in", [first, message.sms_uuid]),
                ("state", "=", "outgoing"),
                ("to_delete", "=", False),
            ]
        )
        self.assertEqual(waiting.mapped("uuid"), [message.sms_uuid])

    def test_written_by_hand_is_repeated_as_it_was(self):
        sms = self.env["sms.sms"].create(
            {"number": "+79160001122", "body": "Позвоните нам", "state": "outgoing"}
        )
        sms._create_service_notifications()
        message = self.messages.search([("sms_uuid", "=", sms.uuid)])
        message.write({"state": "failed", "reason": "server"})
        message.with_user(self.user_admin).action_retry()
        self.assertEqual(message.state, "queued")
        repeated = self.sms_of(message)
        self.assertNotEqual(repeated, sms)
        self.assertEqual(repeated.body, "Позвоните нам")
        self.assertEqual(repeated.number, "+79160001122")
        self.assertEqual(sms.state, "canceled")

    def test_who_decides(self):
        message = self.message(state="unknown")
        for method in ("action_arrived", "action_send_again"):
            with self.assertRaises(AccessError):
                getattr(message.with_user(self.user_performer), method)()
        self.assertEqual(message.state, "unknown")
        reader = new_test_user(self.env, "reader", groups="base.group_user")
        self.env["ir.model.access"].create(
            {
                "name": "reads only",
                "model_id": self.env["ir.model"]._get_id("service.notification"),
                "group_id": self.env.ref("base.group_user").id,
                "perm_read": True,
            }
        )
        with self.assertRaisesRegex(UserError, "Only operators"):
            message.with_user(reader).action_arrived()

    def test_line_of_time_on_the_cards(self):
        request = self.build_request()
        message = self.sent(request)
        as_operator = request.with_user(self.user_operator)
        self.assertEqual(as_operator.service_notification_ids, message)
        with self.assertRaises(AccessError):
            request.with_user(self.user_performer).read(["service_notification_ids"])

    def test_figures(self):
        now = fields.Datetime.now()
        gateway = self.env["sms.gateway"].create({"name": "А", "kind": "sandbox"})
        sent = {"gateway_id": gateway.id, "segments": 2, "cost": 1.5, "date_sent": now}
        messages = self.message(
            state="delivered", date_delivered=now + timedelta(minutes=4), **sent
        )
        messages += self.message(
            state="delivered", date_delivered=now + timedelta(minutes=2), **sent
        )
        messages += self.message(state="failed", reason="undelivered", **sent)
        messages += self.message(state="sent", **sent)
        messages += self.message(state="suppressed", reason="cap", date_sent=False)
        self.age(messages[0], days=40)
        self.env.flush_all()
        measures = [
            "message_count:sum",
            "left_count:sum",
            "delivered_share:avg",
            "minutes_to_delivery:avg",
            "segments:sum",
            "cost:sum",
        ]
        domain = [("id", "in", messages.ids)]
        as_manager = self.report.with_user(self.user_manager)
        rows = as_manager._read_group(domain, ["gateway_id"], measures)
        figures = {row[0]: row[1:] for row in rows}
        count, left, share, minutes, parts, cost = figures[gateway]
        self.assertEqual((count, left, share, minutes), (4, 4, 50.0, 3.0))
        self.assertEqual((parts, cost), (8, 6.0))
        months = as_manager._read_group(domain, ["date:month"], ["cost:sum"])
        self.assertEqual(sorted(cost for _month, cost in months), [1.5, 4.5])
        by_rule = as_manager._read_group(domain, ["rule_id"], ["message_count:sum"])
        self.assertEqual(by_rule, [(self.rule("received"), 5)])
        opened = as_manager.browse(messages[0].id).action_open_message()
        self.assertEqual(opened["res_id"], messages[0].id)

    def test_figures_are_seen_as_the_log_is(self):
        other = self.env["res.company"].create({"name": "Чужая"})
        hidden = self.message(company_id=other.id)
        foreign = self.message(is_foreign=True)
        own = self.message()
        ids = (hidden + foreign + own).ids
        self.env.flush_all()

        def seen(user):
            return self.report.with_user(user).search([("id", "in", ids)]).ids

        self.assertEqual(seen(self.user_operator), own.ids)
        self.assertEqual(set(seen(self.user_admin)), {own.id, foreign.id})
        with self.assertRaises(AccessError):
            seen(self.user_performer)

    def test_export(self):
        self.user_manager.group_ids += self.env.ref("base.group_allow_export")
        message = self.message(state="delivered")
        exported = message.with_user(self.user_manager).export_data(
            ["recipient", "channel", "address", "text", "state"]
        )["datas"][0]
        self.assertEqual(exported[0], message.recipient)
        self.assertEqual(exported[1], "SMS")
        self.assertEqual(exported[4], "Delivered")

    def test_kept_for_so_many_months(self):
        limit = self.env.ref("service_crm_sms.message_limit_all")
        limit.keep_months = 12
        old = self.message(state="delivered")
        waiting = self.message(state="unknown")
        young = self.message(state="failed")
        self.age(old + waiting, days=400)
        self.age(young, days=300)
        other = self.env["res.company"].create({"name": "Долгая память"})
        self.env["service.message.limit"].create(
            {"company_id": other.id, "keep_months": 0}
        )
        kept = self.message(state="delivered", company_id=other.id)
        self.age(kept, days=4000)
        self.messages._gc_old_messages()
        self.assertFalse(old.exists())
        self.assertTrue((waiting + young + kept).exists() == waiting + young + kept)
        limit.keep_months = 0
        self.age(young, days=4000)
        self.messages._gc_old_messages()
        self.assertTrue(young.exists())
