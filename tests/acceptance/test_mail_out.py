"""Mail really leaves over SMTP, to a real server on loopback, and is read there."""

import re
from email import message_from_bytes, policy
from socket import socket
from threading import Lock
from unittest.mock import patch
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.service_crm.tests.common import ServiceCommon

REFUSED = "nobody@refused.example.com"


class Inbox:
    """What the SMTP server took in; refuses one address."""

    def __init__(self):
        self.lock = Lock()
        self.messages = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address == REFUSED:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        message = message_from_bytes(envelope.original_content, policy=policy.default)
        with self.lock:
            self.messages.append((envelope.mail_from, envelope.rcpt_tos, message))
        return "250 OK"

    def to(self, address):
        """The messages for one address."""
        return [m for _sender, receivers, m in self.messages if address in receivers]


@tagged("post_install", "-at_install")
class TestMailOut(HttpCase, ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inbox = Inbox()
        with socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = Controller(cls.inbox, hostname="127.0.0.1", port=port)
        server.start()
        cls.addClassCleanup(server.stop)
        cls.env["ir.mail_server"].search([]).active = False
        cls.env["ir.mail_server"].create(
            {
                "name": "Loopback",
                "smtp_host": "127.0.0.1",
                "smtp_port": port,
                "smtp_encryption": "none",
                "smtp_authentication": "login",
            }
        )
        cls.env.company.write(
            {"name": "Лифт-Сервис", "email": "office@service.example.com"}
        )
        cls.env["res.lang"]._activate_lang("ru_RU")

    def setUp(self):
        super().setUp()
        # Odoo connects to no mail server in tests; this one is ours.
        self.startPatcher(
            patch.object(
                self.registry["ir.mail_server"], "_disable_send", lambda cls: False
            )
        )
        self.inbox.messages.clear()

    def leave(self, records):
        """Let the queued mails about the records leave; return them."""
        self.send_messages()
        mails = self.env["mail.mail"].search(
            [
                ("model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "=", "outgoing"),
            ]
        )
        self.env["mail.mail"].process_email_queue(mails.ids)
        return mails

    def open_link(self, message, path):
        """Open the link to a page that stands in the mail, as a stranger."""
        html = message.get_body(("html",)).get_content()
        links = re.findall(r'href="([^"]+)"', html)
        link = next(link for link in links if urlsplit(link).path.startswith(path))
        self.assertTrue(link.startswith("http"), link)
        self.authenticate(None, None)
        return self.url_open(urlsplit(link).path)

    def test_customer_gets_number_and_link(self):
        template = self.env.ref("service_crm.mail_template_received")
        template.with_context(
            lang="ru_RU"
        ).subject = "Заявка {{ object.service_number }} принята"
        other = self.build_partner(
            name="Ольга Ёлкина", email="olga@example.com", lang="ru_RU"
        )
        request, russian = (
            self.build_request(partner_id=self.customer.id),
            (self.build_request(name="Лифт стоит", partner_id=other.id)),
        )
        mails = self.leave(request + russian)
        self.assertEqual(set(mails.mapped("state")), {"sent"})
        (message,) = self.inbox.to(self.customer.email)
        self.assertIn(request.service_number, message["Subject"])
        self.assertIn("Лифт-Сервис", message["Subject"])
        self.assertIn("Anna Petrova", message["To"])
        self.assertIn("@", message["From"])
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertTrue(message["Message-Id"])
        text = message.get_body(("plain",)).get_content()
        self.assertIn(request.service_number, text)
        self.assertNotIn("False", text)
        page = self.open_link(message, f"/service/r/{request.id}/")
        self.assertEqual(page.status_code, 200)
        self.assertIn(request.service_number, page.text)
        (message,) = self.inbox.to(other.email)
        self.assertEqual(message["Subject"], f"Заявка {russian.service_number} принята")
        self.assertIn("Ольга Ёлкина", message["To"])

    def test_answer_comes_back_to_the_request(self):
        request = self.build_request(partner_id=self.customer.id)
        self.leave(request)
        (message,) = self.inbox.to(self.customer.email)
        known = self.env["crm.lead"].search_count([])
        self.env["mail.thread"].message_process(
            "crm.lead",
            f"From: {self.customer.email}\r\nTo: service@example.com\r\n"
            f"Subject: Re: {request.service_number}\r\n"
            f"In-Reply-To: {message['Message-Id']}\r\n"
            "Message-Id: <answer-1@alfa.example.com>\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n\r\n"
            "Код домофона 12К\r\n".encode(),
        )
        self.assertEqual(self.env["crm.lead"].search_count([]), known)
        self.assertIn("Код домофона 12К", request.message_ids[0].body)

    def test_performer_gets_the_job(self):
        visit = self.build_work_order(
            request_id=self.build_request(partner_id=self.customer.id).id,
            performer_id=self.performer.id,
            date_start="2026-11-23 09:00:00",
            instruction="Проверить привод дверей",
        )
        visit.with_user(self.user_dispatcher).action_assign()
        self.leave(visit)
        (message,) = [
            m
            for m in self.inbox.to(self.user_performer.email)
            if m["Auto-Submitted"] == "auto-generated"
        ]
        self.assertIn(visit.request_id.service_number, message["Subject"])
        text = message.get_body(("plain",)).get_content()
        self.assertIn("Проверить привод дверей", text)
        self.assertIn("Monday, 23 November, 9:00 AM", text)

    def test_refused_address_stops_nobody(self):
        refused = self.build_partner(name="Nobody", email=REFUSED)
        lost = self.build_request(partner_id=refused.id)
        request = self.build_request(partner_id=self.customer.id)
        with mute_logger(
            "odoo.addons.mail.models.mail_mail",
            "odoo.addons.base.models.ir_mail_server",
        ):
            self.leave(lost + request)
        self.assertEqual(len(self.inbox.to(self.customer.email)), 1)
        mail = self.env["mail.mail"].search(
            [("model", "=", "crm.lead"), ("res_id", "=", lost.id)]
        )
        self.assertEqual(mail.state, "exception")
        self.assertIn("550", mail.failure_reason)
        if "service.notification" in self.env:
            messages = self.env["service.notification"].search(
                [("request_id", "in", (lost + request).ids), ("channel", "=", "mail")]
            )
            states = {m.request_id: m.state for m in messages}
            self.assertEqual(states, {lost: "failed", request: "sent"})

    def test_customer_unsubscribes_by_one_click(self):
        """RFC 2369 and 8058: the header of the mail, and what a mail program posts."""
        text = self.env["service.message.template"].create(
            {
                "name": "Autumn",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "purpose": "advertising",
                "mail_subject": "Осенью дешевле",
                "mail_body": "<p>Проверим лифт?</p>",
            }
        )
        self.customer.write(
            {"advertising_mail_consent": "given", "lang": "ru_RU"},
        )
        segment = self.env["service.segment"].create(
            {"name": "One", "partner_ids": self.customer.ids}
        )
        mailing = self.env["service.mailing"].create(
            {
                "name": "Autumn",
                "template_id": text.id,
                "segment_ids": segment.ids,
                "channel": "mail",
                "per_hour": 0,
            }
        )
        limits = self.env["service.message.limit"].search([])
        limits.write({"quiet_from": 0, "quiet_to": 0})
        mailing.action_start()
        mailing._send_portion()
        self.leave(self.customer)
        (message,) = self.inbox.to(self.customer.email)
        self.assertEqual(message["Subject"], "Осенью дешевле")
        self.assertEqual(message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        link = urlsplit(message["List-Unsubscribe"].strip("<> "))
        self.assertIn(
            link.path, message.get_body(("plain",)).get_content().replace("\n", "")
        )
        self.authenticate(None, None)
        self.assertEqual(self.url_open(link.path).status_code, 200)
        self.assertEqual(self.customer.advertising_mail_consent, "given")
        answer = self.url_open(link.path, data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(answer.status_code, 200)
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.advertising_mail_consent, "refused")
        self.assertEqual(self.customer.service_mail_consent, "given")
        mailing.invalidate_recordset()
        self.assertEqual(mailing.left_count, 1)
