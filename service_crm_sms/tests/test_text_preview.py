from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from .common import MessagesCommon

RENDER = "odoo.addons.mail.models.mail_render_mixin"


class TestTextPreview(MessagesCommon):
    """The short message on the form, while it is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.texts = cls.env["service.message.template"]
        cls.editor = cls.env.ref("mail.group_mail_template_editor")
        cls.request = cls.build_request(name="Лифт")

    def preview(self, text=None, user=None, res_id=None, lang=False, **draft):
        text = (text or self.texts).with_user(user or self.user_admin)
        values = {"model": "crm.lead", "short_links": True, **draft}
        return text.action_preview(values, res_id or self.request.id, lang)

    def test_shown_as_it_arrives(self):
        shown = self.preview(sms_body="Ждём: {{ object.name }} — 10:00")
        self.assertEqual(shown["text"], "Ждём: Лифт - 10:00")
        self.assertEqual(shown["size"]["encoding"], "UCS-2")
        self.assertEqual(shown["size"]["units"], 18)
        self.assertEqual(shown["record"], [self.request.id, self.request.display_name])
        self.assertIn("Number", dict(shown["pieces"]))

    def test_nothing_stays(self):
        """Looking makes neither links nor texts."""
        self.user_admin.group_ids += self.editor
        links = self.env["link.tracker"].search_count([])
        count = self.texts.search_count([])
        shown = self.preview(sms_body="{{ object._get_service_tracking_url() }}")
        self.assertRegex(shown["text"], "/r/x{10}$")
        self.assertEqual(self.env["link.tracker"].search_count([]), links)
        self.assertEqual(self.texts.search_count([]), count)

    def test_longest_case(self):
        """The longest values there are, together in one message."""
        self.build_request(name="W" * 200, contact_name="Q" * 100)
        body = "{{ object.name }} {{ object.contact_name }} [{{ object.name }}]"
        shown = self.preview(sms_body=body)
        self.assertEqual(shown["size"]["segments"], 1)
        self.assertGreaterEqual(shown["worst"]["units"], 200 + 100 + 200)
        self.assertGreaterEqual(shown["worst"]["segments"], 4)

    def test_ways_to_a_cheaper_message(self):
        latin = self.preview(sms_body="Ваш мастер приедет сегодня " * 4)
        suggestion = {s["key"]: s for s in latin["suggestions"]}["latin"]
        self.assertEqual(suggestion["saves"], 1)
        self.assertEqual(suggestion["values"], {"latin_letters": True})
        cheaper = self.preview(
            sms_body="Ваш мастер приедет сегодня " * 4, **suggestion["values"]
        )
        self.assertEqual(cheaper["size"]["segments"], 1)
        self.assertFalse(cheaper["suggestions"])
        self.request.name = "17"
        swapped = self.preview(sms_body="Le garçon est là, {{ object.name }} " * 4)
        suggestion = {s["key"]: s for s in swapped["suggestions"]}["swap"]
        self.assertEqual(
            suggestion["values"]["sms_body"],
            "Le garcon est là, {{ object.name }} " * 4,
        )
        dropped = self.preview(sms_body="See you soon 😀 " * 6)
        suggestion = {s["key"]: s for s in dropped["suggestions"]}["drop"]
        self.assertNotIn("😀", suggestion["values"]["sms_body"])
        self.assertFalse(self.preview(sms_body="See you 😀")["suggestions"])

    def test_prices(self):
        """By gateway and country; what a suggestion saves is money."""
        self.env["sms.gateway"].search([]).active = False
        gateway = self.env["sms.gateway"].create(
            {
                "name": "Быстрый",
                "kind": "sandbox",
                "price_ids": [
                    (0, 0, {"country_id": self.env.ref("base.ru").id, "price": 2.5}),
                    (0, 0, {"price": 10}),
                ],
            }
        )
        money = gateway.currency_id.format
        shown = self.preview(sms_body="Ваш мастер приедет сегодня " * 4)
        self.assertEqual(
            {price["name"]: price["text"] for price in shown["prices"]},
            {
                "Быстрый · Russian Federation": money(5),
                "Быстрый · other numbers": money(20),
            },
        )
        saved = {s["key"]: s["price"] for s in shown["suggestions"]}
        first = gateway.price_ids[0].price
        self.assertEqual(saved["latin"], money(first))
        gateway.purpose = "advertising"
        self.assertFalse(self.preview(sms_body="Text")["prices"])
        self.assertTrue(self.preview(sms_body="Text", purpose="advertising")["prices"])

    def test_short_links_save(self):
        self.user_admin.group_ids += self.editor
        self.env["ir.config_parameter"].set_param("web.base.url", "https://s.ru")
        body = "Ваша заявка: {{ object._get_service_tracking_url() }}"
        shown = self.preview(sms_body=body, short_links=False)
        self.assertEqual(
            {s["key"]: s["saves"] for s in shown["suggestions"]}["links"], 1
        )

    def test_other_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        text = self.texts.create(
            {
                "name": "Wait",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "sms_body": "We wait",
            }
        )
        text.update_field_translations("sms_body", {"ru_RU": "Ждём"})
        self.assertEqual(self.preview(text, sms_body="Typed")["text"], "Typed")
        shown = self.preview(text, sms_body="Typed", lang="ru_RU")
        self.assertEqual(shown["text"], "Ждём")

    @mute_logger(RENDER)
    def test_mistakes_are_said(self):
        self.user_admin.group_ids += self.editor
        self.assertIn("division", self.preview(sms_body="{{ 1 / 0 }}")["error"])
        shown = self.preview(sms_body="{{ str(object.date_deadline) }}")
        self.assertTrue(shown["has_nothing"])
        self.assertFalse(self.preview(sms_body="")["text"])
        self.assertFalse(self.preview(sms_body="x", model="no.such")["text"])

    def test_unsaved_fields_need_the_right_to_save_them(self):
        body = "{{ object.env.user.sudo().password }}"
        shown = self.preview(sms_body=body)
        self.assertIn("Only template editors", shown["error"])
        self.assertFalse(shown["text"])
        text = self.text("received")
        stored = self.preview(text, self.user_operator, sms_body=text.sms_body)
        self.assertIn(self.request.service_number, stored["text"])

    def test_rights(self):
        for user in (self.user_performer, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.preview(user=user, sms_body="x")
        other = self.env["res.company"].create({"name": "Чужая"})
        hidden = self.env["crm.lead"].create({"name": "?", "company_id": other.id})
        with self.assertRaises(AccessError):
            self.preview(
                user=self.user_operator, res_id=hidden.id, sms_body="{{ object.name }}"
            )
