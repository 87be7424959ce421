from unittest.mock import patch

from odoo.exceptions import ValidationError

from odoo.addons.mail.tools import link_preview

from .common import MessagesCommon


class TestTexts(MessagesCommon):
    """The words of messages: SMS and e-mail in one place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.texts = cls.env["service.message.template"]
        cls.request_model = cls.env["ir.model"]._get("crm.lead")

    def build_text(self, **values):
        return self.texts.create(
            {"name": "Text", "model_id": self.request_model.id, **values}
        )

    def test_words_make_the_templates(self):
        text = self.build_text(sms_body="Ждём", mail_subject="Wait")
        self.assertEqual(text.sms_template_id.body, "Ждём")
        self.assertEqual(text.mail_template_id.model, "crm.lead")
        self.assertFalse(text.mail_template_id.use_default_to)
        short = self.build_text(sms_body="Only this")
        self.assertFalse(short.mail_template_id)
        (short + text).write({"mail_body": "<p>Both</p>"})
        self.assertIn("Both", short.mail_template_id.body_html)
        self.assertNotEqual(short.mail_template_id, text.mail_template_id)
        short.sms_body = False
        self.assertFalse(short.sms_template_id)
        self.assertTrue(text.sms_template_id)

    def test_each_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        text = self.build_text(sms_body="Your master comes")
        text.update_field_translations("sms_body", {"ru_RU": "Мастер едет"})
        request = self.build_request()
        for lang, words in (
            ("ru_RU", "Мастер едет"),
            ("en_US", "Your master comes"),
            ("", "Your master comes"),
        ):
            self.assertEqual(text._render_sms(request.ids, lang)[request.id], words)

    def test_a_copy_has_its_own_words(self):
        text = self.text("slot_fixed")
        copy = text.copy()
        copy.sms_body = "Other words"
        self.assertNotEqual(text.sms_body, copy.sms_body)
        self.assertNotEqual(text.mail_template_id, copy.mail_template_id)
        self.assertEqual(copy.mail_body, text.mail_body)

    def test_the_mail_is_previewed_about_a_real_record(self):
        text = self.text("slot_fixed").with_user(self.user_operator)
        self.build_visit()
        action = text.action_preview_mail()
        wizard = self.env[action["res_model"]].with_user(self.user_admin)
        shown = wizard.with_context(**action["context"]).new({})
        self.assertEqual(shown.mail_template_id, text.mail_template_id)

    def test_words_in_use_are_not_taken_away(self):
        text = self.text("on_the_way")
        with self.assertRaisesRegex(ValidationError, "no text of the SMS"):
            text.sms_body = False
        with self.assertRaisesRegex(ValidationError, "another kind of record"):
            text.mail_template_id = self.env.ref("service_crm.mail_template_ready")

    def test_short_links(self):
        text = self.build_text(
            sms_body="See {{ object._get_service_tracking_url() }}. https://x.ru/a"
        )
        requests = self.build_request() + self.build_request()
        with patch.object(link_preview, "get_link_preview_from_url") as opened:
            first = text._render_sms(requests.ids, "")
        self.assertFalse(opened.called, "the links are not opened to name them")
        self.assertEqual(text._render_sms(requests.ids, ""), first)
        for request in requests:
            body = first[request.id]
            self.assertNotIn(request.access_token, body)
            self.assertTrue(body.endswith(". https://x.ru/a"), body)
            self.assertEqual(self.follow(body), request._get_service_tracking_url())
            self.assertRegex(body, r"/r/\w{10}\.")
        with self.subTest("as they are"):
            text.short_links = False
            body = text._render_sms(requests.ids, "")[requests[0].id]
            self.assertIn(requests[0].access_token, body)

    def test_links_of_a_batch(self):
        text = self.build_text(
            sms_body="{{ object._get_service_tracking_url() }}"
            " {{ object._get_service_rating_url() }}"
        )

        def count(number):
            requests = self.env["crm.lead"].concat(
                *[self.build_request() for _index in range(number)]
            )
            for request in requests:
                request._portal_ensure_token()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            text._render_sms(requests.ids, "")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(3), count(12))

    def test_latin_letters(self):
        text = self.build_text(
            sms_body="Ждём вас, {{ object.name }} 😀", latin_letters=True
        )
        request = self.build_request(name="Лифт № 7")
        self.assertEqual(
            text._render_sms(request.ids, "")[request.id], "Zhdem vas, Lift No. 7"
        )

    def test_ready_texts_never_print_false(self):
        """On records of which next to nothing is known."""
        empty = {
            "crm.lead": self.env["crm.lead"].create(
                {"name": "?", "team_id": self.team.id}
            ),
        }
        empty["service.work.order"] = self.env["service.work.order"].create(
            {"request_id": empty["crm.lead"].id}
        )
        for text in self.texts.search([("model", "in", list(empty))]):
            record = empty[text.model]
            with self.subTest(text.name):
                printed = ""
                if text.sms_template_id:
                    printed += text._render_sms(record.ids, "")[record.id]
                if text.mail_template_id:
                    for field in ("subject", "body_html"):
                        printed += text.mail_template_id._render_field(
                            field, record.ids
                        )[record.id]
                self.assertNotRegex(printed, r"\b(False|None)\b")
