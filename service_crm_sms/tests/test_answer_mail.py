"""Answers by e-mail: to the request they are about, with the same words as by SMS."""

from ..tools.replies import cut_signature
from .common import MessagesCommon

MAIL = """From: Anna Petrova <anna@alfa.example.com>
To: reply@service.example.com
Subject: Re: visit
Message-Id: <{number}@alfa.example.com>
In-Reply-To: {answered}
References: {answered}
Date: Sun, 22 Nov 2026 10:00:00 +0000
Content-Type: text/plain; charset=utf-8

{text}

On Sun, 22 Nov 2026 at 9:00, Service wrote:
> Does this time suit you?
"""


class TestAnswerMail(MessagesCommon):
    def build_sent(self, record, **values):
        """An e-mail about a record, as it went out."""
        message = record._message_log(body="Does this time suit you?")
        visit = record._name == "service.work.order" and record
        request = visit.request_id if visit else record
        return self.messages.create(
            {
                "res_model": record._name,
                "res_id": record.id,
                "request_id": request._name == "crm.lead" and request.id,
                "work_order_id": visit and visit.id,
                "company_id": self.env.company.id,
                "partner_id": self.customer.id,
                "recipient_key": str(self.customer.id),
                "audience": "customer",
                "channel": "mail",
                "address": self.customer.email,
                "state": "sent",
                "purpose": "service",
                "mail_message_id": message.id,
                **values,
            }
        )

    def reply(self, sent, text, number="1"):
        raw = MAIL.format(
            answered=sent.mail_message_id.message_id, text=text, number=number
        )
        self.env["mail.thread"].message_process(False, raw.encode())
        return self.env["service.inbound"].search([], limit=1)

    def build_proposed(self):
        visit = self.build_visit()
        visit.with_user(self.user_dispatcher).action_assign()
        return visit

    def test_yes_by_mail_confirms_the_visit(self):
        visit = self.build_proposed()
        sent = self.build_sent(visit)
        inbound = self.reply(sent, "Да, спасибо!\n\n--\nАнна Петрова")
        self.assertEqual((inbound.state, inbound.answered_id), ("done", sent))
        self.assertEqual(inbound.request_id, visit.request_id)
        self.assertTrue(visit.customer_confirmed)

    def test_what_is_not_clear_changes_nothing(self):
        visit = self.build_proposed()
        inbound = self.reply(self.build_sent(visit), "Да, но лучше завтра")
        self.assertEqual(inbound.request_id, visit.request_id)
        self.assertFalse(visit.customer_confirmed)

    def test_stop_by_mail(self):
        sent = self.build_sent(self.build_request())
        self.reply(sent, "Отписаться")
        self.assertFalse(sent._get_subscriptions()["service"])
        self.reply(sent, "START", "2")
        self.assertTrue(sent._get_subscriptions()["service"])

    def test_an_answer_to_a_mailing_is_an_operators(self):
        sent = self.build_sent(self.customer, purpose="advertising")
        inbound = self.reply(sent, "А сколько это стоит?")
        self.assertEqual((inbound.state, inbound.partner_id), ("todo", self.customer))
        self.assertIn("сколько", inbound.mail_message_id.body)

    def test_other_mail_is_left_alone(self):
        message = self.customer._message_log(body="private")
        sent = self.messages.new({"mail_message_id": message.id})
        before = self.env["service.inbound"].search_count([])
        self.reply(sent, "Да")
        self.assertEqual(self.env["service.inbound"].search_count([]), before)

    def test_signatures(self):
        self.assertEqual(cut_signature("Да\n\nС уважением,\nАнна"), "Да")
        self.assertEqual(cut_signature("Нет\n-- \nAnna"), "Нет")
        self.assertEqual(cut_signature("Sent from here"), "Sent from here")
        self.assertEqual(cut_signature(None), "")
