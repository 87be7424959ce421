"""The box of the public form: who ticks it agrees to advertising."""

from odoo.tests import tagged

from odoo.addons.service_crm.tests.common_web_form import WebFormCommon


@tagged("post_install", "-at_install")
class TestWebFormNews(WebFormCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.ru")

    def refused(self, *targets):
        consents = self.env["service.message.consent"]
        return consents._get_refused("advertising", list(targets))

    def test_who_ticks_the_box_agrees(self):
        page = self.url_open("/service/request").text
        self.assertIn('name="news"', page)
        self.assertNotIn("checked", page.partition('name="news"')[2][:80])
        by_sms, by_mail = (0, "sms", "+74950000001"), (0, "mail", "ivan@x.example.com")
        self.post(email="Ivan@X.example.com")
        self.assertEqual(
            self.refused(by_sms, by_mail),
            {by_sms: "no_consent", by_mail: "no_consent"},
        )
        self.post(email="Ivan@X.example.com", news="1")
        self.assertEqual(self.refused(by_sms, by_mail), {})
        said = self.env["service.message.consent"].search([], limit=1)
        self.assertEqual(said.source, "form")
        self.assertIn(self.inbound().request_id.service_number, said.note)

    def test_nobody_agrees_for_who_refused(self):
        by_mail = (self.customer.id, "mail", self.customer.email)
        self.env["service.message.consent"].create(
            {
                "partner_id": self.customer.id,
                "address": self.customer.email,
                "purpose": "advertising",
                "state": "refused",
            }
        )
        self.post(email=self.customer.email, phone="", news="1")
        self.assertEqual(self.refused(by_mail), {by_mail: "opted_out"})
        self.env["mail.blacklist"].create({"email": "black@x.example.com"})
        self.post(email="black@x.example.com", news="1")
        black = (0, "mail", "black@x.example.com")
        self.assertEqual(self.refused(black), {black: "blacklisted"})
