"""The link in every message: the page of strangers, and the one click (RFC 8058)."""

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import MessagesCommon

NUMBER = "+74951208115"


@tagged("post_install", "-at_install")
class TestUnsubscribe(HttpCase, MessagesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.rate.limit"].search([]).unlink()
        cls.consents = cls.env["service.message.consent"]

    def build_message(self, **values):
        return self.messages.create(
            {
                "res_model": "res.partner",
                "res_id": self.customer.id,
                "company_id": self.env.company.id,
                "partner_id": self.customer.id,
                "recipient_key": str(self.customer.id),
                "channel": "mail",
                "address": "Anna <Anna@alfa.example.com>",
                "state": "sent",
                "subject": "Осенние скидки",
                "purpose": "advertising",
                "lang": "en_US",
                **values,
            }
        )

    def path(self, message, end=""):
        return "/service/u/" + message._get_unsubscribe_url().rpartition("/")[2] + end

    def open(self, path, data=None):
        return self.url_open(path, data=data)

    def say(self, message, purpose, state, csrf=None):
        page = self.open(self.path(message)).text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        return self.open(
            self.path(message, "/say"),
            {
                "csrf_token": csrf if csrf is not None else token,
                "purpose": purpose,
                "state": state,
            },
        )

    def gets(self, message):
        self.env.invalidate_all()
        return message._get_subscriptions()

    def agree(self):
        self.consents.create(
            {"partner_id": self.customer.id, "purpose": "advertising", "state": "given"}
        )

    def test_looking_changes_nothing(self):
        self.agree()
        message = self.build_message()
        page = self.open(self.path(message))
        self.assertEqual(page.status_code, 200)
        self.assertIn("News and offers", page.text)
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.assertEqual(page.headers["X-Robots-Tag"], "noindex")
        self.assertEqual(self.gets(message), {"service": True, "advertising": True})

    def test_one_click_needs_neither_login_nor_cookie(self):
        self.agree()
        message = self.build_message()
        answer = self.open(self.path(message), {"List-Unsubscribe": "One-Click"})
        self.assertEqual((answer.status_code, answer.text), (200, ""))
        self.assertEqual(self.gets(message), {"service": True, "advertising": False})
        said = self.consents.search([("partner_id", "=", self.customer.id)], limit=1)
        self.assertRecordValues(
            said,
            [
                {
                    "address": "anna@alfa.example.com",
                    "channel": "mail",
                    "state": "refused",
                    "purpose": "advertising",
                    "source": "link",
                    "note": "Осенние скидки",
                }
            ],
        )
        # other ways to reach the person stay as they are
        by_sms = (self.customer.id, "sms", NUMBER)
        self.assertEqual(self.consents._get_refused("advertising", [by_sms]), {})
        # any other post is no click
        self.agree()
        self.assertEqual(self.open(self.path(message), {"x": "y"}).status_code, 400)
        self.assertTrue(self.gets(message)["advertising"])

    def test_buttons_of_the_page(self):
        self.agree()
        message = self.build_message(channel="sms", address=NUMBER, lang=False)
        page = self.say(message, "advertising", "refused")
        self.assertIn("You will get no more", page.text)
        self.assertEqual(self.gets(message), {"service": True, "advertising": False})
        self.say(message, "advertising", "given")
        self.assertEqual(self.gets(message), {"service": True, "advertising": True})
        self.say(message, "all", "refused")
        self.assertEqual(self.gets(message), {"service": False, "advertising": False})
        self.assertTrue(self.env["phone.blacklist"].search([("number", "=", NUMBER)]))
        self.say(message, "service", "given")
        self.assertEqual(self.gets(message), {"service": True, "advertising": False})

    @mute_logger("odoo.http")
    def test_wrong_links_and_posts(self):
        message = self.build_message()
        other = self.build_message(address="boris@alfa.example.com")
        good = self.path(message)
        number = good.rpartition("/")[2].partition("-")[0]
        sign = self.path(other).rpartition("-")[2]
        for token in ("", "x", number, f"{number}-", f"{number}-{sign}", "ы-1", "-"):
            with self.subTest(token=token):
                self.assertEqual(self.open(f"/service/u/{token}").status_code, 404)
        self.assertEqual(self.open("/service/u/zzzzzzzzzz-" + sign).status_code, 404)
        self.assertEqual(self.say(message, "everything", "refused").status_code, 400)
        self.assertEqual(self.say(message, "service", "maybe").status_code, 400)
        self.assertEqual(self.say(message, "service", "refused", "no").status_code, 400)
        self.assertTrue(self.gets(message)["service"])
        # the row is gone or has no address any more
        message.address = False
        self.assertEqual(self.open(good).status_code, 404)

    @mute_logger("odoo.http")
    def test_not_for_ever(self):
        message = self.build_message()
        codes = [
            self.open(self.path(message), {"List-Unsubscribe": "One-Click"}).status_code
            for _try in range(21)
        ]
        self.assertEqual(codes, [200] * 20 + [429])

    def test_headers_and_foot_of_mails(self):
        mail = self.env["mail.mail"].create(
            {"subject": "x", "body_html": "<p>Да</p>", "email_to": "a@b.example"}
        )
        message = self.build_message(mail_mail_id=mail.id)
        [email] = mail._prepare_outgoing_list()
        url = message._get_unsubscribe_url()
        self.assertEqual(email["headers"]["List-Unsubscribe"], f"<{url}>")
        self.assertEqual(
            email["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click"
        )
        self.assertIn(url, email["body"])
        self.assertIn(url, email["body_alternative"])
        # staff cannot unsubscribe from their work
        message.partner_id = self.user_performer.partner_id
        [email] = mail._prepare_outgoing_list()
        self.assertNotIn("List-Unsubscribe", email["headers"])
        self.assertNotIn("/service/u/", email["body"])

    def test_another_companys_word(self):
        second = self.env["res.company"].create({"name": "Second"})
        message = self.build_message(purpose="service")
        other = self.build_message(purpose="service", company_id=second.id)
        self.open(self.path(other), {"List-Unsubscribe": "One-Click"})
        self.assertTrue(self.gets(message)["service"])
        self.assertFalse(self.gets(other)["service"])
