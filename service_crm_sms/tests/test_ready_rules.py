from datetime import datetime

from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from odoo.addons.service_crm.tests.common import requirement

from .common import CONFIRMED, MessagesCommon


class TestReadyRules(MessagesCommon):
    """The main way through, told by the ready rules."""

    @requirement("R128")
    def test_customer_hears_of_each_state_by_the_preferred_channel(self):
        by_channel = {
            "mail": self.customer,
            "sms": self.build_partner(
                name="Ольга",
                email="olga@example.com",
                phone="+7 916 555-66-77",
                service_message_channel="sms",
            ),
        }
        for channel, customer in by_channel.items():
            with self.subTest(channel):
                request = self.build_request(partner_id=customer.id)
                visit = self.build_visit(request_id=request.id)
                self.walk(visit)
                told = self.sent(request, partner_id=customer.id)
                told |= self.sent(visit, partner_id=customer.id)
                self.assertEqual(
                    told.sorted("id").mapped("event"),
                    [
                        "request_received",
                        "performer_assigned",
                        "slot_fixed",
                        "on_the_way",
                        "request_ready",
                        "rating_asked",
                    ],
                )
                self.assertEqual(set(told.mapped("state")), {"queued"})
                usual = told.filtered(lambda m: m.event != "on_the_way")
                self.assertEqual(set(usual.mapped("channel")), {channel})
                for text in told.mapped("text"):
                    self.assertNotIn("False", text)

    def walk(self, visit):
        """From the performer's name to the closed job."""
        dispatcher = visit.with_user(self.user_dispatcher)
        performer = visit.with_user(self.user_performer)
        dispatcher.action_assign()
        self.send_messages()
        dispatcher.action_confirm_customer()
        performer.action_accept()
        self.send_messages()
        performer.action_on_the_way()
        self.send_messages()
        performer.action_start()
        performer.action_done()
        self.send_messages()
        visit.request_id._move_to_phase("closing", force=True)
        self.send_messages()
        visit.request_id._action_ask_rating()
        self.send_messages()

    @requirement("R252")
    def test_rating_is_asked_once_stored_once_and_a_low_one_escalates(self):
        self.customer.service_message_channel = "both"
        request = self.build_request(user_id=self.user_manager.id)
        for _again in range(2):
            request._action_ask_rating()
            self.send_messages()
        asked = self.sent(request, event="rating_asked")
        self.assertEqual(sorted(asked.mapped("channel")), ["mail", "sms"])
        link = self.follow(asked.filtered(lambda m: m.channel == "sms").text)
        self.assertIn(f"{request.access_token}#rate", link)
        token = request._rating_get_access_token()
        for stars in (1, 5):
            request.sudo().rating_apply(stars, token=token, feedback="Опоздали")
        self.assertEqual(request.rating_last_value, 1)
        self.assertEqual(len(request.rating_ids.filtered("consumed")), 1)
        low = self.sent(request, event="rated")
        self.assertEqual(low.partner_id, self.user_manager.partner_id)
        kind = self.env.ref("service_crm.mail_activity_low_rating")
        task = request.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(task.user_id, self.user_manager)

    @freeze_time("2026-11-23 08:42:00")
    def test_on_the_way_says_when_somebody_arrives(self):
        rule = self.rule("on_the_way")
        self.only_rule("on_the_way")
        soon = self.build_visit(state="assigned", **CONFIRMED)
        late = self.build_visit(
            state="assigned",
            date_start=datetime(2026, 11, 23, 8),
            date_end=datetime(2026, 11, 23, 9),
            **CONFIRMED,
        )
        for visit in (soon, late):
            visit.with_user(self.user_performer).action_on_the_way()
        soon_text, late_text = (self.sent(v).text for v in (soon, late))
        self.assertIn("arrives 12:00 PM-12:20 PM", soon_text)
        self.assertIn("arrives 12:00 PM-12:20 PM", late_text)
        self.assertTrue(rule.at_any_hour)

    def test_invitation_for_the_performer(self):
        self.performer_partner.write(
            {"service_message_channel": "mail", "email": "sergey@example.com"}
        )
        visit = self.build_visit()
        visit.with_user(self.user_dispatcher).action_assign()
        first = self.read_invitation(visit, "performer_assigned")
        self.assertIn("DTSTART:20261123T090000Z", first)
        self.assertIn("DTEND:20261123T110000Z", first)
        self.assertIn("LOCATION:Lenina 5\\, Moscow", first)
        self.assertIn("ATTENDEE;PARTSTAT=NEEDS-ACTION", first)
        visit.with_user(self.user_dispatcher).action_reschedule(
            reason="Перенос", date_start=datetime(2026, 11, 24, 9)
        )
        self.send_messages()
        self.send_waiting()
        second = self.read_invitation(visit, "slot_moved")
        self.assertIn("DTSTART:20261124T090000Z", second)
        visit.with_user(self.user_dispatcher).action_cancel(reason="Передумали")
        third = self.read_invitation(visit, "work_cancelled")
        self.assertIn("METHOD:CANCEL", third)
        uids = {
            line
            for text in (first, second, third)
            for line in text.split("\r\n")
            if line.startswith("UID:")
        }
        self.assertEqual(len(uids), 1, "one entry in the calendar")

    def read_invitation(self, visit, event):
        message = self.sent(visit, event=event, audience="performer")
        files = message.mail_mail_id.attachment_ids
        self.assertEqual(files.mimetype, "text/calendar")
        return files.raw.decode().replace("\r\n ", "")

    def test_staff_hears_of_what_it_has_to_do(self):
        request = self.build_request(
            user_id=self.user_manager.id, dispatcher_id=self.user_dispatcher.id
        )
        for user in (self.user_manager, self.user_dispatcher):
            user.partner_id.email = f"{user.login}@example.com"
        visit = self.build_visit(
            request_id=request.id, dispatcher_id=self.user_dispatcher.id
        )
        for phase in ("qualification", "dispatch"):
            request._move_to_phase(phase, force=True)
        self.walk(visit)
        told = self.sent(request) | self.sent(visit)
        people = {
            m.event: m.partner_id
            for m in told
            if m.audience in ("manager", "dispatcher")
        }
        self.assertEqual(
            people,
            {
                "request_qualification": self.user_manager.partner_id,
                "request_dispatch": self.user_dispatcher.partner_id,
                "work_done": self.user_dispatcher.partner_id,
                "request_ready": self.user_manager.partner_id,
            },
        )
        for text in told.mapped("text"):
            self.assertNotIn("False", text or "")

    def test_every_ready_text_can_be_written(self):
        """Rendered for a record that has nothing: no False, no error."""
        empty = {
            "crm.lead": self.build_request(partner_id=False, site_id=False),
            "service.work.order": self.build_work_order(),
            "service.work.order.offer": self.build_work_order()._create_offers(
                self.build_performer(name="Никто")
            ),
            "res.partner": self.build_partner(name="Никто"),
            "service.contract": self.env["service.contract"].create(
                {"subject": "Пусто", "partner_id": self.customer.id}
            ),
            "service.document": self.env["service.document"].create(
                {"type_id": self.env["service.document.type"].search([], limit=1).id}
            ),
        }
        for rule in self.rules.with_context(active_test=False).search([]):
            record = empty[rule.model]
            for template, field in (
                (rule.sms_template_id, "body"),
                (rule.mail_template_id, "subject"),
                (rule.mail_template_id, "body_html"),
            ):
                if template:
                    with self.subTest(rule.sentence, field=field):
                        text = template._render_field(field, record.ids)[record.id]
                        self.assertNotIn("False", text)
                        self.assertTrue(text.strip())


@tagged("post_install", "-at_install")
class TestRead(HttpCase, MessagesCommon):
    """The customer opens the page: what it tells was read."""

    def test_opened_page_counts_as_read(self):
        self.only_rule("received", channel="mail_then_sms")
        request = self.build_request()
        mail, sms = self.sent(request).sorted("channel")
        url = request._get_service_tracking_url()
        wrong = self.url_open(url[:-3] + "xyz")
        self.assertEqual(wrong.status_code, 404)
        self.assertFalse(mail.date_read)
        self.assertEqual(self.url_open(url).status_code, 200)
        self.assertTrue(mail.date_read)
        self.send_waiting()
        self.assertEqual(sms.reason, "not_needed")
