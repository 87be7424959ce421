import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import requirement
from .mail_corpus import (
    NEED,
    PNG,
    STRANGER,
    TEAM,
    file_part,
    head,
    multipart,
    text_part,
)
from .test_mail_corpus import MailDoorCommon

KNOWN = "anna@alfa.example.com"


class TestInboundMail(MailDoorCommon):
    def mail(self, name, sender=STRANGER, **values):
        return head(name, sender, **values) + text_part(NEED.encode())

    def requests(self):
        return self.env["crm.lead"].search([("team_id", "=", self.team.id)])

    @requirement("R7", "R53")
    def test_mail_of_a_stranger_is_one_lead_however_often_it_comes(self):
        raw = head("first", f"Ivan <{STRANGER}>", "Lift stuck") + multipart(
            "mixed", [text_part(NEED.encode()), file_part(PNG, 'filename="lift.png"')]
        )
        before = self.requests()
        inbound = self.deliver(raw)
        request = self.requests() - before
        self.assertEqual(len(request), 1)
        self.assertEqual(inbound.request_id, request)
        self.assertRecordValues(
            request,
            [
                {
                    "name": "Lift stuck",
                    "type": "lead",
                    "service_channel": "mail",
                    "email_normalized": STRANGER,
                    "contact_name": "Ivan",
                    "service_need": NEED,
                    "user_id": False,
                    "partner_id": False,
                }
            ],
        )
        message = request.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertIn(NEED, message.body)
        self.assertEqual(message.attachment_ids.name, "lift.png")
        self.assertEqual(message.attachment_ids.raw, PNG)
        self.assertFalse(self.deliver(raw))
        self.assertEqual(self.requests() - before, request)

    @requirement("R7")
    def test_the_same_mail_without_an_id_makes_one(self):
        before = self.requests()
        raw = self.mail("noid", message_id=False)
        again = b"Received: from elsewhere.example.org; now\r\n" + raw
        self.assertEqual(len(self.deliver(raw)), 1)
        self.assertFalse(self.deliver(again))
        self.assertFalse(self.deliver(raw.replace(b"\r\n", b"\n")))
        self.assertEqual(len(self.requests() - before), 1)

    @requirement("R7")
    def test_another_mail_under_the_same_number_is_shown_not_made(self):
        before = self.requests()
        self.deliver(self.mail("reused"))
        raw = head("reused").replace(b"Mon, 2", b"Tue, 3") + text_part(b"Boiler leaks")
        inbound = self.deliver(raw)
        self.assertEqual(inbound.state, "refused")
        self.assertEqual(len(self.requests() - before), 1)
        self.assertFalse(self.deliver(raw))
        inbound.with_user(self.user_operator).action_make_request()
        self.assertEqual(inbound.request_id.service_need, "Boiler leaks")
        self.assertIn(inbound.mail_message_id, inbound.request_id.message_ids)
        self.assertIn("Boiler leaks", inbound.mail_message_id.body)
        # the same mail by another way, with a line added by it
        copy = self.mail("reused") + b"\r\n-- \r\nsent by our list"
        self.assertFalse(self.deliver(copy))

    def test_answer_in_the_customers_chatter_is_to_do_too(self):
        inbound = self.deliver(self.mail("chat", KNOWN))
        answer = self.customer.message_post(
            body="Which floor?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        inbound.with_user(self.user_operator).action_ignore()
        again = self.deliver(
            self.mail("chat2", KNOWN, extra=f"In-Reply-To: {answer.message_id}")
        )
        self.assertEqual(again.state, "todo")
        self.assertEqual(again.partner_id, self.customer)
        self.assertEqual(again.activity_id, self.customer.activity_ids)

    @requirement("R10")
    def test_mail_of_a_known_contact_lands_with_the_customer(self):
        before = self.requests()
        raw = head("known", KNOWN, "Lift stuck") + multipart(
            "mixed", [text_part(NEED.encode()), file_part(PNG, 'filename="lift.png"')]
        )
        inbound = self.deliver(raw)
        self.assertEqual(inbound.state, "todo")
        self.assertEqual(inbound.partner_id, self.customer)
        self.assertFalse(self.requests() - before)
        message = inbound.mail_message_id
        self.assertIn(message, self.customer.message_ids)
        self.assertEqual(message.author_id, self.customer)
        self.assertIn(NEED, message.body)
        self.assertEqual(message.attachment_ids.name, "lift.png")
        activity = self.customer.activity_ids
        self.assertEqual(activity, inbound.activity_id)
        self.assertEqual(activity.user_id, self.user_operator)
        self.assertEqual(activity.summary, "Lift stuck")

    @requirement("R12")
    def test_one_button_makes_the_opportunity_of_a_known_customer(self):
        inbound = self.deliver(self.mail("known2", KNOWN, subject="Lift stuck"))
        message, activity = inbound.mail_message_id, inbound.activity_id
        shown = activity.with_user(self.user_operator).activity_format()
        [shown] = shown["mail.activity"]
        self.assertEqual(shown["service_inbound_id"], inbound.id)
        partners = self.env["res.partner"].search_count([])
        action = inbound.with_user(self.user_operator).action_make_request()
        request = self.env["crm.lead"].browse(action["res_id"])
        self.assertRecordValues(
            request,
            [
                {
                    "type": "opportunity",
                    "partner_id": self.customer.id,
                    "partner_name": self.company_customer.name,
                    "commercial_partner_id": self.company_customer.id,
                    "operator_id": self.user_operator.id,
                    "service_channel": "mail",
                    "service_need": NEED,
                    "name": "Lift stuck",
                }
            ],
        )
        self.assertEqual((message.model, message.res_id), ("crm.lead", request.id))
        self.assertEqual(request.activity_ids, activity)
        self.assertFalse(self.customer.activity_ids)
        self.assertFalse(activity._get_undecided_inbound())
        self.assertEqual(inbound.state, "done")
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        with self.assertRaises(UserError):
            inbound.with_user(self.user_operator).action_make_request()

    @requirement("R13")
    def test_several_candidates_are_for_the_operator_to_choose(self):
        twin = self.build_partner(name="Anna in another company", email=KNOWN)
        before = self.requests()
        inbound = self.deliver(self.mail("twins", KNOWN))
        self.assertEqual(inbound.state, "choose")
        self.assertEqual(inbound.candidate_ids, self.customer + twin)
        self.assertFalse(inbound.partner_id or inbound.mail_message_id)
        self.assertFalse(self.requests() - before)
        self.assertFalse((self.customer + twin).activity_ids)
        as_operator = inbound.with_user(self.user_operator)
        action = as_operator.action_choose()
        decision = (
            self.env["service.inbound.decision"]
            .with_user(self.user_operator)
            .with_context(**action["context"])
            .create({"partner_id": twin.id})
        )
        self.assertEqual(decision.candidate_ids, self.customer + twin)
        request = self.env["crm.lead"].browse(decision.action_make_request()["res_id"])
        self.assertEqual(request.partner_id, twin)
        self.assertEqual(inbound.mail_message_id.res_id, request.id)
        self.assertIn(NEED, inbound.mail_message_id.body)

    def test_company_address_is_the_company(self):
        inbound = self.deliver(self.mail("office", "office@alfa.example.com"))
        self.assertEqual(inbound.partner_id, self.company_customer)

    def test_reply_threads_on_its_request(self):
        request = self.deliver(self.mail("opening")).request_id
        answer = request.message_post(
            body="When may we come?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        for number, sender in enumerate((STRANGER, KNOWN)):
            inbound = self.deliver(
                self.mail(
                    f"answer{number}",
                    sender,
                    extra=f"In-Reply-To: {answer.message_id}",
                )
            )
            self.assertEqual(inbound.request_id, request)
            self.assertEqual(inbound.state, "done")
            self.assertIn(inbound.mail_message_id, request.message_ids)
        inbound = self.deliver(
            self.mail(
                "answer-elsewhere",
                to="somewhere@else.example.com",
                extra=f"References: {answer.message_id}",
            )
        )
        self.assertEqual(inbound.request_id, request)

    def test_attach_to_an_existing_request(self):
        request = self.build_request(partner_id=self.customer.id)
        inbound = self.deliver(self.mail("more", KNOWN))
        activity = inbound.activity_id
        inbound.with_user(self.user_operator).action_attach(request.id)
        self.assertEqual(inbound.state, "done")
        self.assertEqual(inbound.request_id, request)
        self.assertIn(inbound.mail_message_id, request.message_ids)
        self.assertEqual(request.activity_ids & activity, activity)

    def test_take_and_ignore(self):
        inbound = self.deliver(self.mail("spam", KNOWN))
        activity = inbound.activity_id
        as_operator = inbound.with_user(self.user_operator)
        as_operator.action_take()
        self.assertEqual(inbound.operator_id, self.user_operator)
        as_operator.action_ignore()
        self.assertEqual(inbound.state, "ignored")
        self.assertFalse(activity.active)
        self.assertFalse(inbound.is_open)
        # a wrong decision is not the end
        as_operator.action_make_request()
        self.assertEqual(inbound.request_id.partner_id, self.customer)

    def test_nobody_else_decides_or_changes(self):
        inbound = self.deliver(self.mail("rights", KNOWN))
        with self.assertRaises(AccessError):
            inbound.with_user(self.user_performer).action_make_request()
        for user in (self.user_operator, self.user_admin):
            with self.assertRaises(AccessError):
                inbound.with_user(user).write({"state": "done"})
            with self.assertRaises(AccessError):
                inbound.with_user(user).unlink()

    def test_request_of_what_was_ignored(self):
        raw = head("auto", extra="Auto-Submitted: auto-replied") + text_part(b"Away")
        inbound = self.deliver(raw)
        self.assertEqual(inbound.state, "ignored")
        inbound.with_user(self.user_operator).action_make_request()
        self.assertEqual(inbound.state, "done")
        self.assertEqual(inbound.request_id.email_normalized, STRANGER)
        self.assertIn("Away", inbound.mail_message_id.body)

    def test_mail_passed_on_by_own_staff_is_nobodys_yet(self):
        inbound = self.deliver(self.mail("staff", self.user_manager.email))
        request = inbound.request_id
        self.assertEqual(request.type, "lead")
        self.assertFalse(request.partner_id or request.email_from)
        self.assertFalse(request.user_id)
        self.assertEqual(
            inbound.mail_message_id.author_id, self.user_manager.partner_id
        )

    def test_team_leader_does_not_get_the_mail(self):
        self.team.user_id = self.user_manager
        self.assertFalse(self.deliver(self.mail("leader")).request_id.user_id)

    def test_twenty_mails_of_one_address_are_a_loop(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 3)
        states = [
            self.deliver(self.mail(f"loop{number}", KNOWN)).state for number in range(5)
        ]
        self.assertEqual(states, ["todo"] * 3 + ["refused"] * 2)

    def test_bounce_marks_the_message_that_bounced(self):
        request = self.deliver(self.mail("bouncing")).request_id
        partner = self.build_partner(name="Gone", email="gone@example.org")
        message = request.with_context(mail_notify_force_send=False).message_post(
            body="Offer", partner_ids=partner.ids, subtype_xmlid="mail.mt_comment"
        )
        raw = head(
            "dsn", "MAILER-DAEMON@mx.example.org", "Undelivered Mail"
        ) + multipart(
            "report; report-type=delivery-status",
            [
                text_part(b"It did not arrive"),
                b"Content-Type: message/delivery-status\r\n\r\n"
                b"Reporting-MTA: dns; mx.example.org\r\n\r\n"
                b"Final-Recipient: rfc822; gone@example.org\r\nAction: failed",
                b"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
                + message.message_id.encode(),
            ],
        )
        inbound = self.deliver(raw)
        self.assertEqual(inbound.state, "ignored")
        self.assertFalse(inbound.request_id)
        self.assertEqual(
            message.notification_ids.filtered(
                lambda n: n.res_partner_id == partner
            ).notification_status,
            "bounce",
        )

    def test_other_teams_mail_is_as_it_was(self):
        team = self.env["crm.team"].create(
            {
                "name": "Sales",
                "alias_name": "leads",
                "alias_domain_id": self.team.alias_id.alias_domain_id.id,
            }
        )
        address = "leads@team.example.com"
        self.assertFalse(self.deliver(self.mail("plain", to=address)))
        lead = self.env["crm.lead"].search([("team_id", "=", team.id)])
        self.assertEqual(len(lead), 1)
        self.assertFalse(lead.is_service or lead.service_need)
        # also of a known sender: plain Odoo makes the lead and links the customer
        self.deliver(self.mail("plain2", KNOWN, to=address))
        lead = self.env["crm.lead"].search([("team_id", "=", team.id)]) - lead
        self.assertEqual(lead.partner_id, self.customer)
        # and what plain Odoo cannot read it still raises
        raw = head("plain3", to=address) + text_part(b"\xff", "x-unknown")
        with self.assertRaises(LookupError):
            self.deliver(raw)

    def test_mail_to_both_kinds_of_team(self):
        team = self.env["crm.team"].create(
            {
                "name": "Sales",
                "alias_name": "leads",
                "alias_domain_id": self.team.alias_id.alias_domain_id.id,
            }
        )
        raw = self.mail("both", to=f"{TEAM}, leads@team.example.com")
        inbound = self.deliver(raw)
        self.assertEqual(inbound.request_id.team_id, self.team)
        self.assertEqual(
            self.env["crm.lead"].search_count([("team_id", "=", team.id)]), 1
        )

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_row(self):
        inbound = self.deliver(self.mail("unique"))
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            inbound.copy({"external_id": inbound.external_id})
