from datetime import datetime
from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.service_crm.tests.common import requirement

from .common import CONFIRMED, MessagesCommon

QUEUE = "odoo.addons.service_crm_sms.models.service_notification_plan"
RENDER = "odoo.addons.mail.models.mail_render_mixin"


class TestNotifications(MessagesCommon):
    """From an entry to the queues: whom, how, once, in which language."""

    @requirement("R33")
    def test_performer_is_told_by_mail_and_sms(self):
        self.performer_partner.service_message_channel = "both"
        request = self.build_request()
        visits = self.build_visit(request_id=request.id) + self.build_visit(
            request_id=request.id
        )
        visits.with_user(self.user_dispatcher).action_assign()
        for visit in visits:
            messages = self.sent(visit, audience="performer")
            self.assertEqual(sorted(messages.mapped("channel")), ["mail", "sms"])
            self.assertEqual(messages.mapped("state"), ["queued", "queued"])
            self.assertEqual(messages.partner_id, self.performer_partner)
            self.assertEqual(messages.request_id, request)
            mail = messages.mail_mail_id
            self.assertEqual(mail.state, "outgoing")
            self.assertEqual(mail.recipient_ids, self.performer_partner)
            sms = self.sms_of(messages)
            self.assertEqual((sms.state, sms.number), ("outgoing", "+79160001122"))
            for text in (mail.body_html, sms.body):
                self.assertIn("Lenina 5, Moscow", text)
                self.assertIn(request.service_number, text)
                self.assertIn("Monday, 23 November, 9:00 AM", text)
                self.assertNotIn("False", text)
            self.assertEqual(
                messages.filtered(lambda m: m.channel == "sms").text, sms.body
            )
        self.assertFalse(
            self.env["mail.mail"].search_count(
                [
                    ("recipient_ids", "in", self.performer_partner.ids),
                    ("id", "not in", self.sent(visits).mail_mail_id.ids),
                    ("res_id", "in", visits.ids),
                    ("model", "=", "service.work.order"),
                    ("message_type", "=", "email_outgoing"),
                ]
            ),
            "The default mail must not go out beside the rule's",
        )

    @requirement("R34")
    def test_ready_is_told_once(self):
        rule = self.rule("ready")
        self.customer.service_message_channel = "both"
        request = self.build_request()
        for phase in ("closing", "execution", "closing"):
            request._move_to_phase(phase, force=True)
        messages = self.sent(request, rule_id=rule.id)
        self.assertEqual(sorted(messages.mapped("channel")), ["mail", "sms"])
        self.assertEqual(messages.partner_id, self.customer)
        rule.resend_on_reentry = True
        for phase in ("execution", "closing"):
            request._move_to_phase(phase, force=True)
        self.assertEqual(len(self.sent(request, rule_id=rule.id)), 4)

    def test_whole_way_of_a_visit(self):
        self.customer.service_message_channel = "sms"
        visit = self.build_visit()
        dispatcher = visit.with_user(self.user_dispatcher)
        dispatcher.action_assign()
        self.send_messages()
        dispatcher.action_confirm_customer()
        visit.with_user(self.user_performer).action_accept()
        self.send_messages()
        dispatcher.action_reschedule(
            reason="Customer asked", date_start=datetime(2026, 11, 24, 9)
        )
        self.send_messages()
        self.send_waiting()
        visit.with_user(self.user_performer).action_on_the_way()
        events = self.sent(visit, audience="customer").sorted("id").mapped("event")
        self.assertEqual(
            events, ["performer_assigned", "slot_fixed", "slot_moved", "on_the_way"]
        )
        moved = self.sent(visit, event="slot_moved", audience="customer")
        self.assertIn("Tuesday, 24 November, 12:00 PM-2:00 PM", moved.text)
        self.assertIn(visit.request_id.access_token, self.follow(moved.text))
        dispatcher.action_cancel(reason="Сломалась машина")
        told = self.sent(visit, event="work_cancelled", audience="performer")
        self.assertIn("Сломалась машина", told.text)

    def test_planning_alone_tells_nobody(self):
        visit = self.build_visit()
        visit.with_user(self.user_dispatcher).date_start = datetime(2026, 11, 25, 9)
        self.assertFalse(self.sent(visit))

    def test_received_by_an_unknown_customer(self):
        request = self.build_request(
            partner_id=False,
            site_id=False,
            contact_name="Пётр",
            phone="8 (916) 123-45-67",
        )
        message = self.sent(request, event="request_received")
        self.assertEqual((message.channel, message.address), ("sms", "+79161234567"))
        self.assertEqual(message.recipient, "Пётр")
        self.assertIn(request.service_number, message.text)
        self.assertFalse(self.sms_of(message).partner_id)

    def test_who_cannot_be_reached_is_in_the_log(self):
        silent = self.build_partner(name="Без связи")
        wrong = self.build_partner(name="Wrong", phone="12", email="nonsense")
        for partner, channel, reason in (
            (silent, "sms", "no_phone"),
            (wrong, "sms", "bad_phone"),
        ):
            message = self.sent(self.build_request(partner_id=partner.id))
            self.assertEqual(
                (message.state, message.channel, message.reason),
                ("suppressed", channel, reason),
            )
            self.assertFalse(self.sms_of(message))
        self.rule("received").channel = "mail"
        message = self.sent(self.build_request(partner_id=wrong.id))
        self.assertEqual((message.state, message.reason), ("suppressed", "bad_email"))
        message = self.sent(self.build_request(partner_id=False, site_id=False))
        self.assertEqual(
            (message.state, message.reason), ("suppressed", "no_recipient")
        )

    def test_condition_team_and_switch(self):
        rule = self.only_rule("received", condition="[('priority', '=', '3')]")
        self.assertFalse(self.sent(self.build_request()))
        self.assertTrue(self.sent(self.build_request(priority="3")))
        rule.write({"condition": "[]", "team_id": self.team.copy().id})
        self.assertFalse(self.sent(self.build_request()))
        rule.team_id = self.team
        self.assertTrue(self.sent(self.build_request()))
        rule.active = False
        self.assertFalse(self.sent(self.build_request()))

    def test_second_company(self):
        other = self.env["res.company"].create({"name": "Второй сервис"})
        team = self.team.copy({"company_id": other.id})
        stage = self.stages["new"].copy({"team_ids": [(6, 0, team.ids)]})
        self.only_rule("received", company_id=other.id)
        self.assertFalse(self.sent(self.build_request()))
        request = self.build_request(
            team_id=team.id, company_id=other.id, stage_id=stage.id
        )
        message = self.sent(request)
        self.assertEqual(message.company_id, other)
        self.assertIn("Второй сервис", message.subject)
        with self.subTest("the log is the company's own"):
            visible = self.messages.with_user(self.user_operator).search(
                [("id", "=", message.id)]
            )
            self.assertFalse(visible)

    def test_particular_stage(self):
        stage = self.stages["dispatch"].copy({"name": "Waiting for parts"})
        self.rules.create(
            {
                "event": "request_stage",
                "stage_id": stage.id,
                "channel": "sms",
                "template_id": self.text("rate").id,
            }
        )
        request = self.build_request()
        request.stage_id = self.stages["dispatch"]
        self.assertFalse(self.sent(request, event="request_stage"))
        request.stage_id = stage
        self.assertEqual(len(self.sent(request, event="request_stage")), 1)

    def test_all_audiences(self):
        template = self.text("slot_fixed")
        people = {
            "customer": self.customer,
            "site": self.site,
            "performer": self.performer_partner,
            "dispatcher": self.user_dispatcher.partner_id,
            "manager": self.user_manager.partner_id,
            "operator": self.user_operator.partner_id,
        }
        for number, partner in enumerate(people.values()):
            partner.phone = f"+7 916 000-00-{number:02}"
        self.rules.search([]).active = False
        self.rules.create(
            [
                {
                    "event": "work_started",
                    "audience": audience,
                    "channel": "sms",
                    "template_id": template.id,
                }
                for audience in people
            ]
        )
        request = self.build_request(
            dispatcher_id=self.user_dispatcher.id,
            user_id=self.user_manager.id,
            operator_id=self.user_operator.id,
        )
        visit = self.build_visit(request_id=request.id, state="assigned", **CONFIRMED)
        visit.with_user(self.user_performer).action_start()
        messages = self.sent(visit)
        self.assertEqual(
            {message.audience: message.partner_id for message in messages}, people
        )

    def test_language_of_each_recipient(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env.ref("service_crm_sms.sms_template_slot_fixed").with_context(
            lang="ru_RU"
        ).body = "Мастер {{ object._get_slot_text(object._get_customer_tz()) }}"
        self.only_rule("slot_fixed", channel="sms")
        self.customer.lang = "ru_RU"
        other = self.build_partner(name="John", phone="+7 916 222-33-44")
        visits = self.build_visit(state="assigned") + self.build_visit(
            state="assigned", request_id=self.build_request(partner_id=other.id).id
        )
        visits.with_user(self.user_dispatcher).action_confirm_customer()
        visits.with_user(self.user_dispatcher).action_confirm_performer()
        texts = {m.partner_id: m.text for m in self.sent(visits)}
        self.assertIn("Мастер понедельник, 23 ноября", texts[self.customer])
        self.assertIn("Monday, 23 November", texts[other])

    def test_broken_template_stops_nothing(self):
        self.only_rule("received", channel="sms")
        self.env.ref(
            "service_crm_sms.sms_template_received"
        ).body = "{{ 1 / len(object.description or []) }} {{ object.name }}"
        values = {
            "team_id": self.team.id,
            "partner_id": self.customer.id,
        }
        with (
            self.assertLogs(QUEUE, "WARNING") as logs,
            mute_logger(RENDER),
        ):
            requests = self.env["crm.lead"].create(
                [
                    {**values, "name": f"№ {number}", "description": text}
                    for number, text in enumerate(["good", "good", False, "good"])
                ]
            )
            self.send_messages()
        self.assertEqual(len(logs.output), 1)
        states = [self.sent(request).state for request in requests]
        self.assertEqual(states, ["queued", "queued", "failed", "queued"])
        failed = self.sent(requests[2])
        self.assertEqual(failed.reason, "template")
        self.assertIn("division", failed.error)
        with self.subTest("retry after the text is put right"):
            rule_body = "{{ object.name }}"
            failed.rule_id.sms_template_id.body = rule_body
            failed.with_user(self.user_operator).action_retry()
            self.assertEqual((failed.state, failed.text), ("queued", "№ 2"))
            self.assertEqual(failed.attempts, 2)
            self.assertEqual(self.sms_of(failed).body, "№ 2")

    def test_same_entry_never_twice(self):
        request = self.build_request()
        row = self.env["service.phase.log"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", request.id)]
        )
        before = self.sent(request)
        row._send_messages()
        self.assertEqual(self.sent(request), before)

    def test_race_for_the_same_entry(self):
        """Another transaction told the person, and this one cannot see it."""
        request = self.build_request()
        row = self.env["service.phase.log"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", request.id)]
        )
        before = self.sent(request)
        blind = patch.object(
            type(self.messages), "_filter_told", lambda self, rule, recs, vals: vals
        )
        with blind, mute_logger("odoo.sql_db"):
            row._send_messages()
        self.assertEqual(self.sent(request), before)

    def test_manager_hears_of_low_ratings_only(self):
        request = self.build_request(user_id=self.user_manager.id)
        other = self.build_request(user_id=self.user_manager.id)
        for record, stars in ((request, 1), (other, 5)):
            record.rating_apply(
                stars, token=record._rating_get_access_token(), feedback="Опоздали"
            )
            record.service_rating_state = "rated"
        self.assertFalse(self.sent(other, event="rated"))
        message = self.sent(request, event="rated")
        self.assertEqual(message.partner_id, self.user_manager.partner_id)
        self.assertIn("Опоздали", message.text)

    def test_queries_do_not_grow(self):
        self.customer.service_message_channel = "both"
        self.performer_partner.service_message_channel = "both"

        def rows_of(number):
            visits = self.env["service.work.order"].concat(
                *[self.build_visit() for _index in range(number)]
            )
            log = self.env["service.phase.log"]
            with patch.object(type(log), "_service_entered", lambda rows: None):
                visits.sudo().write({"state": "assigned"})
            return log.search(
                [
                    ("res_model", "=", "service.work.order"),
                    ("res_id", "in", visits.ids),
                    ("field_name", "=", "state"),
                    ("value", "=", "assigned"),
                ]
            )

        def count(rows):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows._send_messages()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few, many = rows_of(3), rows_of(30)
        count(rows_of(1))  # fills the caches of templates and rules
        self.assertEqual(count(few), count(many))
        told = self.messages.search_count([("entry_id", "in", many.ids)])
        self.assertEqual(told, 120)  # performer and customer, each by mail and SMS
