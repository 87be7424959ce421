"""Consent and refusal: asked in one query, said by SMS, kept as proof."""

from odoo.exceptions import ValidationError
from odoo.tests import Form

from ..tools.gateways.base import Inbound
from .common import MessagesCommon

NUMBER = "+74951208115"


class TestConsent(MessagesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consents = cls.env["service.message.consent"]
        cls.gateway = cls.env["sms.gateway"].create({"name": "Box", "kind": "sandbox"})
        cls.by_sms = (cls.customer.id, "sms", NUMBER)
        cls.by_mail = (cls.customer.id, "mail", "anna@alfa.example.com")

    def say(self, state, purpose="advertising", **values):
        values.setdefault("partner_id", self.customer.id)
        return self.consents.create({"purpose": purpose, "state": state, **values})

    def refused(self, purpose, *targets, company=None):
        return self.consents._get_refused(purpose, list(targets), company)

    def test_service_unless_refused_advertising_if_agreed(self):
        both = (self.by_sms, self.by_mail)
        self.assertEqual(self.refused("service", *both), {})
        self.assertEqual(
            self.refused("advertising", *both), dict.fromkeys(both, "no_consent")
        )
        self.say("given")
        self.assertEqual(self.refused("advertising", *both), {})
        self.say("refused", channel="sms")
        self.assertEqual(self.refused("advertising", *both), {self.by_sms: "opted_out"})
        self.assertEqual(self.refused("service", *both), {})
        self.say("given", channel="sms")
        self.assertEqual(self.refused("advertising", *both), {})

    def test_an_address_counts_without_its_contact_and_for_namesakes(self):
        self.say("refused", "service", partner_id=False, address="+7 495 120-81-15")
        stranger = (0, "sms", NUMBER)
        self.assertEqual(
            self.refused("service", self.by_sms, stranger, self.by_mail),
            {self.by_sms: "opted_out", stranger: "opted_out"},
        )
        self.say(
            "refused", "service", partner_id=False, address="Anna@Alfa.example.com"
        )
        named = (0, "mail", "Anna <ANNA@alfa.example.com>")
        self.assertEqual(self.refused("service", named), {named: "opted_out"})

    def test_blacklists_of_odoo(self):
        self.say("given")
        self.env["phone.blacklist"].create({"number": NUMBER})
        self.env["mail.blacklist"].create({"email": "ANNA@alfa.example.com"})
        for purpose in ("service", "advertising"):
            self.assertEqual(
                self.refused(purpose, self.by_sms, self.by_mail),
                {self.by_sms: "blacklisted", self.by_mail: "blacklisted"},
            )
        self.env["phone.blacklist"]._remove([NUMBER])
        self.assertEqual(
            self.refused("service", self.by_sms, self.by_mail),
            {self.by_mail: "blacklisted"},
        )

    def test_companies_apart(self):
        other = self.env["res.company"].create({"name": "Second"})
        self.say("given", company_id=self.env.company.id)
        self.say("refused", "service", company_id=other.id)
        self.assertEqual(self.refused("advertising", self.by_sms), {})
        self.assertEqual(self.refused("service", self.by_sms), {})
        self.assertEqual(
            self.refused("advertising", self.by_sms, company=other),
            {self.by_sms: "no_consent"},
        )
        self.assertEqual(
            self.refused("service", self.by_sms, company=other),
            {self.by_sms: "opted_out"},
        )

    def test_one_query_for_all(self):
        self.say("given")
        partners = self.env["res.partner"].create(
            [{"name": f"P{i}", "phone": f"+7916000{i:04d}"} for i in range(200)]
        )
        targets = [(p.id, "sms", p.phone) for p in partners] + [self.by_sms]
        self.env.flush_all()
        with self.assertQueryCount(1):
            refused = self.consents._get_refused("advertising", targets)
        self.assertEqual(len(refused), 200)
        self.assertEqual(self.refused("advertising"), {})

    def test_a_word_needs_somebody(self):
        with self.assertRaises(ValidationError):
            self.say("given", partner_id=False)
        with self.assertRaises(ValidationError):
            self.say("given", address="nowhere")

    # -- STOP and START

    def build_sent(self, **values):
        return self.messages.create(
            {
                "res_model": "res.partner",
                "res_id": self.customer.id,
                "company_id": self.env.company.id,
                "partner_id": self.customer.id,
                "recipient_key": str(self.customer.id),
                "channel": "sms",
                "address": NUMBER,
                "state": "delivered",
                "purpose": "advertising",
                **values,
            }
        )

    def receive(self, text, number=NUMBER):
        return self.gateway._receive([Inbound(number, text)])

    def test_stop_after_advertising_stops_advertising(self):
        self.say("given")
        self.build_sent()
        inbound = self.receive("STOP")
        self.assertEqual((inbound.state, inbound.partner_id), ("done", self.customer))
        self.assertEqual(
            self.refused("advertising", self.by_sms, self.by_mail),
            {self.by_sms: "opted_out"},
        )
        self.assertEqual(self.refused("service", self.by_sms), {})
        said = self.consents.search([("partner_id", "=", self.customer.id)], limit=1)
        self.assertEqual((said.source, said.note), ("sms", "STOP"))
        # said once more it means everything
        self.receive("стоп!")
        self.assertEqual(
            self.refused("service", self.by_sms), {self.by_sms: "opted_out"}
        )
        self.assertTrue(self.env["phone.blacklist"].search([("number", "=", NUMBER)]))

    def test_stop_after_a_service_message_stops_all_and_start_brings_back(self):
        self.build_sent(purpose="service")
        self.receive("Стоп")
        self.assertEqual(
            self.refused("service", self.by_sms), {self.by_sms: "opted_out"}
        )
        self.receive("START")
        self.assertEqual(self.refused("service", self.by_sms), {})
        self.assertEqual(
            self.refused("advertising", self.by_sms), {self.by_sms: "opted_out"}
        )
        self.assertFalse(self.env["phone.blacklist"].search([("number", "=", NUMBER)]))

    def test_start_gives_back_what_was_agreed_to(self):
        self.say("given", channel="sms", address=NUMBER)
        self.receive("STOP")
        self.receive("старт")
        self.assertEqual(self.refused("advertising", self.by_sms), {})

    def test_a_stranger_stops(self):
        number = "+79990000009"
        inbound = self.receive("stop", number)
        self.assertEqual(inbound.state, "done")
        target = (0, "sms", number)
        self.assertEqual(self.refused("service", target), {target: "opted_out"})

    # -- on the contact

    def test_on_the_contact(self):
        read = self.customer.with_user(self.user_operator)
        self.assertEqual(read.service_sms_consent, "given")
        partner = self.customer.with_user(self.user_manager)
        self.assertFalse(partner.advertising_mail_consent)
        partner.write(
            {"advertising_mail_consent": "given", "service_sms_consent": "refused"}
        )
        self.assertEqual(
            self.refused("service", self.by_sms, self.by_mail),
            {self.by_sms: "opted_out"},
        )
        self.assertEqual(
            self.refused("advertising", self.by_sms, self.by_mail),
            {self.by_sms: "no_consent"},
        )
        partner.invalidate_recordset()
        self.assertEqual(partner.service_sms_consent, "refused")
        self.assertEqual(partner.advertising_mail_consent, "given")
        rows = partner.message_consent_ids
        self.assertEqual(set(rows.mapped("source")), {"hand"})
        self.assertEqual(set(rows.mapped("address")), {NUMBER, self.by_mail[2]})
        # the same once more is no news
        partner.write({"phone": partner.phone, "advertising_mail_consent": "given"})
        self.assertEqual(len(partner.message_consent_ids), 2)

    def test_a_new_contact_has_said_nothing(self):
        partners = self.env["res.partner"].with_user(self.user_manager)
        with Form(partners, view="base.view_partner_form") as form:
            form.name = "Новый клиент"
            form.email = "new@x.example.com"
        partner = form.save()
        self.assertEqual(partner.service_mail_consent, "given")
        self.assertFalse(partner.message_consent_ids)

    def test_many_contacts_are_read_at_once(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{i}", "email": f"p{i}@x.example.com"} for i in range(100)]
        )
        partners.mapped("advertising_mail_consent")
        self.env.invalidate_all()
        partners.mapped("email")
        with self.assertQueryCount(8):
            partners.mapped("advertising_mail_consent")

    def test_mass_sms_of_odoo_passes_by_who_refused(self):
        other = self.build_partner(name="Beta", phone="+7 916 000-00-07")
        self.say("refused", channel="sms")
        composer = self.env["sms.composer"].create(
            {
                "composition_mode": "mass",
                "res_model": "res.partner",
                "res_ids": repr((self.customer + other).ids),
                "body": "Привет",
                "mass_keep_log": False,
            }
        )
        values = composer._prepare_mass_sms_values(self.customer + other)
        self.assertEqual(values[self.customer.id]["failure_type"], "sms_optout")
        self.assertEqual(values[other.id]["state"], "outgoing")
