import time

from .common import ServiceCommon
from .mail_corpus import build_corpus

MAX_SECONDS = 5


class MailDoorCommon(ServiceCommon):
    """The service team with an address of its own domain."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create(
            {"name": "team.example.com", "bounce_alias": "bounce"}
        )
        cls.team.alias_id.write({"alias_name": "service", "alias_domain_id": domain.id})

    @classmethod
    def deliver(cls, raw, model=False, **options):
        """Through Odoo's own gateway; the inbounds that came of it."""
        Inbound = cls.env["service.inbound"]
        known = Inbound.search([])
        cls.env["mail.thread"].message_process(model, raw, **options)
        return Inbound.search([]) - known


class TestMailCorpus(MailDoorCommon):
    def test_every_mail_of_the_corpus_comes_out_right_and_soon(self):
        corpus = build_corpus()
        self.assertGreaterEqual(len(corpus), 40)
        for number, (name, sample) in enumerate(corpus.items()):
            with self.subTest(name):
                if number % 15 == 0:  # twenty from one address are a loop
                    self.env["service.inbound"].search([]).sender_email = False
                # the time Odoo works on it: a busy machine is nothing to find here
                started = time.process_time()
                inbound = self.deliver(sample.raw)
                self.env.flush_all()
                self.assertLess(time.process_time() - started, MAX_SECONDS)
                self.assertEqual(len(inbound), 1)
                self.check(inbound, sample)

    def check(self, inbound, sample):
        self.assertEqual(inbound.state, sample.state, inbound.error)
        request = inbound.request_id
        if sample.state == "ignored":
            self.assertFalse(request)
            self.assertTrue(inbound.error)
            return
        self.assertTrue(request.is_service)
        self.assertEqual(request.type, "lead")
        self.assertEqual(request.service_channel, "mail")
        self.assertFalse(request.user_id)
        self.assertFalse(request.partner_id)
        if sample.email is not None:
            self.assertEqual(request.email_normalized, sample.email)
        if sample.subject:
            self.assertEqual(request.name, sample.subject)
        message = inbound.mail_message_id
        self.assertEqual((message.model, message.res_id), ("crm.lead", request.id))
        if sample.need is not None:
            self.assertIn(sample.need, request.service_need or "")
        names = message.attachment_ids.mapped("name")
        for name in sample.files:
            self.assertIn(name, names)
        for text in sample.absent:
            self.assertNotIn(text, request.service_need or "")
        self.assertNotIn("onerror", message.body)

    def test_the_original_is_kept_as_it_came(self):
        raw = build_corpus()["koi8_r"].raw
        inbound = self.deliver(raw)
        self.assertEqual(inbound._get_raw(), raw)
        self.assertTrue(inbound.raw_name.endswith(".eml"))
